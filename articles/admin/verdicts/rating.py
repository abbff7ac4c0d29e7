from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from articles.admin.buttons import Button, administrators
from articles.admin.forms import VerbForm
from articles.admin.record import Panel, RecordAdmin, line
from articles.admin.site import desk
from articles.models import Rating, RatingScale


class RetireForm(VerbForm):
    """A scale has a handful of ratings, so this one is a plain list."""

    def build(self) -> None:
        others = Rating.objects.visible_to(self.user).filter(retired_at=None).exclude(pk=self.row.pk)
        self.fields["replaced_by"] = forms.ModelChoiceField(others.select_related("scale"), required=False)


@admin.register(RatingScale, site=desk)
class RatingScaleAdmin(RecordAdmin):
    list_display = ("name", "number", "adopted_at")
    search_fields = ("name",)

    def panels(self, request: Any, row: RatingScale) -> list[Panel]:
        ratings = Rating.objects.visible_to(request.user).filter(scale=row)
        return [
            Panel(
                "Ratings",
                [line(one, tag="retired" if one.retired_at else "", note=one.definition) for one in ratings],
            )
        ]


@admin.register(Rating, site=desk)
class RatingAdmin(RecordAdmin):
    list_display = ("label", "scale", "rank", "machine_class", "retired_at")
    list_filter = ("machine_class", "retired_at")
    list_select_related = ("scale",)
    search_fields = ("slug",)
    buttons = (
        Button(
            "retire", "Retire", lambda row, by, seen, replaced_by: row.retire(by, replaced_by),
            "No new verdict can use this rating.", form=RetireForm, who=administrators,
            when=lambda row: row.retired_at is None, weight="grave",
        ),
    )  # fmt: skip
