"""Declared conflicts of interest: on the page of the claim they are declared, here they are listed and ended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.assigning import PersonField
from articles.admin.buttons import Button, administrators
from articles.admin.forms import LineEnds, VerbForm
from articles.admin.record import Panel, ReadOnlyAdmin, line
from articles.admin.site import desk
from articles.models import Claim, ConflictOfInterest, User
from articles.vocabulary import ClaimStatus


class DeclareForm(VerbForm):
    """What ties whom to the claim; only administrators say it of others."""

    interest = LineEnds(
        label=_("What ties you to it"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For colleagues. You still see the claim; you change, assess and publish nothing on it."),
    )  # fmt: skip

    def build(self) -> None:
        if self.user.may_administer:
            self.fields["person"] = PersonField(
                user=self.user, label=_("Who"), required=False, help_text=_("Leave it empty for yourself.")
            )
            self.fields["person"].widget.attrs.pop("data-key", None)


def _declare(row: Claim, by: Any, seen: int | None, interest: str, person: User | None = None) -> None:
    ConflictOfInterest.declare(by, row, interest, person)


#: The button of a claim by which somebody says that they have a stake in it.
DECLARING = (
    Button(
        "declare-conflict", _("I have a conflict of interest"), _declare,
        _("It is on file. The claim is off your table; you still see it."), form=DeclareForm,
        when=lambda row: row.status != ClaimStatus.MERGED,
    ),
)  # fmt: skip


def conflicts_on(user: Any, claim: Claim) -> list[Panel]:
    """Return who keeps their hands off a claim, for its page: one panel, or none where nobody does."""
    rows = ConflictOfInterest.objects.visible_to(user).standing().filter(claim=claim).for_listing()
    lines = [line(one, str(one.person), note=one.interest) for one in rows[:20]]
    return [Panel(str(_("Conflicts of interest")), lines)] if lines else []


@admin.register(ConflictOfInterest, site=desk)
class ConflictOfInterestAdmin(ReadOnlyAdmin):
    list_display = ("person", "claim", "declared_at", "ended_at")
    list_filter = ("declared_at", "ended_at")
    linked = ("claim__id__exact", "person__id__exact")
    search_fields = ("person__display_name", "claim__statement", "interest")
    buttons = (
        Button(
            "end", _("It is over"), lambda row, by, seen: row.end(by),
            _("They may work on the claim again."), who=administrators, when=lambda row: row.is_standing,
        ),
    )  # fmt: skip

    def panels(self, request: HttpRequest, row: ConflictOfInterest) -> list[Panel]:
        return [Panel(str(_("The claim")), [line(row.claim)])]
