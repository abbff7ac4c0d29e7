"""Whether whoever asks may try at all. What they may do with which row, the models say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission

from articles.models import Scope, User

# The question about a key that each scope answers. Whether the owner's role is enough, the verb says.
_QUESTIONS: dict[Scope, Callable[[User], bool]] = {
    Scope.DRAFTS: lambda user: user.is_desk,
    Scope.WRITE: lambda user: user.may_write,
    Scope.PUBLISH: lambda user: user.limited_to is None or Scope.PUBLISH in user.limited_to,
    Scope.IMPORT: lambda user: user.may_import,
}


class MissingScope(APIException):
    """The key was not given what this needs (403)."""

    status_code = 403
    default_code = "missing_scope"

    def __init__(self, needed: Scope, user: User) -> None:
        has = ", ".join(sorted(user.limited_to or ())) or "none"
        super().__init__(
            f"This needs a key with the scope {needed.value}; this one has: {has}. Issue another one at the desk."
        )


class MayWrite(BasePermission):
    """Everybody reads; who writes is known, and a key has the scope the view `needs` (default: write)."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if request.method in SAFE_METHODS:
            return True
        if not request.user.is_authenticated:
            raise NotAuthenticated(
                "Writing needs a key: send “Authorization: Bearer fct_…”.", "not_authenticated"
            )
        needed = Scope(getattr(view, "needs", Scope.WRITE))
        if not _QUESTIONS[needed](request.user):
            raise MissingScope(needed, request.user)
        return True
