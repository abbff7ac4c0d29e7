"""What was sent to other programs, every try, and what they answered."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from articles.admin.buttons import Button, administrators
from articles.admin.record import Panel, ReadOnlyAdmin, line
from articles.admin.site import desk
from articles.models import Change, Delivery


@admin.register(Delivery, site=desk)
class DeliveryAdmin(ReadOnlyAdmin):
    change_form_template = "admin/delivery.html"
    list_display = (
        "__str__",
        "webhook",
        "state",
        "tries",
        "outcome",
        "created_at",
        "next_attempt_at",
    )
    list_filter = ("state", "type", "created_at")
    linked = ("webhook__id__exact",)
    search_fields = ("event_id", "webhook__name")
    facts = ("webhook", "event_id", "type", "state", "tries", "created_at", "next_attempt_at", "delivered_at")
    buttons = (
        Button(
            "replay", "Send it again", lambda row, by, seen: row.replay(by),
            "It is on its way, with the same id; look here again in a moment.", who=administrators, weight="main",
        ),
    )  # fmt: skip

    @admin.display(description="last try")
    def outcome(self, row: Delivery) -> str:
        return row.outcome

    def notices(self, request: HttpRequest, row: Delivery) -> dict[str, Any]:
        return {
            "attempts": list(reversed(row.attempts)),
            "sent": json.dumps(json.loads(row.body), indent=2, ensure_ascii=False),
        }

    def panels(self, request: HttpRequest, row: Delivery) -> list[Panel]:
        entry = Change.objects.visible_to(request.user).filter(pk=row.seq).defer("envelope")
        return [
            Panel("The webhook", [line(row.webhook, tag=row.webhook.get_state_display())]),
            Panel("The entry of the ledger", [line(one) for one in entry], empty="A test is about none."),
        ]
