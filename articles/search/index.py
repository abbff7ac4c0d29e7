"""The index of a database: put in place, written anew, compared with the record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connections, transaction

from articles.search.documents import COLUMNS, KINDS, TABLE, VECTORS, changes, document_id, selects
from articles.search.postgres import Postgres
from articles.search.sqlite import Sqlite


def engine(using: str = "default") -> Sqlite | Postgres:
    connection = connections[using]
    return Postgres(connection) if connection.vendor == "postgresql" else Sqlite(connection)


def is_possible(using: str) -> bool:
    """Are all tables there that the index speaks of? Not in the middle of a way back through the migrations."""
    tables = set(connections[using].introspection.table_names())
    return {TABLE, VECTORS, *(change.table for change in changes())} <= tables


def install(using: str) -> None:
    """Put the index and its triggers in place; where the index is a new one, fill it."""
    with transaction.atomic(using=using):
        if engine(using).install():
            rebuild(using)


def rebuild(using: str = "default", progress: Callable[[str, int], None] = lambda what, count: None) -> int:
    """Write every document anew, in one transaction; return how many there are."""
    one = engine(using)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        one.empty()
        total = 0
        for kind in KINDS:
            count = 0
            for select in selects(one.aggregate, kind):
                cursor.execute(f"INSERT INTO {TABLE} ({COLUMNS}) {select}")
                count += cursor.rowcount
            progress(kind, count)
            total += count
        one.fill()
        one.count_words()
    return total


def differences(using: str = "default") -> Iterator[tuple[str, str]]:
    """Yield (document, what is wrong with it) for all that does not agree with the record; see also `faults`."""
    one = engine(using)
    for sentence in one.missing():
        yield "search", f"{sentence}; run manage.py migrate, and then manage.py rebuild_search"
    for kind in KINDS:
        wanted = " UNION ALL ".join(selects(one.aggregate, kind))
        there = f"SELECT {COLUMNS} FROM {TABLE} WHERE kind = '{kind}'"
        yield from _compared(using, kind, wanted, there)


def faults(using: str = "default") -> Iterator[tuple[str, str]]:
    """Yield what is wrong between the documents and the index over them.

    SQLite asks that as one asks for a change, and so not while a moment is held that others have gone on from.
    """
    for sentence in engine(using).faults():
        yield "search", f"{sentence}; run manage.py rebuild_search"


def _compared(using: str, kind: str, wanted: str, there: str) -> Iterator[tuple[str, str]]:
    named = f"WITH wanted(id, kind, object_id, title, body) AS ({wanted}), there AS ({there})"

    def rows(sql: str) -> list[Any]:
        with connections[using].cursor() as cursor:
            cursor.execute(f"{named} {sql}")
            return cursor.fetchall()

    lacking = {
        pk
        for (pk,) in rows("SELECT id FROM (SELECT * FROM wanted EXCEPT SELECT * FROM there) AS d LIMIT 1000")
    }
    extra = {
        pk
        for (pk,) in rows("SELECT id FROM (SELECT * FROM there EXCEPT SELECT * FROM wanted) AS d LIMIT 1000")
    }
    for pk in sorted(lacking | extra):
        where = f"search document of {kind} {pk // 16}"
        if pk in lacking and pk in extra:
            yield where, "it does not say what the record says; run manage.py rebuild_search"
        elif pk in lacking:
            yield where, "it is missing; run manage.py rebuild_search"
        else:
            yield where, "it should not be there; run manage.py rebuild_search"


__all__ = ["differences", "document_id", "engine", "faults", "install", "is_possible", "rebuild"]
