"""The rows of a graph without instances: for whoever only writes them down.

A `Graph` makes an instance of each row and of each that belongs to it, with its state and its caches; of what one
statement answers within a millisecond that takes most of the time. `StandIns` reads the same answer into what
`articles.graph.bare` has in the place of instances. Graphs that show sets with each row are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import orjson
from django.db import connections
from django.db.models import F, OuterRef, QuerySet

from articles.graph import MOST_GRAPHS, Gathered, Graph
from articles.graph.bare import STATE, Known, stand_in_maker
from articles.graph.nodes import CARRIED, Node, Statement, converter
from articles.graph.prepared import AmongKeys

# What was made of one answer that several rows share, by the node that it came through.
Shared = dict[int, Known]


class StandIns:
    """The rows of a graph that readers see, as stand-ins; `keeps`: with what a kept answer about each depends on."""

    def __init__(self, graph: Graph, keeps: bool, using: str = "default") -> None:
        # What a list is ordered by, its ids are.
        rows = graph._rows(None).using(using).order_by()
        if not keeps:
            rows.query.set_annotation_mask(set(rows.query.annotation_select) - STATE)
        self._rows, self._using = rows, using
        self._statement: Statement | None = None

    def find_many(self, ids: Sequence[int]) -> list[Any]:
        """Return stand-ins for the rows of these ids, in their order, by one statement; those not seen are left out."""
        if not ids:
            return []
        if self._statement is None:
            self._statement = Statement(self._node(), self._using, _reader)
        found = {row.pk: row for row in self._statement.ask(ids)}
        return [found[pk] for pk in ids if pk in found]

    def gathered(self) -> Gathered:
        """Return the rows of several keys, to be asked for as a part of another statement."""
        node = self._node()
        sql, params = node.compile(node.carrying().query, connections[self._using])
        read = _reader(node, self._using)
        return Gathered(sql, params, lambda text: read(orjson.loads(text)))

    def _node(self) -> Node:
        rows: QuerySet = self._rows.filter(AmongKeys(F("pk")))
        return Node(rows)


@lru_cache(2 * MOST_GRAPHS)
def stand_ins_of(graph: Graph, keeps: bool) -> StandIns | None:
    """Return the stand-ins of a graph; None where it shows sets with each row."""
    return None if graph._sets(None, OuterRef("pk")) else StandIns(graph, keeps)


def _reader(node: Node, using: str) -> Callable[[list[Any]], list[Any]]:
    """Return what makes stand-ins of the rows of an answer; the node was compiled before."""
    read = _reader_of(node, connections[using].vendor)
    return lambda rows: read(rows, {})


def _reader_of(node: Node, vendor: str, is_shared: bool = False) -> Callable[[list[Any], Shared], list[Any]]:
    if node.layout is None:  # Django sees that no row can match
        return lambda rows, shared: []
    select, klass_info, annotated = node.layout
    converters = [converter(one.output_field, vendor) for one, _, _ in select]
    plain = [(name, at) for name, at in annotated.items() if not name.startswith(CARRIED)]
    make = stand_in_maker(klass_info, select, converters, plain, is_shared=is_shared)
    belonging = [
        (annotated[f"{CARRIED}{at}"], one.name, one.is_one, _reader_of(one.node, vendor, one.is_shared))
        for at, one in enumerate(node.belonging)
    ]
    place = id(node)

    def read(rows: list[Any], shared: Shared) -> list[Any]:
        known = shared.setdefault(place, {})
        made = []
        for row in node.whole(rows):
            one = make(row, known)
            for at, name, is_one, read_them in belonging:
                found = read_them(row[at], shared) if row[at] else []
                one.__dict__[name] = (found[0] if found else None) if is_one else found
            made.append(one)
        return made

    return read
