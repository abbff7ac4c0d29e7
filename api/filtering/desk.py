"""What the desk's own lists are narrowed by: drafts, review tasks, suggestions, proposals, arrivals and jobs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from api import parameters
from api.filtering.columns import is_set, of_article
from api.filters import among, between_moments, equals
from articles.models import Claim, DraftState, Suggestion
from articles.models.job import State
from articles.vocabulary import ArrivalState, ClaimKind, Decision, Media, ProposalKind, ReviewReason

CLAIM = parameters.number(
    "claim",
    "The id of the claim; those merged into it count.",
    lambda rows, pk, user: rows.filter(claim__in=Claim.objects.one_with(pk)),
)


def _publishable(rows: Any, wanted: bool, user: Any) -> Any:
    mine = rows.model.objects.publishable_by(user).order_by().values("pk")
    return rows.filter(pk__in=mine) if wanted else rows.exclude(pk__in=mine)


DRAFTS = (
    CLAIM,
    parameters.words("state", "How far it is.", DraftState.values, among("state")),
    parameters.number("author", "The id of who writes it.", equals("author")),
    parameters.flag("handed_back", "Whether an editor gave it back.", is_set("handed_back_by")),
    parameters.flag(
        "publishable",
        "Whether you may publish it, once nothing stands in its way: submitted, and not your own words.",
        _publishable,
    ),
    *between_moments("submitted", "Submitted", "submitted_at"),
    *between_moments("updated", "Last written to", "updated_at"),
)

REVIEWS = (
    CLAIM,
    of_article("The id of the article whose text changed."),
    parameters.words("reason", "Why it is to be read again.", ReviewReason, among("reason")),
    parameters.flag("open", "Whether nobody has read it again yet.",
                    lambda rows, wanted, user: rows.filter(closed_at__isnull=wanted)),
    parameters.number("closed_by", "The id of who read it again.", equals("closed_by")),
    *between_moments("opened", "Asked for", "opened_at"),
    *between_moments("closed", "Read again", "closed_at"),
)  # fmt: skip


def _queued(rows: Any, wanted: bool, user: Any) -> Any:
    waiting = Suggestion.objects.open().order_by().values("pk")
    return rows.filter(pk__in=waiting) if wanted else rows.exclude(pk__in=waiting)


SUGGESTIONS = (
    of_article("The id of the article they were found in, in whatever version of its text."),
    parameters.number("article_version", "The id of a version of a text.", equals("article_version")),
    parameters.words("state", "What was decided.", Decision, among("state")),
    parameters.flag(
        "queued",
        "Whether it waits at the desk: open, in a text that is still the newest, and no claim lies on its words.",
        _queued,
    ),
    parameters.words("kind", "What kind of statement it is.", ClaimKind, among("kind")),
    parameters.number("claim", "The id of the claim that one became.", equals("claim")),
    parameters.number("decided_by", "The id of who decided.", equals("decided_by")),
)


def _about(rows: Any, claim: int, user: Any) -> Any:
    return rows.filter(appearance__claim__in=Claim.objects.one_with(claim))


PROPOSALS = (
    parameters.number(
        "claim", "The id of the claim whose words they are; those merged into it count.", _about
    ),
    of_article("The id of the article whose newer text is asked of."),
    parameters.number("article_version", "The id of the newer version.", equals("article_version")),
    parameters.number("appearance", "The id of the quotation in the older text.", equals("appearance")),
    parameters.words("kind", "Why it did not carry over.", ProposalKind, among("kind")),
    parameters.words("state", "What was decided.", Decision, among("state")),
    *between_moments("proposed", "Asked", "proposed_at"),
)


def _concerning(rows: Any, article: int, user: Any) -> Any:
    return rows.filter(Q(article_version__article=article) | Q(resembles=article))


ARRIVALS = (
    parameters.words("state", "What became of it.", ArrivalState, among("state")),
    parameters.text("name", "The name it was handed in by, exactly.", 500, equals("name")),
    parameters.text("sha256", "The hash of the bytes, in hexadecimal.", 64, equals("original__sha256")),
    parameters.words("media", "What it is, by its content.", Media, among("original__media")),
    parameters.number("article", "The id of an article it was filed under, or resembles.", _concerning),
    parameters.number("by", "The id of who handed it in.", equals("by")),
    *between_moments("handed_in", "Handed in", "at"),
)

JOBS = (
    parameters.words("state", "How it stands.", State.values, among("state")),
    parameters.text("queue", "The queue it waits in.", 60, equals("queue")),
    parameters.text("task", "The function, by its module and name.", 300, equals("task")),
    *between_moments("enqueued", "Asked for", "enqueued_at"),
    *between_moments("finished", "Ended", "finished_at"),
)
