"""Verdicts to be read again, because a text they rest on has changed."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button
from articles.admin.forms import LineEnds, VerbForm
from articles.admin.record import Panel, RecordAdmin, line
from articles.admin.site import desk
from articles.admin.waiting import WaitingFilter
from articles.models import AnchorProposal, ReviewTask


class OutcomeForm(VerbForm):
    outcome = LineEnds(
        max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Whether the verdict still holds, and what was done about it; colleagues read it.",
    )  # fmt: skip


class ReviewFilter(WaitingFilter):
    title = _("reading")
    decided = _("was done")


@admin.register(ReviewTask, site=desk)
class ReviewTaskAdmin(RecordAdmin):
    list_display = ("claim", "reason", "note", "article_version", "opened_at", "due_on", "closed_by")
    list_filter = (ReviewFilter, "reason", "opened_at")
    search_fields = ("claim__statement", "note", "outcome", "article_version__article__title")
    list_select_related = ("claim", "article_version__article", "closed_by")
    ordering = ("opened_at", "id")
    facts = (
        "claim",
        "reason",
        "article_version",
        "opened_at",
        "due_on",
        "closed_at",
        "closed_by",
        "outcome",
        "revision",
    )
    buttons = (
        Button(
            "close", "Close", lambda row, by, seen, outcome: row.close(by, outcome, seen),
            "The reading is on file.", form=OutcomeForm, when=lambda row: row.is_open, weight="main",
        ),
    )  # fmt: skip

    def panels(self, request: HttpRequest, row: ReviewTask) -> list[Panel]:
        proposals = AnchorProposal.objects.visible_to(request.user).filter(
            appearance__claim=row.claim_id, article_version=row.article_version_id
        )
        verdicts = row.claim.verdict_series().visible_to(request.user).order_by("-pk")
        return [
            Panel("The claim", [line(row.claim)]),
            Panel(
                "What changed",
                [
                    line(one, one.appearance.exact, quote=True, tag=one.get_state_display(), note=one.sentence)
                    for one in proposals.for_listing()
                ],
                empty="No quotation of this claim waits for a place.",
            ),
            Panel(
                "Verdicts",
                [
                    line(one, f"{one.number}. {one.rating or one.get_kind_display()}", note=one.summary)
                    for one in verdicts.select_related("rating__scale")
                ],
                empty="None published.",
            ),
        ]  # fmt: skip
