"""A stand-in for `match`, for tests of what the doors make of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from articles.matching import finding
from articles.matching.finding import Answer, Match, Relation
from articles.matching.reasons import Reason, ReasonCode


def reason(code: str = "shared_numbers", *words: str) -> Reason:
    return Reason(ReasonCode(code), tuple(words or ("300",)))


def found(claim: Any, relation: str = "same", score: float = 0.97, *reasons: Reason) -> Match:
    """Return that this claim was found."""
    verdict = claim.current_verdict
    slug = verdict.rating.slug if verdict and verdict.rating else None
    return Match(claim.pk, score, Relation(relation), list(reasons or (reason(),)), slug)


class Faked:
    """Answers by `says`: text → what is found. `calls` are the texts and the options of each call."""

    def __init__(self) -> None:
        self.says: dict[str, list[Match]] = {}
        self.calls: list[tuple[list[str], dict[str, Any]]] = []

    def __call__(self, texts: Sequence[str], **options: Any) -> list[Answer]:
        self.calls.append((list(texts), options))
        return [self._answer(text) for text in texts]

    def _answer(self, text: str) -> Answer:
        matches = self.says.get(text, [])
        checked = any(one.relation == Relation.SAME and one.verdict for one in matches)
        return Answer(text, matches, checked)


def faked(monkeypatch: pytest.MonkeyPatch) -> Faked:
    """Put a stand-in in the place of `match`."""
    fake = Faked()
    monkeypatch.setattr(finding, "match", fake)
    return fake
