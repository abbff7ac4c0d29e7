"""Long lists, a page at a time: each page begins after a row, so that nothing is skipped or shown twice when rows
are added meanwhile, and the thousandth page costs what the first one does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from articles.models import Claim, Verdict
from articles.models.verdict import VerdictKind
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


def oldest_first(rows: QuerySet, parameters: Parameters, size: int = ROWS) -> Page:
    """Page through rows whose order is their number, from the lowest up."""
    after = parameters.number("after")
    rows = rows.order_by("pk")
    return _page(rows if after is None else rows.filter(pk__gt=after), parameters, size)


def latest_verdict_first(rows: Any, parameters: Parameters, size: int = ROWS) -> Page:
    """Page through claims by the verdicts readers see on them, the last published first. `after` is one of these.

    What was superseded, withdrawn or overtaken by a merge is passed over where it is met: to ask of each verdict
    whether readers see it costs a reading of all of them. A page may so have fewer rows than others.
    """
    after = parameters.number("after")
    fits = Exists(rows.order_by().filter(pk=OuterRef("claim"))) | Exists(
        rows.order_by().filter(merged=OuterRef("claim"))
    )
    last = Verdict.objects.filter(fits, kind=VerdictKind.VERDICT).order_by("-pk")
    if after is not None:
        last = last.filter(pk__lt=after)

    def load(found: list[tuple[int, int]]) -> list[Any]:
        seen = dict(found)
        claims = rows.for_listing().in_bulk(list(seen.values()))
        shown = [(pk, claims[claim]) for pk, claim in found if claim in claims]
        return [claim for pk, claim in shown if claim.current_verdict and claim.current_verdict.pk == pk]

    # Not a join: both engines would begin with the claims.
    survivor = Subquery(Claim.objects.filter(pk=OuterRef("claim")).values(one=Coalesce("merged_into", "pk")))
    pairs = last.values_list("pk", survivor)
    return _page(pairs, parameters, size, key=lambda pair: pair[0], load=load)


def by_title(rows: QuerySet, parameters: Parameters, size: int = ROWS) -> Page:
    """Page through rows ordered by title and number."""
    return _by_text(rows, "title", parameters, size)


def by_name(rows: QuerySet, parameters: Parameters, size: int = ROWS) -> Page:
    """Page through rows ordered by name and number."""
    return _by_text(rows, "name", parameters, size)


def _by_text(rows: QuerySet, column: str, parameters: Parameters, size: int) -> Page:
    after = parameters.row("after", rows)
    if after is not None:
        text = getattr(after, column)
        rows = rows.filter(Q(**{f"{column}__gt": text}) | Q(**{column: text}, pk__gt=after.pk))
    return _page(rows.order_by(column, "pk"), parameters, size)


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
    return _page(rows.order_by(F("published_latest").desc(nulls_last=True), "-pk"), parameters, size)


def _page(
    rows: QuerySet,
    parameters: Parameters,
    size: int,
    key: Callable[[Any], int] = lambda row: row.pk,
    load: Callable[[list[Any]], list[Any]] = list,
) -> Page:
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(
        rows=load(found),
        first=parameters.link(after=None) if parameters.given.get("after") else "",
        next=parameters.link(after=key(found[-1])) if more else "",
    )
