from __future__ import annotations

from django.contrib import admin

from articles.admin.record import RecordAdmin
from articles.admin.site import desk
from articles.models import Newsroom


@admin.register(Newsroom, site=desk)
class NewsroomAdmin(RecordAdmin):
    list_display = ("name", "url", "language", "allows_self_approval")
    facts = ("logo", "revision")

    def written_fields(self) -> list[str]:
        # A logo is a file, and files are not uploaded yet.
        return [name for name in super().written_fields() if name != "logo"]
