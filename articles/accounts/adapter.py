"""Where allauth asks how we do it here: what is counted, what goes into the audit list, what letters say."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from articles import limits
from articles.accounts import browsers, letters
from articles.mailing import site
from articles.models import AuditEntry, AuditVerb, GuessCount, Newsroom, User
from articles.models.guessing import TooManyGuesses

# What allauth tells people of → what the audit list calls it.
NOTIFIED = {
    "account/email/password_changed": AuditVerb.PASSWORD_CHANGED,
    "account/email/password_reset": AuditVerb.PASSWORD_RESET,
    "mfa/email/totp_activated": AuditVerb.FACTOR_ADDED,
    "mfa/email/totp_deactivated": AuditVerb.FACTOR_REMOVED,
    "mfa/email/recovery_codes_generated": AuditVerb.CODES_MADE,
    "mfa/email/recovery_code_used": AuditVerb.CODE_USED,
}
# By what somebody has signed in, as the audit list says it.
USED = {"password": "password", "totp": "code of an app", "recovery_codes": "recovery code"}
# Since when a session lasts that somebody else may have opened at an unlocked desk, the password is asked again.
RECENTLY = REAUTHENTICATION_TIMEOUT


def try_again(refusal: TooManyGuesses) -> ValidationError:
    """Say when to try again, and nothing of whether there is such an account."""
    wait = max(1, -(-int((refusal.until - timezone.now()).total_seconds()) // 60))
    until = timezone.localtime(refusal.until)
    return ValidationError(
        say(
            "Too many wrong tries. Try again in %(minutes)d min (after %(until)s UTC), or ask an administrator."
        )
        % {"minutes": wait, "until": f"{until:%H:%M}"},
        code="too_many",
    )


class Adapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("There is no account with this user name and this password."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your password."),
    }

    # Signing in.

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return whose name and password these are; None where they are nobody's, or of a closed account.

        The guess is counted before it is looked at. Raises ValidationError where there were too many.
        """
        name = credentials.get("username", "")
        # Only to know by what to count; asked for every name alike.
        person = User.objects.filter(username=name).first()
        now = timezone.now()
        guesses = browsers.guesses_at_password(request, name, person)
        try:
            last = GuessCount.count(guesses, now)
        except TooManyGuesses as refusal:
            raise try_again(refusal) from refusal
        found = authenticate(request, **credentials)
        # allauth keeps closed accounts aside, to tell them so; we tell nobody that the password was right.
        AuthenticationBackend.unstash_authenticated_user()
        if found is None:
            AuditEntry.note(AuditVerb.SIGN_IN_FAILED, person, None, at=now)
            if last:
                AuditEntry.note(AuditVerb.LOCKED_OUT, person, None, at=now)
        else:
            GuessCount.forgive(guesses, now)
        return found

    def login(self, request: HttpRequest, user: Any) -> None:
        if not user.is_active:
            # Closed between the password and the code.
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        records = get_authentication_records(request, user)
        super().login(request, user)
        used = [USED.get(str(one.get("type", one["method"])), "") for one in records]
        AuditEntry.note(AuditVerb.SIGNED_IN, user, user, ", ".join(dict.fromkeys(filter(None, used))))

    def post_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse:
        response = super().post_login(request, user, **more)
        browsers.remember(request, response, user)
        return response

    def logout(self, request: HttpRequest) -> None:
        person = request.user
        if isinstance(person, User):
            AuditEntry.note(AuditVerb.SIGNED_OUT, person, person)
            UserSession.objects.filter(user=person, session_key=request.session.session_key).delete()
        super().logout(request)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *more: Any, **words: Any
    ) -> None:  # fmt: skip
        # That one is signed in, one sees.
        if message_template not in (
            "account/messages/logged_in.txt",
            "mfa/messages/recovery_codes_generated.txt",
        ):
            super().add_message(request, level, message_template, *more, **words)

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Ask for the password again, unless it was given just now."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < RECENTLY:
            return False
        return super().is_reauthentication_required(app=app, **more)

    def is_safe_url(self, url: str) -> bool:
        return url_has_allowed_host_and_scheme(url, None)

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(limits.network_address(request) or "0.0.0.0")  # noqa: S104 - unknown, and no address to listen on

    # Passwords.

    def set_password(self, user: Any, password: str) -> None:
        """Write the new password; all sessions but the one that asks end with the old one."""
        user.set_password(password)
        user.save(update_fields=["password"])
        here = self.request.session.session_key if self.request.user == user else ""
        user._drop_sessions(here or "")

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        path = path.replace("UID-KEY", key)
        # Where it is set, nothing that a request says of its host gets into a letter.
        return site() + path if settings.SITE_URL else self.request.build_absolute_uri(path)

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        if not settings.SENDS_EMAIL:
            return
        AuditEntry.note(AuditVerb.LINK_SENT, user, None)
        # To the address on record: what was typed may be one that only looks the same.
        self.send_mail("account/email/password_reset_key", user.email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        context = {"newsroom": Newsroom.current(), "request": self.request, **context}
        letters.send(self.render_mail(template_prefix, email, context))

    # What happened to an account is on the list, and told to whose it is.

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:  # fmt: skip
        verb = NOTIFIED.get(template_prefix)
        if verb is None:
            return
        entry = AuditEntry.note(verb, user, None if verb == AuditVerb.PASSWORD_RESET else user)
        if user.email and settings.SENDS_EMAIL:
            self.send_mail("account/email/happened", user.email, {"person": user, "entry": entry})


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This code is not good now. Wait for the next one, and check the clock of your device."
        ),
    }

    def get_totp_label(self, user: Any) -> str:
        return user.username

    def get_totp_issuer(self) -> str:
        return Newsroom.current().name or super().get_totp_issuer()

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()


def _cipher() -> MultiFernet:
    """What the database holds of a second factor is of no use without the key of this installation."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factor\0" + key.encode()).digest()))
        for key in keys
    )
