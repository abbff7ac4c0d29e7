"""What the lines above a text say of it: its title, who wrote it, when it came out. No Django in here.

All of it is what the text says, to be shown to an editor with the words it was read from; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from articles.importing.layout.bylines import writers
from articles.importing.layout.daylines import Day, crawled, days
from articles.importing.layout.laid import Laid
from articles.spans import Span
from articles.vocabulary import TELLING_ROLES, BlockRole

_TITLE_KEY = re.compile(r"(?:title|headline) ?[:=]\s*[\"'“]?(?P<value>[^\n]*[^\s\"'”])", re.IGNORECASE)
_WRITER_KEY = re.compile(
    r"(?:authors?|byline|by) ?[:=]\s*[\"'“\[]?(?P<value>[^\n]*[^\s\"'”\],])", re.IGNORECASE
)
_RULE = re.compile(r"\n[^\S\n]*[=~^#*\"-]{3,}[^\S\n]*\Z")
_MARKS = "#*_ \t\u00a0"
# Which of several dates is when the text came out: the plainer the word, the better.
_SAID_FIRST = re.compile(r"published|posted|date|issued|filed|created", re.IGNORECASE)
_SAID_LATER = re.compile(
    r"updated|modified|revised|edited|corrected|reviewed|retrieved|accessed", re.IGNORECASE
)
# A date line further down is a date that the text tells of.
_TOLD_BEFORE = 2
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Found:
    """A date that a text gives itself at text[start:end]: the first and the last day it can mean.

    Both are None where its words name no single day or range. `basis` says in words where the date stands
    and, where that is so, that it can be read in two ways.
    """

    start: int
    end: int
    earliest: date | None
    latest: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class Header:
    """The words of the title and of the names in the byline, and the date; None where the text has none."""

    title: Span | None = None
    byline: Span | None = None
    date: Found | None = None


def read_header(text: str, blocks: Sequence[Laid]) -> Header:
    """Return what the structural lines of a text say of it; `blocks` are its blocks in order."""
    head = list(_head(blocks))
    return Header(_title(text, blocks, head), _byline(text, blocks, head), _date(text, head))


def _head(blocks: Sequence[Laid]) -> Iterator[Laid]:
    """Yield the structural blocks above the text, and those among its first paragraphs."""
    told = 0
    for block in blocks:
        told += block.role in TELLING_ROLES and block.role is not BlockRole.CAPTION
        if told > _TOLD_BEFORE:
            return
        if block.role in (BlockRole.METADATA, BlockRole.BYLINE):
            yield block


def _title(text: str, blocks: Sequence[Laid], head: Sequence[Laid]) -> Span | None:
    for block in blocks:
        if block.role is BlockRole.TITLE:
            rule = _RULE.search(text, block.start, block.end)
            return _bare(text, block.start, block.end if rule is None else rule.start())
    return _keyed(text, head, _TITLE_KEY)


def _byline(text: str, blocks: Sequence[Laid], head: Sequence[Laid]) -> Span | None:
    """Return the names of the first byline: of those above the text, else of any."""
    for block in [*head, *blocks]:
        if block.role is BlockRole.BYLINE:
            found = writers(text[block.start : block.end])
            if found is not None:
                return _bare(text, block.start + found[0], block.start + found[1])
    return _keyed(text, head, _WRITER_KEY)


def _keyed(text: str, head: Sequence[Laid], key: re.Pattern[str]) -> Span | None:
    """Return the value that a line such as "Title: …" gives."""
    for block in head:
        at = block.start
        for line in text[block.start : block.end].split("\n"):
            match = key.match(line)
            if match is not None:
                return _bare(text, at + match.start("value"), at + match.end("value"))
            at += len(line) + 1
    return None


def _bare(text: str, start: int, end: int) -> Span | None:
    """Return the span without the marks of Markdown around it."""
    # Not by `strip`, which takes either white space or certain characters; the two may alternate.
    while start < end and (text[start].isspace() or text[start] in _MARKS):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _MARKS):
        end -= 1
    return Span(start, end) if end > start else None


def _date(text: str, head: Sequence[Laid]) -> Found | None:
    """Return the likeliest date at which the text came out, as one of its header lines gives it."""
    prefix = crawled(text[:80])
    candidates: list[tuple[int, Found]] = []
    for block in head:
        if prefix is not None and block.start == 0:
            if prefix[1] is not None:
                words = text[: prefix[0]].strip()
                basis = f"the line “{words}”, which a crawler put before the text"
                candidates.append((2, _found(prefix[1], basis)))
            continue
        at = block.start
        for line in text[block.start : block.end].split("\n"):
            candidates.extend(_dated(text, Span(at, at + len(line)), block))
            at += len(line) + 1
    return min(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def _dated(text: str, line: Span, block: Laid) -> Iterator[tuple[int, Found]]:
    """Yield the dates of one line with how far each is from saying when the text came out."""
    words = " ".join(line.of(text).split())
    shown = words if len(words) <= _LONGEST_SHOWN else words[: _LONGEST_SHOWN - 1] + "…"
    before = line.start
    for day in days(text, line.start, line.end):
        lead = text[before : day.start]
        rank = 3 if _SAID_LATER.search(lead) else 0 if _SAID_FIRST.search(lead) else 1
        basis = f"the line “{shown}”"
        if day.is_ambiguous:
            basis += ", whose day and month can be read either way"
        yield rank, _found(day, basis)
        before = day.end


def _found(day: Day, basis: str) -> Found:
    return Found(day.start, day.end, day.earliest, day.latest, basis)
