from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate, pre_migrate


def install_guards(sender: Any, using: str, **_: Any) -> None:
    """Run after every migration, since a rebuilt SQLite table has lost its triggers."""
    from django.db import connections

    from articles import guards

    connection = connections[using]
    # A migration back to an earlier state may have left only some of the tables.
    if {guard.table for guard in guards.guards()} <= set(connection.introspection.table_names()):
        guards.install(connection)


def remove_search_triggers(sender: Any, using: str, **_: Any) -> None:
    """Run before every migration: SQLite rebuilds no table that a trigger of another one speaks of."""
    from articles.search import index

    # Asked of no table first: before a migration that makes one of them, the triggers of before are there all the same.
    index.engine(using).remove_triggers()


def install_search(sender: Any, using: str, **_: Any) -> None:
    """Run after every migration: the index, its triggers, and, where the index is new, its documents."""
    from articles.search import index

    if index.is_possible(using):
        index.install(using)


def install_groups(sender: Any, using: str, **_: Any) -> None:
    """Run after every migration: the permissions of the nouns that are there now, and the groups that have them."""
    from django.db import connections

    from articles.models import granting

    there = set(connections[using].introspection.table_names())
    if {"auth_group_permissions", "django_content_type"} <= there:
        granting.install(using)


def wait_for_no_lock_for_long(sender: Any, using: str, **_: Any) -> None:
    """Run before every migration: whoever waits for a table makes all wait who come after, readers too."""
    _set_lock_timeout(using, settings.MIGRATION_LOCK_TIMEOUT)


def wait_for_locks_as_before(sender: Any, using: str, **_: Any) -> None:
    _set_lock_timeout(using, None)


def _set_lock_timeout(using: str, seconds: int | None) -> None:
    from django.db import connections

    connection = connections[using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout" if seconds is None else f"SET lock_timeout = '{seconds}s'")


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "the record"

    def ready(self) -> None:
        from articles import checks  # noqa: F401 - registers the system checks

        pre_migrate.connect(wait_for_no_lock_for_long, sender=self)
        post_migrate.connect(install_guards, sender=self)
        pre_migrate.connect(remove_search_triggers, sender=self)
        post_migrate.connect(install_search, sender=self)
        post_migrate.connect(install_groups, sender=self)
        post_migrate.connect(wait_for_locks_as_before, sender=self)
