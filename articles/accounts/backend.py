"""Which account a name and a password belong to, and with what an account is loaded."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from articles.models import User


class Accounts(AuthenticationBackend):
    """By user name as it is written; permissions are the account's own answer (`User.has_perm`)."""

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        # allauth would take "ada" and "Ada" for the same, and neither where both are there.
        return self._check_password(User.objects.filter(username=username).first(), password)

    def get_user(self, user_id: Any) -> User | None:
        person = User.objects.signing_in().filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
