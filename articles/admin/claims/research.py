"""What was looked for in order to check a claim."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from articles.admin.buttons import Button, editors
from articles.admin.record import Panel, RecordAdmin, line
from articles.admin.site import desk
from articles.models import ResearchStep


def opening(told: str) -> tuple[Button, ...]:
    """Return the two buttons of a noun that editors open to readers and close again."""
    return (
        Button(
            "open", "Open to readers", lambda row, by, seen: row.open_to_readers(by), told,
            who=editors, when=lambda row: not row.is_public, weight="main",
        ),
        Button(
            "close", "Close to readers", lambda row, by, seen: row.close_to_readers(by),
            "Readers no longer see it.", who=editors, when=lambda row: row.is_public, weight="grave",
        ),
    )  # fmt: skip


@admin.register(ResearchStep, site=desk)
class ResearchStepAdmin(RecordAdmin):
    list_display = ("question", "outcome", "place", "claim", "done_on", "visibility")
    list_filter = ("outcome", "visibility", "done_on")
    linked = ("claim__id__exact",)
    list_select_related = ("claim", "created_by")
    search_fields = ("question", "place", "note", "claim__statement")
    add_fields = ("claim", "question", "place", "outcome", "note", "done_on", "evidence")
    facts = ("claim", "visibility", "created_by", "revision")
    buttons = opening("Readers of the claim see what was looked for.")

    def panels(self, request: HttpRequest, row: ResearchStep) -> list[Panel]:
        others = ResearchStep.objects.visible_to(request.user).on(row.claim).exclude(pk=row.pk)
        return [
            Panel("The claim", [line(row.claim)]),
            Panel(
                "Also looked for",
                [line(one, one.question, tag=one.get_outcome_display(), note=one.place) for one in others[:200]],
                empty="Nothing else.",
            ),
        ]  # fmt: skip
