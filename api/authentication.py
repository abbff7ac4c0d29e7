"""Who is asking. Reading needs no key; somebody of the desk who is signed in sees what the desk sees."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS


class NoKeysYet(BaseAuthentication):
    """Refuse any Authorization header: whoever sends one would believe that it did something.

    The header is never decoded, so that no byte in it can do harm.
    """

    def authenticate(self, request: Any) -> None:
        if request.META.get("HTTP_AUTHORIZATION"):
            raise AuthenticationFailed(
                "This API knows no keys yet, and reading needs none. Leave out the Authorization header."
            )

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class DeskSession(BaseAuthentication):
    """The session of the desk, for reading alone: a page of another site can make a browser send its cookie."""

    def authenticate(self, request: Any) -> tuple[Any, None] | None:
        # Without the cookie there is no session, and asking for one would cost a query.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.method not in SAFE_METHODS:
            return None
        user = request._request.user
        return (user, None) if user.is_authenticated and user.is_desk else None
