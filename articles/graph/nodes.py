"""What a graph is made of: QuerySets, compiled into one another, and what makes instances of the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from itertools import chain
from types import SimpleNamespace
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import OuterRef, Prefetch, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import Subquery
from django.db.models.query import FlatValuesListIterable, ValuesListIterable

from articles.graph.prepared import Asked, Prepared

# Both engines limit how many arguments a function takes (100 and 127).
MOST_ARGUMENTS = 90
# Prefix of the annotations under which the rows that belong to a row are carried.
CARRIED = "carried_"

Sets = Mapping[str, QuerySet]
# Makes of the rows of an answer what stands for them.
Reader = Callable[[list[Any]], list[Any]]


class Statement:
    """The statement of a graph on one database, and what makes instances of its answer; `before` as of a `Prepared`."""

    def __init__(
        self, node: Node, using: str, reader: Callable[[Node, str], Reader] | None = None, *, before: int = 0
    ) -> None:
        connection = connections[using]
        sql, params = node.compile(node.carrying().query, connection)
        self._read = node.reader(using) if reader is None else reader(node, using)
        # As text, so that no driver makes Python objects of it before we do.
        cast = "::text" if connection.vendor == "postgresql" else ""
        self._prepared = Prepared(f"SELECT {sql}{cast}", params, using, before=before)

    def ask(self, asked: Asked) -> list[Any]:
        """Return the instances of the rows that were found, in no order."""
        return self._read(orjson.loads(self._prepared.row(asked)[0]))


class _Carried(Subquery):
    """All rows of a QuerySet as a JSON array of arrays, one value of the row they belong to."""

    output_field = models.TextField()

    def __init__(self, node: Node) -> None:
        super().__init__(node.carrying())
        self.node = node

    def as_sql(self, compiler: Any, connection: Any, template: Any = None, **extra: Any) -> Any:
        return self.node.compile(self.query, connection)


class Node:
    """One QuerySet of the graph. Compiling it leaves behind how its columns lie."""

    def __init__(self, rows: QuerySet, sets: Sets | None = None) -> None:
        self._rows = _joined(rows.prefetch_related(None))
        self.belonging = [_prefetched(rows, one) for one in lookups(rows)]
        self.belonging += [_shown(name, some) for name, some in (sets or {}).items()]
        self.layout: Any = None
        self._is_wide = False

    def carrying(self) -> QuerySet:
        """Return the rows, each with the rows that belong to it."""
        carried = {f"{CARRIED}{at}": _Carried(one.node) for at, one in enumerate(self.belonging)}
        return self._rows.annotate(**carried)

    def compile(self, query: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the expression that answers with these rows as a JSON array of arrays, and its parameters."""
        compiler = query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql(with_col_aliases=True)
        except EmptyResultSet:
            return "'[]'", ()
        self.layout = compiler.select, compiler.klass_info, compiler.annotation_col_map
        build, gather, carried = (
            ("json_build_array", "coalesce(json_agg({}), '[]'::json)", "{}")
            if connection.vendor == "postgresql"
            else ("json_array", "json_group_array({})", "json({})")
        )
        columns = []
        for _, _, alias in compiler.select:
            column = f"f.{connection.ops.quote_name(alias)}"
            columns.append(carried.format(column) if alias.startswith(CARRIED) else column)
        parts = [columns[at : at + MOST_ARGUMENTS] for at in range(0, len(columns), MOST_ARGUMENTS)]
        arrays = [f"{build}({', '.join(part)})" for part in parts]
        self._is_wide = len(arrays) > 1
        rows = gather.format(f"{build}({', '.join(arrays)})" if self._is_wide else arrays[0])
        return f"(SELECT {rows} FROM ({sql}) f)", tuple(params)  # noqa: S608 (the SQL is Django's own)

    def whole(self, rows: list[Any]) -> list[Any]:
        """Return the rows of an answer, each as one list; `compile` comes first."""
        return [list(chain.from_iterable(parts)) for parts in rows] if self._is_wide else rows

    def reader(self, using: str) -> Callable[[list[Any]], list[Any]]:
        """Return what makes instances of the rows of an answer; `compile` comes first."""
        if self.layout is None:
            return lambda rows: []
        select, klass_info, names = self.layout
        vendor = connections[using].vendor
        convert = [
            (at, change)
            for at, (expression, _, _) in enumerate(select)
            if (change := converter(expression.output_field, vendor)) is not None
        ]
        kind: Any = self._rows._iterable_class
        if issubclass(kind, (ValuesListIterable, FlatValuesListIterable)):
            return self._values_reader(issubclass(kind, FlatValuesListIterable), convert)
        make = _maker(klass_info, select, using)
        annotated = [(name, at) for name, at in names.items() if not name.startswith(CARRIED)]
        belonging = [
            (names[f"{CARRIED}{at}"], one.node.reader(using), one.attach)
            for at, one in enumerate(self.belonging)
        ]

        def read(rows: list[Any]) -> list[Any]:
            made = []
            for row in self.whole(rows):
                for at, change in convert:
                    if row[at] is not None:
                        row[at] = change(row[at])
                instance = make(row)
                for name, at in annotated:
                    setattr(instance, name, row[at])
                for at, read_them, attach in belonging:
                    attach(instance, read_them(row[at]) if row[at] else [])
                made.append(instance)
            return made

        return read

    def _values_reader(
        self, is_flat: bool, convert: list[tuple[int, Callable[[Any], Any]]]
    ) -> Callable[[list[Any]], list[Any]]:
        """Return what makes of the rows of an answer what a `values_list` gives: tuples, or with `flat` their one
        value."""

        def read(rows: list[Any]) -> list[Any]:
            made: list[Any] = []
            for row in self.whole(rows):
                for at, change in convert:
                    if row[at] is not None:
                        row[at] = change(row[at])
                made.append(row[0] if is_flat else tuple(row))
            return made

        return read


