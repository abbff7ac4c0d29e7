from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from articles.admin.forms import LineEnds, RecordForm
from articles.admin.record import Panel, ReadOnlyAdmin, RecordAdmin, line
from articles.admin.site import desk
from articles.models import RedactedText, Redaction


class RedactionForm(RecordForm):
    words = LineEnds(
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
        help_text="Masked wherever they stand, letter case, quotes and spacing aside. They are kept nowhere, "
        "and this cannot be undone.",
    )


@admin.register(Redaction, site=desk)
class RedactionAdmin(RecordAdmin):
    form = RedactionForm
    list_display = ("__str__", "at", "by")
    list_filter = ("at",)
    list_select_related = ("by",)
    search_fields = ("reason",)
    add_fields = ("words", "reason")

    def has_add_permission(self, request: Any) -> bool:
        return super().has_add_permission(request) and request.user.may_administer

    def add_record(self, by: Any, facts: dict[str, Any]) -> Redaction:
        return Redaction.everywhere(by, facts["words"], facts["reason"])

    def panels(self, request: Any, row: Redaction) -> list[Panel]:
        texts = RedactedText.objects.visible_to(request.user).filter(redaction=row)
        return [Panel("Masked", [line(one) for one in texts[:200]])]


@admin.register(RedactedText, site=desk)
class RedactedTextAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "redaction")
    list_filter = ("table_name",)
    list_select_related = ("redaction",)
    search_fields = ("table_name", "redaction__reason")
