from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from articles.admin.listing import ANY
from articles.admin.record import Panel, ReadOnlyAdmin, line
from articles.admin.site import desk
from articles.models import Change, ChangeRow, LedgerHead, ManifestItem


@admin.register(Change, site=desk)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ("seq", "at", "actor", "verb", "object_type", "object_id", "public", "rows")
    list_filter = ("verb", "object_type", "public", "at")
    list_select_related = ("actor",)
    search_fields = ("hash", "=seq")
    left_out = ()

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("envelope")

    def panels(self, request: Any, row: Change) -> list[Panel]:
        rows = ChangeRow.objects.visible_to(request.user).filter(change=row).defer("payload")
        return [Panel("Rows it wrote", [line(one, tag=one.get_readers_display()) for one in rows[:200]])]


@admin.register(ChangeRow, site=desk)
class ChangeRowAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "readers", "commitment")
    list_filter = ("readers", "object_type")
    filtered_orders: ClassVar = {("object_type", ANY): ("object_id", "change_id")}
    search_fields = ("=change__seq", "=object_id", "commitment")

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("payload", "salt")


@admin.register(LedgerHead, site=desk)
class LedgerHeadAdmin(ReadOnlyAdmin):
    list_display = ("seq", "hash")


@admin.register(ManifestItem, site=desk)
class ManifestItemAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "object_type", "object_id", "revision", "imported_at")
    list_filter = ("object_type", "imported_at")
    search_fields = ("manifest", "path")
