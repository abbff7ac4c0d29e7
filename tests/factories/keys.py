"""Keys of programs."""

from __future__ import annotations

from typing import Any

import factory

from articles.models import ApiKey
from tests.factories.people import VerbFactory, moment_of, some_reporter


class ApiKeyFactory(VerbFactory):
    """A key that may write, of the reporter; its token is its `token`. `revoked` ends it."""

    class Meta:
        model = ApiKey

    owner = factory.LazyFunction(some_reporter)
    name = factory.Sequence("Script {}".format)
    scopes = ("write",)
    expires_at = None
    at = None
    revoked = False

    @classmethod
    def enter(cls, owner: Any, revoked: bool, expires_at: Any, at: Any, **given: Any) -> ApiKey:
        key, token = ApiKey.issue(owner, owner, expires_at=moment_of(expires_at), at=moment_of(at), **given)
        if revoked:
            key.revoke(owner)
        key.token = token  # type: ignore[attr-defined]
        return key
