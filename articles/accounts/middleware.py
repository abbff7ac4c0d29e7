"""What every request of somebody signed in passes through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from articles import limits

Answer = Callable[[HttpRequest], HttpResponse]

# What somebody reaches who must have a second factor and has none: to set it up, or to leave.
SETTING_UP = frozenset(
    {
        "mfa_activate_totp",
        "account_reauthenticate",
        "account_logout",
        "account_change_password",
        "account_no_factor",
    }
)
# Pages of the desk beside those of the admin, which lead to where a factor is set up.
OF_THE_DESK = frozenset(
    {
        "account", "account_login", "account_sessions", "mfa_deactivate_totp", "mfa_generate_recovery_codes",
        "mfa_reauthenticate", "my_mail",
    }
)  # fmt: skip
SEEN_EVERY = timedelta(minutes=5)


class SecondFactorFirst:
    """Who must have a second factor and has none is nobody, but on the pages where one is set up.

    Told by what the address leads to, never by how it is spelt. The desk leads there; all else (readers' pages, the
    API) answers as it answers a reader.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without the cookie nobody is signed in, and asking would cost a query.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            person: Any = request.user
            if person.is_authenticated and person.lacks_second_factor:
                request.kept_out = person  # type: ignore[attr-defined]
                request.user = AnonymousUser()
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        person = getattr(request, "kept_out", None)
        if person is None or request.resolver_match is None:
            return None
        if request.resolver_match.view_name in SETTING_UP:
            request.user = person
        elif request.resolver_match.app_name == "admin" or request.resolver_match.view_name in OF_THE_DESK:
            return HttpResponseRedirect(reverse("account_no_factor"))
        return None


class NoteSessions:
    """Remembers of each session when it was last seen, and from where; at most once in a while per process."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # Only of who has signed in by the form: the session says how.
            key = request.session.session_key
            if (
                key
                and AUTHENTICATION_METHODS_SESSION_KEY in request.session
                and request.user.is_authenticated
                and cache.add(f"seen-{key}", True, SEEN_EVERY.total_seconds())
            ):
                address = str(limits.network_address(request) or "0.0.0.0")  # noqa: S104
                UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now(), ip=address)
        return self.get_response(request)
