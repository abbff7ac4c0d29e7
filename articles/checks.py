"""System checks of the record, each with an id, a hint, and a test named after the id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def guards_in_place(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """articles.E001: a guard of an insert-only table is missing, switched off or another one."""
    from articles import guards

    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        tables = set(connection.introspection.table_names())
        if not {guard.table for guard in guards.guards()} <= tables:
            continue  # not migrated yet; `migrate` says so itself
        found += [
            Error(
                f"The record is not guarded: {sentence}.",
                hint="Run `manage.py migrate`, which puts the guards back, and then `manage.py verify`.",
                obj=alias,
                id="articles.E001",
            )
            for sentence in guards.missing(connection)
        ]
    return found


@register(Tags.database)
def search_in_place(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """articles.E002: the search index or one of the triggers that keep it is missing, switched off or another one."""
    from articles.search import index

    return [
        Error(
            f"Search does not follow the record: {sentence}.",
            hint="Run `manage.py migrate`, which puts the triggers back, and then `manage.py rebuild_search`.",
            obj=alias,
            id="articles.E002",
        )
        for alias in databases or ()
        if index.is_possible(alias)
        for sentence in index.engine(alias).missing()
    ]


@register(Tags.security)
def only_the_public_internet(**_: Any) -> list[CheckMessage]:
    """articles.E003: REACH_THIS_MACHINE is on where other people's addresses are asked."""
    if not settings.REACH_THIS_MACHINE or settings.DEBUG:
        return []
    return [
        Error(
            "REACH_THIS_MACHINE is True: a webhook could be led to what listens on this machine alone.",
            hint="Unset it. It is for trying webhooks on your own machine, with DEBUG=True.",
            id="articles.E003",
        )
    ]
