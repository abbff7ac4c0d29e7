"""A stretch of a text. No Django in here."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """text[start:end], in Unicode code points from 0, the end not included."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the words that stand there."""
        return text[self.start : self.end]

    def holds(self, other: tuple[int, int]) -> bool:
        """Does the other stretch lie within this one?"""
        return self.start <= other[0] and other[1] <= self.end

    def meets(self, other: tuple[int, int]) -> bool:
        """Do the two share a character?"""
        return self.start < other[1] and other[0] < self.end
