from __future__ import annotations

from typing import Any

from django.contrib import admin

from articles.admin.record import Panel, RecordAdmin, line
from articles.admin.site import desk
from articles.models import Claim, Topic


@admin.register(Topic, site=desk)
class TopicAdmin(RecordAdmin):
    list_display = ("name", "description")
    search_fields = ("name", "description")
    add_fields = ("name",)

    def add_record(self, by: Any, facts: dict[str, Any]) -> Topic:
        return Topic.named(facts["name"], by)

    def panels(self, request: Any, row: Topic) -> list[Panel]:
        claims = Claim.objects.visible_to(request.user).filter(topics=row)
        return [Panel("Claims", [line(claim, tag=claim.get_status_display()) for claim in claims[:200]])]
