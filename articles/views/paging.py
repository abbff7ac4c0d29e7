"""Long lists, a page at a time: each page begins after a row, so that nothing is skipped or shown twice when rows
are added meanwhile, and the thousandth page costs what the first one does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from articles.views.parameters import Parameters

ROWS = 30


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the queries of the first and the next one, where there is one."""

    rows: list[Any]
    first: str
    next: str

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)


def newest_first(rows: QuerySet, parameters: Parameters, size: int = ROWS) -> Page:
    """Page through rows whose order is their number, from the highest down."""
    after = parameters.number("after")
    rows = rows.order_by("-pk")
    return _page(rows if after is None else rows.filter(pk__lt=after), parameters, size)


def by_title(rows: QuerySet, parameters: Parameters, size: int = ROWS) -> Page:
    """Page through rows ordered by title and number."""
    after = parameters.row("after", rows)
    if after is not None:
        rows = rows.filter(Q(title__gt=after.title) | Q(title=after.title, pk__gt=after.pk))
    return _page(rows.order_by("title", "pk"), parameters, size)


def latest_published_first(rows: QuerySet, parameters: Parameters, size: int = ROWS) -> Page:
    """Page through rows in the order of `Article.for_listing`: by publication, those without a date last."""
    after = parameters.row("after", rows)
    if after is not None:
        undated = Q(published_latest=None)
        if after.published_latest is None:
            rows = rows.filter(undated, pk__lt=after.pk)
        else:
            same = Q(published_latest=after.published_latest, pk__lt=after.pk)
            rows = rows.filter(undated | Q(published_latest__lt=after.published_latest) | same)
    return _page(rows, parameters, size)


def _page(rows: QuerySet, parameters: Parameters, size: int) -> Page:
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(
        rows=found,
        first=parameters.link(after=None) if parameters.given.get("after") else "",
        next=parameters.link(after=found[-1].pk) if more else "",
    )
