"""What came in: found in texts, sent by readers, held because it resembles what is on record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import BooleanField, F, OuterRef, Prefetch, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Substr
from django.utils.translation import gettext_lazy as _

from articles.admin.assigning import offered_colleagues
from articles.admin.queues.queue import Key, Offer, Queue, address, cut, first_of, name_of
from articles.admin.site import meter
from articles.admin.texts.proposal import what_changed
from articles.admin.texts.suggestion import found_in
from articles.models import (
    AnchorProposal,
    Arrival,
    ArticleVersion,
    Complaint,
    ComplaintKind,
    Submission,
    SubmissionKind,
    Suggestion,
)
from articles.models.choices import labelled
from articles.vocabulary import ProposalKind

_PROPOSALS, _COMPLAINTS, _SENT = (
    dict(labelled(ProposalKind)),
    dict(ComplaintKind.choices),
    dict(SubmissionKind.choices),
)


def _texts(path: str) -> Prefetch:
    """Load the texts that rows stand in, each once."""
    return Prefetch(path, ArticleVersion.objects.select_related("article").defer("offset_map"))


class Suggestions(Queue):
    """What the importer found, what is most worth checking first."""

    slug = "suggestions"
    title = _("Worth checking")
    model = Suggestion
    template = "admin/queues/suggestion.html"
    # Whether a sentence is worth checking is best seen where it stands.
    opens = "in_text"
    order = (
        Key("score", descending=True), Key("article_version_id", descending=True), Key("start"), Key("pk"),
    )  # fmt: skip
    offers = (Offer("accept", "a"), Offer("dismiss", "d"))

    def waiting(self, user: Any) -> QuerySet:
        return Suggestion.objects.visible_to(user).open()

    def detailed(self, rows: QuerySet) -> QuerySet:
        # `open` has asked whether a claim lies on the words; the form need not ask it of each row again.
        is_free = Value(True, output_field=BooleanField())
        return rows.prefetch_related(_texts("article_version")).annotate(is_free=is_free)

    def brief(self, user: Any) -> dict[str, Any]:
        # Each asked for its text by itself: of a join SQLite may begin with the texts, and sort all that waits.
        text = ArticleVersion.objects.filter(pk=OuterRef("article_version"))
        words = Substr("text", OuterRef("start") + 1, OuterRef("end") - OuterRef("start"))
        return {
            "text": cut(Subquery(text.values(said=words))), "number": F("score"),
            "who": cut(Coalesce(Subquery(text.values("article__title")), Value(""), output_field=TextField())),
        }  # fmt: skip

    def line(self, row: Any, now: datetime) -> dict[str, Any]:
        return {
            "text": " ".join(row.line_text.split()), "worth": meter(row.line_number), "who": row.line_who,
        }  # fmt: skip

    def detail(self, row: Any, now: datetime) -> dict[str, Any]:
        return {
            **found_in(row),
            "workbench": address("articles_article_workbench", row.article_version.article_id),
        }

    def people(self, user: Any) -> Any:
        return offered_colleagues(user)


class Quotations(Queue):
    """Words that did not carry over to a newer text by themselves."""

    slug = "quotations"
    title = _("Quotations to decide on")
    model = AnchorProposal
    template = "admin/queues/proposal.html"
    order = (Key("pk"),)
    offers = (Offer("accept", "a"), Offer("dismiss", "d"))

    def waiting(self, user: Any) -> QuerySet:
        return AnchorProposal.objects.visible_to(user).open()

    def detailed(self, rows: QuerySet) -> QuerySet:
        return rows.select_related("appearance__claim").prefetch_related(
            _texts("article_version"), _texts("appearance__article_version")
        )

    def brief(self, user: Any) -> dict[str, Any]:
        return {"text": cut("appearance__exact"), "code": F("kind"), "at": F("proposed_at")}

    def line(self, row: Any, now: datetime) -> dict[str, Any]:
        return {"text": row.line_text, "at": row.line_at, "tag": _PROPOSALS.get(row.line_code, row.line_code)}

    def detail(self, row: Any, now: datetime) -> dict[str, Any]:
        return what_changed(row)


class FromReaders(Queue):
    """What readers sent, the newest first."""

    slug = "readers"
    title = _("From readers")
    model = Submission
    template = "admin/queues/submission.html"
    order = (Key("pk", descending=True),)
    offers = (
        Offer("take", "s"), Offer("accept", "a", "there"), Offer("decline", "d"), Offer("duplicate", "", "there"),
    )  # fmt: skip

    def waiting(self, user: Any) -> QuerySet:
        return Submission.objects.visible_to(user).open()

    def brief(self, user: Any) -> dict[str, Any]:
        return {
            "text": first_of("text", "url", "about"), "code": F("kind"), "at": F("at"),
            "who": name_of("assigned_to"),
        }  # fmt: skip

    def line(self, row: Any, now: datetime) -> dict[str, Any]:
        return {
            "text": " ".join(row.line_text.split()), "tag": _SENT.get(row.line_code, row.line_code),
            "at": row.line_at, "who": row.line_who or _("nobody yet"),
        }  # fmt: skip


class Complaints(Queue):
    """What somebody asks us to correct, answer for or take down; what is due first before the others."""

    slug = "complaints"
    title = _("Complaints")
    model = Complaint
    template = "admin/queues/complaint.html"
    order = (Key("due_on", nullable=True), Key("pk"))

    def waiting(self, user: Any) -> QuerySet:
        return Complaint.objects.visible_to(user).waiting()

    def brief(self, user: Any) -> dict[str, Any]:
        return {
            "text": first_of("said", "submission__text", "submission__reason"), "code": F("kind"),
            "at": F("due_on"), "who": name_of("assigned_to"),
        }  # fmt: skip

    def line(self, row: Any, now: datetime) -> dict[str, Any]:
        is_overdue = row.line_at is not None and row.line_at.date() < now.date()
        return {
            "text": " ".join(row.line_text.split()), "tag": _COMPLAINTS.get(row.line_code, row.line_code),
            "due": row.line_at and row.line_at.date(), "overdue": is_overdue, "who": row.line_who or _("nobody yet"),
        }  # fmt: skip


class HeldFiles(Queue):
    """Files that resemble a text on record."""

    slug = "held"
    title = _("Held files")
    model = Arrival
    template = "admin/queues/arrival.html"
    order = (Key("pk"),)
    offers = (
        Offer("version", "a", "once_more"), Offer("copy", "", "there"), Offer("article", "", "once_more"),
        Offer("set-aside", "d", "once_more"),
    )  # fmt: skip

    def waiting(self, user: Any) -> QuerySet:
        return Arrival.objects.visible_to(user).held()

    def brief(self, user: Any) -> dict[str, Any]:
        return {"text": F("name"), "note": F("resemblance"), "at": F("at")}
