"""Long lists, a page at a time: each page begins after a row, so that nothing is skipped or shown twice when rows
are added meanwhile, and the thousandth page costs what the first one does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from articles.graph import Graph
from articles.models import Claim, Verdict
from articles.models.counting import AmongFew, some
from articles.models.verdict import VerdictKind
from articles.views.parameters import Parameters
from articles.vocabulary import ClaimStatus

ROWS = 30
# Claims as the rows of a list, with all that these show: one statement.
CLAIMS = Graph(lambda user: Claim.objects.visible_to(user).for_listing())


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


def newest_claims_first(rows: QuerySet, parameters: Parameters, user: Any) -> Page:
    """Page through claims as `newest_first` does, and load what a row of a list shows. Two statements."""
    return _of_claims(newest_first, rows, parameters, user)


def oldest_claims_first(rows: QuerySet, parameters: Parameters, user: Any) -> Page:
    """Page through claims as `oldest_first` does, and load what a row of a list shows. Two statements."""
    return _of_claims(oldest_first, rows, parameters, user)


def _of_claims(order: Callable[..., Page], rows: QuerySet, parameters: Parameters, user: Any) -> Page:
    page = order(rows.only("pk"), parameters)
    return replace(page, rows=CLAIMS.find_many([claim.pk for claim in page], user))


def latest_verdict_first(
    rows: Any, parameters: Parameters, user: Any, is_few: bool, size: int = ROWS
) -> Page:
    """Page through claims by the verdicts readers see on them, the last published first. `after` is one of these.

    What was superseded, withdrawn or overtaken by a merge is passed over where it is met: to ask of each verdict
    whether readers see it costs a reading of all of them. A page may so have fewer rows than others.

    `is_few` says that there are no more claims than are counted: then their verdicts are looked up. Of more, a page is
    found among the last verdicts, each of which is asked for its claim.
    """
    after = parameters.number("after")
    claims = rows.order_by()
    if is_few:
        merged = Claim.objects.filter(status=ClaimStatus.MERGED, merged_into__in=claims.values("pk"))
        both = claims.values("pk").union(merged.order_by().values("pk"), all=True)
        fits = Q(AmongFew(F("claim"), both))
    else:
        fits = some(claims.filter(pk=OuterRef("claim"))) | some(claims.filter(merged=OuterRef("claim")))
    last = Verdict.objects.filter(fits, kind=VerdictKind.VERDICT).order_by("-pk")
    if after is not None:
        last = last.filter(pk__lt=after)

    def load(found: list[tuple[int, int]]) -> list[Any]:
        seen = dict(found)
        claims = {claim.pk: claim for claim in CLAIMS.find_many(list(dict.fromkeys(seen.values())), user)}
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
    return page_of(list(rows[: size + 1]), parameters, size, key, load)


def page_of(
    found: list[Any],
    parameters: Parameters,
    size: int = ROWS,
    key: Callable[[Any], int] = lambda row: row.pk,
    load: Callable[[list[Any]], list[Any]] = list,
) -> Page:
    """Return the page of rows that were found, which are one more than it shows where there is a next one."""
    more = len(found) > size
    found = found[:size]
    return Page(
        rows=load(found),
        first=parameters.link(after=None) if parameters.given.get("after") else "",
        next=parameters.link(after=key(found[-1])) if more else "",
    )
