"""One statement about the row of one id, or the rows of several: compiled once, planned once per connection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

import orjson
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, models
from django.db.models import QuerySet

# Stands for the key, or for the keys, while a statement is compiled; no row has it.
KEY = -7_310_577_364_102_931

# The id of a row, or those of several.
Asked = int | Sequence[int]
# At most so many values can be left open in a `Template`.
MOST_OPEN = 40


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

    # What in `params` stands for a value that is bound.
    _open: tuple[int, ...] = (KEY,)

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
            _with_parameters(connection, sql, self._params, self._open)
            if connection.vendor == "postgresql"
            else sql % tuple("?" * len(self._params))
        )

    @classmethod
    def of(cls, rows: QuerySet, using: str = "default") -> Prepared:
        """Prepare a QuerySet of plain values."""
        sql, params = rows.using(using).query.get_compiler(using).as_sql()
        return cls(sql, params, using)

    def row(self, asked: Any = 0) -> Any:
        """Return the first row of the answer as the driver makes it, or None."""
        found = self.rows(asked)
        return found[0] if found else None

    def rows(self, asked: Any = 0) -> list[Any]:
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

    def _ask(self, connection: Any, asked: Any) -> list[Any]:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            if connection.vendor == "postgresql":
                plans = self._left <= 0
                self._left -= not plans
                plans = plans and settings.DATABASE_PREPARE
                given = self._given(asked)
                if plans and connection.autocommit and not connection.in_atomic_block:
                    from articles.graph.wire import ask_prepared

                    return ask_prepared(connection.connection, self._written_out, given or (), self._binary)
                return _run_by_cursor(connection.connection, self._written_out, given, plans, self._binary)
            filled = self._filled(asked, connection.vendor)
            return list(connection.connection.execute(self._written_out, filled).fetchall())

    def _given(self, asked: Any) -> tuple[Any, ...] | None:
        """Return what is bound in PostgreSQL."""
        return (_bound(asked),) if self._is_keyed else None

    def _filled(self, asked: Any, vendor: str) -> list[Any]:
        if vendor == "postgresql":
            key = _bound(asked)
        else:
            key = asked if isinstance(asked, int) else orjson.dumps(asked).decode()
        return [key if value == KEY else value for value in self._params]


class Template(Prepared):
    """One statement for questions that have values of their own: asked about the values, each a text.

    In `params` stands `opened(n)` where the value n belongs. In PostgreSQL each needs a cast there.
    """

    _open = tuple(KEY - 1 - number for number in range(MOST_OPEN))

    def _given(self, asked: Any) -> tuple[Any, ...]:
        return tuple(asked)

    def _filled(self, asked: Any, vendor: str) -> list[Any]:
        values = dict(zip(self._open, asked, strict=False))
        return [values.get(value, value) if isinstance(value, int) else value for value in self._params]


def opened(number: int) -> int:
    """Return what stands for a value of a `Template` while it is compiled."""
    return Template._open[number]


def among(sql: str, params: Sequence[Any], keys: str) -> tuple[str, list[Any]]:
    """Put a query of ids into a compiled one in the place of the keys that it is asked about."""
    pieces = sql.split("%s")
    assert len(pieces) == len(params) + 1
    put = [keys if value == KEY else "%s" for value in params]
    joined = "".join(chain.from_iterable(zip(pieces, [*put, ""], strict=True)))
    return joined, [value for value in params if value != KEY]


def _with_parameters(connection: Any, sql: str, params: list[Any], stay_open: Iterable[int]) -> str:
    """Write all parameters but those that stay open into the SQL.

    Bound, each would need a cast: PostgreSQL cannot guess the type of a value that only goes into JSON.
    """
    from psycopg import ClientCursor

    written = ClientCursor(connection.connection).mogrify(sql, params)
    for number, value in enumerate(stay_open, start=1):
        written = written.replace(str(value), f"${number}")
    return written


def _bound(asked: Asked) -> Any:
    """Return what goes to PostgreSQL, always of one type: by the type it tells one statement from another.

    Several go as the text of an array: to wrap each of thousands would take longer than to look them up.
    """
    from psycopg.types.numeric import Int8

    return Int8(asked) if isinstance(asked, int) else f"{{{','.join(map(str, asked))}}}"


def _run_by_cursor(
    connection: Any, sql: str, given: tuple[Any, ...] | None, plans: bool, binary: bool
) -> list[Any]:
    from psycopg import RawCursor

    if connection.prepare_threshold is None:
        # Django turns preparing off for its own cursors, which bind on the client's side; those stay as they are.
        connection.prepare_threshold = 0
    with RawCursor(connection) as cursor:
        return cursor.execute(sql, given, prepare=plans, binary=binary).fetchall()
