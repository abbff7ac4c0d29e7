"""The audit list, and how often somebody guessed: read, never written."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.admin.record import ReadOnlyAdmin
from articles.admin.site import desk
from articles.models import AuditEntry, GuessCount


@admin.register(AuditEntry, site=desk)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Administrators see all of it, everybody what is about their own account."""

    list_display = ("at", "verb", "whose", "by", "detail", "address")
    list_filter = ("verb", "at")
    linked = ("whom__id__exact", "actor__id__exact")
    search_fields = ("whom__username", "actor__username", "detail", "address")
    facts = ("at", "verb", "whom", "actor", "detail", "address")
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=_("whose account"), ordering="whom__username")
    def whose(self, row: AuditEntry) -> str:
        return row.whom.username if row.whom else "–"

    @admin.display(description=_("by"), ordering="actor__username")
    def by(self, row: AuditEntry) -> str:
        if row.actor is not None:
            return row.actor.username
        # From the outside nobody has said who they are; without an address it was a command.
        return str(_("somebody")) if row.address else str(_("not signed in, or a command"))


@admin.register(GuessCount, site=desk)
class GuessCountAdmin(ReadOnlyAdmin):
    """What is being guessed at just now. The lock of an account is lifted on its own page."""

    list_display = ("kind", "person", "tries", "latest")
    list_filter = ("kind",)
    facts = ("kind", "person", "tries", "latest")

    @admin.display(description=_("tries"))
    def tries(self, row: GuessCount) -> int:
        return len(row.times)

    def has_module_permission(self, request: HttpRequest) -> Any:
        return super().has_module_permission(request) and request.user.may_administer  # type: ignore[union-attr]
