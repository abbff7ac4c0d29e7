"""Whole lists in one answer: as NDJSON, a row a line, or as CSV.

Every list has both beside it, with its filters, its orderings and its shape of a row, and without pages. Rows are read
in batches, each beginning after the row the last one ended with, and are gone once they are sent: a million rows take
the memory of one batch, and no statement or transaction lasts as long as the answer does. What is read of a batch is of
one moment. Where a list is read by a graph, its rows come without instances (`articles.graph.bare`, `api.bare`).

The last line says that the answer is whole. Where the database or the way here fails before, that line is missing;
an answer without it is no export.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import chain
from typing import Any

import orjson
from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers

from api import bare, counting
from api.pagination import Keyset
from api.parameters import Parameter
from api.searching import DEEPEST, RELEVANCE
from api.views.reading import RecordViewSet
from articles.addresses import same_prefix
from articles.dump import one_moment
from articles.graph.bare import bare_of
from articles.models import LedgerHead

# How many rows are read at once, and how many where an instance is made of each.
BATCH, BATCH_OF_INSTANCES = 2_000, 500
# A whole list has no pages.
OF_PAGES = frozenset({"page_size", "cursor", "count"})
# How a text begins that a spreadsheet would run; an apostrophe in front makes it a text again.
_DOUBTFUL = frozenset("'=+-@\t\r\n＝＋－＠")
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")

Rows = Iterator[list[dict[str, Any]]]
# Finds the rows of these ids, as the list answers them.
Find = Callable[[Sequence[int]], list[dict[str, Any]]]


class Batches(Keyset):
    """A whole list, some rows at a time, as pages have them."""

    def begin(self, view: RecordViewSet) -> None:
        """Read from the address what is asked for. Raises InvalidParameters."""
        self.take_in(view.filter_queryset(view.get_queryset()), view.request, view)

    def rows_written(self) -> Rows:
        """Yield the rows as the list answers them, a batch at a time."""
        find = self._bare() or self._with_instances
        most = BATCH if find != self._with_instances else min(BATCH, BATCH_OF_INSTANCES)
        using = self.rows.db
        if self.ordering == RELEVANCE:
            self.size = DEEPEST
            ids = self._most_relevant()
            for start in range(0, len(ids), most):
                with one_moment(using):
                    rows = find(ids[start : start + most])
                yield rows
            return
        batch = self.ordered()
        while True:
            with one_moment(using):
                keys = list(batch.values_list("pk", self.order.column)[:most])
                rows = find([pk for pk, _ in keys])
            yield rows
            if len(keys) < most:
                return
            pk, key = keys[-1]
            batch = self.after(key, pk)

    def _bare(self) -> Find | None:
        """Return what finds rows without making instances of them; None where the list cannot."""
        view = self.view
        known = view.graphs and bare_of(view.graphs.showing(view.wanted()))
        if known is None:
            return None
        chosen, user, using = view.chosen(), view.request.user, self.rows.db
        serializer = view.usual_class if chosen is None else view.whole_class
        shape = bare.shape(serializer, chosen, view.request.build_absolute_uri("/")[:-1])

        def find(ids: Sequence[int]) -> list[dict[str, Any]]:
            with same_prefix():
                return [shape(row) for row in known.find_many(ids, user, using)]

        return find

    def _with_instances(self, ids: Sequence[int]) -> list[dict[str, Any]]:
        view = self.view
        return list(view.written(view.in_full(ids) if view.graphs else self._loaded(ids)))

    def _loaded(self, ids: Sequence[int]) -> list[Any]:
        found = {row.pk: row for row in self.rows.filter(pk__in=ids)}
        return [found[pk] for pk in ids if pk in found]


class Export:
    """What an export has in the place of a list's pages; comes before the list's own view."""

    form: str
    noun: str

    def parameters(self) -> list[Parameter]:
        """Return those of the list, but for its pages."""
        return [one for one in super().parameters() if one.name not in OF_PAGES]  # type: ignore[misc]

    def perform_content_negotiation(self, request: Any, force: bool = False) -> tuple[Any, str]:
        # The address says the form; what the `Accept` header can still choose is nothing.
        renderer = self.get_renderers()[0]  # type: ignore[attr-defined]
        return renderer, renderer.media_type

    def list(self: Any, request: Any, *args: Any, **kwargs: Any) -> HttpResponse | StreamingHttpResponse:
        # Read first: what a later entry changes may be in the rows or not, and the change feed has it.
        head = LedgerHead.objects.values_list("seq", flat=True).get(pk=1)
        form = FORMS[self.form]
        headers = {
            "Content-Type": form.content_type,
            "Content-Disposition": f'attachment; filename="{self.noun}-{head}.{self.form}"',
            "Cache-Control": "no-store",
        }
        batches = Batches()
        batches.begin(self)
        if request.method == "HEAD":
            return HttpResponse(headers=headers)
        hidden = counting.extent(total=None, hidden=self.hidden_rows()).hidden
        end = {"end_of_export": True, "rows": 0, "head": head, "hidden": hidden}
        rows = batches.rows_written()
        # Whatever can be refused is refused before the answer begins.
        first = next(rows, [])
        writer = form(self.columns(), end)
        return StreamingHttpResponse(self.pieces(chain([first], rows), writer), headers=headers)

    def pieces(self: Any, batches: Rows, writer: Writer) -> Iterator[bytes]:
        """Yield the bytes of the answer."""
        alias = self.queryset.db
        yield writer.first()
        for rows in batches:
            # A slow reader must not keep others from the database.
            hand_back(alias)
            writer.end["rows"] += len(rows)
            if rows:
                yield writer.lines(rows)
        yield writer.last()

    def columns(self: Any) -> Sequence[Column]:
        """Return the columns of the CSV: all leaves of a row's shape, of those fields that are shown."""
        chosen = self.chosen()
        known: list[Column] = columns_of(self.get_serializer_class() if chosen is None else self.whole_class)
        return known if chosen is None else [one for one in known if _is_chosen(one, chosen)]


