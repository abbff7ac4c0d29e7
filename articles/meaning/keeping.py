"""Where the vectors of a database are: one interface, two engines, as in `articles.search`."""

from __future__ import annotations

from django.db import connections

from articles.meaning.postgres import Postgres
from articles.meaning.sqlite import Sqlite


def engine(using: str = "default") -> Sqlite | Postgres:
    connection = connections[using]
    return Postgres(connection) if connection.vendor == "postgresql" else Sqlite(connection)


__all__ = ["engine"]
