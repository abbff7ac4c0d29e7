"""A second assessment: asked for, given without having read the draft, settled where the two differ."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button, editors
from articles.admin.forms import LineEnds, VerbForm
from articles.admin.record import ReadOnlyAdmin, line
from articles.admin.site import desk
from articles.models import Appearance, Assessment, Evidence, Rating

LONGEST = 20_000


class GiveForm(VerbForm):
    """A rating, and how the record leads to it."""

    def build(self) -> None:
        self.fields["rating"] = forms.ModelChoiceField(
            queryset=Rating.objects.in_use().visible_to(self.user), label=_("Your rating")
        )
        self.fields["reasoning"] = LineEnds(
            max_length=LONGEST, label=_("How the record leads there"), widget=forms.Textarea(attrs={"rows": 10}),
            help_text=_("It is given once, and cannot be changed; then you see the draft."),
        )  # fmt: skip


class SettleForm(VerbForm):
    note = LineEnds(
        max_length=5000, label=_("Why the draft's rating stands"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Both ratings and this note stay on file at the desk."),
    )  # fmt: skip


def is_open(row: Assessment) -> bool:
    return row.is_open


def differs(row: Assessment) -> bool:
    return row.draft.is_open and row.differs_from(row.draft.rating)


@admin.register(Assessment, site=desk)
class AssessmentAdmin(ReadOnlyAdmin):
    change_form_template = "admin/draft_assessment.html"
    list_display = ("claim", "assessor", "asked_by", "asked_at", "rating", "given_at", "withdrawn_at")
    list_filter = ("given_at", "asked_at")
    list_select_related = ("draft__claim", "assessor", "asked_by", "rating__scale")
    search_fields = ("draft__claim__statement", "assessor__display_name")
    # Not the draft: its assessor is not to be led to it.
    facts = ("assessor", "asked_by", "asked_at", "given_at", "withdrawn_at")
    buttons = (
        Button(
            "give", _("Give your assessment"), lambda row, by, seen, rating, reasoning: row.give(by, rating, reasoning),
            _("Your assessment is given. Now you see the draft."), form=GiveForm, when=is_open, weight="main",
            opened=True,
        ),
        Button(
            "withdraw", _("Take the request back"), lambda row, by, seen: row.withdraw(by),
            _("Nobody waits for it any more."), when=is_open, weight="grave",
        ),
        Button(
            "settle", _("Settle it for the draft's rating"), lambda row, by, seen, note: row.settle(by, note),
            _("It is settled; both ratings stay on file."), form=SettleForm, who=editors, when=differs,
        ),
    )  # fmt: skip

    @admin.display(description=_("claim"), ordering="draft__claim__statement")
    def claim(self, row: Assessment) -> str:
        return str(row.draft.claim)

    def offered(self, request: HttpRequest, row: Any, place: str = "") -> list[dict[str, Any]]:
        """Offer giving to whoever was asked, and settling to everybody else whom it is for."""
        own = row.assessor_id == request.user.pk
        found = super().offered(request, row, place)
        return [one for one in found if own or one["button"].name != "give"]

    def notices(self, request: HttpRequest, row: Assessment) -> dict[str, Any]:
        """Return what the assessment is made from, and nothing of the draft while it is owed."""
        user, claim = request.user, row.draft.claim
        evidence = Evidence.objects.visible_to(user).filter(claim=claim).standing().for_listing()
        said = Appearance.objects.visible_to(user).making(claim).not_carried_on().with_articles()
        return {
            "claim": line(claim),
            "said": said,
            "evidence": [{"row": one, "source": line(one.source_version.source)} for one in evidence],
            "draft": None if row.is_open else line(row.draft),
        }
