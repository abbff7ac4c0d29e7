"""Cuts a text where claims and structural lines begin and end, so that a page can show what lies on every word.

A text is shown as paragraphs of pieces. Within a piece nothing begins or ends: the same claims lie on all of
it. Joined again, gaps and pieces are the text, each character once and in order. Every claim's words keep one
*lane*, so that its underline goes through from its first piece to its last whatever lies above it.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Mark:
    """The words of one claim: `text[start:end]`, in code points. `claim` is whatever the page shows of it."""

    start: int
    end: int
    number: int
    claim: Any = None


@dataclass(frozen=True)
class Role:
    """A structural line: what `text[start:end]` is, if not a sentence of the author."""

    start: int
    end: int
    name: str


@dataclass(frozen=True)
class Laid:
    """A mark on a piece: the lane of its underline, from 0; whether the mark begins with this piece, and whether
    the claim does, which may be marked more than once; whether the mark ends with it."""

    mark: Mark
    lane: int
    opens: bool = False
    first: bool = False
    closes: bool = False


@dataclass(frozen=True)
class Piece:
    """A stretch of text on which the same marks and the same role lie throughout."""

    text: str
    laid: tuple[Laid, ...] = ()
    role: Role | None = None
    role_opens: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A run of lines without a blank one between; `gap` is the blank before it."""

    gap: str
    pieces: tuple[Piece, ...]

    @property
    def opening(self) -> list[Mark]:
        """The first mark of each claim that begins in this paragraph, in the order of the text."""
        return [laid.mark for piece in self.pieces for laid in piece.laid if laid.first]

    @property
    def is_structural(self) -> bool:
        """Is there no sentence of the author in it?"""
        return all(piece.role is not None for piece in self.pieces if not piece.text.isspace())


@dataclass(frozen=True)
class Reading:
    """A whole text, ready to be shown: the paragraphs, and the blank after the last of them."""

    paragraphs: tuple[Paragraph, ...]
    tail: str


def read(text: str, marks: Iterable[Mark], roles: Iterable[Role] = ()) -> Reading:
    """Cut a text at every border of marks, roles and paragraphs."""
    marks = sorted(
        (mark for mark in marks if mark.start < min(mark.end, len(text))),
        key=lambda mark: (mark.start, -mark.end, mark.number),
    )
    waiting = deque(zip(marks, lanes(marks), strict=True))
    roles = sorted(roles, key=lambda role: (role.start, -role.end))
    spans: list[Mark | Role] = [*marks, *roles]
    borders = sorted({border for span in spans for border in (span.start, span.end)})
    paragraphs, at = [], 0
    under_way: list[tuple[Mark, int]] = []
    begun: set[int] = set()
    role_at = _Roles(roles)
    for (start, end), (follower, _) in pairwise([*stretches(text), (sys.maxsize, sys.maxsize)]):
        pieces = []
        for first, last in _between(start, end, borders):
            # What ends in the gap behind a paragraph ends, for whoever reads, with its last piece.
            seen_next = last if last < end else follower
            under_way = [(mark, lane) for mark, lane in under_way if mark.end > first]
            laid = [Laid(mark, lane, closes=mark.end <= seen_next) for mark, lane in under_way]
            while waiting and waiting[0][0].start <= first:
                mark, lane = waiting.popleft()
                # What lies in a gap between paragraphs alone is on no piece.
                if mark.end > first:
                    under_way.append((mark, lane))
                    is_first = mark.number not in begun
                    laid.append(Laid(mark, lane, opens=True, first=is_first, closes=mark.end <= seen_next))
                    begun.add(mark.number)
            role, role_opens = role_at(first)
            pieces.append(Piece(text[first:last], tuple(laid), role, role_opens))
        paragraphs.append(Paragraph(gap=text[at:start], pieces=tuple(pieces)))
        at = end
    return Reading(tuple(paragraphs), tail=text[at:])


class _Roles:
    """Which structural line lies at an offset, asked for from the beginning of the text to its end."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self.waiting = deque(roles)
        self.lying: list[Role] = []
        self.named: set[Role] = set()

    def __call__(self, at: int) -> tuple[Role | None, bool]:
        """Return the role that lies at `at`, the first to begin of several, and whether it was not asked for before."""
        while self.waiting and self.waiting[0].start <= at:
            self.lying.append(self.waiting.popleft())
        self.lying = [role for role in self.lying if role.end > at]
        if not self.lying:
            return None, False
        role = self.lying[0]
        is_new = role not in self.named
        self.named.add(role)
        return role, is_new


def lanes(marks: Sequence[Mark]) -> list[int]:
    """Return a lane for each mark, so that no two marks that share a character share a lane.

    `marks` are in the order of their starts; each takes the lowest lane that is free where it begins.
    """
    free_from: list[int] = []
    chosen = []
    for mark in marks:
        lane = next((lane for lane, end in enumerate(free_from) if end <= mark.start), len(free_from))
        if lane == len(free_from):
            free_from.append(0)
        free_from[lane] = mark.end
        chosen.append(lane)
    return chosen


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of every run of lines that are not blank."""
    at = 0
    start = end = -1
    for line in text.split("\n"):
        if line.strip():
            start = at if start < 0 else start
            end = at + len(line)
        elif start >= 0:
            yield start, end
            start = -1
        at += len(line) + 1
    if start >= 0:
        yield start, end


def _between(start: int, end: int, borders: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, last) of the parts of [start, end) between the borders, which are sorted."""
    cuts = [start, *borders[bisect_right(borders, start) : bisect_left(borders, end)], end]
    return pairwise(cuts)
