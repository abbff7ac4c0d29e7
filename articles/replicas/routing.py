"""All databases of an installation hold one record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections


@contextmanager
def standing_on(alias: str) -> Iterator[Any]:
    """Let this thread's default database be the one of that alias; yields its connection.

    Statements that were compiled for the default database, and those planned once per connection, run there too.
    """
    primary = connections[DEFAULT_DB_ALIAS]
    connection = connections[DEFAULT_DB_ALIAS] = connections[alias]
    try:
        yield connection
    finally:
        connections[DEFAULT_DB_ALIAS] = primary


class OneRecord:
    """Django's router: rows of a replica are rows of the primary, and only the primary is migrated."""

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db in settings.REPLICAS else None
