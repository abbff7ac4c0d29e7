"""Where a claim stands, in one word and one look: its current rating, or why it has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from articles.models import Claim, Rating
from articles.vocabulary import ClaimStatus

NO_VERDICT = {
    ClaimStatus.OPEN: "Open",
    ClaimStatus.CHECKING: "Being checked",
    ClaimStatus.NOT_CHECKABLE: "Not checkable",
    ClaimStatus.DISMISSED: "Dismissed",
    ClaimStatus.MERGED: "Merged",
}


@dataclass(frozen=True)
class Standing:
    """`look` names shape and colour in the style sheet; `label` is the word beside them."""

    look: str
    label: str
    definition: str = ""
    order: int = 0
    is_rating: bool = False


def of_rating(rating: Rating) -> Standing:
    return Standing(rating.machine_class, rating.label, rating.definition, rating.position, is_rating=True)


def of_claim(claim: Claim) -> Standing:
    """Costs a query unless the claim was loaded by `for_listing`."""
    verdict = claim.current_verdict
    if verdict is not None and verdict.rating is not None:
        return of_rating(verdict.rating)
    status = ClaimStatus(claim.status)
    look = "open" if status == ClaimStatus.CHECKING else status.value
    return Standing(look, NO_VERDICT[status], order=100 + list(NO_VERDICT).index(status))


def score(claims: Iterable[Any]) -> list[tuple[Standing, int]]:
    """Return how many of these claims stand where, in the order of the scale."""
    counted = Counter(of_claim(claim) for claim in claims)
    return sorted(counted.items(), key=lambda pair: pair[0].order)
