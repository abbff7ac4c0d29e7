"""Rows and all that belongs to them, in one statement.

What a page shows of one claim are rows of a dozen tables. Asked for by a dozen QuerySets, nine tenths of the time
goes into building the same SQL again and into the ways to the database and back. A `Graph` takes these same
QuerySets, has Django compile them once per process into one statement that answers with JSON, and makes of each
answer the model instances that the QuerySets would have made: `select_related`, annotations, deferred fields and
`Prefetch` included. Rules stay where they are stated, in the words of the QuerySets; a test compares both ways.

Only for readers: what is compiled once cannot depend on who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from itertools import chain
from types import SimpleNamespace
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import InterfaceError, OperationalError, connections, models
from django.db.models import OuterRef, Prefetch, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import Subquery

# Stands for the key while a statement is compiled; no row has it.
KEY = -7_310_577_364_102_931
# Both engines limit how many arguments a function takes (100 and 127).
MOST_ARGUMENTS = 90
# Prefix of the annotations under which the rows that belong to a row are carried.
CARRIED = "carried_"

Sets = Mapping[str, QuerySet]


class Graph:
    """One row, and the sets of rows that are shown with it.

    `rows(user)` are the rows to look in, with whatever they are loaded with. `sets(user, row)` names the QuerySets
    that belong to one of them, and gets a row, or `OuterRef("pk")`. The row comes back with the sets as lists in
    its attribute `shown`.
    """

    def __init__(self, rows: Callable[[Any], QuerySet], sets: Callable[[Any, Any], Sets]) -> None:
        self._rows = rows
        self._sets = sets
        self._statements: dict[str, _Statement] = {}

    def find(self, pk: int, using: str = "default") -> Any:
        """Return the row of this id that readers may see, by one statement; None where there is none."""
        statement = self._statements.get(using)
        if statement is None:
            statement = self._statements[using] = self._compiled(using)
        found = statement.ask(pk)
        return found[0] if found else None

    def find_by_queries(self, pk: int, user: Any) -> Any:
        """Return the row of this id that this user may see, by a query for each set; None where there is none."""
        row = self._rows(user).filter(pk=pk).first()
        return row and self.load(row, user)

    def load(self, row: Any, user: Any) -> Any:
        """Load the sets of a row that was found already, by a query for each."""
        row.shown = SimpleNamespace(**{name: list(rows) for name, rows in self._sets(user, row).items()})
        return row

    def _compiled(self, using: str) -> _Statement:
        rows = self._rows(None).using(using).filter(pk=KEY)
        return _Statement(_Node(rows, self._sets(None, OuterRef("pk"))), using)


class Prepared:
    """One statement about the row of one id: compiled once per process, planned once per connection.

    `sql` and `params` are what Django's compiler returns of a QuerySet that names `KEY` where the id belongs.
    """

    def __init__(self, sql: str, params: Iterable[Any], using: str = "default") -> None:
        self._using = using
        self._sql = sql
        self._params = list(params)
        connection = connections[using]
        connection.ensure_connection()
        self._written_out = (
            _with_one_parameter(connection, sql, self._params)
            if connection.vendor == "postgresql"
            else sql % tuple("?" * len(self._params))
        )

    @classmethod
    def of(cls, rows: QuerySet, using: str = "default") -> Prepared:
        """Prepare a QuerySet of plain values."""
        sql, params = rows.using(using).query.get_compiler(using).as_sql()
        return cls(sql, params, using)

    def row(self, pk: int) -> Any:
        """Return the first row of the answer as the driver makes it, or None."""
        connection = connections[self._using]
        if connection.queries_logged or connection.execute_wrappers:
            # Whoever counts or wraps queries is to see this one too.
            with connection.cursor() as cursor:
                cursor.execute(self._sql, self._filled(pk))
                return cursor.fetchone()
        try:
            return self._ask(connection, pk)
        except (InterfaceError, OperationalError):
            # Django's own cursors ask at each request whether the connection still lives. This way asks when it
            # turns out that it does not; within a transaction its owner has to know.
            if connection.in_atomic_block or connection.is_usable():
                raise
            connection.close()
            return self._ask(connection, pk)

    def _ask(self, connection: Any, pk: int) -> Any:
        connection.ensure_connection()
        with connection.wrap_database_errors:
            if connection.vendor == "postgresql":
                return _run_prepared(connection.connection, self._written_out, pk)
            return connection.connection.execute(self._written_out, self._filled(pk)).fetchone()

    def _filled(self, pk: int) -> list[Any]:
        return [pk if value == KEY else value for value in self._params]


def _with_one_parameter(connection: Any, sql: str, params: list[Any]) -> str:
    """Write all parameters but the key into the SQL.

    Bound, each would need a cast: PostgreSQL cannot guess the type of a value that only goes into JSON.
    """
    from psycopg import ClientCursor

    return ClientCursor(connection.connection).mogrify(sql, params).replace(str(KEY), "$1")


def _run_prepared(connection: Any, sql: str, pk: int) -> Any:
    from psycopg import RawCursor
    from psycopg.types.numeric import Int8

    if connection.prepare_threshold is None:
        # Django turns preparing off for its own cursors, which bind on the client's side; those stay as they are.
        connection.prepare_threshold = 0
    with RawCursor(connection) as cursor:
        return cursor.execute(sql, (Int8(pk),), prepare=settings.DATABASE_PREPARE).fetchone()


class _Statement:
    """The statement of a graph on one database, and what makes instances of its answer."""

    def __init__(self, node: _Node, using: str) -> None:
        connection = connections[using]
        sql, params = node.compile(node.carrying().query, connection)
        self._read = node.reader(using)
        # As text, so that no driver makes Python objects of it before we do.
        cast = "::text" if connection.vendor == "postgresql" else ""
        self._prepared = Prepared(f"SELECT {sql}{cast}", params, using)

    def ask(self, pk: int) -> list[Any]:
        return self._read(orjson.loads(self._prepared.row(pk)[0]))


class _Carried(Subquery):
    """All rows of a QuerySet as a JSON array of arrays, one value of the row they belong to."""

    output_field = models.TextField()

    def __init__(self, node: _Node) -> None:
        super().__init__(node.carrying())
        self.node = node

    def as_sql(self, compiler: Any, connection: Any, template: Any = None, **extra: Any) -> Any:
        return self.node.compile(self.query, connection)


class _Node:
    """One QuerySet of the graph. Compiling it leaves behind how its columns lie."""

    def __init__(self, rows: QuerySet, sets: Sets | None = None) -> None:
        self._rows = rows.prefetch_related(None)
        self._belonging = [_prefetched(rows, one) for one in _lookups(rows)]
        self._belonging += [_shown(name, some) for name, some in (sets or {}).items()]
        self._layout: Any = None

    def carrying(self) -> QuerySet:
        """Return the rows, each with the rows that belong to it."""
        carried = {f"{CARRIED}{at}": _Carried(one.node) for at, one in enumerate(self._belonging)}
        return self._rows.annotate(**carried)

    def compile(self, query: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the expression that answers with these rows as a JSON array of arrays, and its parameters."""
        compiler = query.get_compiler(connection=connection)
        try:
            sql, params = compiler.as_sql(with_col_aliases=True)
        except EmptyResultSet:
            return "'[]'", ()
        self._layout = compiler.select, compiler.klass_info, compiler.annotation_col_map
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
        rows = gather.format(f"{build}({', '.join(arrays)})")
        return f"(SELECT {rows} FROM ({sql}) f)", tuple(params)  # noqa: S608 (the SQL is Django's own)

    def reader(self, using: str) -> Callable[[list[Any]], list[Any]]:
        """Return what makes instances of the rows of an answer; `compile` comes first."""
        if self._layout is None:
            return lambda rows: []
        select, klass_info, names = self._layout
        vendor = connections[using].vendor
        convert = [
            (at, converter)
            for at, (expression, _, _) in enumerate(select)
            if (converter := _converter(expression.output_field, vendor)) is not None
        ]
        make = _maker(klass_info, select, using)
        annotated = [(name, at) for name, at in names.items() if not name.startswith(CARRIED)]
        belonging = [
            (names[f"{CARRIED}{at}"], one.node.reader(using), one.attach)
            for at, one in enumerate(self._belonging)
        ]

        def read(rows: list[Any]) -> list[Any]:
            made = []
            for parts in rows:
                row = parts[0] if len(parts) == 1 else list(chain.from_iterable(parts))
                for at, converter in convert:
                    if row[at] is not None:
                        row[at] = converter(row[at])
                instance = make(row)
                for name, at in annotated:
                    setattr(instance, name, row[at])
                for at, read_them, attach in belonging:
                    attach(instance, read_them(row[at]))
                made.append(instance)
            return made

        return read


