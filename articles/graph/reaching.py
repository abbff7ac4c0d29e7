"""Rows that others lead to, step by step: found and loaded by one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections

from articles.graph.pages import Gathered
from articles.graph.prepared import KEY, Prepared, among


class Reaching:
    """The rows of some keys, and those that they lead to within a number of steps; `most` at all, the nearest first.

    `rows` are asked for by keys. `leads` is SQL: what stands between `reached`, with an `id`, and the keys of the next
    step, of which `{among}` … `{end}` says that `far.id` is one, as in

        JOIN book far ON {among} SELECT cited_id FROM citing WHERE citing_id = reached.id{end}

    and `next_id` is the key of that step, in words of the same.
    """

    def __init__(
        self, rows: Gathered, leads: str, next_id: str, *, steps: int, most: int, using: str = "default"
    ) -> None:
        is_postgres = connections[using].vendor == "postgresql"
        # PostgreSQL looks up by index what is in an array, and would read the whole table for a set.
        begins, ends = ("far.id = ANY (ARRAY(", "))") if is_postgres else ("far.id IN (", ")")
        leads = leads.format(among=begins, end=ends)
        begun = "SELECT unnest(%s::bigint[]), 0" if is_postgres else "SELECT value, 0 FROM json_each(%s)"
        nearest = f"SELECT id FROM reached LIMIT {int(most)}"  # noqa: S608 (the SQL is that of the caller)
        keys = f"ARRAY({nearest})" if is_postgres else f"(SELECT json_group_array(id) FROM ({nearest}))"  # noqa: S608
        sql, params = among(rows.sql, rows.params, keys)
        self._read = rows.read
        self._prepared = Prepared(
            f"WITH RECURSIVE reached(id, step) AS ({begun} UNION SELECT {next_id}, step + 1 FROM reached {leads}"  # noqa: S608
            f" WHERE step < {int(steps)}) SELECT {sql}{'::text' if is_postgres else ''}",
            [KEY, *params],
            using,
        )

    def find(self, keys: Sequence[int]) -> list[Any]:
        """Return the rows that were found, in no order. One statement."""
        return self._read(self._prepared.row(list(keys))[0]) if keys else []
