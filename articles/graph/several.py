"""Rows of several nouns, each by its ids, in one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from django.db import connections
from django.db.models import F, QuerySet

from articles.graph.nodes import Node
from articles.graph.prepared import KEY, AmongKeys
from articles.graph.somebody import SomebodyAtDesk
from articles.models.recorded import at_desk

# The part of one noun: what stands for it in a statement, its parameters, and what makes instances of the answer.
Part = tuple[str, Sequence[Any], Callable[[list[Any]], list[Any]]]


class Several:
    """Rows of several nouns.

    `rows(user, name)` are the rows of a noun to look in, in their order and with whatever they are loaded with; as of a
    `Graph`, there is one statement for readers and one for the desk. `keys` says of a noun which column the ids are in,
    where that is not its own.

    Which nouns are looked for is another matter each time. So the parts are compiled once and the statement is planned
    anew, as that of each noun by itself would be.
    """

    def __init__(self, rows: Callable[[Any, str], QuerySet], keys: Mapping[str, str] | None = None) -> None:
        self._rows = rows
        self._keys = keys or {}
        self._parts: dict[tuple[str, str, bool], Part] = {}

    def find(
        self, ids: Mapping[str, Sequence[int]], user: Any = None, using: str = "default"
    ) -> dict[str, list[Any]]:
        """Return noun → its rows of these ids that this user may see, by one statement; nouns without ids are left
        out."""
        wanted = {name: some for name, some in ids.items() if some}
        if not wanted:
            return {}
        connection = connections[using]
        on_postgresql = connection.vendor == "postgresql"
        parts = [self._part(name, using, at_desk(user)) for name in wanted]
        told, params = [], list[Any]()
        for (sql, given, _read), some in zip(parts, wanted.values(), strict=True):
            told.append(f"{sql}::text" if on_postgresql else sql)
            listed = ",".join(map(str, some))
            keys = f"{{{listed}}}" if on_postgresql else f"[{listed}]"
            params += [keys if value == KEY else value for value in given]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(told)}", params)
            found = cursor.fetchone()
        return {
            name: read(orjson.loads(answer))
            for name, (_sql, _given, read), answer in zip(wanted, parts, found, strict=True)
        }

    def _part(self, name: str, using: str, desk: bool) -> Part:
        part = self._parts.get((name, using, desk))
        if part is None:
            rows = self._rows(SomebodyAtDesk() if desk else None, name).using(using)
            node = Node(rows.filter(AmongKeys(F(self._keys.get(name, "pk")))))
            sql, params = node.compile(node.carrying().query, connections[using])
            part = self._parts[name, using, desk] = (sql, params, node.reader(using))
        return part
