"""Vectors in PostgreSQL: a column of pgvector's, which only `fill_meaning` adds, and an HNSW index over it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, transaction

from articles.meaning.model import Unfit
from articles.search.documents import DESK, VECTORS

if TYPE_CHECKING:
    from articles.meaning.model import Vectors

INDEX = "claim_vector_nearest"
# The first that goes on looking where a condition leaves too few of the rows it found.
LEAST_VERSION = (0, 8)
# What its index can hold.
MOST_DIMENSIONS = 2_000
# How far the index looks around for a row; the more, the more surely the closest are found, and the longer it takes.
_LOOKED_AT = 200
_FILL = "run `manage.py fill_meaning`"


class Postgres:
    """The vectors of one database."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def trouble(self, dimensions: int) -> str:
        """Return why vectors can not be kept or compared here, as a sentence; "" where they can."""
        return self._unfit(dimensions) or self._lacking(dimensions)

    def install(self, dimensions: int) -> None:
        """Put the column in place, empty where it was of another length. Raises Unfit where it can not be."""
        with transaction.atomic(self.connection.alias), self.connection.cursor() as cursor:
            if self._version() is None and self._is_on_server():
                try:
                    with transaction.atomic(self.connection.alias):
                        cursor.execute("CREATE EXTENSION vector")
                except DatabaseError as refused:
                    raise Unfit(
                        "pgvector is on this server but not in this database: run `CREATE EXTENSION vector` in it as "
                        f"a superuser ({str(refused).strip().splitlines()[0]})."
                    ) from refused
            if trouble := self._unfit(dimensions):
                raise Unfit(trouble)
            if self._lacking(dimensions):
                self.empty()
                cursor.execute(f"ALTER TABLE {VECTORS} ADD COLUMN embedding vector({int(dimensions)})")

    def finish(self) -> None:
        """Build the index; over vectors that are there this takes a fraction of the time."""
        with self.connection.cursor() as cursor:
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {INDEX} ON {VECTORS} USING hnsw (embedding vector_cosine_ops)"
            )
            cursor.execute(f"ANALYZE {VECTORS}")

    def empty(self) -> None:
        """Forget all vectors, and the column and the index with them."""
        with self.connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {VECTORS}")
            cursor.execute(f"ALTER TABLE {VECTORS} DROP COLUMN IF EXISTS embedding")

    def add(self, model: str, rows: Iterable[tuple[int, str, Vectors]]) -> None:
        """Write vectors: search document, SHA-256 of the text that was read, numbers."""
        with self.connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {VECTORS} (document, text_sha256, model_sha256, vector, embedding) "
                "VALUES (%s, %s, %s, ''::bytea, %s::vector)",
                [(document, text, model, _literal(numbers)) for document, text, numbers in rows],
            )

    def nearest(self, model: str, asked: Vectors, desk: bool, limit: int) -> list[list[tuple[int, float]]]:
        """Return for each vector the rows closest to it, closest first, with the cosine; `desk`: also the desk's."""
        seen = "" if desk else f" AND (document & {DESK}) = 0"
        found = []
        with transaction.atomic(self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('hnsw.ef_search', %s, true), "
                "set_config('hnsw.iterative_scan', 'strict_order', true)",
                [str(max(_LOOKED_AT, min(limit, 1000)))],
            )
            for numbers in asked:
                literal = _literal(numbers)
                cursor.execute(
                    f"SELECT id, 1 - (embedding <=> %s::vector) FROM {VECTORS} WHERE model_sha256 = %s{seen} "
                    "ORDER BY embedding <=> %s::vector LIMIT %s",
                    [literal, model, literal, limit],
                )
                # A vector of nothing but zeros is at no angle to any other.
                some = [
                    (pk, cosine)
                    for pk, cosine in cursor.fetchall()
                    if cosine is not None and cosine == cosine
                ]
                found.append(sorted(some, key=lambda one: (-one[1], one[0])))
        return found

    def _unfit(self, dimensions: int) -> str:
        """Return why this server is not one for vectors of this length."""
        if dimensions > MOST_DIMENSIONS:
            return (
                f"The model's vectors have {dimensions:,} numbers, and pgvector's index holds {MOST_DIMENSIONS:,}: "
                "take a smaller model."
            )
        version = self._version()
        if version is None and not self._is_on_server():
            return (
                "This PostgreSQL has no pgvector, which keeps the vectors: install it on the server (Debian calls it "
                f"postgresql-NN-pgvector), and then {_FILL}."
            )
        if version is not None and version < LEAST_VERSION:
            return (
                f"pgvector is {'.'.join(map(str, version))} here: install {'.'.join(map(str, LEAST_VERSION))} or newer "
                "and run `ALTER EXTENSION vector UPDATE` in this database as a superuser."
            )
        return ""

    def _lacking(self, dimensions: int) -> str:
        """Return what is not in place yet."""
        if self._version() is None:
            return f"pgvector is on this server but not in this database: {_FILL}."
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT atttypmod FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = 'embedding' "
                "AND NOT attisdropped",
                [VECTORS],
            )
            row = cursor.fetchone()
        if row is None:
            return f"There is no place for vectors yet: {_FILL}."
        if row[0] != dimensions:
            return f"The vectors here have {row[0]} numbers, those of the model {dimensions}: {_FILL}."
        return ""

    def _version(self) -> tuple[int, ...] | None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
            row = cursor.fetchone()
        return tuple(map(int, re.findall(r"\d+", row[0]))) if row else None

    def _is_on_server(self) -> bool:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'vector')")
            return bool(cursor.fetchone()[0])


def _literal(numbers: Vectors) -> str:
    return "[" + ",".join(f"{one:.9g}" for one in numbers.tolist()) + "]"


__all__ = ["Postgres"]
