from __future__ import annotations

from typing import Any

from django.contrib import admin

from articles.admin.forms import LineEnds, RecordForm
from articles.admin.record import Panel, RecordAdmin, add_url, line
from articles.admin.site import desk
from articles.models import ConfidentialSource, Evidence, SourceVersion


class SourceVersionForm(RecordForm):
    """Takes the text as it is, its first and last blanks too."""

    text = LineEnds(
        required=False, strip=False, empty_value=None, widget=admin.widgets.AdminTextareaWidget,
        help_text=SourceVersion._meta.get_field("text").help_text,
    )  # fmt: skip


@admin.register(SourceVersion, site=desk)
class SourceVersionAdmin(RecordAdmin):
    form = SourceVersionForm
    list_display = ("__str__", "copy_quality", "rights", "retrieved_at", "effective_from", "effective_to")
    list_filter = ("copy_quality", "rights", "retrieved_at")
    list_select_related = ("source",)
    search_fields = ("source__title", "source__publisher", "seen_as", "archive_url", "sha256")
    add_fields = (
        "source", "copy_quality", "text", "rights", "retrieved_at", "effective_from", "effective_to",
        "archive_url", "seen_as",
    )  # fmt: skip

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("text")

    def panels(self, request: Any, row: SourceVersion) -> list[Panel]:
        evidence = (
            Evidence.objects.visible_to(request.user).filter(source_version=row).select_related("claim")
        )
        lines = [
            line(one, one.passage or one.note, quote=bool(one.passage), mark=one.stance,
                 tag=one.get_stance_display(), note=one.claim)
            for one in evidence[:200]
        ]  # fmt: skip
        return [Panel("Evidence from it", lines, add_url(Evidence, source_version=row.pk), "Add evidence")]


@admin.register(ConfidentialSource, site=desk)
class ConfidentialSourceAdmin(RecordAdmin):
    """Only editors and whoever entered it find it here; to everybody else it is not there."""

    list_display = ("__str__", "public_source", "entered_by")
    list_select_related = ("public_source", "entered_by")
    search_fields = ("public_source__title",)
    add_fields = ("public_source", "identity", "notes")

    def add_record(self, by: Any, facts: dict[str, Any]) -> ConfidentialSource:
        return ConfidentialSource.protect(by, **facts)
