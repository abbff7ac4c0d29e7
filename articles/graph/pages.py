"""One page of a list, and how many rows other lists have: one statement, compiled once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet

from articles.graph.nodes import converter
from articles.graph.prepared import KEY, Prepared, Template, opened

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


class Together:
    """Several sets of rows by one statement, each asked about keys of its own, if about any."""

    def __init__(self, sets: Mapping[str, Gathered], using: str = "default") -> None:
        self._is_postgres = connections[using].vendor == "postgresql"
        cast = "::text" if self._is_postgres else ""
        self._sets = sets
        self._keyed = [name for name, one in sets.items() if KEY in one.params]
        params: list[Any] = []
        for name, one in sets.items():
            number = self._keyed.index(name) if name in self._keyed else 0
            params += [opened(number) if value == KEY else value for value in one.params]
        sql = ", ".join(f"{one.sql}{cast}" for one in sets.values())
        self._template = Template(f"SELECT {sql}", params, using)

    def ask(self, keys: Mapping[str, Iterable[int]]) -> dict[str, list[Any]]:
        """Return the rows of each set; of one asked about keys those that have them, in no order."""
        lists = (",".join(map(str, keys.get(name, ()))) for name in self._keyed)
        answered = self._template.row([f"{{{one}}}" if self._is_postgres else f"[{one}]" for one in lists])
        return {name: one.read(text) for (name, one), text in zip(self._sets.items(), answered, strict=True)}


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
