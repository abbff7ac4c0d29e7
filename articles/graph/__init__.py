"""Rows and all that belongs to them, in one statement.

What a page shows of one claim are rows of a dozen tables. Asked for by a dozen QuerySets, nine tenths of the time
goes into building the same SQL again and into the ways to the database and back. A `Graph` takes these same
QuerySets, has Django compile them once per process into one statement that answers with JSON, and makes of each
answer the model instances that the QuerySets would have made: `select_related`, annotations, deferred fields and
`Prefetch` included. Rules stay where they are stated, in the words of the QuerySets; a test compares both ways.

What is compiled once cannot depend on who asks. So there is one statement for readers and one for the desk, and
while the latter is compiled it is asked for by nobody in particular: a rule that wants to know more of them than
that they work here fails then and there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import orjson
from django.db import connections
from django.db.models import F, OuterRef, QuerySet

from articles.graph.nodes import Node, Sets, Statement, as_shown
from articles.graph.pages import Gathered, Page, Together
from articles.graph.prepared import KEY, MOST_OPEN, AmongKeys, Asked, Prepared, Template, among, opened
from articles.graph.several import Several
from articles.graph.somebody import SomebodyAtDesk
from articles.models.recorded import at_desk

__all__ = [
    "KEY", "MOST_OPEN", "AmongKeys", "Gathered", "Graph", "Graphs", "Page", "Prepared", "Sets", "Several",
    "SomebodyAtDesk", "Template", "Together", "among", "opened",
]  # fmt: skip

# How many graphs of one noun are kept compiled; who asks for ever new parts of a row compiles them.
MOST_GRAPHS = 64


class Graph:
    """A row, or many, and the sets of rows that are shown with each.

    `rows(user)` are the rows to look in, with whatever they are loaded with. `sets(user, row)` names the QuerySets
    that belong to one of them, and gets a row, or `OuterRef("pk")`. The row comes back with the sets as lists in
    its attribute `shown`, of a `values_list` the values; a QuerySet cut to its first row is there as that row, or None.
    """

    def __init__(
        self,
        rows: Callable[[Any], QuerySet],
        sets: Callable[[Any, Any], Sets] = lambda user, row: {},
    ) -> None:
        self._rows = rows
        self._sets = sets
        # By database, by whether it is the desk that asks, and by whether for one row or several.
        self._statements: dict[tuple[str, bool, bool], Statement] = {}

    def find(self, pk: int, user: Any = None, using: str = "default") -> Any:
        """Return the row of this id that this user may see, by one statement; None where there is none."""
        found = self._ask(pk, user, using)
        return found[0] if found else None

    def find_many(self, ids: Sequence[int], user: Any = None, using: str = "default") -> list[Any]:
        """Return the rows of these ids, in their order, by one statement; those the user may not see are left out."""
        if not ids:
            return []
        found = {row.pk: row for row in self._ask(list(ids), user, using)}
        return [found[pk] for pk in ids if pk in found]

    def find_by_queries(self, pk: int, user: Any) -> Any:
        """Return the row of this id that this user may see, by a query for each set; None where there is none."""
        row = self._rows(user).filter(pk=pk).first()
        return row and self.load(row, user)

    def find_for(self, pk: int, user: Any) -> Any:
        """Return the row of this id that this user may see; None where there is none. One statement for readers; what
        the desk sees may hang on who asks, so of it a query for each set."""
        return self.find_by_queries(pk, user) if at_desk(user) else self.find(pk)

    def rows(self, user: Any) -> QuerySet:
        """Return the rows to look in."""
        return self._rows(user)

    def load(self, row: Any, user: Any) -> Any:
        """Load the sets of a row that was found already, by a query for each."""
        sets = self._sets(user, row).items()
        row.shown = SimpleNamespace(**{name: as_shown(rows)(list(rows)) for name, rows in sets})
        return row

    def gathered(self, using: str = "default", *, whole: bool = False) -> Gathered:
        """Return the rows of several keys that readers may see, to be asked for as a part of another statement.

        `whole`: all rows, in their order.
        """
        node = Node(self._rows(None).using(using)) if whole else self._node(using, desk=False, many=True)
        sql, params = node.compile(node.carrying().query, connections[using])
        read = node.reader(using)
        return Gathered(sql, params, lambda text: _with_shown(read(orjson.loads(text))))

    def _ask(self, asked: Asked, user: Any, using: str) -> list[Any]:
        kind = (using, at_desk(user), not isinstance(asked, int))
        statement = self._statements.get(kind)
        if statement is None:
            statement = self._statements[kind] = self._compiled(*kind)
        return _with_shown(statement.ask(asked))

    def _compiled(self, using: str, desk: bool, many: bool) -> Statement:
        return Statement(self._node(using, desk, many), using)

    def _node(self, using: str, desk: bool, many: bool) -> Node:
        who = SomebodyAtDesk() if desk else None
        # What a list is ordered by, its ids are.
        rows = self._rows(who).using(using).order_by()
        rows = rows.filter(AmongKeys(F("pk"))) if many else rows.filter(pk=KEY)
        return Node(rows, self._sets(who, OuterRef("pk")))


def _with_shown(rows: list[Any]) -> list[Any]:
    for row in rows:
        # A graph may have no sets.
        row.__dict__.setdefault("shown", SimpleNamespace())
    return rows


class Graphs:
    """The graphs of one noun: each loads of a row what somebody wants to see of it and no more.

    `rows(user, parts)` and `sets(user, row)` are as in a `Graph`; of the sets, those are taken that are among the
    parts. `parts` says which parts each field needs; a field that it does not name is a column of the row.
    """

    def __init__(
        self,
        rows: Callable[[Any, frozenset[str]], QuerySet],
        sets: Callable[[Any, Any], Sets],
        parts: Mapping[str, Iterable[str]],
    ) -> None:
        self._rows = rows
        self._sets = sets
        self._parts = parts
        self._with = lru_cache(MOST_GRAPHS)(self._made)

    def showing(self, fields: Iterable[str]) -> Graph:
        """Return the graph that loads what these fields show."""
        return self._with(frozenset(part for name in fields for part in self._parts.get(name, ())))

    def _made(self, parts: frozenset[str]) -> Graph:
        def sets(user: Any, row: Any) -> Sets:
            return {name: rows for name, rows in self._sets(user, row).items() if name in parts}

        return Graph(lambda user: self._rows(user, parts), sets)
