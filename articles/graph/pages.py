"""One page of a list, and how many rows other lists have: one statement, compiled once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from articles.graph.nodes import converter
from articles.graph.prepared import Prepared

# PostgreSQL plans a page once per connection when it was asked so often: each question is a statement of its own, and
# of most a connection hears once. A connection keeps a hundred.
OFTEN = 3


@dataclass(frozen=True)
class Gathered:
    """An expression that answers with rows as a JSON text, its parameters, and what reads that text.

    Of rows asked for by keys, `KEY` is among the parameters, and they come in no order.
    """

    sql: str
    params: Sequence[Any]
    read: Callable[[str], list[Any]]

    @classmethod
    def of(cls, rows: QuerySet, using: str = "default") -> Gathered:
        """Gather a QuerySet of plain values, each row a list."""
        sql, params, convert = _gathered(rows.using(using), connections[using])
        return cls(sql, params, lambda text: _converted(orjson.loads(text), convert))


class Page:
    """The values of some rows in their order, and how many rows each of `counted` has.

    `rows` is a `values_list`, cut to what a page holds at most; it may name `KEY` where the id belongs after which
    the page begins. `counted` are cut to where counting ends.
    """

    def __init__(self, rows: QuerySet, counted: Sequence[QuerySet] = (), using: str = "default") -> None:
        connection = connections[using]
        sql, params, self._convert = _gathered(rows, connection)
        parts = [f"{sql}::text" if connection.vendor == "postgresql" else sql]
        params = list(params)
        for one in counted:
            sql, given = counting(one, using)
            parts.append(sql)
            params += given
        self._prepared = Prepared(f"SELECT {', '.join(parts)}", params, using, before=OFTEN)

    def ask(self, after: int = 0) -> tuple[list[list[Any]], Sequence[int]]:
        """Return the values of each row, and the numbers."""
        gathered, *numbers = self._prepared.row(after)
        return _converted(orjson.loads(gathered), self._convert), numbers


def _converted(rows: list[list[Any]], convert: list[tuple[int, Any]]) -> list[list[Any]]:
    for at, make in convert:
        for row in rows:
            if row[at] is not None:
                row[at] = make(row[at])
    return rows


def counting(rows: QuerySet, using: str = "default") -> tuple[str, Sequence[Any]]:
    """Return the expression that counts the rows of a QuerySet, and its parameters."""
    try:
        sql, params = rows.query.get_compiler(using).as_sql()
    except EmptyResultSet:  # Django sees that no row can match
        return "0", ()
    return f"(SELECT COUNT(*) FROM ({sql}) AS counted)", params  # noqa: S608 (the SQL is Django's own)


def _gathered(rows: QuerySet, connection: Any) -> tuple[str, Sequence[Any], list[tuple[int, Any]]]:
    """Return the expression that answers with the rows as a JSON array of arrays, its parameters, and what becomes
    of the values on their way through JSON."""
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql(with_col_aliases=True)
    except EmptyResultSet:
        return "'[]'", (), []
    build, gather = (
        ("json_build_array", "coalesce(json_agg({}), '[]'::json)")
        if connection.vendor == "postgresql"
        else ("json_array", "json_group_array({})")
    )
    columns = ", ".join(f"f.{connection.ops.quote_name(alias)}" for _, _, alias in compiler.select)
    convert = [
        (at, make)
        for at, (expression, _, _) in enumerate(compiler.select)
        if (make := converter(expression.output_field, connection.vendor)) is not None
    ]
    gathered = gather.format(f"{build}({columns})")
    return f"(SELECT {gathered} FROM ({sql}) f)", params, convert  # noqa: S608 (the SQL is Django's own)