class _Belonging:
    """Rows that come with each row of another node, and how they are attached to it."""

    def __init__(self, node: _Node, attach: Callable[[Any, list[Any]], None]) -> None:
        self.node = node
        self.attach = attach


def _shown(name: str, rows: QuerySet) -> _Belonging:
    """A set of its own, found again in the row's attribute `shown`."""

    def attach(row: Any, found: list[Any]) -> None:
        shown = row.__dict__.get("shown")
        if shown is None:
            shown = row.shown = SimpleNamespace()
        setattr(shown, name, found)

    return _Belonging(_Node(rows), attach)


def _lookups(rows: QuerySet) -> Iterable[Prefetch]:
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

    if field.many_to_one or (field.one_to_one and field.concrete):

        def attach_one(row: Any, found: list[Any]) -> None:
            one = found[0] if found else None
            if as_list:
                setattr(row, to, one)
            else:
                field.set_cached_value(row, one)

        return _Belonging(_Node(related.filter(pk=OuterRef(field.attname))), attach_one)

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
        answered: Any = QuerySet(field.related_model, using=row._state.db)
        answered._result_cache = found
        answered._prefetch_done = True
        cache = row.__dict__.setdefault("_prefetched_objects_cache", {})
        cache[name] = answered

    return _Belonging(_Node(related), attach_many)


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
        state.adding, state.db = False, using
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
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


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


def _converter(field: Any, vendor: str) -> Callable[[Any], Any] | None:
    while field.remote_field is not None:
        field = field.target_field
    kind = field.get_internal_type()
    if kind in _PLAIN:
        return None
    try:
        return (_POSTGRESQL if vendor == "postgresql" else _SQLITE)[kind]
    except KeyError:
        raise TypeError(f"{field}: a graph does not know how {kind} passes through JSON") from None
