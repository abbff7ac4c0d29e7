"""Prepared statements asked of PostgreSQL itself, past the cursor.

A cursor finds out anew, at each statement, how every value is adapted, and waits in steps in which Python can be
interrupted. Of a statement asked a thousand times, with a number or a few texts, that is two thirds of all that
the process does for it. `psycopg.pq` has the calls of libpq themselves.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Connection, errors, pq
from psycopg.adapt import Transformer

# As many as psycopg itself keeps: each takes memory in PostgreSQL.
MOST_PREPARED = 100
# Numbers are bound as bigint; of texts PostgreSQL finds the type in the statement.
BIGINT, UNKNOWN = 20, 0

_numbers = count()
_prepared: WeakKeyDictionary[Connection, OrderedDict[str, bytes]] = WeakKeyDictionary()


def ask_prepared(
    connection: Connection, sql: str, given: Sequence[int | str], binary: bool
) -> list[tuple[Any, ...]]:
    """Return the rows that a statement answers with, as psycopg loads them; it is prepared the first time.

    Outside of transactions only: a statement that somebody else has discarded is prepared once more. Raises psycopg's
    errors.
    """
    names = _prepared.setdefault(connection, OrderedDict())
    with connection.lock:
        name = names.get(sql)
        if name is not None:
            names.move_to_end(sql)
            try:
                return _asked(connection, name, given, binary)
            except errors.InvalidSqlStatementName:
                # `DISCARD ALL`, or `DEALLOCATE ALL`, which psycopg sends where a table was altered.
                names.clear()
        name = _prepare(connection, names, sql, given)
        return _asked(connection, name, given, binary)


def _prepare(
    connection: Connection, names: OrderedDict[str, bytes], sql: str, given: Sequence[int | str]
) -> bytes:
    if len(names) >= MOST_PREPARED:
        _, oldest = names.popitem(last=False)
        _checked(connection, connection.pgconn.exec_(b"DEALLOCATE " + oldest))
    # None is given twice: whoever prepared one meanwhile keeps it.
    name = b"wire_%d" % next(_numbers)
    kinds = [BIGINT if isinstance(one, int) else UNKNOWN for one in given]
    _checked(connection, connection.pgconn.prepare(name, sql.encode(), kinds))
    names[sql] = name
    return name


def _asked(
    connection: Connection, name: bytes, given: Sequence[int | str], binary: bool
) -> list[tuple[Any, ...]]:
    result = connection.pgconn.exec_prepared(
        name,
        [str(one).encode() for one in given],
        result_format=pq.Format.BINARY if binary else pq.Format.TEXT,
    )
    _checked(connection, result)
    transformer = Transformer(connection)
    transformer.set_pgresult(result)
    rows: list[tuple[Any, ...]] = transformer.load_rows(0, result.ntuples, tuple)
    return rows


def _checked(connection: Connection, result: Any) -> None:
    if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        return
    if connection.closed:
        # It broke without a word from the server, and so without a code that would name the error.
        raise errors.OperationalError("the connection is lost")
    raise errors.error_from_result(result, connection.info.encoding)
