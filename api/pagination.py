"""Long lists, a page at a time: each page begins after a row, not at a count, so that nothing is lost or doubled when
rows are added meanwhile, and the thousandth page costs what the first one does. Nothing is ever counted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.db.models import F, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from api import parameters
from api.errors import InvalidParameters, error
from api.parameters import Parameter
from articles.canonical import canonical

SALT = "api.cursor"
USUAL, MOST = 25, 100
# A cursor never points nowhere, but a link found a year later is a mistake more often than a wish.
LONGEST_LIFE = 30 * 24 * 3600
READERS: dict[str, Callable[[str], Any]] = {
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "text": str,
}


@dataclass(frozen=True)
class Order:
    """One way to order a list: a column and then the id, the same way round. Rows without a value come last."""

    column: str = "pk"
    kind: str = "id"
    nullable: bool = False


def orders(**more: Order) -> dict[str, tuple[Order, bool]]:
    """Return name → (order, descending) of every ordering, newest ids first and by default."""
    named = {"id": Order(), **more}
    both = {f"-{name}": (order, True) for name, order in named.items()}
    return dict(
        sorted(
            (both | {name: (order, False) for name, order in named.items()}).items(),
            key=lambda item: (item[0] != "-id", item[0].lstrip("-"), item[0]),
        )
    )


def paging_parameters(orderings: dict[str, Any]) -> tuple[Parameter, ...]:
    """Return the parameters every list has."""
    default = next(iter(orderings))
    return (
        parameters.word(
            "ordering",
            f"How the list is ordered; a minus turns it round; the id decides ties. Default: {default}.",
            orderings,
        ),
        Parameter(
            "page_size",
            f"How many rows a page has at most. Default: {USUAL}.",
            parameters.read_number(1, MOST),
            {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
        ),
        Parameter(
            "cursor",
            "Where the next page begins, as `next` gave it. It holds for the same filters and ordering.",
            parameters.read_text(4000),
            {"type": "string", "minLength": 1, "maxLength": 4000},
        ),
    )


class Keyset(BasePagination):
    """Pages by the ordering's column and the id; the cursor is signed and bound to what was asked."""

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        self.request, self.view = request, view
        asked = view.asked
        self.ordering = asked.get("ordering") or next(iter(view.orderings))
        self.order, self.descending = view.orderings[self.ordering]
        self.binding = self._binding()
        if "cursor" in asked:
            queryset = self._after(queryset, *self._read(asked["cursor"]))
        size = asked.get("page_size", USUAL)
        rows = list(self._ordered(queryset)[: size + 1])
        self.next = self._link(rows[size - 1]) if len(rows) > size else None
        return rows[:size]

    def get_paginated_response(self, data: Any) -> Response:
        applied = {
            one.name: self.view.asked[one.name] for one in self.view.filters if one.name in self.view.asked
        }
        return Response({"results": data, "next": self.next, "applied_filters": applied})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next", "applied_filters"],
            "properties": {
                "results": schema,
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The address of the next page; null on the last one.",
                },
                "applied_filters": {
                    "type": "object",
                    "additionalProperties": True,
                    "description": "The filters as they were understood, by the names of their parameters.",
                },
            },
        }

    def _ordered(self, rows: QuerySet) -> QuerySet:
        sign = "-" if self.descending else ""
        if self.order.column == "pk":
            return rows.order_by(f"{sign}pk")
        column = F(self.order.column)
        by: Any = column.desc(nulls_last=True) if self.descending else column.asc(nulls_last=True)
        if not self.order.nullable:
            by = f"{sign}{self.order.column}"
        return rows.order_by(by, f"{sign}pk")

    def _after(self, rows: QuerySet, key: Any, pk: int) -> QuerySet:
        way = "lt" if self.descending else "gt"
        beyond, column = Q(**{f"pk__{way}": pk}), self.order.column
        if column == "pk":
            return rows.filter(beyond)
        unknown = Q(**{f"{column}__isnull": True})
        if key is None:
            return rows.filter(unknown & beyond)
        following = Q(**{f"{column}__{way}": key}) | (Q(**{column: key}) & beyond)
        return rows.filter(following | unknown if self.order.nullable else following)

    def _binding(self) -> str:
        """Return what a cursor holds for: this list, these filters, this ordering, this person."""
        asked = {
            one.name: self.view.asked[one.name] for one in self.view.filters if one.name in self.view.asked
        }
        return hashlib.sha256(
            canonical([self.view.basename, asked, self.ordering, self.request.user.pk]).encode()
        ).hexdigest()[:16]

    def _link(self, row: Any) -> str:
        key = getattr(row, self.order.column)
        kept = {"after": row.pk, "of": self.binding}
        if self.order.column != "pk":
            kept["key"] = key if key is None else str(key) if self.order.kind == "text" else key.isoformat()
        query = self.request.query_params.copy()
        query["cursor"] = signing.dumps(kept, salt=SALT, compress=True)
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    def _read(self, cursor: str) -> tuple[Any, int]:
        try:
            kept = signing.loads(cursor, salt=SALT, max_age=LONGEST_LIFE)
        except signing.SignatureExpired:
            raise self._refused("This cursor is too old. Start again without it.") from None
        except (signing.BadSignature, ValueError):
            raise self._refused("This cursor is none of ours. Start again without it.") from None
        if kept["of"] != self.binding:
            raise self._refused(
                "This cursor belongs to another list, filter, ordering or reader. Start again without it."
            )
        key = kept.get("key")
        return key if key is None else READERS[self.order.kind](key), kept["after"]

    @staticmethod
    def _refused(sentence: str) -> InvalidParameters:
        return InvalidParameters([error("invalid_cursor", sentence, parameter="cursor")])
