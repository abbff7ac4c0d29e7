from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.forms import SetPasswordMixin

from articles.admin.buttons import Button, administrators
from articles.admin.forms import RecordForm, VerbForm
from articles.admin.record import RecordAdmin
from articles.admin.site import desk
from articles.models import Role, User


class AccountForm(SetPasswordMixin, RecordForm):
    """Opens an account with a password that passes Django's validators."""

    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            del self.fields["password1"], self.fields["password2"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk is None:
            self.validate_passwords()
            person = User(**{name: cleaned.get(name, "") for name in ("username", "display_name", "email")})
            self.validate_password_for_user(person)
        return self.cleaned_data


class RoleForm(VerbForm):
    role = forms.ChoiceField(choices=Role.choices)

    def build(self) -> None:
        self.initial.setdefault("role", self.row.role)


class PasswordForm(SetPasswordMixin, VerbForm):
    password1, password2 = SetPasswordMixin.create_password_fields()

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(self.row)
        return self.cleaned_data


@admin.register(User, site=desk)
class UserAdmin(RecordAdmin):
    form = AccountForm
    list_display = ("username", "display_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username", "display_name", "email")
    add_fields = ("username", "display_name", "email", "role", "password1", "password2")
    facts = ("username", "role", "is_active", "created_at", "last_login")
    buttons = (
        Button(
            "role", "Set role", lambda row, by, seen, role: row.set_role(by, role), "The role is set.",
            form=RoleForm, who=administrators,
        ),
        Button(
            "password", "Set password", lambda row, by, seen, password1, password2: row.reset_password(by, password1),
            "The password is set; their open sessions have ended.", form=PasswordForm, who=administrators,
        ),
        Button(
            "deactivate", "Deactivate", lambda row, by, seen: row.deactivate(by), "The account is deactivated.",
            who=administrators, when=lambda row: row.is_active, weight="grave",
        ),
        Button(
            "reactivate", "Reactivate", lambda row, by, seen: row.reactivate(by), "The account is active again.",
            who=administrators, when=lambda row: not row.is_active,
        ),
    )  # fmt: skip

    def has_add_permission(self, request: Any) -> bool:
        return super().has_add_permission(request) and request.user.may_administer

    def written_fields(self) -> list[str]:
        return ["display_name", "email"]

    def add_record(self, by: Any, facts: dict[str, Any]) -> User:
        facts = {name: value for name, value in facts.items() if name != "password2"}
        return User.open_account(by, facts.pop("username"), facts.pop("password1"), **facts)

    def change_record(self, by: Any, row: User, expected: int | None, changes: dict[str, Any]) -> User:
        return row.describe(by, **changes) if changes else row
