"""Rows by the million into either engine: triggers and indexes aside while they come, and back before anybody looks.

Only for databases of the bench. What the guards and constraints would refuse is not looked for here: `manage.py
verify` looks afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from articles import guards
from articles.models import LedgerHead
from articles.search import index

BATCH = 20_000
# Columns that hold moments: SQLite keeps them in Django's spelling.
MOMENTS = {"created_at", "published_at", "at", "retrieved_at"}


class Bulk:
    """Collects rows by table and writes them in large batches, each in the engine's fastest way."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.is_postgres = connection.vendor == "postgresql"
        self.waiting: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.stamps: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.columns: dict[str, list[str]] = {}
        self.indexes: list[str] = []

    def __enter__(self) -> Bulk:
        with self.connection.cursor() as cursor:
            if self.is_postgres:
                cursor.execute("SET session_replication_role = replica")
                cursor.execute(
                    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema() "
                    "AND tablename LIKE 'articles\\_%' AND indexname NOT IN (SELECT conname FROM pg_constraint) "
                    "AND indexdef NOT LIKE '% UNIQUE %' AND tablename <> 'articles_searchdocument'"
                )
            else:
                cursor.execute("PRAGMA foreign_keys = OFF")
                cursor.execute("PRAGMA synchronous = OFF")
                cursor.execute("PRAGMA cache_size = -1000000")
                for name in self._triggers(cursor):
                    cursor.execute(f'DROP TRIGGER "{name}"')
                cursor.execute(
                    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE 'CREATE INDEX%' "
                    "AND tbl_name LIKE 'articles_%'"
                )
            for name, definition in cursor.fetchall():
                cursor.execute(f'DROP INDEX "{name}"')
                self.indexes.append(definition)
        return self

    def __exit__(self, *trouble: Any) -> None:
        if trouble[0] is not None:
            return
        with self.connection.cursor() as cursor:
            for definition in self.indexes:
                cursor.execute(definition)
            for table, pairs in self.stamps.items():
                self._stamp(cursor, table, pairs)
            if self.is_postgres:
                cursor.execute("SET session_replication_role = origin")
                for table in self.columns:
                    key = "seq" if table == "change" else "id"
                    cursor.execute(
                        f"SELECT setval(s, (SELECT coalesce(max({key}), 1) FROM articles_{table})) "
                        f"FROM pg_get_serial_sequence('articles_{table}', '{key}') AS s WHERE s IS NOT NULL"
                    )
            else:
                cursor.execute("PRAGMA foreign_keys = ON")
                cursor.execute("PRAGMA synchronous = NORMAL")
        guards.install(self.connection)
        index.engine().install()

    def _triggers(self, cursor: Any) -> list[str]:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return [name for (name,) in cursor.fetchall()]

    def add(self, table: str, rows: Iterable[dict[str, Any]], stamp: int | None = None) -> None:
        waiting = self.waiting[table]
        for row in rows:
            waiting.append(row if stamp is None else {**row, "public_seq": stamp})
        if len(waiting) >= BATCH:
            self._write(table)

    def stamp(self, table: str, ids: Iterable[int], seq: int) -> None:
        """Say, once all rows are there, that this entry was the last to change what readers see of these rows."""
        self.stamps[table] += [(seq, pk) for pk in ids]

    def flush(self) -> None:
        for table in list(self.waiting):
            self._write(table)

    def set_head(self, seq: int, last: str) -> None:
        LedgerHead.objects.filter(pk=1).update(seq=seq, hash=last)

    def _write(self, table: str) -> None:
        rows = self.waiting.pop(table, [])
        if not rows:
            return
        columns = self.columns.setdefault(table, list(rows[0]))
        names = ", ".join(f'"{name}"' for name in columns)
        target = f"articles_{table} ({names})"
        with self.connection.cursor() as cursor:
            if self.is_postgres:
                with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                    copy.write("".join([_line(row, columns) for row in rows]))
                return
            places = ", ".join("?" * len(columns))
            self.connection.connection.execute("BEGIN")
            self.connection.connection.executemany(
                f"INSERT INTO {target} VALUES ({places})",
                ([_sqlite(name, row[name]) for name in columns] for row in rows),
            )
            self.connection.connection.execute("COMMIT")

    def _stamp(self, cursor: Any, table: str, pairs: list[tuple[int, int]]) -> None:
        if self.is_postgres:
            cursor.execute("CREATE TEMP TABLE stamps (seq bigint, id bigint)")
            with cursor.copy("COPY stamps FROM STDIN") as copy:
                copy.write("".join(f"{seq}\t{pk}\n" for seq, pk in pairs))
            cursor.execute(
                f"UPDATE articles_{table} t SET public_seq = s.seq FROM stamps s WHERE s.id = t.id"
            )
            cursor.execute("DROP TABLE stamps")
        else:
            self.connection.connection.execute("BEGIN")
            self.connection.connection.executemany(
                f"UPDATE articles_{table} SET public_seq = ? WHERE id = ?",
                pairs,
            )
            self.connection.connection.execute("COMMIT")


def _line(row: dict[str, Any], columns: list[str]) -> str:
    return "\t".join([_copied(row[name]) for name in columns]) + "\n"


def _copied(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
            for raw, written in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
                value = value.replace(raw, written)
        return value
    return str(value)


def _sqlite(name: str, value: Any) -> Any:
    if name in MOMENTS and value is not None:
        return value[:19].replace("T", " ")
    return value
