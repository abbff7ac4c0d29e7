"""From texts to the claims on record that say what they say. (A stand-in until the core is merged: finds nothing.)"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Relation(StrEnum):
    """How a claim on record relates to a text."""

    SAME = "same"
    OPPOSITE = "opposite"
    RELATED = "related"


@dataclass(frozen=True)
class Reason:
    """Why: a code, and the words it rests on."""

    code: str
    words: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        return f"{self.code}: {', '.join(self.words)}"


@dataclass(frozen=True)
class Match:
    """A claim on record. `score`: 0 to 1, how likely it says the same."""

    claim: int
    score: float
    relation: Relation
    reasons: list[Reason]
    verdict: str | None = None


@dataclass(frozen=True)
class Answer:
    """What is on record of one text."""

    text: str
    matches: list[Match] = field(default_factory=list)
    already_checked: bool = False
    notes: list[str] = field(default_factory=list)


def match(
    texts: Sequence[str],
    *,
    user: Any = None,
    limit: int = 5,
    using: str = "default",
    checked_only: bool = False,
    without: Collection[int] = (),
) -> list[Answer]:
    """Return what is on record of each text, in order."""
    return [Answer(text) for text in texts]
