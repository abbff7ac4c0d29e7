"""What programs handed in and were answered, as the desk sees it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from articles.admin.record import ReadOnlyAdmin
from articles.admin.site import desk
from articles.models import AnsweredRequest, Assignment, Upload


@admin.register(AnsweredRequest, site=desk)
class AnsweredRequestAdmin(ReadOnlyAdmin):
    list_display = ("name", "sender", "status", "at")
    # It may hold what not everybody here sees: a draft that somebody is to assess without having read it.
    left_out = ("id", "answer", "headers")
    search_fields = ("name", "sender")

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("answer")


@admin.register(Upload, site=desk)
class UploadAdmin(ReadOnlyAdmin):
    list_display = ("name", "by", "at")
    exclude = ("content",)

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("content").select_related("by")


@admin.register(Assignment, site=desk)
class AssignmentAdmin(ReadOnlyAdmin):
    list_display = ("claim", "assignee", "at")
    linked = ("assignee__id__exact", "claim__id__exact")

    def listed(self, queryset: Any) -> Any:
        return queryset.select_related("claim", "assignee")
