"""What editors write, as HTML that is safe to show: Markdown without HTML, pictures or references, and then only the
elements named here. No Django in here."""

from __future__ import annotations

import re
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

CITATION = re.compile(r"\[(\d{1,4})\]")
ELEMENTS = {
    *("p", "br", "hr", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "pre"),
    *("h3", "h4", "h5", "h6"),
}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
# A page has its own headings down to the second level.
LOWEST_HEADING = 6


def to_html(text: str, citations: int = 0) -> str:
    """Return HTML of a text in Markdown; each [n] up to `citations` becomes a link to #evidence-n."""
    made = _MARKDOWN.render(text, {"citations": citations})
    return nh3.clean(made, tags=ELEMENTS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"})


def _link_citations(state: StateCore) -> None:
    """Turn the citations in plain text into links; those within links and code stay text."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = _linked(token.children, state.env["citations"])


def _linked(children: list[Token], most: int) -> list[Token]:
    made: list[Token] = []
    within_link = 0
    for child in children:
        within_link += child.nesting if child.type in ("link_open", "link_close") else 0
        if child.type == "text" and not within_link:
            made += _parts(child, most)
        else:
            made.append(child)
    return made


def _parts(token: Token, most: int) -> list[Token]:
    parts: list[Token] = []
    at = 0
    for found in CITATION.finditer(token.content):
        if not 1 <= int(found[1]) <= most:
            continue
        parts.append(_text(token.content[at : found.start()]))
        parts.append(Token("link_open", "a", 1, attrs={"href": f"#evidence-{int(found[1])}"}))
        parts.append(_text(found[0]))
        parts.append(Token("link_close", "a", -1))
        at = found.end()
    return [*parts, _text(token.content[at:])]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 2, LOWEST_HEADING)}"


def _make() -> Any:
    # Without references no line of the text can give a citation such as [1] another meaning.
    made = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(["image", "reference"])
    made.core.ruler.push("citations", _link_citations)
    made.core.ruler.push("headings", _lower_headings)
    return made


_MARKDOWN = _make()
