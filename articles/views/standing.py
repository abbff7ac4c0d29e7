"""Where a claim stands, in one word and one look: its current rating, or why it has none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from articles.models import Claim, Rating
from articles.models.rating import in_language
from articles.vocabulary import ClaimStatus

NO_VERDICT = {
    ClaimStatus.OPEN: _("Open"),
    ClaimStatus.CHECKING: _("Being checked"),
    ClaimStatus.NOT_CHECKABLE: _("Not checkable"),
    ClaimStatus.DISMISSED: _("Dismissed"),
    ClaimStatus.MERGED: _("Merged"),
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


def as_published(image: dict[str, Any]) -> Standing:
    """Return a rating as a verdict's snapshot holds it, by the word that readers saw then."""
    return Standing(
        image["class"],
        in_language(image["labels"]) or image["slug"],
        in_language(image["definitions"]),
        is_rating=True,
    )


def no_verdict_yet() -> Standing:
    """Return what stands for all that is still to be checked, where it is counted."""
    return Standing("open", gettext("No verdict yet"), order=100)


def of_claim(claim: Claim) -> Standing:
    """Costs a query unless the claim was loaded by `for_listing`."""
    verdict = claim.current_verdict
    if verdict is not None and verdict.rating is not None:
        return of_rating(verdict.rating)
    status = ClaimStatus(claim.status)
    look = "open" if status == ClaimStatus.CHECKING else status.value
    return Standing(look, gettext(NO_VERDICT[status]), order=100 + list(NO_VERDICT).index(status))


def score(claims: Iterable[Any]) -> list[tuple[Standing, int]]:
    """Return how many of these claims stand where, in the order of the scale."""
    counted = Counter(of_claim(claim) for claim in claims)
    return sorted(counted.items(), key=lambda pair: pair[0].order)
