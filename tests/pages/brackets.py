"""A catalogue that puts every translated string into brackets, and what of a page stands outside of them.

The record of such a page is written in Greek letters, so that whatever is Latin came from us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import trans_real

from tests.pages.reading import Element, Page

OPEN, CLOSE = "⟦", "⟧"
LATIN = re.compile(r"[A-Za-zÀ-ɏ]{2,}")
# What a person hears or reads though it is no text of the page.
SPOKEN = ("alt", "title", "aria-label", "aria-description", "placeholder", "label", "content")
# `content` of these is for machines.
FOR_MACHINES = re.compile(
    r"viewport|color-scheme|robots|og:(url|type|locale|image)|twitter:card|generator|theme-color"
)
# Addresses, hashes, names of formats and what stands in an element that is not to be translated.
NO_WORDS = re.compile(
    r"https?://\S+|/[\w/.-]+/\S*|\b[0-9a-f]{7,64}\b|\S+@\S+|\b[a-z][\w-]*=\S+|SHA-256|Atom|JSON|RSS|CSV|UTC"
)
UNTRANSLATED = {"code", "pre", "script", "style", "kbd", "samp"}


class Bracketed(trans_real.DjangoTranslation):
    """Every string, in brackets: a message with a context without the context."""

    def __init__(self, plain: trans_real.DjangoTranslation) -> None:
        self.__dict__.update(plain.__dict__)

    def gettext(self, message: str) -> str:
        words = message.rpartition(trans_real.CONTEXT_SEPARATOR)[2]
        return f"{OPEN}{words}{CLOSE}" if words else ""

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


def installed(monkeypatch: Any, language: str) -> None:
    """Let this language of the interface be English in brackets, with addresses of its own."""
    monkeypatch.setitem(trans_real._translations, language, Bracketed(trans_real.translation(language)))


class Reader:
    """Goes through a page in its order and notes the words outside of brackets."""

    def __init__(self, allowed: set[str]) -> None:
        # The longest first: of two labels one may begin with the other.
        self.allowed = sorted(allowed, key=len, reverse=True)
        self.depth = 0
        self.found: list[str] = []

    def read(self, words: str, where: str) -> None:
        """Note what of these words stands outside of brackets; the depth goes on in the next words."""
        outside = []
        for letter in words:
            self.depth += (letter == OPEN) - (letter == CLOSE)
            if self.depth == 0:
                outside.append(letter)
            else:
                outside.append("\n")
        left = NO_WORDS.sub(" ", "".join(outside))
        for one in self.allowed:
            left = left.replace(one, " ")
        if LATIN.search(left):
            self.found.append(f"{where}: {' '.join(left.split())}")

    def walk(self, element: Element) -> None:
        if element.name in UNTRANSLATED or element.attributes.get("translate") == "no":
            return
        for name in SPOKEN:
            value = element.attributes.get(name, "")
            if name == "content" and FOR_MACHINES.search(str(element.attributes)):
                continue
            kept, self.depth = self.depth, 0
            self.read(value, f"<{element.name} {name}>")
            self.depth = kept
        for part in element.inside:
            if isinstance(part, str):
                self.read(part, f"<{element.name}>")
            else:
                self.walk(part)


def outside(markup: str, allowed: set[str]) -> Iterator[str]:
    """Return the Latin words of a page that no catalogue has seen, each with its element; and brackets left open."""
    reader = Reader(allowed)
    reader.walk(Page(markup).root)
    yield from reader.found
    if reader.depth:
        yield f"{reader.depth} brackets are open at the end: a translated string was cut"
