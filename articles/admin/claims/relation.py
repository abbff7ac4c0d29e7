from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from articles.admin.buttons import Button
from articles.admin.forms import RecordForm, choice
from articles.admin.record import RecordAdmin
from articles.admin.site import desk
from articles.models import ClaimRelation


class RelationForm(RecordForm):
    """Asks in the order of the sentence: this claim *reports* that one."""

    first = forms.CharField()
    second = forms.CharField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, side in (("first", "low"), ("second", "high")):
            if name in self.fields:
                self.fields[name] = choice(
                    ClaimRelation._meta.get_field(side), self.user, label=f"{name} claim"
                )


def take_back(row: ClaimRelation, by: Any, seen: int | None) -> Any:
    first = row.first
    row.take_back(by)
    return first


@admin.register(ClaimRelation, site=desk)
class ClaimRelationAdmin(RecordAdmin):
    form = RelationForm
    list_display = ("first", "kind", "second")
    list_filter = ("kind",)
    list_select_related = ("low", "high")
    search_fields = ("low__statement", "high__statement")
    add_fields = ("first", "kind", "second")
    facts = ("first", "kind", "second")
    buttons = (
        Button("take-back", "Take the relation back", take_back, "The relation is gone.", weight="grave"),
    )

    def add_record(self, by: Any, facts: dict[str, Any]) -> ClaimRelation:
        return ClaimRelation.relate(by, facts["first"], facts["kind"], facts["second"])
