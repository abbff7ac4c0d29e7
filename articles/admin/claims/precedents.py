"""Claims like a claim, and how they were rated."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from articles.comparing.differences import differences
from articles.comparing.notices import Notice, called_out
from articles.models import Claim
from articles.search import search

# How many are shown.
MOST = 8
# Of 1: below, the words that two statements share are nothing to go by.
ALIKE = 0.4


@dataclass(frozen=True)
class Precedent:
    """Another claim with words of this one: how alike the two are, and what differs that must not be overlooked."""

    claim: Claim
    alike: float
    notices: tuple[Notice, ...]
    # How it is related to this claim already; "" where it is not.
    relation: str

    @property
    def likeness(self) -> str:
        """How alike the statements are, in words."""
        if self.alike >= 0.9:
            return _("nearly the same words")
        return _("much alike") if self.alike >= 0.6 else _("some words shared")


def precedents(claim: Claim, user: Any, related: dict[int, str], words: str = "") -> list[Precedent]:
    """Return the claims this user sees that are most like a claim, or that hold the words typed; the search ranks them.

    `related` says of claims, by id, how they relate to this one. A fixed number of queries.
    """
    found = search(
        words or claim.statement, user=user, kinds=("claim",), match="all" if words else "any", limit=MOST + 1
    )
    ids = [hit.id for hit in found.hits if hit.id not in (claim.pk, claim.merged_into_id)][:MOST]
    rows = Claim.objects.visible_to(user).filter(pk__in=ids).with_current_verdict().in_bulk()
    made = [_precedent(claim, rows[pk], related.get(pk, "")) for pk in ids if pk in rows]
    return made if words else [one for one in made if one.alike >= ALIKE]


def _precedent(claim: Claim, other: Claim, relation: str) -> Precedent:
    alike = _alike(claim.statement, other.statement)
    return Precedent(
        other, alike, called_out(claim.statement, other.statement) if alike >= 0.6 else (), relation
    )


def _alike(one: str, other: str) -> float:
    """Return the share of the letters of both statements that stand in whole words they have in common, in order."""
    same = sum(len(piece.text) for piece in differences(one, other) if piece.kind == "same")
    return 2 * same / max(1, len(one) + len(other))


def ratings_of(found: list[Precedent]) -> list[tuple[str, int]]:
    """Return how the like claims were rated: the rating and how often, the most frequent first."""
    ratings = Counter(str(one.claim.current_verdict.rating) for one in found if one.claim.current_verdict)
    return ratings.most_common()
