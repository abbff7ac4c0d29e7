"""What `match` found, with the claims themselves: what every door shows of it. A fixed number of queries more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from articles.matching import finding
from articles.models import Claim, Verdict


@dataclass(frozen=True)
class OnRecord:
    """A claim on record that a text says, denies or is about; loaded with its current verdict."""

    claim: Claim
    # 0 to 1: how likely it is that the claim says what the text says.
    score: float
    # "same", "opposite" or "related".
    relation: str
    reasons: tuple[finding.Reason, ...]

    @property
    def verdict(self) -> Verdict | None:
        """What readers see of it today; None before the first verdict and after a withdrawal."""
        return self.claim.current_verdict


@dataclass(frozen=True)
class Looked:
    """One text and what is on record of it, most alike first. `notes` are sentences on how it was looked for."""

    text: str
    already_checked: bool
    matches: list[OnRecord]
    notes: list[str]

    def first(self, relation: str) -> OnRecord | None:
        """Return the claim most alike of those that relate so to the text."""
        return next((one for one in self.matches if one.relation == relation), None)


def on_record(
    texts: Sequence[str],
    *,
    user: Any,
    limit: int = 5,
    checked_only: bool = False,
    without: Collection[int] = (),
) -> list[Looked]:
    """Return what is on record of each text that this user may see, in the order of the texts.

    Three or four queries more than `match` takes, however many texts there are. Never raises for any text.
    """
    answers = finding.match(texts, user=user, limit=limit, checked_only=checked_only, without=without)
    ids = {one.claim for answer in answers for one in answer.matches}
    rows = Claim.objects.visible_to(user).with_current_verdict().in_bulk(ids) if ids else {}
    return [
        Looked(
            answer.text,
            answer.already_checked,
            [
                OnRecord(rows[one.claim], one.score, str(one.relation), tuple(one.reasons))
                for one in answer.matches
                if one.claim in rows
            ],
            list(answer.notes),
        )
        for answer in answers
    ]
