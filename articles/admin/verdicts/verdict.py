from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from articles.admin.bulk import BulkAction, BulkForm
from articles.admin.buttons import Button, editors
from articles.admin.forms import LineEnds, NoteForm
from articles.admin.readers.complaint import complaints_about
from articles.admin.record import Panel, ReadOnlyAdmin, line
from articles.admin.site import desk
from articles.models import Assessment, Citation, Correction, ReviewTask, Verdict, VerdictDraft
from articles.vocabulary import ClaimStatus

LONGEST_NOTE = 5000


class WithdrawForm(NoteForm):
    note = LineEnds(
        max_length=LONGEST_NOTE, label=_("Why it is withdrawn"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Readers see it in the place of the verdict."),
    )  # fmt: skip


class AgainForm(NoteForm):
    note = LineEnds(
        max_length=500, label=_("Why it is to be read again"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Colleagues read it."),
    )  # fmt: skip


class BulkWithdrawForm(BulkForm):
    note = WithdrawForm.base_fields["note"]


class BulkAgainForm(BulkForm):
    note = AgainForm.base_fields["note"]


def is_current(row: Verdict) -> bool:
    return Verdict.objects.current().filter(pk=row.pk).exists()


def may_be_followed(row: Verdict) -> bool:
    return is_current(row) and row.claim.status != ClaimStatus.MERGED


def revise(row: Verdict, by: Any, seen: int | None) -> VerdictDraft:
    """Lead to the open draft on the claim; where there is none, start one from this verdict."""
    there = VerdictDraft.objects.visible_to(by).open().filter(claim=row.claim_id).first()
    return there or VerdictDraft.start_from(by, row)


def ask_again(row: Verdict, by: Any, seen: int | None, note: str) -> None:
    ReviewTask.ask_again(by, row.claim, note)


def why_not_withdrawn(row: Verdict, by: Any) -> str:
    if not is_current(row):
        return say("It is not the verdict that readers see today.")
    there = Verdict.objects.withdrawable_by(by).filter(pk=row.pk).exists()
    return "" if there else say("You may not withdraw it: you declared a conflict of interest on its claim.")


def why_not_again(row: Verdict, by: Any) -> str:
    return "" if is_current(row) else say("It is not the verdict that readers see today.")


@admin.register(Verdict, site=desk)
class VerdictAdmin(ReadOnlyAdmin):
    list_display = ("claim_wording", "number", "rating", "author", "approver", "published_at")
    list_filter = ("kind", "self_approved", "published_at")
    ordering = ("-pk",)
    list_select_related = ("claim", "rating__scale", "author", "approver", "supersedes__rating")
    search_fields = ("claim_wording", "summary")
    left_out = ("id", "snapshot")
    change_form_template = "admin/verdict_page.html"
    buttons = (
        Button(
            "revise", _("Revise this verdict"), revise,
            _("This draft begins with what readers see today. Say why another follows, and change what has to."),
            when=may_be_followed, weight="main", key="e",
        ),
        Button(
            "again", _("Ask to read it again"), ask_again, _("It waits to be read again."), form=AgainForm,
            when=is_current,
        ),
        Button(
            "withdraw", _("Withdraw"), lambda row, by, seen, note: row.withdraw(by, note),
            _("The verdict is withdrawn; this notice stands in its place."), form=WithdrawForm,
            who=editors, when=is_current, weight="grave",
        ),
    )  # fmt: skip
    actions = (
        BulkAction(
            "again", _("Ask to read them again"), ask_again, _("It waits to be read again."), why_not_again,
            form=BulkAgainForm,
        ),
        BulkAction(
            "withdraw", _("Withdraw"), lambda row, by, seen, note: row.withdraw(by, note), _("Withdrawn."),
            why_not_withdrawn, form=BulkWithdrawForm, who=editors, weight="grave",
        ),
    )  # fmt: skip

    def notices(self, request: Any, row: Verdict) -> dict[str, Any]:
        found = (
            Assessment.objects.visible_to(request.user).filter(draft__verdict=row).standing().for_listing()
        )
        theirs: Any = self.admin_site._registry[Assessment]
        return {"assessments": [{"row": one, "url": theirs.page_of(one)} for one in found.order_by("pk")]}

    def listed(self, queryset: Any) -> Any:
        return queryset.for_listing().defer("snapshot", "reasoning")

    def panels(self, request: Any, row: Verdict) -> list[Panel]:
        user = request.user
        citations = Citation.objects.visible_to(user).filter(verdict=row)
        citations = citations.select_related("evidence__source_version__source")
        corrections = Correction.objects.visible_to(user).filter(verdict=row)
        evidence = [
            line(one.evidence, one.evidence.passage or one.evidence.note, quote=bool(one.evidence.passage),
                 mark=one.evidence.stance, tag=f"[{one.position}] {one.evidence.get_stance_display()}",
                 note=one.evidence.source_version.source)
            for one in citations
        ]  # fmt: skip
        return [
            Panel("Evidence it rests on", evidence),
            Panel(
                "Why it followed another",
                [line(one, one.note, tag=one.get_kind_display()) for one in corrections],
                empty="It is the first, or follows none.",
            ),
            complaints_about(user, row),
        ]


@admin.register(Citation, site=desk)
class CitationAdmin(ReadOnlyAdmin):
    list_display = ("position", "verdict", "evidence")
    list_select_related = ("verdict__rating", "evidence")
    search_fields = ("verdict__claim_wording", "evidence__passage", "evidence__note")


@admin.register(Correction, site=desk)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = ("note", "kind", "verdict")
    list_filter = ("kind",)
    list_select_related = ("verdict__rating",)
    search_fields = ("note", "verdict__claim_wording")
