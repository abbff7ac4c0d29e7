"""Long lists, a page at a time: each page begins after a row, not at a count, so that nothing is lost or doubled when
rows are added meanwhile, and the thousandth page costs what the first one does. Only what is asked for is counted.

Where the column a list is ordered by changes between two pages, a row may move past the place one has reached, as it
would for somebody reading a paper list: such a row is told twice, or not at all, and nothing else is. A list by `id`
has no such column, and one by `changed` only moves rows to its end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.db.models import F, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from api import counting, parameters
from api.errors import InvalidParameters, error
from api.parameters import Parameter
from api.searching import DEEPEST, RELEVANCE, Found, left_to_list, pack, unpack
from articles.canonical import canonical
from articles.models.recorded import at_desk

SALT = "api.cursor"
USUAL, MOST = 25, 100
LONGEST_CURSOR = 4000
# Of how many of the best by their words is asked at once whether the list has them; nearly always it has them all.
ASKED_AT_ONCE = DEEPEST + 100
# A cursor never points nowhere, but a link found a year later is a mistake more often than a wish.
LONGEST_LIFE = 30 * 24 * 3600
READERS: dict[str, Callable[[str], Any]] = {
    "day": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "text": str,
    "number": int,
}


@dataclass(frozen=True)
class Order:
    """One way to order a list: a column and then the id, the same way round. Rows without a value come last.

    `kind` is what the column holds: a day, a moment, a text or a number. Texts go by the database's own alphabet.
    """

    column: str = "pk"
    kind: str = "id"
    nullable: bool = False


# What every noun with the key of the caches can be ordered by.
CHANGED = Order("public_seq", "number", nullable=True)


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


def paging_parameters(orderings: Iterable[str], *, searched: bool = False) -> tuple[Parameter, ...]:
    """Return the parameters every list has; `searched`: what `q` finds can be ordered by relevance."""
    names = list(orderings)
    default = f"Default: {names[0]}."
    if searched:
        names.append(RELEVANCE)
        default = f"Default: {names[0]}; with `q`, {RELEVANCE}, which lists the {DEEPEST} best."
    return (
        parameters.word(
            "ordering",
            f"How the list is ordered; a minus turns it round; the id decides ties. {default}",
            names,
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
            parameters.read_text(LONGEST_CURSOR),
            {"type": "string", "minLength": 1, "maxLength": LONGEST_CURSOR},
        ),
        parameters.flag(
            "count",
            f"Also count all rows of the list, as `total`; past {counting.MOST_COUNTED:,} only that there are as many.",
        ),
    )


class Keyset(BasePagination):
    """Pages by the ordering's column and the id; the cursor is signed and bound to what was asked."""

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        """Return the rows of the page, loaded as the queryset loads them."""
        self.take_in(queryset, request, view)
        if self.ordering == RELEVANCE:
            self.page = self._most_relevant()
            rows = {row.pk: row for row in view.narrowed.filter(pk__in=self.page)} if self.page else {}
            # A row may have gone between the two questions.
            return [rows[pk] for pk in self.page if pk in rows]
        found = list(self._page()[: self.size + 1])
        self._end(len(found), lambda: (found[-2].pk, getattr(found[-2], self.order.column)))
        self.page = [row.pk for row in found[: self.size]]
        return found[: self.size]

    def ids_of_page(self, queryset: Any, request: Any, view: Any) -> list[int]:
        """Return the ids of the rows of the page, in their order, by one statement that reads nothing else."""
        self.take_in(queryset, request, view)
        if self.ordering == RELEVANCE:
            self.page = self._most_relevant()
            return self.page
        found = list(self._page().values_list("pk", self.order.column)[: self.size + 1])
        self._end(len(found), lambda: found[-2])
        self.page = [pk for pk, _ in found[: self.size]]
        return self.page

    def get_paginated_response(self, data: Any) -> Response:
        response = Response(self.envelope(data, self.next, self._extent()))
        if self.next:
            response["Link"] = f'<{self.next}>; rel="next"'
        return response

    def envelope(self, rows: Any, following: str | None, extent: counting.Extent) -> dict[str, Any]:
        """Return the answer around the rows; `following` is the address of the next page."""
        return {
            "results": rows,
            "next": following,
            "applied_filters": self.applied,
            "hidden": extent.hidden,
            "total": extent.total,
            "missing": extent.missing,
            "notes": [] if self.found is None else list(self.found.notes),
        }

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next", "applied_filters", "hidden", "total", "missing", "notes"],
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
                **counting.SCHEMA,
                "notes": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": "What a person should know of how `q` was looked for, in sentences.",
                },
            },
        }

    # The page.

    def take_in(self, queryset: QuerySet, request: Any, view: Any) -> None:
        """Take in what is asked. Raises InvalidParameters."""
        self.request, self.view, self.rows = request, view, queryset
        asked = self.asked = view.asked
        self.found = getattr(view, "found", None)
        self.ordering = asked.get("ordering") or (RELEVANCE if self.found else next(iter(view.orderings)))
        if self.ordering == RELEVANCE and self.found is None:
            raise InvalidParameters(
                [
                    error(
                        "malformed_parameter",
                        f"ordering is “{RELEVANCE}”; that orders what q finds, so give q too.",
                        parameter="ordering",
                    )
                ]
            )
        self.order, self.descending = view.orderings.get(self.ordering, (Order(), True))
        self.applied = {one.name: asked[one.name] for one in view.narrowing() if one.name in asked}
        self.binding = self._binding()
        self.size = asked.get("page_size", max(USUAL, len(asked.get("ids", ()))))
        self.is_first = "cursor" not in asked
        self.next: str | None = None

    def for_words(self, found: Found, applied: dict[str, Any]) -> Keyset:
        """Return these pages of what was found, by relevance; `applied` are all filters, the words among them."""
        pages = copy(self)
        pages.found, pages.applied, pages.ordering = found, applied, RELEVANCE
        pages.binding = pages._binding()
        return pages

    def _page(self) -> QuerySet:
        return self.ordered() if self.is_first else self.after(*self.place(self.asked["cursor"]))

    def _end(self, found: int, last: Callable[[], tuple[int, Any]]) -> None:
        """Note where the next page begins, `last` being the id and the key of the last row of this one."""
        if found <= self.size:
            return
        self._link(self.cursor_after(*last()))

    def _most_relevant(self) -> list[int]:
        """Return the ids of the best rows that no page before this one had: so none comes twice, however the weight
        of words changes meanwhile, and none is passed over."""
        seen = [] if self.is_first else self.seen(self.asked["cursor"])
        allowed = self._best_allowed()
        self.note_depth(len(allowed))
        left = left_to_list(allowed, seen)
        ids = left[: self.size]
        if len(left) > self.size:
            self._link(self.cursor_after_seen([*seen, *ids]))
        return ids

    def _best_allowed(self) -> list[int]:
        """Return the ids of those of the best that the list has, up to one more than are listed. One statement, and one
        for all the others where the first ones are too few."""
        assert self.found is not None
        rows, ids = self.view.narrowed.order_by(), self.found.ids
        allowed: list[int] = []
        for some in (ids[:ASKED_AT_ONCE], ids[ASKED_AT_ONCE:]):
            if some and len(allowed) <= DEEPEST:
                there = set(rows.filter(pk__in=some).values_list("pk", flat=True))
                allowed += [pk for pk in some if pk in there]
        return allowed[: DEEPEST + 1]

    def note_depth(self, there: int) -> None:
        """Say on the first page where there are more rows than are listed."""
        assert self.found is not None
        if self.is_first and there > DEEPEST:
            self.found.notes.append(
                f"By relevance only the {DEEPEST} best are listed; with another ordering there are more."
            )

    def ordered(self) -> QuerySet:
        """Return the rows of the list in their order."""
        return self._ordered(self.rows)

    def _ordered(self, rows: QuerySet) -> QuerySet:
        sign = "-" if self.descending else ""
        if self.order.column == "pk":
            return rows.order_by(f"{sign}pk")
        column = F(self.order.column)
        by: Any = column.desc(nulls_last=True) if self.descending else column.asc(nulls_last=True)
        if not self.order.nullable:
            by = f"{sign}{self.order.column}"
        return rows.order_by(by, f"{sign}pk")

    def after(self, key: Any, pk: int) -> QuerySet:
        """Return the rows of the list after a place, in their order."""
        way = "lt" if self.descending else "gt"
        beyond, column = Q(**{f"pk__{way}": pk}), self.order.column
        if column == "pk":
            return self._ordered(self.rows.filter(beyond))
        unknown = Q(**{f"{column}__isnull": True})
        if key is None:
            return self._ordered(self.rows.filter(unknown & beyond))
        # The outer bound says nothing new, but it is what an index can begin at.
        following = Q(**{f"{column}__{way}e": key}) & (Q(**{f"{column}__{way}": key}) | beyond)
        return self._ordered(self.rows.filter(following | unknown if self.order.nullable else following))

    # What is counted.

    def _extent(self) -> counting.Extent:
        """Count what was asked for, and on the first page what the defaults hide, by one statement at most."""
        extent = counting.extent(
            total=self.rows if self.asked.get("count") else None,
            hidden=self.view.hidden_rows() if self.is_first else None,
        )
        if "ids" in self.asked and self.is_first:
            there = self.rows.order_by().values_list("pk", flat=True) if self.next else self.page
            extent = replace(extent, missing=sorted(set(self.asked["ids"]).difference(there)))
        return extent

    # Cursors.

    def _binding(self) -> str:
        """Return what a cursor holds for: this list, these filters, this ordering, this person."""
        # A key of too small a scope sees less than its owner.
        who = [self.request.user.pk, at_desk(self.request.user)]
        return hashlib.sha256(
            canonical([self.view.basename, self.applied, self.ordering, who]).encode()
        ).hexdigest()[:16]

    def _link(self, cursor: str) -> None:
        query = self.request.query_params.copy()
        # Counted once: a script that follows the links is not made to pay for it on each page.
        query.pop("count", None)
        query["cursor"] = cursor
        self.next = self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    def cursor_after(self, pk: int, key: Any) -> str:
        """Return the cursor of the page that follows this row."""
        kept: dict[str, Any] = {"after": pk}
        if self.order.column != "pk":
            kept["key"] = key.isoformat() if isinstance(key, (date, datetime)) else key
        return self._signed(kept)

    def cursor_after_seen(self, ids: Iterable[int]) -> str:
        """Return the cursor of the page that follows these rows, by relevance."""
        return self._signed({"seen": pack(ids)})

    def _signed(self, kept: dict[str, Any]) -> str:
        return signing.dumps({**kept, "of": self.binding}, salt=SALT, compress=True)

    def _kept(self, cursor: str) -> dict[str, Any]:
        try:
            kept: dict[str, Any] = signing.loads(cursor, salt=SALT, max_age=LONGEST_LIFE)
        except signing.SignatureExpired:
            raise self._refused("This cursor is too old. Start again without it.") from None
        except (signing.BadSignature, ValueError):
            raise self._refused("This cursor is none of ours. Start again without it.") from None
        if kept["of"] != self.binding:
            raise self._refused(
                "This cursor belongs to another list, filter, ordering or reader. Start again without it."
            )
        return kept

    def place(self, cursor: str) -> tuple[Any, int]:
        """Return the key and the id of the row that a page comes after. Raises InvalidParameters."""
        kept = self._kept(cursor)
        key = kept.get("key")
        return key if key is None else READERS[self.order.kind](key), kept["after"]

    def seen(self, cursor: str) -> list[int]:
        """Return the ids of the rows that pages before this one had, by relevance. Raises InvalidParameters."""
        return unpack(self._kept(cursor)["seen"])

    @staticmethod
    def _refused(sentence: str) -> InvalidParameters:
        return InvalidParameters([error("invalid_cursor", sentence, parameter="cursor")])
