"""What search finds things by, to look into; the database writes it by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from articles.admin.record import ReadOnlyAdmin
from articles.admin.site import desk
from articles.models import ClaimVector, SearchDocument, SearchWord


@admin.register(SearchDocument, site=desk)
class SearchDocumentAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "object_id", "title")
    search_fields = ("=object_id",)

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("body")


@admin.register(ClaimVector, site=desk)
class ClaimVectorAdmin(ReadOnlyAdmin):
    list_display = ("document", "text_sha256", "model_sha256")
    search_fields = ("=document",)
    exclude = ("vector",)

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("vector")


@admin.register(SearchWord, site=desk)
class SearchWordAdmin(ReadOnlyAdmin):
    list_display = ("word", "documents")
    search_fields = ("=word",)
