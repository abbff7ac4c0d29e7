"""What somebody with the keys of the database could do to a record, and a record to do it to."""

from __future__ import annotations

import hashlib

from django.db import connection

from articles import guards
from articles.verification import verify
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    ClaimRelationFactory,
    EvidenceFactory,
    TopicFactory,
    make_series,
)

IS_POSTGRES = connection.vendor == "postgresql"


def make_a_record() -> None:
    """A little of everything, in every state that the rules know."""
    claim = ClaimFactory(topics=[TopicFactory()])
    AppearanceFactory(
        claim=claim,
        article_version=ArticleFactory(public=True).current_version,
        attributions=[{"described_as": "two people"}],
    )
    make_series(
        claim,
        [
            ("verdict", "supported", "2024-01-10", None, "2024-02-29"),
            ("update", "contradicted", "2024-03-05", "2024-03-01"),
            ("withdrawal", "2024-04-01"),
        ],
    )
    make_series(ClaimFactory(), [("verdict", "supported", "2024-05-01")])
    ClaimFactory(status="merged")
    ClaimFactory(status="dismissed")
    ClaimRelationFactory().take_back(None)
    EvidenceFactory(public=True)
    EvidenceFactory().take_back(None)


def execute(statement: str, *parameters) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def forge(*statements: str | tuple) -> None:
    """Do what a thief with the keys of the database would: guards off, hands on the rows, guards on again."""
    if IS_POSTGRES:
        execute("SET session_replication_role = replica")
    else:
        execute("PRAGMA foreign_keys = OFF")
        for name in guards._engine(connection).triggers():
            execute(f"DROP TRIGGER {name}")
    for statement in statements:
        execute(*((statement,) if isinstance(statement, str) else statement))
    if IS_POSTGRES:
        execute("SET session_replication_role = origin")
    else:
        execute("PRAGMA foreign_keys = ON")
        guards.install(connection)
    assert guards.missing(connection) == []


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def found() -> list[tuple[str, str]]:
    """Return what `verify` finds in the record; the index, which on PostgreSQL slept too, has tests of its own."""
    return [(one.check, one.row) for one in verify() if one.check != "search"]
