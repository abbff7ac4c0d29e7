"""Many rows and what belongs to them without instances: for whoever reads more of them than anybody looks at.

A `Graph` brings some rows by one statement, in which the database looks up what belongs to each row by itself, and
makes instances of them. Of thousands of rows at once, nine tenths of the time goes into both. `Bare` takes the same
QuerySets and asks, for a whole batch, one statement for the rows and one for each relation that is fetched along. What
it makes of the answers are *stand-ins*: objects with the values, the properties and the methods of the model and
nothing else. A stand-in asks the database nothing: what was not loaded is an AttributeError.

Rows that have sets of their own, shown one by one, are left to the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from types import FunctionType
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import F, OuterRef, Prefetch, QuerySet
from django.utils.functional import cached_property

from articles.graph import MOST_GRAPHS, Graph, SomebodyAtDesk
from articles.graph.nodes import Node, converter, lookups
from articles.graph.prepared import AmongKeys, Prepared
from articles.models.recorded import at_desk

# Under this name a row carries the key of the row that it belongs to.
OWNER = "owner_key"
# What says of a row whether a kept answer about it still holds; nobody keeps thousands.
STATE = frozenset({"state_entry", "state_house"})

# What a stand-in has of its model: nothing that asks the database, as managers and relations do.
KEPT = (FunctionType, property, cached_property, classmethod, staticmethod, frozenset, str)

# The shared stand-ins of a batch that were made, by where the id stands in a row and the id.
Known = dict[tuple[int, int], Any]
# What is made of the values of one row; None where an outer join found none.
Make = Callable[[Sequence[Any], Known], Any]


class Bare:
    """The rows of a graph without their instances."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._batches: dict[tuple[str, bool], _Batch] = {}

    def find_many(self, ids: Sequence[int], user: Any = None, using: str = "default") -> list[Any]:
        """Return stand-ins for the rows of these ids, in their order; those the user may not see are left out."""
        if not ids:
            return []
        kind = (using, at_desk(user))
        batch = self._batches.get(kind)
        if batch is None:
            # As a graph does: a statement is the same for everybody at the desk.
            rows = self._graph._rows(SomebodyAtDesk() if kind[1] else None).using(using).order_by()
            batch = self._batches[kind] = _Batch(rows, "pk", using)
        found = {row.pk: row for row in batch.find(ids)}
        return [found[pk] for pk in ids if pk in found]


@lru_cache(MOST_GRAPHS)
def bare_of(graph: Graph) -> Bare | None:
    """Return the bare rows of a graph; None where it shows sets with each row."""
    return None if graph._sets(None, OuterRef("pk")) else Bare(graph)


class _Batch:
    """A QuerySet asked for many keys at once; `key` is what the keys are compared with."""

    def __init__(self, rows: QuerySet, key: str, using: str) -> None:
        self._related = [_related(rows.model, one, using) for one in lookups(rows)]
        plain = rows.prefetch_related(None).filter(AmongKeys(F(key)))
        plain.query.set_annotation_mask(set(plain.query.annotation_select) - STATE)
        self._values = _Values(plain, using)
        self._read = _reader(self._values.layout, connections[using].vendor)

    def find(self, keys: Sequence[int]) -> list[Any]:
        """Return stand-ins for the rows that have one of these keys, in the order of the QuerySet."""
        found = self._read(self._values.find(keys)) if keys else []
        if found:
            for relation in self._related:
                relation.attach(found)
        return found


