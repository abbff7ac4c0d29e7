"""A page as a reader's browser takes it apart, for tests to ask questions of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SELF_CLOSING = {"circle", "path", "use"}


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    inside: list = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)

    def all(self, name: str | None = None, **wanted: str) -> list[Element]:
        """Return the elements within, at any depth, of this name, class (`class_`) and attributes."""
        found = []
        for part in self.inside:
            if isinstance(part, Element):
                if part.fits(name, wanted):
                    found.append(part)
                found += part.all(name, **wanted)
        return found

    def fits(self, name: str | None, wanted: dict[str, str]) -> bool:
        if name is not None and self.name != name:
            return False
        for key, value in wanted.items():
            if key == "class_":
                if value not in self.attributes.get("class", "").split():
                    return False
            elif self.attributes.get(key) != value:
                return False
        return True


class Page(HTMLParser):
    """The tree of one page. Tags that do not match are noted in `broken`: a template left something open."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.markup = markup
        self.root = Element("document", {})
        self.open = [self.root]
        self.broken: list[str] = []
        self.feed(markup)
        self.close()
        self.broken += [f"<{one.name}> is never closed" for one in self.open[1:]]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        if self.open[-1].name == tag:
            self.open.pop()
        else:
            self.broken.append(f"</{tag}> closes <{self.open[-1].name}>")

    def handle_data(self, data):
        self.open[-1].inside.append(data)

    def all(self, name=None, **wanted):
        return self.root.all(name, **wanted)

    def one(self, name=None, **wanted):
        found = self.all(name, **wanted)
        assert len(found) == 1, f"{len(found)} × {name} {wanted}"
        return found[0]

    @property
    def main(self) -> Element:
        return self.one("main")

    @property
    def words(self) -> str:
        """What the main part says, with white space squeezed."""
        return re.sub(r"\s+", " ", self.main.text).strip()
