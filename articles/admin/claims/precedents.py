"""Claims like a claim, and how they were rated."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from articles.comparing.differences import differences
from articles.comparing.notices import Notice, called_out
from articles.matching.on_record import OnRecord, on_record
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
    # What it seems to say of what this one says: "same", "opposite", "related"; "" where only words were looked for.
    says: str
    # Why it was found, in sentences.
    reasons: tuple[str, ...]
    alike: float
    notices: tuple[Notice, ...]
    # How it is related to this claim already; "" where it is not.
    relation: str

    @property
    def is_opposite(self) -> bool:
        return self.says == "opposite"

    @property
    def likeness(self) -> str:
        """What it seems to say, or how alike the statements are, in words."""
        if self.says in ("same", "opposite"):
            return _("seems to say the same") if self.says == "same" else _("seems to say the opposite")
        if self.alike >= 0.9:
            return _("nearly the same words")
        return _("much alike") if self.alike >= 0.6 else _("some words shared")


def precedents(claim: Claim, user: Any, related: dict[int, str], words: str = "") -> list[Precedent]:
    """Return the claims this user sees that say what a claim says, or the contrary, or are like it; or those that hold
    the words typed, as the search ranks them.

    `related` says of claims, by id, how they relate to this one. A fixed number of queries.
    """
    if words:
        return _searched(claim, user, related, words)
    own = [pk for pk in (claim.pk, claim.merged_into_id) if pk is not None]
    (looked,) = on_record([claim.statement], user=user, limit=MOST, without=own)
    made = [(one, _precedent(claim, one.claim, related, one)) for one in looked.matches]
    return [one for match, one in made if match.is_near or one.alike >= ALIKE]


def _searched(claim: Claim, user: Any, related: dict[int, str], words: str) -> list[Precedent]:
    found = search(words, user=user, kinds=("claim",), limit=MOST + 1)
    ids = [hit.id for hit in found.hits if hit.id not in (claim.pk, claim.merged_into_id)][:MOST]
    rows = Claim.objects.visible_to(user).filter(pk__in=ids).with_current_verdict().in_bulk()
    return [_precedent(claim, rows[pk], related) for pk in ids if pk in rows]


def _precedent(
    claim: Claim, other: Claim, related: dict[int, str], found: OnRecord | None = None
) -> Precedent:
    alike = _alike(claim.statement, other.statement)
    is_close = alike >= 0.6 or (found is not None and found.relation == "opposite")
    return Precedent(
        other,
        found.relation if found else "",
        tuple(found.why) if found else (),
        alike,
        called_out(claim.statement, other.statement) if is_close else (),
        related.get(other.pk, ""),
    )


def _alike(one: str, other: str) -> float:
    """Return the share of the letters of both statements that stand in whole words they have in common, in order."""
    same = sum(len(piece.text) for piece in differences(one, other) if piece.kind == "same")
    return 2 * same / max(1, len(one) + len(other))


def ratings_of(found: list[Precedent]) -> list[tuple[str, int]]:
    """Return how the like claims were rated: the rating and how often, the most frequent first."""
    ratings = Counter(str(one.claim.current_verdict.rating) for one in found if one.claim.current_verdict)
    return ratings.most_common()
