"""The pages of `docs/` that tell programs how to use the API, as HTML with tables and places to link to."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import nh3
from django.conf import settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from articles.markdown import ATTRIBUTES, ELEMENTS

FOLDER = Path(settings.BASE_DIR) / "docs"
# File in `docs/` → what the page is called. Links between them lead from page to page here.
PAGES = {
    "api": "How to use the API",
    "changes": "Rows of the change feed and of dumps",
    "webhooks": "Webhooks",
    "google": "For programs written for Google’s Fact Check Tools",
    "importing": "Importing articles",
    "manifest": "Manifests",
    "matching": "Has this been checked already?",
    "record": "The record, and how it proves itself",
    "search": "Search",
    "work": "Background work",
}
# What they link to that an instance serves in another way: file → where, below the API.
ELSEWHERE = {"api-reference.md": "docs/", "openapi.json": "schema/"}
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_NO_ID = re.compile(r"[^\w -]")


def has_page(name: str) -> bool:
    """Is it one of these pages, and does it lie here? An installation may come without its `docs/`."""
    return name in PAGES and (FOLDER / f"{name}.md").is_file()


def below(name: str) -> str:
    """Return where a page stands below the pages about the API."""
    return "guide/" if name == "api" else f"guide/{name}/"


@cache
def page(name: str, root: str) -> str:
    """Return one of `PAGES` as HTML, sanitised. `root` is where the API begins, such as `/api/v1/`."""
    tokens = _MARKDOWN.parse((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    for position, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", place_of(tokens[position + 1].content))
        elif token.type == "table_open":
            # It scrolls where it is too wide, also for who has no mouse.
            token.attrSet("tabindex", "0")
        elif token.type == "fence":
            # A style sheet can do nothing with the name of the language.
            token.info = ""
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", _target(child, root))
    made = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(
        made,
        tags=ELEMENTS | _TABLES | {"h1", "h2"},
        attributes={**ATTRIBUTES, "table": {"tabindex"}, **{f"h{level}": {"id"} for level in range(1, 7)}},
        url_schemes={"http", "https"},
    )


def place_of(heading: str) -> str:
    """Return the name of a heading's place, as GitHub makes it, so that the same links lead there."""
    return _NO_ID.sub("", heading).lower().replace(" ", "-")


def _target(link: Token, root: str) -> str:
    """Return where a link of a file leads on the page made of it."""
    parts = urlsplit(str(link.attrGet("href")))
    if parts.scheme or not parts.path:
        return parts.geturl()
    there = ELSEWHERE.get(parts.path) or f"docs/{below(parts.path.removesuffix('.md'))}"
    return f"{root}{there}" + (f"#{parts.fragment}" if parts.fragment else "")


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
