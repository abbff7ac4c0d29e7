"""Who is asking. Reading needs no key; a key acts for its owner; the desk sees what the desk sees."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.db import InternalError, OperationalError
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS

from api.limits import count_unknown_key
from articles.models import ApiKey, KeyState, User

log = logging.getLogger(__name__)

# A token has 62 characters; nothing longer is looked at.
LONGEST_HEADER = 200
REFUSALS = {
    KeyState.EXPIRED: ("expired_key", "This key has expired. Issue a new one at the desk."),
    KeyState.REVOKED: ("revoked_key", "This key was revoked. Issue a new one at the desk."),
    # Nothing is said of the account to who holds a key of it.
    KeyState.OWNERLESS: ("revoked_key", "This key acts for nobody any more. Ask an administrator."),
}


class KeyHolder(BaseAuthentication):
    """`Authorization: Bearer fct_…`: the key's owner, limited to what the key may. A key in the address is not read."""

    def authenticate(self, request: Any) -> tuple[User, ApiKey] | None:
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        scheme, _, token = header.partition(" ") if len(header) <= LONGEST_HEADER else ("", "", "")
        key = ApiKey.objects.found(token.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            # Whoever tries keys is a stranger, and has a stranger's budget.
            count_unknown_key(request._request)
            raise AuthenticationFailed(
                "There is no such key. Send “Authorization: Bearer fct_…” with a key as the desk has shown it, or "
                "leave the header out: what is public is read without one.",
                "invalid_key",
            )
        now = timezone.now()
        state = key.state_at(now)
        if state != KeyState.GOOD:
            count_unknown_key(request._request)
            code, sentence = REFUSALS[state]
            raise AuthenticationFailed(sentence, code)
        try:
            key.note_use(now)
        except (OperationalError, InternalError) as trouble:
            # The database is busy, or only reads, which PostgreSQL calls an internal error; what was asked for is
            # worth more than this note.
            log.warning("The use of key %s could not be noted: %s", key.identifier, trouble)
        return key.acting, key

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class DeskSession(SessionAuthentication):
    """Whoever is signed in at the desk.

    Writing takes the token against forged requests too: a page of another site can make a browser send the cookie.
    """

    def authenticate(self, request: Any) -> tuple[Any, None] | None:
        # Without the cookie there is no session, and asking for one would cost a query.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        user = request._request.user
        if not (user.is_authenticated and user.is_desk):
            return None
        if request.method not in SAFE_METHODS:
            self.enforce_csrf(request)
        return user, None

    def enforce_csrf(self, request: Any) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refusal:
            raise PermissionDenied(
                "This request came with the desk's cookie but without its token against forged requests: send the "
                "token as X-CSRFToken. Programs send a key instead of a cookie.",
                "csrf_failed",
            ) from refusal
