"""Publishing at a moment that an editor has set: approved today, published then if nothing has changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError

from articles import mailing
from articles.canonical import canonical, sha256
from articles.models.draft import VerdictDraft
from articles.models.ledger import act, alone
from articles.models.user import require_editor
from articles.models.verdict import Verdict
from articles.publishing import as_it_would_be, obstacles, snapshot
from articles.refusals import NotAllowed, NotPublishable, Refused

# How many drafts one run of the task publishes; the next comes a minute later.
AT_ONCE = 50


def schedule(
    draft: VerdictDraft,
    by: Any,
    publish_at: datetime,
    expected: int | None = None,
    at: datetime | None = None,
) -> None:
    """Have a draft published at `publish_at` by `by`, who may publish it today but for an embargo that ends by then.

    Raises NotAllowed, NotPublishable with all obstacles, Stale, and Refused for a moment that has gone by or lies
    within the embargo.
    """
    require_editor(by, "schedules verdicts")
    if by is None:
        raise NotAllowed("Only an editor schedules verdicts; a command must say which one.")
    with act(by, "schedule", draft.claim, at) as entry:
        expected = draft.revision if expected is None else expected
        draft.refresh_from_db()
        if publish_at <= entry.at:
            raise Refused("This moment has gone by; choose a later one, or publish it now.", "in_the_past")
        if draft.embargo_until is not None and publish_at < draft.embargo_until:
            raise Refused(
                f"The embargo lasts until {in_words(draft.embargo_until)}; choose that moment or a later one.",
                "within_embargo",
            )
        found = obstacles(draft, by, publish_at)
        if found:
            raise NotPublishable(found)
        draft.publish_at, draft.scheduled_by, draft.schedule_lifted = publish_at, by, ""
        draft.scheduled_as = fingerprint(draft)
        draft.write([], expected)


def publish_due(draft_id: int, now: datetime) -> Verdict | None:
    """Publish a scheduled draft whose moment has come, in the name of who scheduled it; None where it was not.

    Everybody else's acts wait meanwhile, so that of two workers only the first finds it scheduled. What stands in the
    way lifts the schedule: the draft waits again, and its page says why.
    """
    with alone():
        draft = (
            VerdictDraft.objects.due(now).select_related("scheduled_by", "author").filter(pk=draft_id).first()
        )
        if draft is None:
            return None
        try:
            if fingerprint(draft) != draft.scheduled_as:
                raise Refused(
                    "What readers would see has changed since: the claim, a piece of evidence, or what they are "
                    "called. Read it again.",
                    "changed_since",
                )
            return draft.publish(draft.scheduled_by, at=now)
        except (Refused, ValidationError) as trouble:
            why = " ".join(trouble.messages) if isinstance(trouble, ValidationError) else trouble.sentence
            lift(draft_id, why)
            return None


def lift(draft_id: int, why: str) -> None:
    """Take a schedule off because something stands in the way, and say so on the draft's page."""
    # Read anew: what was refused has changed the other in memory.
    draft = VerdictDraft.objects.select_related("author", "scheduled_by").get(pk=draft_id)
    moment, author, approver = in_words(draft.publish_at), draft.author, draft.scheduled_by
    draft.lift_schedule(f"It was not published on {moment}. {why}")
    draft.write([])
    for person in {one.pk: one for one in (author, approver) if one is not None}.values():
        mailing.tell("schedule_lifted", person, draft)


def fingerprint(draft: VerdictDraft) -> str:
    """Return the hash of what readers would be shown of this draft, but for the moment."""
    moment = draft.publish_at or draft.updated_at
    evidence = draft.cited_evidence()
    verdict = as_it_would_be(draft, evidence, draft.author, draft.scheduled_by, moment)
    shown = {**snapshot(verdict, evidence), "published_at": None}
    return sha256(canonical([shown, draft.correction_kind, draft.correction_note]))


def in_words(moment: Any) -> str:
    return f"{moment.astimezone(UTC):%d %B %Y at %H:%M} UTC"