class _Values:
    """What the database says of the rows of a QuerySet, a list of values for each.

    PostgreSQL's driver makes Python's values of it faster than JSON could be written and read. SQLite's makes them of
    dates only, and slowly: there the answer is JSON, as a graph's is.
    """

    def __init__(self, rows: QuerySet, using: str) -> None:
        connection = connections[using]
        self._node = None if connection.vendor == "postgresql" else Node(rows)
        self.layout: Any = None
        if self._node is not None:
            sql, params = self._node.compile(rows.query, connection)
            self.layout, sql = self._node.layout, f"SELECT {sql}"
        else:
            compiler = rows.query.get_compiler(connection=connection)
            try:
                sql, params = compiler.as_sql(with_col_aliases=True)
                self.layout = compiler.select, compiler.klass_info, compiler.annotation_col_map
                sql = _with_json_as_text(sql, compiler.select, connection)
            except EmptyResultSet:  # Django sees that no row can match
                sql, params = "SELECT 1 WHERE false", ()
        self._prepared = Prepared(sql, params, using, binary=self._node is None)

    def find(self, keys: Sequence[int]) -> Sequence[Sequence[Any]]:
        found = self._prepared.rows(keys)
        return found if self._node is None else self._node.whole(orjson.loads(found[0][0]))


class _One:
    """The row that each row of a batch names by a key of its own."""

    def __init__(self, rows: QuerySet, name: str, own: str, using: str) -> None:
        self._batch, self._name, self._own = _Batch(rows, "pk", using), name, own

    def attach(self, rows: Sequence[Any]) -> None:
        keys = {key for row in rows if (key := getattr(row, self._own)) is not None}
        found = {one.pk: one for one in self._batch.find(list(keys))}
        for row in rows:
            setattr(row, self._name, found.get(getattr(row, self._own)))


class _Those:
    """The rows that name a row of a batch by a key of theirs, in the order of their QuerySet."""

    def __init__(self, rows: QuerySet, name: str, way: str, using: str) -> None:
        self._batch, self._name = _Batch(rows.annotate(**{OWNER: F(way)}), OWNER, using), name

    def attach(self, rows: Sequence[Any]) -> None:
        belonging: dict[int, list[Any]] = {row.pk: [] for row in rows}
        for one in self._batch.find(list(belonging)):
            belonging[getattr(one, OWNER)].append(one)
        for row in rows:
            setattr(row, self._name, belonging[row.pk])


class _Shared:
    """The rows that a row of a batch has in common with others, such as topics: each is fetched once."""

    def __init__(self, rows: QuerySet, name: str, field: Any, using: str) -> None:
        own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
        pairs = field.remote_field.through._base_manager.using(using).order_by()
        self._pairs = Prepared.of(pairs.filter(AmongKeys(F(own))).values_list(own, other), using)
        self._batch, self._name = _Batch(rows, "pk", using), name

    def attach(self, rows: Sequence[Any]) -> None:
        pairs = self._pairs.rows([row.pk for row in rows])
        found = self._batch.find(list({other for _, other in pairs}))
        place = {one.pk: at for at, one in enumerate(found)}
        belonging: dict[int, list[int]] = {row.pk: [] for row in rows}
        for own, other in pairs:
            if other in place:
                belonging[own].append(place[other])
        for row in rows:
            setattr(row, self._name, [found[at] for at in sorted(belonging[row.pk])])


def _related(model: type[models.Model], lookup: Prefetch, using: str) -> _One | _Those | _Shared:
    """Return what finds the rows of a relation as `prefetch_related` would."""
    field: Any = model._meta.get_field(lookup.prefetch_through)
    rows = lookup.queryset
    if rows is None:
        rows = field.related_model._default_manager.all()
    rows, name = rows.using(using), lookup.prefetch_to
    if field.many_to_one or (field.one_to_one and field.concrete):
        return _One(rows, name, field.attname, using)
    if field.one_to_many:
        return _Those(rows, name, field.field.attname, using)
    if field.many_to_many and field.concrete:
        return _Shared(rows, name, field, using)
    raise TypeError(f"{model.__name__}.{field.name}: bare rows cannot follow this kind of relation")


def _reader(layout: Any, vendor: str) -> Callable[[Sequence[Sequence[Any]]], list[Any]]:
    """Return what makes stand-ins of the rows of an answer."""
    if layout is None:  # Django sees that no row can match
        return lambda rows: []
    select, klass_info, annotated = layout
    converters = [_converter(one.output_field, vendor) for one, _, _ in select]
    make = stand_in_maker(klass_info, select, converters, list(annotated.items()))

    def read(rows: Sequence[Sequence[Any]]) -> list[Any]:
        known: Known = {}
        return [make(row, known) for row in rows]

    return read


