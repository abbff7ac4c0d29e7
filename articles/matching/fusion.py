"""Several rankings become one: reciprocal rank fusion. No Django in here."""

from __future__ import annotations

from collections.abc import Sequence

# Added to each place, so that the first place of one ranking does not outweigh two good ones.
CONSTANT = 60


def fused(*rankings: Sequence[int]) -> list[int]:
    """Return what stands in any of the rankings, best first; of equals, what stands further ahead in an earlier one."""
    values: dict[int, float] = {}
    for ranking in rankings:
        for place, one in enumerate(ranking, 1):
            values[one] = values.get(one, 0.0) + 1 / (CONSTANT + place)
    # A dict remembers who came first, and sorting keeps that among equals.
    return sorted(values, key=lambda one: -values[one])
