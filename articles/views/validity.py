"""For which days which verdict of a series holds, as we know it today: what `Claim.held_on` answers, for all days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from articles.models.verdict import still_standing

DAY = timedelta(days=1)
# Some days, both ends included.
Days = tuple[date, date]


@dataclass(frozen=True)
class Period:
    """Days a verdict holds for, both included; an end that is None is open."""

    verdict: Any
    first: date | None
    last: date | None


def periods(series: Sequence[Any]) -> list[Period]:
    """Return what holds when, in the order of time.

    `series` are the verdicts of a claim in the order of publication, their corrections loaded. A verdict that was
    corrected or withdrawn holds for no day; of two that hold for a day, the later one does.
    """
    taken: list[Days] = []
    found = []
    for verdict in reversed(still_standing(series)):
        days = (verdict.valid_from or date.min, verdict.valid_to or date.max)
        left = [days]
        for other in taken:
            left = [part for some in left for part in _without(some, other)]
        found += [
            Period(
                verdict,
                None if first == date.min else first,
                None if last == date.max else last,
            )
            for first, last in left
        ]
        taken.append(days)
    return sorted(found, key=lambda period: period.first or date.min)


def _without(some: Days, other: Days) -> list[Days]:
    """Return what is left of some days where others are taken away."""
    if other[1] < some[0] or some[1] < other[0]:
        return [some]
    left = []
    if some[0] < other[0]:
        left.append((some[0], other[0] - DAY))
    if other[1] < some[1]:
        left.append((other[1] + DAY, some[1]))
    return left
