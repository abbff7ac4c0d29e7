"""What was done before a verdict, as a page shows it: where we looked, and whom we asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from articles.models.research import ResearchOutcome
from articles.views.exhibits import Exhibits

FRUITLESS = (ResearchOutcome.NOT_FOUND, ResearchOutcome.NO_ACCESS)


@dataclass(frozen=True)
class Search:
    """A search, and the number of the evidence it led to, where the page shows that."""

    step: Any
    evidence: int | None

    @property
    def is_fruitless(self) -> bool:
        return self.step.outcome in FRUITLESS


def searched(steps: Iterable[Any], exhibits: Exhibits | None) -> list[Search]:
    """Return the searches, first those that found nothing."""
    numbers = exhibits.numbers() if exhibits else {}
    found = [Search(step, numbers.get(step.evidence_id)) for step in steps]
    return sorted(found, key=lambda search: not search.is_fruitless)


@dataclass(frozen=True)
class Asked:
    """Somebody who was asked. Readers know them by name where a text that they may read says that they make this
    claim; otherwise by the words that describe them, and empty where there are none."""

    contact: Any
    claimant: Any
    described: str


def asked(contacts: Iterable[Any], said_here: Collection[int | None]) -> list[Asked]:
    """Return who was asked. `said_here` are the claimants that the page names anyway."""
    return [
        Asked(one, one.claimant if one.claimant_id in said_here else None, one.addressee) for one in contacts
    ]
