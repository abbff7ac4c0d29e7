"""Long lists, a page at a time: each page begins after a row, so that nothing is skipped or shown twice when rows
are added meanwhile, and the thousandth page costs what the first one does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from operator import itemgetter
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from articles.graph import Graph, Together
from articles.models import Claim, LedgerHead, Verdict
from articles.models.counting import AmongFew, some
from articles.models.recorded import at_desk
from articles.models.verdict import VerdictKind
from articles.views.parameters import Parameters
from articles.vocabulary import ClaimStatus

ROWS = 30
# Claims as the rows of a list, with all that these show: one statement.
CLAIMS = Graph(lambda user: Claim.objects.visible_to(user).for_listing())


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the queries of the first and the next one, where there is one; `head` is that of the
    ledger, where it was read with the rows."""

    rows: list[Any]
    first: str
    next: str
    head: LedgerHead | None = None

    @property
    def stands(self) -> dict[str, Any]:
        """What a template is told of where the record stands."""
        return {"state_house": self.head.house, "newest_entry": self.head} if self.head else {}

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
    wanted = [claim.pk for claim in page]
    known, head = _claims_by_id(wanted, user)
    return replace(page, rows=[known[pk] for pk in wanted if pk in known], head=head)


def latest_verdict_first(
    rows: Any, parameters: Parameters, user: Any, is_few: bool, size: int = ROWS
) -> Page:
    """Page through claims by the verdicts readers see on them, the last published first. `after` is one of these.

    What was superseded, withdrawn or overtaken by a merge is passed over where it is met: to ask of each verdict
    whether readers see it costs a reading of all of them. A page may so have fewer rows than others.

    `is_few` says that there are no more claims than are counted: then their verdicts are looked up. Of more, a page is
    found among the last verdicts, each of which is asked for its claim.
    """
    found = _page(
        _last_verdicts(rows, is_few, parameters.number("after")), parameters, size, key=itemgetter(0)
    )
    known, head = _claims_by_id((claim for _, claim in found), user)
    return replace(found, rows=_of_these_verdicts(found, known), head=head)


def latest_verdicts_and_newest_claims(
    rows: Any, claims: QuerySet, parameters: Parameters, user: Any, is_few: bool, size: int
) -> tuple[list[Any], bool, Page]:
    """Return the first of what `latest_verdict_first` lists of some rows, whether it has more, and what
    `newest_claims_first` lists of others. Three statements."""
    found = list(_last_verdicts(rows, is_few)[: size + 1])
    verdicts = found[:size]
    newest = newest_first(claims.only("pk"), parameters)
    wanted = [*(claim for _, claim in verdicts), *(claim.pk for claim in newest)]
    known, head = _claims_by_id(wanted, user)
    listed = [known[claim.pk] for claim in newest if claim.pk in known]
    return _of_these_verdicts(verdicts, known), len(found) > size, replace(newest, rows=listed, head=head)


def _last_verdicts(rows: Any, is_few: bool, after: int | None = None) -> Any:
    """Return (verdict, the claim it is on or the one that claim was merged into), by their ids, the last first."""
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
    # Not a join: both engines would begin with the claims.
    survivor = Subquery(Claim.objects.filter(pk=OuterRef("claim")).values(one=Coalesce("merged_into", "pk")))
    return last.values_list("pk", survivor)


def _claims_by_id(wanted: Iterable[int], user: Any) -> tuple[dict[int, Any], LedgerHead | None]:
    """Load claims by their ids, and for readers the head of the ledger with them. One statement; none without ids."""
    ids = list(dict.fromkeys(wanted))
    if not ids or at_desk(user):
        return {claim.pk: claim for claim in CLAIMS.find_many(ids, user)}, None
    loaded = _with_head().ask({"claims": ids})
    return {claim.pk: claim for claim in loaded["claims"]}, next(iter(loaded["head"]), None)


@cache
def _with_head() -> Together:
    heads = Graph(lambda user: LedgerHead.objects.order_by())
    return Together({"claims": CLAIMS.gathered(), "head": heads.gathered(whole=True)})


def _of_these_verdicts(verdicts: Iterable[tuple[int, int]], known: Mapping[int, Any]) -> list[Any]:
    """Return the claims whose current verdict is among these."""
    shown = [(pk, known[claim]) for pk, claim in verdicts if claim in known]
    return [claim for pk, claim in shown if claim.current_verdict and claim.current_verdict.pk == pk]


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
) -> Page:
    return page_of(list(rows[: size + 1]), parameters, size, key)


def page_of(
    found: list[Any],
    parameters: Parameters,
    size: int = ROWS,
    key: Callable[[Any], int] = lambda row: row.pk,
) -> Page:
    """Return the page of rows that were found, which are one more than it shows where there is a next one."""
    more = len(found) > size
    found = found[:size]
    return Page(
        rows=found,
        first=parameters.link(after=None) if parameters.given.get("after") else "",
        next=parameters.link(after=key(found[-1])) if more else "",
    )