def _joined(rows: QuerySet) -> QuerySet:
    """Have rows join now what `select_related` would join while they are compiled.

    Django gives the tables of a query within another names of their own when it is put there. What joins it later has
    the bare name of its table, as the outer query may have it: then conditions on the outer row would mean this one.
    """
    query = rows.query

    def join(wanted: Any, path: tuple[str, ...]) -> None:
        for name, more in wanted.items():
            query.setup_joins([*path, name], query.get_meta(), query.get_initial_alias())
            join(more, (*path, name))

    if query.select_related:
        assert query.select_related is not True, "Name what is to be joined."
        join(query.select_related, ())
    return rows


class _Belonging:
    """Rows that come with each row of another node, and how they are attached to it.

    `name` is the attribute that has them; `is_one`: it has one row or None. `is_shared`: one may come with several.
    """

    def __init__(
        self,
        node: Node,
        attach: Callable[[Any, list[Any]], None],
        name: str,
        *,
        is_one: bool = False,
        is_shared: bool = False,
    ) -> None:
        self.node = node
        self.attach = attach
        self.name = name
        self.is_one = is_one
        self.is_shared = is_shared


def _shown(name: str, rows: QuerySet) -> _Belonging:
    """A set of its own, found again in the row's attribute `shown`."""
    held = as_shown(rows)

    def attach(row: Any, found: list[Any]) -> None:
        shown = row.__dict__.get("shown")
        if shown is None:
            shown = row.shown = SimpleNamespace()
        setattr(shown, name, held(found))

    return _Belonging(Node(rows), attach, name)


def as_shown(rows: QuerySet) -> Callable[[list[Any]], Any]:
    """Return what a set is shown as: a list; of a QuerySet cut to its first row, that row or None."""
    query = rows.query
    if query.high_mark is not None and query.high_mark - query.low_mark == 1:
        return lambda found: found[0] if found else None
    return lambda found: found


def lookups(rows: QuerySet) -> Iterable[Prefetch]:
    """Return what `prefetch_related` was told, one step each: "a__b" is `a` with `b` fetched along."""
    for lookup in rows._prefetch_related_lookups:  # type: ignore[attr-defined]
        if isinstance(lookup, Prefetch):
            yield lookup
            continue
        name, _, rest = lookup.partition("__")
        related = rows.model._meta.get_field(name).related_model._default_manager.all()
        yield Prefetch(name, related.prefetch_related(rest) if rest else related)


