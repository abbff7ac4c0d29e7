"""What a web page declares about itself: JSON-LD, meta elements, its canonical link, marked times.

Only what is declared is offered, with the place that says so; nothing is guessed from the words of the page or
from dates in its address. No Django in here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from articles.importing.extraction.extracted import Declared

# The first that is there is taken. Names as pages write them, compared in lower case.
_TITLES = ("og:title", "twitter:title", "dc.title", "parsely-title")
_BYLINES = ("author", "article:author", "parsely-author", "dc.creator", "sailthru.author", "byl")
_PUBLISHERS = ("og:site_name", "dc.publisher")
_PUBLISHED = (
    "article:published_time", "og:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
    "pubdate", "publish-date", "publishdate", "publication_date", "dc.date.issued", "dcterms.issued", "dc.date",
    "dcterms.created", "cxenseparse:recs:publishtime", "sailthru.date", "date",
)  # fmt: skip
_ARTICLES = re.compile(r"(?:.*Article|Report|.*BlogPosting|BlogPosting|ClaimReview|Review|.*NewsStory)")
_PAGES = re.compile(r"(?:WebPage|ItemPage|.*Page)")
# Names that makers of pages give the time of publishing, and that of a later change.
_PUBLISHING = re.compile(r"datepublished|publish|posted|entry-date|post-date|dateline", re.IGNORECASE)
_CHANGING = re.compile(r"updat|modif|chang|edited", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?![0-9])|(\d{4})(\d{2})(\d{2})(?![0-9])")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
# Characters: of a value, of a script that is looked into, and how many things JSON-LD may describe.
_LONGEST = 500
_LONGEST_SCRIPT = 1_000_000
_MOST_THINGS = 5_000


@dataclass
class PageFacts:
    """What a page declares; each None where it does not. `notes` tells what was declared but not taken."""

    title: Declared | None = None
    byline: Declared | None = None
    publisher: Declared | None = None
    url: Declared | None = None
    language: Declared | None = None
    published: Declared | None = None
    notes: list[str] = field(default_factory=list)


def read_facts(tree: HtmlElement) -> PageFacts:
    """Return what a page declares about itself. The tree is left as it is."""
    metas = _metas(tree)
    linked = _LinkedData(tree)
    facts = PageFacts()
    facts.title = linked.text("headline") or _meta(metas, _TITLES) or _title_element(tree)
    facts.byline = linked.names("author") or _byline(metas)
    facts.publisher = linked.names("publisher") or _meta(metas, _PUBLISHERS)
    facts.language = _language(tree, metas, linked)
    facts.url = _url(tree, metas, linked, facts.notes)
    facts.published = _published(tree, metas, linked, facts.notes)
    return facts


def tidy(text: str) -> str:
    """Return a declared value as one line without surrounding space, cut after 500 characters."""
    visible = re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]+", " ", text)
    return " ".join(visible.split())[:_LONGEST]


def _metas(tree: HtmlElement) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        value = tidy(element.get("content") or "")
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = (element.get(attribute) or "").strip().lower()
            if name and value:
                metas.setdefault(name, []).append(value)
    return metas


def _meta(metas: dict[str, list[str]], names: tuple[str, ...]) -> Declared | None:
    for name in names:
        if name in metas:
            return Declared(metas[name][0], f"The page's meta element “{name}” says so.")
    return None


def _title_element(tree: HtmlElement) -> Declared | None:
    # SVG images have titles, too.
    title = tree.find(".//head/title")
    value = tidy(title.text_content()) if title is not None else ""
    return (
        Declared(value, "The page's title element says so; it may hold the name of the site.")
        if value
        else None
    )


def _byline(metas: dict[str, list[str]]) -> Declared | None:
    for name in _BYLINES:
        # The address of a profile is no name.
        names = [value for value in metas.get(name, ()) if "://" not in value and not value.startswith("@")]
        if names:
            value = ", ".join(dict.fromkeys(names))[:_LONGEST]
            return Declared(value, f"The page's meta element “{name}” says so.")
    return None


def _language(tree: HtmlElement, metas: dict[str, list[str]], linked: _LinkedData) -> Declared | None:
    root = tree if tree.tag == "html" else tree.find(".//html")
    stated = (root.get("lang") or root.get("xml:lang") or "") if root is not None else ""
    candidates = [
        Declared(stated.strip(), "The page's html element says so."),
        linked.text("inLanguage"),
        _meta(metas, ("content-language", "og:locale", "language", "dc.language")),
    ]
    for candidate in candidates:
        if candidate is not None and _LANGUAGE.fullmatch(candidate.value):
            return Declared(candidate.value.replace("_", "-"), candidate.basis)
    return None


def _url(
    tree: HtmlElement, metas: dict[str, list[str]], linked: _LinkedData, notes: list[str]
) -> Declared | None:
    links = [link for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    canonical = links[0].get("href") or "" if links else ""
    candidates = [
        Declared(tidy(canonical), "The page's canonical link says so."),
        _meta(metas, ("og:url",)),
        linked.text("url") or linked.text("mainEntityOfPage"),
    ]
    for candidate in candidates:
        if candidate is None or not candidate.value:
            continue
        if _is_address(candidate.value):
            return candidate
        notes.append(
            f"The address “{candidate.value[:80]}” was left out: it is not a whole one. {candidate.basis}"
        )
    return None


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"]", value)
        )
    except ValueError:
        return False


def _published(
    tree: HtmlElement, metas: dict[str, list[str]], linked: _LinkedData, notes: list[str]
) -> Declared | None:
    """Return the day of publishing as it is written, whatever time zone it is written in."""
    found: list[Declared] = []
    for candidate in _dates(tree, metas, linked):
        day = _day(candidate.value)
        if day is not None:
            found.append(Declared(day, f"{candidate.basis[:-1]}: “{candidate.value[:60]}”."))
        elif not found:
            notes.append(
                f"The date “{candidate.value[:60]}” was left out: it names no day. {candidate.basis}"
            )
    if not found:
        return None
    other = next((one for one in found if one.value != found[0].value), None)
    if other is not None:
        notes.append(
            f"The page declares two days of publishing. {found[0].basis} {other.basis} The first was taken."
        )
    return found[0]


def _dates(tree: HtmlElement, metas: dict[str, list[str]], linked: _LinkedData) -> Iterator[Declared]:
    stated = linked.text("datePublished")
    if stated is not None:
        yield stated
    for name in _PUBLISHED:
        if name in metas:
            yield Declared(metas[name][0], f"The page's meta element “{name}” says so.")
    for element in tree.iter("time"):
        # A time on a page may be that of what it tells about: only those whose markup says what they are of.
        marks = " ".join(element.get(name) or "" for name in ("itemprop", "class", "id"))
        if element.get("datetime") and (element.get("pubdate") is not None or _is_of_publishing(marks)):
            yield Declared(
                tidy(element.get("datetime") or ""), f"The page's time element “{tidy(marks)}” says so."
            )
            return


def _is_of_publishing(marks: str) -> bool:
    return _PUBLISHING.search(marks) is not None and _CHANGING.search(marks) is None


def _day(value: str) -> str | None:
    match = _DAY.match(value.strip())
    if match is None:
        return None
    year, month, day = (int(number) for number in match.groups() if number is not None)
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found.isoformat() if found.year >= 1000 else None


class _LinkedData:
    """The JSON-LD of a page: the one thing in it that is the article, and the things others refer to by id."""

    def __init__(self, tree: HtmlElement) -> None:
        things = list(_things(tree))
        self._by_id = {
            thing["@id"]: thing for thing in things if isinstance(thing.get("@id"), str) and len(thing) > 1
        }
        self._article: dict[str, Any] = next(
            (thing for kinds in (_ARTICLES, _PAGES) for thing in things if _is_a(thing, kinds)), {}
        )

    def text(self, key: str) -> Declared | None:
        """Return a text the article has under a key, None where it has none."""
        value = self._article.get(key)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, dict):
            value = value.get("@id") or value.get("name")
        return self._declared(value, key) if isinstance(value, str) else None

    def names(self, key: str) -> Declared | None:
        """Return the names of the people or organisations the article has under a key, None where it has none."""
        value = self._article.get(key)
        names = [self._name(one) for one in (value if isinstance(value, list) else [value])]
        return self._declared(", ".join(dict.fromkeys(filter(None, names))), key)

    def _name(self, value: Any) -> str:
        if isinstance(value, dict) and "name" not in value:
            value = self._by_id.get(value.get("@id") or "", value)
        if isinstance(value, dict):
            value = value.get("name")
        if isinstance(value, list):
            value = ", ".join(one for one in value if isinstance(one, str))
        return tidy(value) if isinstance(value, str) and "://" not in value else ""

    def _declared(self, value: str, key: str) -> Declared | None:
        value = tidy(value)
        return Declared(value, f"The page's JSON-LD says so, under “{key}”.") if value else None


def _things(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield what the page's JSON-LD describes at its top, not what it describes within: related articles."""
    left = _MOST_THINGS
    for script in tree.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        source = (script.text or "").strip()
        if not source or len(source) > _LONGEST_SCRIPT:
            continue
        source = source.removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        try:
            waiting = [json.loads(source, strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting and left:
            left -= 1
            thing = waiting.pop(0)
            if isinstance(thing, list):
                waiting = thing[:left] + waiting
            elif isinstance(thing, dict):
                yield thing
                inner = [thing.get("@graph"), thing.get("mainEntity")]
                waiting = [one for one in inner if isinstance(one, dict | list)] + waiting


def _is_a(thing: dict[str, Any], kinds: re.Pattern[str]) -> bool:
    types = thing.get("@type")
    return any(
        isinstance(one, str) and len(one) < 80 and kinds.fullmatch(one.rpartition("/")[2])
        for one in (types if isinstance(types, list) else [types])
    )
