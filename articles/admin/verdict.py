from __future__ import annotations

from typing import Any

from django.contrib import admin

from articles.admin.buttons import Button, editors
from articles.admin.forms import NoteForm
from articles.admin.record import Panel, ReadOnlyAdmin, add_url, line
from articles.admin.site import desk
from articles.models import Citation, Correction, Verdict, VerdictDraft


def is_current(row: Verdict) -> bool:
    return Verdict.objects.current().filter(pk=row.pk).exists()


@admin.register(Verdict, site=desk)
class VerdictAdmin(ReadOnlyAdmin):
    list_display = ("claim_wording", "number", "rating", "author", "approver", "published_at")
    list_filter = ("kind", "self_approved", "published_at")
    ordering = ("-pk",)
    list_select_related = ("claim", "rating__scale", "author", "approver", "supersedes__rating")
    search_fields = ("claim_wording", "summary")
    left_out = ("id", "snapshot")
    buttons = (
        Button(
            "withdraw", "Withdraw", lambda row, by, seen, note: row.withdraw(by, note),
            "The verdict is withdrawn; this notice stands in its place.", form=NoteForm,
            who=editors, when=is_current, weight="grave",
        ),
    )  # fmt: skip

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
            Panel(
                "Evidence it rests on",
                evidence,
                add_url(VerdictDraft, claim=row.claim_id),
                "Draft the next verdict",
            ),
            Panel(
                "Why it followed another",
                [line(one, one.note, tag=one.get_kind_display()) for one in corrections],
                empty="It is the first, or follows none.",
            ),
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
