"""Which programs are told of what happens on record, and how that goes."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from articles.admin.buttons import Button, administrators
from articles.admin.forms import LineEnds, VerbForm
from articles.admin.record import Panel, RecordAdmin, line
from articles.admin.site import desk
from articles.models import Delivery, DeliveryState, Webhook, WebhookState
from articles.webhooks.events import EVERYTHING, Event

NEWEST = 20


class Chosen(list):
    """Several words, which a form may carry in one field."""

    def __str__(self) -> str:
        return ",".join(self)


class ChosenBoxes(forms.CheckboxSelectMultiple):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return [
            one for value in super().value_from_datadict(data, files, name) or () for one in value.split(",")
        ]


class EventsField(forms.MultipleChoiceField):
    """Boxes to tick; what was ticked when the page was loaded comes back in one hidden field."""

    widget = ChosenBoxes
    hidden_widget = forms.HiddenInput

    def prepare_value(self, value: Any) -> Any:
        return Chosen(value) if isinstance(value, (list, tuple)) else value

    def to_python(self, value: Any) -> list[str]:
        return super().to_python(value.split(",") if isinstance(value, str) and value else value or [])


class PauseForm(VerbForm):
    why = LineEnds(
        required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text="For the desk."
    )


def outcome_of(delivery: Delivery) -> dict[str, Any]:
    """Return a line on how a delivery fares."""
    mark = {DeliveryState.DELIVERED: "supports", DeliveryState.WAITING: "context"}
    return line(
        delivery,
        f"{delivery.type} · {delivery.seq or 'test'}",
        tag=delivery.get_state_display(),
        note=f"{delivery.created_at:%Y-%m-%d %H:%M:%S} {delivery.outcome}".rstrip(),
        mark=mark.get(DeliveryState(delivery.state), "refutes"),
    )


@admin.register(Webhook, site=desk)
class WebhookAdmin(RecordAdmin):
    change_form_template = "admin/webhook.html"
    list_display = ("name", "state", "waiting", "delivered_at", "failing_since", "machine")
    list_filter = ("state",)
    search_fields = ("name", "url", "description")
    add_fields = ("name", "url", "description", "events")
    facts = (
        "state", "paused_why", "after_seq", "delivered_at", "failures", "failing_since", "hold_until", "skipped",
        "skipped_to", "previous_until", "created_by", "created_at", "revision",
    )  # fmt: skip
    buttons = (
        Button(
            "resume", "Resume", lambda row, by, seen: row.resume(by, expected=seen) and None,
            "It goes on where it stopped.", who=administrators, when=lambda row: not row.is_active, weight="main",
        ),
        Button(
            "test", "Send a test event", lambda row, by, seen: row.send_test(by),
            "The test event is on its way; look here again in a moment.", who=administrators,
            when=lambda row: row.is_active,
        ),
        Button(
            "pause", "Pause", lambda row, by, seen, why: row.pause(by, why, seen),
            "It is paused. What happens meanwhile waits for it.", form=PauseForm, who=administrators,
            when=lambda row: row.is_active,
        ),
        Button(
            "rotate", "New secret", lambda row, by, seen: row.rotate(by, expected=seen),
            "The new secret is made.", who=administrators, weight="grave",
        ),
    )  # fmt: skip

    @admin.display(description="machine")
    def machine(self, row: Webhook) -> str:
        return urlsplit(row.url).netloc

    @admin.display(description="waiting", ordering="waiting")
    def waiting(self, row: Any) -> int:
        return row.waiting

    def has_add_permission(self, request: Any) -> bool:
        return super().has_add_permission(request) and request.user.may_administer

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "events":
            choices = [(EVERYTHING, f"{EVERYTHING} – every event, also those yet to come")]
            choices += [(one.value, f"{one.value} – {one.label}") for one in Event]
            return EventsField(choices=choices, help_text="Choose what is sent.", label="Events")
        if db_field.name == "url":
            kwargs["widget"] = admin.widgets.AdminTextInputWidget(attrs={"class": "vURLField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def notices(self, request: HttpRequest, row: Webhook) -> dict[str, Any]:
        return {"stopped": row.state == WebhookState.STOPPED, "paused": row.state == WebhookState.PAUSED}

    def panels(self, request: HttpRequest, row: Webhook) -> list[Panel]:
        deliveries = Delivery.objects.visible_to(request.user).filter(webhook=row).defer("body")
        every = f"{reverse('admin:articles_delivery_changelist')}?webhook__id__exact={row.pk}"
        newest = [outcome_of(one) for one in deliveries.order_by("-id")[:NEWEST]]
        if newest:
            newest.append({"url": every, "text": "All of them"})
        return [Panel("Deliveries", newest, empty="None yet.")]

    def done(self, request: HttpRequest, row: Any, button: Button, found: Any) -> HttpResponse:
        if button.name == "rotate":
            return self.secret_page(request, row)
        if button.name == "resume" and row.skipped_to:
            messages.warning(
                request,
                f"{row.skipped} events up to entry {row.skipped_to} were too old and will not be sent; "
                "the receiver can read them from the change feed.",
            )
        return super().done(request, row, button, None)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return self.secret_page(request, obj)

    def secret_page(self, request: HttpRequest, row: Webhook) -> HttpResponse:
        """Show the secret, in this answer alone: it is kept in no session, no message and no log."""
        context = {
            **self.admin_site.each_context(request),
            "title": "The secret of this webhook",
            "subtitle": str(row),
            "opts": self.opts,
            "original": row,
            "original_url": self.page_of(row),
            "secret": row.secret_text,
        }
        headers = {"Cache-Control": "no-store"}
        return TemplateResponse(request, "admin/webhook_secret.html", context, headers=headers)
