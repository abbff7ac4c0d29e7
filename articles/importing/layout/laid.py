"""One block of a text and what it is. No Django in here."""

from __future__ import annotations

from dataclasses import dataclass

from articles.spans import Span
from articles.vocabulary import BlockRole


@dataclass(frozen=True, slots=True)
class Laid:
    """text[start:end] is a block in this role; `said_by` are the words that name who is quoted in it."""

    role: BlockRole
    start: int
    end: int
    said_by: Span | None = None
