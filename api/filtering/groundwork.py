"""What research steps and contacts are narrowed by."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from api import parameters
from api.filtering.columns import is_set, of_claim
from api.filters import VISIBILITY, among, between_moments
from articles.models import Channel, Claimant, Contact, ReplyState, ResearchOutcome


def _done_after(rows: Any, day: date, user: Any) -> Any:
    return rows.filter(done_on__gte=day)


def _done_before(rows: Any, day: date, user: Any) -> Any:
    return rows.filter(done_on__lte=day)


RESEARCH = (
    of_claim("The id of the claim it was done for; those merged into it count."),
    parameters.words("outcome", "What came of it.", ResearchOutcome.values, among("outcome")),
    parameters.day("done_after", "Done on this day or later; undated ones are left out.", _done_after),
    parameters.day("done_before", "Done on this day or earlier; undated ones are left out.", _done_before),
    VISIBILITY,
)


def _asked(rows: Any, claimant: int, user: Any) -> Any:
    # By the name of somebody whom the asker may not see nothing is found.
    return rows.filter(claimant__in=Claimant.objects.visible_to(user).filter(pk=claimant))


def _overdue(rows: Any, wanted: bool, user: Any) -> Any:
    late = Contact.objects.overdue(timezone.now()).order_by().values("pk")
    return rows.filter(pk__in=late) if wanted else rows.exclude(pk__in=late)


CONTACTS = (
    of_claim("The id of the claim they were asked about; those merged into it count."),
    parameters.number("claimant", "The id of the claimant who was asked.", _asked),
    parameters.words("reply_state", "What came of it.", ReplyState.values, among("reply_state")),
    parameters.words("channel", "How they were asked.", Channel.values, among("channel")),
    parameters.flag("overdue", "Whether their time is over and nothing came.", _overdue),
    parameters.flag("deadline", "Whether they were given a time to answer by.", is_set("deadline")),
    *between_moments("asked", "Asked", "asked_at"),
    *between_moments("replied", "Answered", "replied_at"),
    VISIBILITY,
)
