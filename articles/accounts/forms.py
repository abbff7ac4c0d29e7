"""The forms by which people come in and change how they do."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as TheirChangePasswordForm
from allauth.account.forms import LoginForm, ResetPasswordForm, ResetPasswordKeyForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles import limits
from articles.accounts import browsers, codes
from articles.accounts.adapter import try_again
from articles.models import AuditEntry, AuditVerb, GuessCount, GuessKind, User
from articles.models.guessing import Guessed, TooManyGuesses

# A longer name or password than any account has.
LONGEST = 500


def _bare(field: forms.Field, **more: Any) -> None:
    """The label says it; what stands in a field looks like an answer."""
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(more)


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label, password.label = _("User name"), _("Password")
        # allauth puts a link there; it stands on the page.
        password.help_text = ""
        _bare(name, autocomplete="username", autocapitalize="none", spellcheck="false", autofocus=True)
        _bare(password, autocomplete="current-password")

    def clean_login(self) -> str:
        return _storable(self.cleaned_data["login"])

    def clean_password(self) -> str:
        return _storable(self.cleaned_data["password"])


def _storable(text: str) -> str:
    """Refuse what no account has: NUL, which PostgreSQL cannot look for, and halves of characters."""
    if len(text) > LONGEST or "\x00" in text or any("\ud800" <= one <= "\udfff" for one in text):
        raise get_adapter().validation_error("username_password_mismatch")
    return text


class ChangePasswordForm(TheirChangePasswordForm):
    """Asks for the old password; to guess at it here counts as anywhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, label in (
            ("oldpassword", _("Your password now")),
            ("password1", _("New password")),
            ("password2", _("New password, again")),
        ):
            self.fields[field].label = label
            _bare(self.fields[field])
        self.fields["oldpassword"].help_text = ""

    def clean_oldpassword(self) -> str:
        typed = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, typed):
            raise get_adapter().validation_error("enter_current_password")
        return typed


class NewPasswordForm(ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label, self.fields["password2"].label = (
            _("New password"),
            _("New password, again"),
        )
        for field in self.fields.values():
            _bare(field)


class AskForLinkForm(ResetPasswordForm):
    """Asks for a link by e-mail; the answer is the same whether there is such an account, and whether it is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address of your account")
        _bare(self.fields["email"], autofocus=True)

    def clean_email(self) -> str:
        _storable(self.cleaned_data["email"])
        return super().clean_email()

    def save(self, request: HttpRequest, **more: Any) -> str:
        email = self.cleaned_data["email"]
        wanted = [
            Guessed(GuessKind.LETTER, email.casefold()),
            Guessed(GuessKind.ADDRESS, f"letters {limits.client_address(request)}"),
        ]
        try:
            GuessCount.count(wanted, timezone.now())
        except TooManyGuesses:
            return email
        return super().save(request, **more)


class _TakesCode:
    """A code of the app, or a recovery code: counted as a guess before it is looked at, and good once."""

    user: User
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label = _("Code")
        _bare(code, autocomplete="one-time-code", autocapitalize="none", spellcheck="false", autofocus=True)

    def clean_code(self) -> str:
        code, now = self.cleaned_data["code"], timezone.now()
        guesses = browsers.guesses_at_code(context.request, self.user)
        try:
            last = GuessCount.count(guesses, now)
        except TooManyGuesses as refusal:
            raise try_again(refusal) from refusal
        found = self.look(code, now)
        if found is None:
            AuditEntry.note(AuditVerb.CODE_FAILED, self.user, None, at=now)
            if last:
                AuditEntry.note(AuditVerb.LOCKED_OUT, self.user, None, at=now)
            raise get_factor_adapter().validation_error("incorrect_code")
        GuessCount.forgive(guesses, now)
        self.authenticator = found
        return code

    def look(self, code: str, now: Any) -> Any:
        found = codes.use(self.user, code, now)
        if found is not None:
            found.user = self.user
            if found.type == Authenticator.Type.RECOVERY_CODES:
                get_adapter().send_notification_mail("mfa/email/recovery_code_used", self.user)
        return found


class CodeForm(_TakesCode, AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(_TakesCode, ReauthenticateForm):
    """A code in the place of the password, before something grave."""


class SetUpForm(_TakesCode, ActivateTOTPForm):
    """The first code of an app that was just told the secret; `step` is the half minute it was of."""

    step = 0

    def look(self, code: str, now: Any) -> Any:
        found = codes.step_of(self.secret, code, now)
        self.step = found or 0
        return found
