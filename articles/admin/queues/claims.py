"""Claims that somebody is to check, and what hangs on a claim until there is a verdict."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from articles.admin.assigning import offered_colleagues
from articles.admin.queues.queue import Key, Offer, Queue, address, cut, first_of, name_of
from articles.models import Claim, Contact, ReviewTask, Verdict, VerdictDraft
from articles.models.choices import labelled
from articles.vocabulary import ClaimStatus, ReviewReason

_REASONS = dict(labelled(ReviewReason))


class ClaimQueue(Queue):
    model = Claim
    template = "admin/queues/claim.html"

    def detailed(self, rows: Any) -> QuerySet:
        return rows.for_listing().select_related("assignment__assignee", "assignment__assigned_by")

    def people(self, user: Any) -> Any:
        return offered_colleagues(user)


class Assigned(ClaimQueue):
    """What this person is to check; not what was answered since they got it."""

    slug = "assigned"
    title = _("Claims you check")
    order = (Key("assignment__at"), Key("pk"))
    offers = (Offer("assign"), Offer("unassign", "d"))

    def waiting(self, user: Any) -> QuerySet:
        answered = Verdict.objects.filter(
            claim=OuterRef("pk"), published_at__gt=OuterRef("assignment__at")
        ).order_by()
        mine = Claim.objects.visible_to(user).filter(
            assignment__assignee=user, status__in=(ClaimStatus.OPEN, ClaimStatus.CHECKING)
        )
        return mine.filter(~Exists(answered))

    def brief(self, user: Any) -> dict[str, Any]:
        return {
            "text": cut("statement"), "who": name_of("assignment__assigned_by"), "at": F("assignment__at"),
        }  # fmt: skip


class Unassigned(ClaimQueue):
    """What is being checked, by nobody in particular."""

    slug = "unassigned"
    title = _("Being checked, by nobody yet")
    order = (Key("pk", descending=True),)
    offers = (Offer("assign"),)
    listed_by = "?status__exact=checking"

    def waiting(self, user: Any) -> QuerySet:
        drafts = VerdictDraft.objects.open().filter(claim=OuterRef("pk")).order_by()
        claims = Claim.objects.visible_to(user).filter(status=ClaimStatus.CHECKING, assignment=None)
        return claims.filter(~Exists(drafts))

    def brief(self, user: Any) -> dict[str, Any]:
        return {"text": cut("statement"), "at": F("created_at")}


class Deadlines(Queue):
    """Who was asked and has not answered, whose time ends first before the others."""

    slug = "replies"
    title = _("Waiting for a reply")
    model = Contact
    template = "admin/queues/contact.html"
    order = (Key("deadline", nullable=True), Key("pk"))
    offers = (Offer("reply", "a", "there"), Offer("decline", "", "there"), Offer("no-reply", "d"))
    listed_by = "?time=waiting"

    def waiting(self, user: Any) -> QuerySet:
        return Contact.objects.visible_to(user).waiting()

    def brief(self, user: Any) -> dict[str, Any]:
        return {
            "text": cut("question"), "who": first_of("addressee", "claimant__name"), "at": F("deadline"),
        }  # fmt: skip

    def line(self, row: Any, now: datetime) -> dict[str, Any]:
        is_overdue = row.line_at is not None and row.line_at < now
        return {"text": row.line_text, "who": row.line_who, "due": row.line_at, "overdue": is_overdue}


class Rereading(Queue):
    """Verdicts that stand on something that has changed, and those whose day has come."""

    slug = "reread"
    title = _("Verdicts to read again")
    model = ReviewTask
    template = "admin/queues/review.html"
    order = (Key("opened_at"), Key("pk"))
    offers = (Offer("close", "a"),)

    def waiting(self, user: Any) -> QuerySet:
        return ReviewTask.objects.visible_to(user).open()

    def brief(self, user: Any) -> dict[str, Any]:
        return {
            "text": cut("claim__statement"), "note": F("note"), "code": F("reason"), "at": F("opened_at"),
        }  # fmt: skip

    def line(self, row: Any, now: datetime) -> dict[str, Any]:
        return {**super().line(row, now), "tag": _REASONS.get(row.line_code, row.line_code)}

    def detail(self, row: Any, now: datetime) -> dict[str, Any]:
        return {"workbench": address("articles_claim_workbench", row.claim_id)}
