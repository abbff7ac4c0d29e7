"""Keys for programs: everybody of the desk issues and revokes their own, administrators those of others too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from articles.admin.buttons import Button
from articles.admin.forms import RecordForm
from articles.admin.record import ReadOnlyAdmin
from articles.admin.site import desk
from articles.models import ApiKey, KeyState, Scope

# In days; a key that nobody thinks of any more should end by itself.
LASTS = {"30": "30 days", "90": "90 days", "365": "a year", "": "until it is revoked"}


class KeyForm(RecordForm):
    """Asks what the key is for, what it may, and for how long."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope.value, f"{scope.value}: {scope.told}") for scope in Scope],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Never more than its owner may. Without any it reads what is public, on a budget of its own.",
    )
    lasts = forms.ChoiceField(choices=list(LASTS.items()), required=False, initial="90", label="It holds for")


def revoke(row: ApiKey, by: Any, seen: int | None) -> None:
    row.revoke(by)


@admin.register(ApiKey, site=desk)
class ApiKeyAdmin(ReadOnlyAdmin):
    form = KeyForm
    list_display = ("identifier", "name", "owner", "state", "may", "expires_at", "last_used_at")
    search_fields = ("identifier", "name", "owner__username", "owner__display_name")
    add_fields = ("owner", "name", "scopes", "lasts")
    facts = (
        "identifier", "name", "owner", "state", "may", "created_at", "created_by", "expires_at", "last_used_at",
        "revoked_at", "revoked_by",
    )  # fmt: skip
    buttons = (
        Button(
            "revoke", "Revoke", revoke, "The key is revoked; whoever sends it is refused from now on.",
            when=lambda row: row.revoked_at is None, weight="grave",
        ),
    )  # fmt: skip

    @admin.display(description="state")
    def state(self, row: ApiKey) -> str:
        return str(KeyState(row.state_at(timezone.now())).label)

    @admin.display(description="may")
    def may(self, row: ApiKey) -> str:
        return ", ".join(str(Scope(scope).label) for scope in row.scopes) or "read what is public"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Ask whose key it is to be only where it may be another's."""
        sets = super().get_fieldsets(request, obj)
        if obj is None and not request.user.may_administer:  # type: ignore[union-attr]
            return [(None, {"fields": [name for name in self.add_fields if name != "owner"]})]
        return sets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}

    def add_record(self, by: Any, facts: dict[str, Any]) -> ApiKey:
        now, days = timezone.now(), facts["lasts"]
        key, token = ApiKey.issue(
            by, facts.get("owner", by), facts["name"], facts["scopes"],
            now + timedelta(days=int(days)) if days else None, now,
        )  # fmt: skip
        key.token = token  # type: ignore[attr-defined]  # as long as this request lives
        return key

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the token, this once: it is on this page alone, neither in a session nor in a message."""
        context = {
            **self.admin_site.each_context(request),
            "title": "The key is issued",
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            "original_url": self.page_of(obj),
            "token": obj.token,  # type: ignore[attr-defined]
        }
        return TemplateResponse(request, "admin/api_key_issued.html", context)
