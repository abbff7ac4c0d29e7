"""What `match` found, with the claims themselves: what every door shows of it. A fixed number of queries more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from articles.matching import finding
from articles.matching.reasons import Reason, ReasonCode
from articles.models import Claim, Verdict

# Below, a claim that does not say the same shares words with a text and hardly anything else.
NEAR = 0.05
# A claim that says the same of another number, or year, is near whatever its score; so is one close in meaning, which
# a score of words can not tell.
_NEAR_BY = {ReasonCode.DIFFERENT_NUMBER, ReasonCode.DIFFERENT_YEAR, ReasonCode.DENIAL, ReasonCode.MEANING}
# A name alone says of whom both speak, not that they speak of the same matter.
_OF_THE_MATTER = {ReasonCode.SHARED_PHRASE, ReasonCode.SHARED_NUMBERS, ReasonCode.SHARED_WORDS}
# The sentences of `reasons`, in the language of the page.
_SENTENCES = {
    ReasonCode.SHARED_PHRASE: _("Both say {}."),
    ReasonCode.SHARED_NAMES: _("Both name {}."),
    ReasonCode.SHARED_NUMBERS: _("Both have the number {}."),
    ReasonCode.SHARED_WORDS: _("Both have the words {}."),
    ReasonCode.SAME_AUTHOR: _("The claim speaks of who wrote the text: {}."),
    ReasonCode.DIFFERENT_NUMBER: _("The text says {}, the claim {}."),
    ReasonCode.DIFFERENT_YEAR: _("The text speaks of {}, the claim of {}."),
    ReasonCode.NEGATION: _("One says the opposite of the other: {}."),
    ReasonCode.DENIAL: _("One of them denies something: {}."),
    ReasonCode.MEANING: _("A language model finds the two close in meaning."),
}


@dataclass(frozen=True)
class OnRecord:
    """A claim on record that a text says, denies or is about; loaded with its current verdict."""

    claim: Claim
    # 0 to 1: how likely it is that the claim says what the text says.
    score: float
    # "same", "opposite" or "related".
    relation: str
    reasons: tuple[Reason, ...]

    @property
    def why(self) -> list[str]:
        """The reasons as sentences, in the language of the page."""
        return [_told(one) for one in self.reasons]

    @property
    def is_near(self) -> bool:
        """Is it worth a look, though it may not say the same?"""
        return (
            self.relation != "related"
            or (self.score >= NEAR and any(reason.code in _OF_THE_MATTER for reason in self.reasons))
            or any(reason.code in _NEAR_BY for reason in self.reasons)
        )

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


def _told(reason: Reason) -> str:
    pattern, quoted = gettext(_SENTENCES[reason.code]), [f"“{one}”" for one in reason.words]
    return pattern.format(*quoted) if pattern.count("{}") == 2 else pattern.format(", ".join(quoted))
