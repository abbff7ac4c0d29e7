"""Who was asked about a claim, and what they answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button
from articles.admin.claims.research import opening
from articles.admin.forms import LineEnds, VerbForm
from articles.admin.record import Panel, RecordAdmin, line
from articles.admin.site import desk
from articles.models import Contact, ReplyState


def moment_fields(label: Any) -> forms.SplitDateTimeWidget:
    """Return the two inputs of a moment, each with a name that is read out."""
    day: dict[str, Any] = {"type": "date", "aria-label": format_lazy("{}: {}", label, _("day"))}
    time: dict[str, Any] = {"type": "time", "aria-label": format_lazy("{}: {}", label, _("time (UTC)"))}
    return forms.SplitDateTimeWidget(
        date_attrs=day,
        time_attrs=time,
        date_format="%Y-%m-%d",
        time_format="%H:%M",
    )


class Until(forms.SplitDateTimeField):
    """A moment by which something is due; a day without a time is all of that day."""

    def clean(self, value: Any) -> Any:
        day, time = value if isinstance(value, list | tuple) else (None, None)
        return super().clean([day, "23:59"] if day and not time else value)


class ReplyForm(VerbForm):
    reply = LineEnds(
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What they said, in their words; readers see it once this is opened to them.",
    )
    at = forms.SplitDateTimeField(
        required=False, widget=moment_fields(_("When")), label=_("When"), help_text=_("Leave empty for now.")
    )


class DeclineForm(ReplyForm):
    reply = LineEnds(
        required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Their words, where they gave any; readers see them once this is opened to them.",
    )  # fmt: skip


class OverdueFilter(admin.SimpleListFilter):
    """By the words of the QuerySet."""

    title = _("their time")
    parameter_name = "time"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("waiting for an answer")), ("overdue", _("over, without an answer"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        if self.value() == "overdue":
            return queryset.overdue(timezone.now())
        return queryset.waiting() if self.value() == "waiting" else queryset


def is_unanswered(row: Contact) -> bool:
    return not row.is_answered


@admin.register(Contact, site=desk)
class ContactAdmin(RecordAdmin):
    list_display = (
        "asked",
        "reply_state",
        "question",
        "claim",
        "channel",
        "asked_at",
        "deadline",
        "visibility",
    )
    list_filter = (OverdueFilter, "reply_state", "channel", "visibility", "asked_at")
    linked = ("claim__id__exact", "claimant__id__exact")
    list_select_related = ("claim", "claimant")
    # Not by address or number: who looks for one has it.
    search_fields = ("addressee", "claimant__name", "question", "reply", "claim__statement")
    add_fields = (
        "claim", "claimant", "addressee", "asked_at", "question", "channel", "reach", "deadline",
    )  # fmt: skip
    facts = ("claim", "reply_state", "replied_at", "visibility", "created_by", "revision")
    buttons = (
        Button(
            "reply", "Record the reply",
            lambda row, by, seen, reply, at: row.record_reply(by, reply, at, seen),
            "Their reply is on record.", form=ReplyForm, when=is_unanswered, weight="main",
        ),
        Button(
            "decline", "They decline",
            lambda row, by, seen, reply, at: row.record_decline(by, reply, at, seen),
            "It is on record that they decline to comment.", form=DeclineForm, when=is_unanswered,
        ),
        Button(
            "no-reply", "They did not reply", lambda row, by, seen: row.record_no_reply(by, expected=seen),
            "It is on record that they did not reply.",
            when=lambda row: row.reply_state == ReplyState.WAITING,
        ),
        *opening("Readers of the claim see who was asked, and what they said."),
    )  # fmt: skip

    def panels(self, request: HttpRequest, row: Contact) -> list[Panel]:
        others = Contact.objects.visible_to(request.user).on(row.claim).exclude(pk=row.pk)
        return [
            Panel("The claim", [line(row.claim)]),
            Panel(
                "Also asked",
                [
                    line(one, one.asked, tag=one.get_reply_state_display(), note=one.question)
                    for one in others.select_related("claimant")[:200]
                ],
                empty="Nobody else.",
            ),
        ]  # fmt: skip