def hand_back(alias: str) -> None:
    """Give a connection of the pool to others until it is needed again."""
    connection = connections[alias]
    if connection.settings_dict["OPTIONS"].get("pool") and not connection.in_atomic_block:
        connection.close()


# Where a value lies within a row: the names that lead to it.
Column = tuple[str, ...]


@cache
def columns_of(serializer_class: type[serializers.BaseSerializer]) -> list[Column]:
    """Return all values a shape has, to any depth; those within a list stand in one cell together."""
    return list(_leaves(serializer_class()))


def _leaves(field: Any) -> Iterator[Column]:
    inner = field.child if isinstance(field, serializers.ListSerializer) else field
    if isinstance(inner, serializers.SerializerMethodField):
        # Of a field in a shape of its own; see `api.serializers.record.Found`.
        shape = getattr(getattr(inner.parent, inner.method_name or ""), "shape", None)
        if shape is not None:
            yield from _leaves(shape)
            return
    if not isinstance(inner, serializers.Serializer):
        yield ()
        return
    for name, one in inner.fields.items():
        for leaf in _leaves(one):
            yield (name, *leaf)


def _is_chosen(column: Column, chosen: Any) -> bool:
    for name, within in chosen:
        if name == column[0]:
            return within is None or _is_chosen(column[1:], within)
    return False


def value_at(data: Any, column: Column) -> Any:
    """Return what lies there: None where nothing does, a list where the way leads through one."""
    if isinstance(data, list) and column:
        return [value_at(one, column) for one in data]
    if not column or data is None:
        return data
    return value_at(data.get(column[0]), column[1:])


# Adds the cells of a row to a line.
Cells = Callable[[Any, list[str]], None]


def cells_of(columns: Sequence[Column]) -> Cells:
    """Return what writes the cells of these columns: what `cell` and `value_at` say of each, a part of a row at a time.

    Columns of one part stand side by side.
    """
    parts: list[tuple[str, list[Column]]] = []
    for name, *rest in columns:
        if not parts or parts[-1][0] != name:
            parts.append((name, []))
        parts[-1][1].append(tuple(rest))
    whole = [(name, cells_of(within) if within != [()] else None, within) for name, within in parts]

    def write(row: Any, line: list[str]) -> None:
        for name, inner, within in whole:
            value = row.get(name)
            if inner is None:
                line.append(cell(value))
            elif value is None:
                line += [""] * len(within)
            elif isinstance(value, list):
                line += [cell(value_at(value, one)) for one in within]
            else:
                inner(value, line)

    return write


