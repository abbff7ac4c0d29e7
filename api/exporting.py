"""Whole lists in one answer: as NDJSON, a row a line, or as CSV.

Every list has both beside it, with its filters, its orderings and its shape of a row, and without pages. Rows are read
in batches, each beginning after the row the last one ended with, and are gone once they are sent: a million rows take
the memory of one batch, and no statement or transaction lasts as long as the answer does. What is read of a batch is of
one moment. Where a list is read by a graph, its rows come without instances (`articles.graph.bare`, `api.bare`).

The last line says that the answer is whole. Where the database or the way here fails before, that line is missing;
an answer without it is no export.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import orjson
from django.db import connections
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view

from api import bare, counting
from api.cells import Column, cell, columns_of, is_chosen, value_at, written
from api.pagination import Keyset
from api.parameters import Parameter
from api.searching import DEEPEST, RELEVANCE
from api.views.reading import RecordViewSet
from articles.dump import one_moment
from articles.graph.bare import bare_of
from articles.models import LedgerHead

# How many rows are read at once, and how many where an instance is made of each.
BATCH, BATCH_OF_INSTANCES = 2_000, 500
# A whole list has no pages.
OF_PAGES = frozenset({"page_size", "cursor", "count"})
# Finds the rows of these ids, as the list answers them.
Find = Callable[[Sequence[int]], "bare.Batch | Instances"]


class Instances:
    """Some rows of an answer, each made by the serializer."""

    def __init__(self, rows: Sequence[dict[str, Any]], columns: Sequence[Column]) -> None:
        self._rows, self._columns = rows, columns

    def __len__(self) -> int:
        return len(self._rows)

    def lines(self) -> bytes:
        """Return the rows as they are answered, each on a line."""
        return bare.dumped(self._rows)

    def table(self) -> bytes:
        """Return the rows as lines of cells."""
        return written([cell(value_at(row, one)) for one in self._columns] for row in self._rows)


Rows = Iterator["bare.Batch | Instances"]


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
        shape = bare.Shape(serializer(), chosen, view.request.build_absolute_uri("/")[:-1])
        return lambda ids: bare.Batch(known.find_many(ids, user, using), shape)

    def _with_instances(self, ids: Sequence[int]) -> Instances:
        view = self.view
        rows = view.written(view.in_full(ids) if view.graphs else self._loaded(ids))
        return Instances(rows, view.columns())

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
        first = next(rows, Instances((), ()))
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
            if len(rows):
                yield writer.lines(rows)
        yield writer.last()

    def columns(self: Any) -> Sequence[Column]:
        """Return the columns of the CSV: all leaves of a row's shape, of those fields that are shown."""
        chosen = self.chosen()
        known: list[Column] = columns_of(self.get_serializer_class() if chosen is None else self.whole_class)
        return known if chosen is None else [one for one in known if is_chosen(one, chosen)]


def hand_back(alias: str) -> None:
    """Give a connection of the pool to others until it is needed again."""
    connection = connections[alias]
    if connection.settings_dict["OPTIONS"].get("pool") and not connection.in_atomic_block:
        connection.close()


class Writer:
    """Makes the bytes of one answer. `end` is what the last line says; its `rows` are counted meanwhile."""

    content_type: str

    def __init__(self, columns: Sequence[Column], end: dict[str, Any]) -> None:
        self.columns = columns
        self.end = end

    def first(self) -> bytes:
        return b""

    def lines(self, rows: bare.Batch | Instances) -> bytes:
        raise NotImplementedError

    def last(self) -> bytes:
        raise NotImplementedError


class NDJSON(Writer):
    content_type = "application/x-ndjson; charset=utf-8"

    def lines(self, rows: bare.Batch | Instances) -> bytes:
        return rows.lines()

    def last(self) -> bytes:
        return orjson.dumps(self.end, option=orjson.OPT_APPEND_NEWLINE)


class CSV(Writer):
    content_type = "text/csv; charset=utf-8; header=present"

    def first(self) -> bytes:
        return written([[".".join(one) for one in self.columns]])

    def lines(self, rows: bare.Batch | Instances) -> bytes:
        return rows.table()

    def last(self) -> bytes:
        return f"# end rows={self.end['rows']} head={self.end['head']}\r\n".encode()


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
