"""One statement about the row of one id, or the rows of several: compiled once, planned once per connection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, models
from django.db.models import QuerySet

# Stands for the key, or for the keys, while a statement is compiled; no row has it.
KEY = -7_310_577_364_102_931

# The id of a row, or those of several.
Asked = int | Sequence[int]


class AmongKeys(models.Func):
    """Is this one of the keys? They are bound as one parameter, so that the statement is the same for any number."""

    output_field = models.BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:  # type: ignore[override]
        return self._compared(compiler, "IN (SELECT value FROM json_each(%s))")

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:
        return self._compared(compiler, "= ANY(%s)")

    def _compared(self, compiler: Any, with_keys: str) -> tuple[str, Any]:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return f"{sql} {with_keys}", (*params, KEY)


class Prepared:
    """One statement about the row of one id, or the rows of several.

    `sql` and `params` are what Django's compiler returns of a QuerySet that names `KEY` where the id belongs; one
    about several has `AmongKeys` there. A statement without `KEY` asks the same each time. PostgreSQL is to plan it
    once per connection when it has been asked `before` times: not at once where there are many such statements. In
    `binary` form it answers with Python's values, of thousands of rows sooner than with texts.
    """

    def __init__(
        self,
        sql: str,
        params: Iterable[Any],
        using: str = "default",
        *,
        before: int = 0,
        binary: bool = False,
    ) -> None:
        self._using = using
        self._sql = sql
        self._params = list(params)
        self._is_keyed = KEY in self._params
        self._left = before
        self._binary = binary
        connection = connections[using]
        connection.ensure_connection()
        self._written_out = (
            _with_one_parameter(connection, sql, self._params)
            if connection.vendor == "postgresql"
            else sql % tuple("?" * len(self._params))
        )

    @classmethod
    def of(cls, rows: QuerySet, using: str = "default") -> Prepared:
        """Prepare a QuerySet of plain values."""
        sql, params = rows.using(using).query.get_compiler(using).as_sql()
        return cls(sql, params, using)

    def row(self, asked: Asked = 0) -> Any:
        """Return the first row of the answer as the driver makes it, or None."""
        found = self.rows(asked)
        return found[0] if found else None

    def rows(self, asked: Asked = 0) -> list[Any]:
        """Return all rows of the answer as the driver makes them."""
        connection = connections[self._using]
        if connection.queries_logged or connection.execute_wrappers:
            # Whoever counts or wraps queries is to see this one too.
            with connection.cursor() as cursor:
                cursor.execute(self._sql, self._filled(asked, connection.vendor))
                return list(cursor.fetchall())
        try:
            return self._ask(connection, asked)
        except (InterfaceError, OperationalError):
            # Django's own cursors ask at each request whether the connection still lives. This way asks when it
            # turns out that it does not; within a transaction its owner has to know.
            if connection.in_atomic_block or connection.is_usable():
                raise
            connection.close()
            return self._ask(connection, asked)

    def _ask(self, connection: Any, asked: Asked) -> list[Any]:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            if connection.vendor == "postgresql":
                plans = self._left <= 0
                self._left -= not plans
                given = (_bound(asked),) if self._is_keyed else None
                return _run_prepared(connection.connection, self._written_out, given, plans, self._binary)
            filled = self._filled(asked, connection.vendor)
            return list(connection.connection.execute(self._written_out, filled).fetchall())

    def _filled(self, asked: Asked, vendor: str) -> list[Any]:
        if vendor == "postgresql":
            key = _bound(asked)
        else:
            key = asked if isinstance(asked, int) else orjson.dumps(asked).decode()
        return [key if value == KEY else value for value in self._params]


def _with_one_parameter(connection: Any, sql: str, params: list[Any]) -> str:
    """Write all parameters but the key into the SQL.

    Bound, each would need a cast: PostgreSQL cannot guess the type of a value that only goes into JSON.
    """
    from psycopg import ClientCursor

    return ClientCursor(connection.connection).mogrify(sql, params).replace(str(KEY), "$1")


def _bound(asked: Asked) -> Any:
    """Return what goes to PostgreSQL, always of one type: by the type it tells one statement from another.

    Several go as the text of an array: to wrap each of thousands would take longer than to look them up.
    """
    from psycopg.types.numeric import Int8

    return Int8(asked) if isinstance(asked, int) else f"{{{','.join(map(str, asked))}}}"


def _run_prepared(
    connection: Any, sql: str, given: tuple[Any] | None, plans: bool, binary: bool
) -> list[Any]:
    from psycopg import RawCursor

    if connection.prepare_threshold is None:
        # Django turns preparing off for its own cursors, which bind on the client's side; those stay as they are.
        connection.prepare_threshold = 0
    with RawCursor(connection) as cursor:
        return cursor.execute(
            sql, given, prepare=plans and settings.DATABASE_PREPARE, binary=binary
        ).fetchall()
