from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.forms import SetPasswordMixin
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.accounts import codes
from articles.admin.buttons import Button, administrators
from articles.admin.forms import RecordForm, VerbForm
from articles.admin.record import Panel, RecordAdmin, line
from articles.admin.site import desk
from articles.models import AuditEntry, GuessCount, Role, User


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


def has_app(row: User) -> bool:
    return codes.has_app(row)


def guessed_at(row: User) -> bool:
    return GuessCount.objects.of(row).exists()


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
        Button(
            "second_factor_off", _("Take the second factor off"),
            lambda row, by, seen: row.take_off_second_factor(by),
            _("It is taken off, and their sessions have ended. They set up a new one when they sign in."),
            who=administrators, when=has_app, weight="grave",
        ),
        Button(
            "lift_lock", _("Lift the lock-out"), lambda row, by, seen: row.lift_lock(by),
            _("They can sign in at once."), who=administrators, when=guessed_at,
        ),
    )  # fmt: skip

    def panels(self, request: Any, row: User) -> list[Panel]:
        if not (request.user.may_administer or row.pk == request.user.pk):
            return []
        list_url = reverse("admin:articles_auditentry_changelist")
        entries = AuditEntry.objects.visible_to(request.user).filter(whom=row).for_listing()[:10]
        audit = [
            line(one, f"{one.at:%Y-%m-%d %H:%M} {one.get_verb_display()}", note=one.detail) for one in entries
        ]
        whole = {"url": f"{list_url}?whom__id__exact={row.pk}", "text": str(_("All of it"))}
        sessions = {
            "url": reverse("account_sessions", args=[row.pk]),
            "text": str(_("Look at them, and end them")),
        }
        return [
            Panel(str(_("Sessions")), [sessions]),
            Panel(str(_("What happened to this account")), [*audit, whole]),
        ]

    def has_add_permission(self, request: Any) -> bool:
        return super().has_add_permission(request) and request.user.may_administer

    def written_fields(self) -> list[str]:
        return ["display_name", "email"]

    def add_record(self, by: Any, facts: dict[str, Any]) -> User:
        facts = {name: value for name, value in facts.items() if name != "password2"}
        return User.open_account(by, facts.pop("username"), facts.pop("password1"), **facts)

    def change_record(self, by: Any, row: User, expected: int | None, changes: dict[str, Any]) -> User:
        return row.describe(by, **changes) if changes else row
