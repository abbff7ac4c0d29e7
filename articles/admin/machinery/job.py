"""Background work, as the desk sees it: what waits, runs, failed and why."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from articles.admin.buttons import Button, editors
from articles.admin.record import Panel, ReadOnlyAdmin
from articles.admin.site import desk
from articles.models import Job, Schedule
from articles.models.job import State


@admin.register(Job, site=desk)
class JobAdmin(ReadOnlyAdmin):
    list_display = (
        "__str__",
        "state",
        "attempts",
        "run_after",
        "started_at",
        "finished_at",
        "worker",
        "last_error",
    )
    list_filter = ("state", "enqueued_at")
    search_fields = ("task",)
    buttons = (
        Button(
            "retry", "Try again", lambda row, by, seen, **_: row.retry(by), "It will be tried again.",
            who=editors, when=lambda row: row.state in (State.DEAD, State.CANCELLED), weight="main",
        ),
        Button(
            "cancel", "Cancel", lambda row, by, seen, **_: row.cancel(by), "It will not be done.",
            who=editors, when=lambda row: row.state == State.WAITING, weight="grave",
        ),
    )  # fmt: skip

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("result")

    def panels(self, request: Any, row: Job) -> list[Panel]:
        tries = [{"url": "", "text": one["text"], "tag": f"try {one['attempt']}"} for one in row.errors]
        return [Panel("What went wrong", tries, empty="Nothing.")]


@admin.register(Schedule, site=desk)
class ScheduleAdmin(ReadOnlyAdmin):
    list_display = ("task", "due_at")
    # Numbers by the thousand, for a page.
    exclude = ("found",)

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("found")
