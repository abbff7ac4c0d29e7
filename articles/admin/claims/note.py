"""What colleagues tell each other about a claim."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button
from articles.admin.forms import LineEnds, VerbForm
from articles.admin.record import Panel, RecordAdmin, line
from articles.admin.site import desk
from articles.models import Claim, Note


class NoteTextForm(VerbForm):
    text = LineEnds(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Markdown. Only the desk reads it."),
    )

    def build(self) -> None:
        if isinstance(self.row, Note):
            self.initial.setdefault("text", self.row.text)


def take_back(row: Note, by: Any, seen: int | None) -> Claim:
    claim = row.claim
    row.take_back(by)
    return claim


@admin.register(Note, site=desk)
class NoteAdmin(RecordAdmin):
    list_display = ("__str__", "claim", "author", "updated_at")
    list_filter = ("created_at",)
    linked = ("claim__id__exact", "author__id__exact")
    list_select_related = ("claim", "author")
    search_fields = ("text", "claim__statement")
    add_fields = ("claim", "text")
    facts = ("claim", "author", "created_at", "updated_at", "revision")
    buttons = (
        # In place, on the page of the claim; here the form below does it.
        Button(
            "revise", _("Change"), lambda row, by, seen, text: row.revise(by, expected=seen, text=text.strip()),
            _("The note reads as you wrote it."), form=NoteTextForm, when=lambda row: False,
        ),
        Button("take-back", _("Take back"), take_back, _("The note is gone."), weight="grave"),
    )  # fmt: skip

    def offered_for(self, user: Any, row: Note) -> list[dict[str, Any]]:
        """Return what its author can do to a note among others."""
        return [
            {
                "button": button,
                "url": self.do_url(row, button),
                "form": button.form(row=row, user=user, auto_id=f"id_note{row.pk}-{button.name}_%s"),
            }
            for button in self.buttons
        ]

    def panels(self, request: HttpRequest, row: Note) -> list[Panel]:
        return [Panel("The claim", [line(row.claim)])]