def _prefetched(rows: QuerySet, lookup: Prefetch) -> _Belonging:
    """Do what `prefetch_related` does: find the rows, and put them where the ORM looks for them."""
    name, to = lookup.prefetch_through, lookup.prefetch_to
    field: Any = rows.model._meta.get_field(name)
    related = lookup.queryset
    if related is None:
        related = field.related_model._default_manager.all()
    as_list = to != name
    # One for all rows: whoever narrows what was fetched makes a query of their own of it.
    query = field.related_model._default_manager.all().query

    if field.many_to_one or (field.one_to_one and field.concrete):

        def attach_one(row: Any, found: list[Any]) -> None:
            one = found[0] if found else None
            if as_list:
                setattr(row, to, one)
            else:
                field.set_cached_value(row, one)

        # Of one row there is no order.
        one = Node(related.filter(pk=OuterRef(field.attname)).order_by())
        return _Belonging(one, attach_one, to, is_one=True)

    if field.one_to_one:

        def attach_other(row: Any, found: list[Any]) -> None:
            field.set_cached_value(row, found[0] if found else None)
            if found:
                field.field.set_cached_value(found[0], row)

        other = Node(related.filter(**{field.field.name: OuterRef("pk")}).order_by())
        return _Belonging(other, attach_other, to, is_one=True)

    back = field.field if field.one_to_many else None
    if back is not None:
        related = related.filter(**{back.name: OuterRef("pk")})
    elif field.many_to_many and field.concrete:
        related = related.filter(**{field.related_query_name(): OuterRef("pk")})
    else:
        raise TypeError(f"{rows.model.__name__}.{name}: a graph cannot follow this kind of relation")

    def attach_many(row: Any, found: list[Any]) -> None:
        if back is not None:
            for one in found:
                back.set_cached_value(one, row)
        if as_list:
            setattr(row, to, found)
            return
        answered: Any = QuerySet(field.related_model, query, using=row._state.db)
        answered._result_cache = found
        answered._prefetch_done = True
        cache = row.__dict__.setdefault("_prefetched_objects_cache", {})
        cache[name] = answered

    return _Belonging(Node(related), attach_many, to, is_shared=field.many_to_many)


def _maker(klass_info: dict[str, Any], select: Any, using: str) -> Callable[[list[Any]], Any]:
    """Return what makes an instance of a row, with the instances that `select_related` joined to it.

    The instance is filled as Django fills one that it unpickles: without calling `__init__`, which would take most
    of the time of the whole answer.
    """
    model = klass_info["model"]
    if model.__init__ is not models.Model.__init__ or "from_db" in vars(model):
        raise TypeError(f"{model.__name__} is made in a way of its own, which a graph would skip")
    places = klass_info["select_fields"]
    first, after = places[0], places[-1] + 1
    names = [select[at][0].target.attname for at in range(first, after)]
    key = first + names.index(model._meta.pk.attname)
    joined = [
        (_maker(info, select, using), info["local_setter"], info["remote_setter"])
        for info in klass_info.get("related_klass_infos", ())
    ]
    new = model.__new__

    def make(row: list[Any]) -> Any:
        if row[key] is None:
            return None
        instance = new(model)
        state = ModelState()
        # The cache among them: left out, Django makes it at the first look.
        state.__dict__ = {"adding": False, "db": using, "fields_cache": {}}
        values = instance.__dict__
        values["_state"] = state
        values.update(zip(names, row[first:after], strict=True))
        for make_one, set_here, set_there in joined:
            one = make_one(row)
            set_here(instance, one)
            if one is not None:
                set_there(one, instance)
        return instance

    return make


def _utc(text: str) -> datetime:
    # Read with its offset: to put one in afterwards takes eight times as long.
    return datetime.fromisoformat(f"{text}+00:00")


# What becomes of a value on its way through JSON. PostgreSQL writes moments with their offset and JSON as it is;
# SQLite has neither moments nor truth values, and keeps JSON as text.
_POSTGRESQL: dict[str, Callable[[Any], Any] | None] = {
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "BooleanField": None,
    "JSONField": None,
}
_SQLITE: dict[str, Callable[[Any], Any] | None] = {
    "DateTimeField": _utc,
    "DateField": date.fromisoformat,
    "BooleanField": bool,
    "JSONField": orjson.loads,
}
_PLAIN = {
    "AutoField", "BigAutoField", "BigIntegerField", "CharField", "FileField", "IntegerField", "PositiveIntegerField",
    "PositiveSmallIntegerField", "SlugField", "SmallIntegerField", "TextField", "EmailField", "URLField",
}  # fmt: skip


def converter(field: Any, vendor: str) -> Callable[[Any], Any] | None:
    """Return what makes a value of this field of what JSON has of it; None where it is the same."""
    while field.remote_field is not None:
        field = field.target_field
    kind = field.get_internal_type()
    if kind in _PLAIN:
        return None
    try:
        return (_POSTGRESQL if vendor == "postgresql" else _SQLITE)[kind]
    except KeyError:
        raise TypeError(f"{field}: a graph does not know how {kind} passes through JSON") from None