def _with_json_as_text(sql: str, select: Any, connection: Any) -> str:
    """Have the database write its JSON: what its driver would read of it, we read ten times as fast."""
    if not any(_is_json(expression) for expression, _, _ in select):
        return sql
    columns = ", ".join(
        f"f.{connection.ops.quote_name(alias)}{'::text' if _is_json(expression) else ''}"
        for expression, _, alias in select
    )
    return f"SELECT {columns} FROM ({sql}) f"  # noqa: S608 (the SQL is Django's own)


def _is_json(expression: Any) -> bool:
    return isinstance(expression.output_field, models.JSONField)


def _converter(field: Any, vendor: str) -> Callable[[Any], Any] | None:
    """Return what makes a value of this field of what was answered; None where it is the same."""
    if vendor == "postgresql":
        return orjson.loads if isinstance(field, models.JSONField) else None
    return converter(field, vendor)


def stand_in_maker(
    klass_info: dict[str, Any],
    select: Any,
    converters: Sequence[Callable[[Any], Any] | None],
    annotated: Sequence[tuple[str, int]] = (),
    *,
    is_shared: bool = False,
) -> Make:
    """Return what makes a stand-in of a row, with those that `select_related` joined to it.

    One that is shared, as a rating is by many verdicts, is made once for a batch.
    """
    model, places = klass_info["model"], klass_info["select_fields"]
    first, after = places[0], places[-1] + 1
    names = [select[at][0].target.attname for at in range(first, after)]
    key_name = model._meta.pk.attname
    key = first + names.index(key_name)
    # Of what is shared, only what is made is converted: a rating's labels once, and not for each verdict.
    convert = [
        (name, change)
        for name, change in zip(names, converters[first:after], strict=True)
        if change is not None
    ]
    annotations = [(name, at, converters[at]) for name, at in annotated]
    joined = [
        (stand_in_maker(info, select, converters, is_shared=not info["reverse"]), *_names(info))
        for info in klass_info.get("related_klass_infos", ())
    ]
    stand_in = standing_for(model)
    new: Any = stand_in.__new__

    def make(row: Sequence[Any], known: Known) -> Any:
        pk = row[key]
        if pk is None:
            return None
        if is_shared and (one := known.get((key, pk))) is not None:
            return one
        one = new(stand_in)
        values = one.__dict__
        values.update(zip(names, row[first:after], strict=True))
        for name, change in convert:
            if values[name] is not None:
                values[name] = change(values[name])
        values["pk"] = values[key_name]
        for name, at, change_it in annotations:
            value = row[at]
            values[name] = value if value is None or change_it is None else change_it(value)
        for make_other, here, there in joined:
            other = make_other(row, known)
            if other is not None or not there:
                values[here] = other
            if other is not None and there:
                other.__dict__[there] = one
        if is_shared:
            known[key, pk] = one
        return one

    return make


def _names(info: dict[str, Any]) -> tuple[str, str]:
    """Return under which names a row and the one that is joined to it know each other.

    The second is empty where the row holds the key: what it leads to may belong to many.
    """
    field = info["field"]
    if info["reverse"]:
        # The other side of a one-to-one is no attribute at all where there is none.
        return field.remote_field.get_accessor_name(), field.name
    return field.name, ""


@cache
def standing_for(model: type[models.Model]) -> type[Any]:
    """Return the class of what stands for rows of a model: its properties, methods and constants."""
    members: dict[str, Any] = {"__doc__": model.__doc__}
    for parent in reversed(model.__mro__):
        if not issubclass(parent, models.Model) or parent is models.Model:
            continue
        for name, value in vars(parent).items():
            if name.startswith("__"):
                continue
            if isinstance(value, KEPT):
                members[name] = value
    return type(f"Bare{model.__name__}", (), members)
