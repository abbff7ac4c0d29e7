"""Where a paragraph has quotation marks: which opens, which closes. No Django in here."""

from __future__ import annotations

import re

from articles.spans import Span

_MARK = re.compile("``|''|[\"“”„‟«»‘’'＂]")
_OPENING = frozenset("“„‟«")
_CLOSING = frozenset("”»")
# The straight mark, the typewriter's pairs of single ones.
_EITHER = frozenset({'"', "＂", "``", "''"})
# Words that lost their beginning: their apostrophe opens nothing.
_CLIPPED = re.compile(r"(?:em|til|tis|twas|cause|bout|round|n|s|\d\ds?)\b", re.IGNORECASE)
_BEFORE_OPENING = frozenset(" \t\n\u00a0([{—–-/:;,…“\"‘'")
_CLOSING_SINGLE = re.compile(r"(?<=[^\s‘])['’](?=[\s,.;:!?)\]—–-]|$)")
# A quotation in single marks that has not closed within so many characters was an apostrophe.
_LONGEST_SINGLE = 1500


def quotations(text: str, start: int, end: int) -> list[Span]:
    """Return the stretches of text[start:end] in quotation marks, the marks included, in order; none overlap.

    A quotation within another is part of it. One that is not closed goes to the end: in print, that of a
    speaker who goes on in the next paragraph.
    """
    found: list[Span] = []
    opened = -1
    single = -1
    for match in _MARK.finditer(text, start, end):
        mark, at, after = match.group(), match.start(), match.end()
        before_is_open = at == start or text[at - 1] in _BEFORE_OPENING
        after_is_word = after < end and not text[after].isspace()
        if mark in ("'", "‘", "’"):
            if opened >= 0:
                continue
            if single >= 0 and at - single > _LONGEST_SINGLE:
                single = -1
            if single < 0:
                # ’ may open only by mistake, and an apostrophe is far likelier.
                if mark != "’" and before_is_open and after_is_word and not _CLIPPED.match(text, after, end):
                    single = at
            elif mark != "‘" and not (after < end and text[after].isalnum()) and not text[at - 1].isspace():
                # The boys' bicycles: an apostrophe, as long as another mark is there to close.
                if text[at - 1] in "sS" and _closes_later(text, after, min(end, single + _LONGEST_SINGLE)):
                    continue
                found.append(Span(single, after))
                single = -1
            continue
        if opened < 0:
            opens = mark in _OPENING or (mark in _EITHER and after_is_word and _may_open(text, start, at))
            if opens:
                opened = at
                single = -1
            continue
        if mark in _CLOSING or (
            mark in _EITHER and not (before_is_open and after_is_word and at > opened + 1)
        ):
            found.append(Span(opened, after))
            opened = -1
        elif mark in _EITHER and text[at - 1].isspace():
            # Two marks that both open: the first was never closed.
            found.append(Span(opened, at - 1))
            opened = at
    if opened >= 0 and end - opened > 1:
        last = end
        while last > opened + 1 and text[last - 1].isspace():
            last -= 1
        found.append(Span(opened, last))
    return found


def _may_open(text: str, start: int, at: int) -> bool:
    """A straight mark behind a digit is inches, behind a letter the end of something that never began."""
    return at == start or not text[at - 1].isalnum()


def _closes_later(text: str, start: int, end: int) -> bool:
    """Is there another mark within the stretch that closes a single quotation?"""
    return _CLOSING_SINGLE.search(text, start, end) is not None