def cell(value: Any) -> str:
    """Return a value as a cell says it: unknown is empty; lists and objects are JSON, so that they can be read back."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in _DOUBTFUL and _FORMULA.match(value) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return orjson.dumps(value, option=bare.AS_ANSWERED).decode()
    if isinstance(value, date):
        return bare.as_text(value)
    return str(value)


class Writer:
    """Makes the bytes of one answer. `end` is what the last line says; its `rows` are counted meanwhile."""

    content_type: str

    def __init__(self, columns: Sequence[Column], end: dict[str, Any]) -> None:
        self.columns = columns
        self.end = end

    def first(self) -> bytes:
        return b""

    def lines(self, rows: Sequence[dict[str, Any]]) -> bytes:
        raise NotImplementedError

    def last(self) -> bytes:
        raise NotImplementedError


class NDJSON(Writer):
    content_type = "application/x-ndjson; charset=utf-8"

    def lines(self, rows: Sequence[dict[str, Any]]) -> bytes:
        return bare.dumped(rows)

    def last(self) -> bytes:
        return orjson.dumps(self.end, option=orjson.OPT_APPEND_NEWLINE)


class CSV(Writer):
    content_type = "text/csv; charset=utf-8; header=present"

    def __init__(self, columns: Sequence[Column], end: dict[str, Any]) -> None:
        super().__init__(columns, end)
        self._write = cells_of(columns)

    def first(self) -> bytes:
        return self._written([[".".join(one) for one in self.columns]])

    def lines(self, rows: Sequence[dict[str, Any]]) -> bytes:
        lines: list[list[str]] = []
        for row in rows:
            lines.append([])
            self._write(row, lines[-1])
        return self._written(lines)

    def last(self) -> bytes:
        return f"# end rows={self.end['rows']} head={self.end['head']}\r\n".encode()

    @staticmethod
    def _written(lines: Sequence[Sequence[str]]) -> bytes:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(lines)
        return text.getvalue().encode()


FORMS: dict[str, type[Writer]] = {"ndjson": NDJSON, "csv": CSV}


def exports(registry: Sequence[tuple[str, Any, str]]) -> list[URLPattern]:
    """Return the addresses of both exports of every list of a router's registry."""
    return [
        path(
            f"{prefix}/export.{form}",
            _export_of(viewset, prefix, form).as_view({"get": "list"}, basename=basename, detail=False),
            name=f"{basename}-export-{form}",
        )
        for prefix, viewset, basename in registry
        if issubclass(viewset, RecordViewSet)
        for form in FORMS
    ]


def _export_of(viewset: type[RecordViewSet], prefix: str, form: str) -> Any:
    """Return the view that exports a list."""
    told = {
        "ndjson": "Each line is a row as the list shows it. The last line is an object with "
        "`end_of_export`, `rows`, `head` and `hidden`; without it the answer is not whole.",
        "csv": "RFC 4180, UTF-8, with a header. A list stands in one cell as JSON. A text that a spreadsheet would run "
        "has an apostrophe put in front. The last line is `# end rows=… head=…`; "
        "without it the answer is not whole. Columns: "
        + ", ".join(".".join(one) for one in columns_of(viewset.serializer_class))  # type: ignore[arg-type]
        + ".",
    }
    media = FORMS[form].content_type.partition(";")[0]
    described = extend_schema(
        operation_id=f"{prefix}_export_{form}",
        responses={(200, media): OpenApiResponse(OpenApiTypes.STR, description=told[form])},
    )
    doc = f"The whole list of {prefix}, with its filters, as {form.upper()}."
    view = type(
        f"{viewset.__name__}{form.upper()}", (Export, viewset), {"form": form, "noun": prefix, "__doc__": doc}
    )
    return extend_schema_view(list=described)(view)
