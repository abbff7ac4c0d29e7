"""Verdicts on their way: what somebody writes, what waits for a second editor, what a second opinion is wanted of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from articles.admin.queues.queue import Key, Offer, Queue, address, cut, name_of
from articles.models import Assessment, DraftState, VerdictDraft

_FIRST, _THEN, _LAST = Value(0), Value(1), Value(2)


class DraftQueue(Queue):
    model = VerdictDraft
    template = "admin/queues/draft.html"

    def detail(self, row: Any, now: datetime) -> dict[str, Any]:
        return {"preview": address("articles_verdictdraft_preview", row.pk)}


class Mine(DraftQueue):
    """What this person writes: first what was handed back to them, then the latest; at last what nobody writes yet."""

    slug = "drafts"
    title = _("Drafts to finish")
    order = (Key("turn"), Key("updated_at", descending=True), Key("pk", descending=True))
    offers = (Offer("submit", "a", "once_more"),)

    def waiting(self, user: Any) -> QuerySet:
        drafts = VerdictDraft.objects.visible_to(user).filter(state=DraftState.WRITING)
        return drafts.filter(Q(author=user) | Q(author=None))

    def placed(self, rows: QuerySet, user: Any) -> QuerySet:
        turn = Case(
            When(author=None, then=_LAST), When(handed_back_by=None, then=_THEN), default=_FIRST,
            output_field=IntegerField(),
        )  # fmt: skip
        return rows.annotate(turn=turn)

    def brief(self, user: Any) -> dict[str, Any]:
        return {
            "text": cut("claim__statement"), "note": cut("hand_back_note"), "who": name_of("handed_back_by"),
            "at": F("updated_at"), "number": F("turn"),
        }  # fmt: skip

    def line(self, row: Any, now: datetime) -> dict[str, Any]:
        handed_back = row.line_who and _("%(editor)s hands this back: %(note)s") % {
            "editor": row.line_who, "note": row.line_note,
        }  # fmt: skip
        nobodys = _("Nobody writes it yet") if row.line_number == _LAST.value else ""
        return {"text": row.line_text, "at": row.line_at, "note": handed_back or "", "tag": nobodys}


class ForSecondEditor(DraftQueue):
    """What waits for this editor: first what they are asked to review, then the longest waiting."""

    slug = "second-editor"
    title = _("Waiting for a second editor")
    order = (Key("is_anybodys"), Key("submitted_at"), Key("pk"))
    offers = (Offer("publish", "a", "once_more"), Offer("hand-back", "d"))

    def is_for(self, user: Any) -> bool:
        return user.may_publish

    def waiting(self, user: Any) -> QuerySet:
        # What has its time set waits for nobody.
        return VerdictDraft.objects.waiting_for(user).filter(publish_at=None)

    def placed(self, rows: QuerySet, user: Any) -> QuerySet:
        anybodys = Case(When(reviewer=user, then=_FIRST), default=_THEN, output_field=IntegerField())
        return rows.annotate(is_anybodys=anybodys)

    def brief(self, user: Any) -> dict[str, Any]:
        return {
            "text": cut("claim__statement"), "who": name_of("author"), "at": F("submitted_at"),
            "number": F("is_anybodys"),
        }  # fmt: skip

    def line(self, row: Any, now: datetime) -> dict[str, Any]:
        return {**super().line(row, now), "tag": "" if row.line_number else _("You are asked to read it")}


class Asked(Queue):
    """Second opinions that this person owes, without having read the draft."""

    slug = "assessments"
    title = _("Your opinion is wanted")
    model = Assessment
    template = "admin/queues/assessment.html"
    order = (Key("asked_at"), Key("pk"))

    def waiting(self, user: Any) -> QuerySet:
        return Assessment.objects.visible_to(user).asked_of(user)

    def detailed(self, rows: QuerySet) -> QuerySet:
        # Nothing of the draft but whose claim it is on.
        return rows.select_related("draft__claim", "asked_by").only("asked_at", "draft__claim", "asked_by")

    def brief(self, user: Any) -> dict[str, Any]:
        return {"text": cut("draft__claim__statement"), "who": name_of("asked_by"), "at": F("asked_at")}
