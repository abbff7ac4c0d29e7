"""Which rows are in which feed, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from articles.amendments.listing import Amendment, look_through
from articles.feeds.entries import Entry
from articles.models import Appearance, Article, Attribution, Claim, Claimant, Topic, Verdict
from articles.models.counting import some
from articles.search import Sought
from articles.vocabulary import ClaimStatus

ENTRIES = 50
# How many stretches of the ledger are looked through for one page of corrections, so that those before a large import
# stay in the feed.
STRETCHES = 5
# Of claims that were looked for, so many of the newest are known by number. Where there are more, the newest verdicts,
# as many again, are asked whether they are on such a claim.
LOOKED_FOR = 1_000
# Of a topic with more claims, so many of the next verdicts are each asked whether they are on one of these.
ASKED = 5_000


@dataclass(frozen=True)
class Feed:
    """One page of a feed: newest first, at whole addresses. `next` is the page of older entries, where there is one."""

    id: str
    title: str
    about: str
    address: str
    twin: str
    page: str
    updated: datetime
    language: str
    first: str = ""
    next: str = ""
    newsroom: str = ""
    licence: str = ""
    licence_url: str = ""
    logo: str = ""
    entries: list[Entry] = field(default_factory=list)


def verdicts_on(row: Any = None) -> QuerySet:
    """Return the published verdicts and withdrawals that whoever follows this row is told of; without one, all.

    A claim brings the verdicts of what was merged with it. What readers see of these, `told` asks.
    """
    if row is None:
        return Verdict.objects.all()
    return Verdict.objects.filter(claim__in=_with_those_merged(_claims_of(row)))


def asked_of_each(row: Any) -> QuerySet | None:
    """Return the same as `verdicts_on` for a row with very many claims, None for any other: each verdict is asked
    whether it is on such a claim, which finds the newest without looking at all the claims there are."""
    if not isinstance(row, Topic) or (row.known_claim_count(None) or 0) <= LOOKED_FOR:
        return None
    claims, own = Claim.objects.visible_to(None).filter(topics=row).order_by(), OuterRef("claim")
    ways = ({"pk": own}, {"merged": own}, {"merged_into": own}, {"merged_into__merged": own})
    fits = Q()
    for way in ways:
        fits |= some(claims.filter(**way))
    return Verdict.objects.filter(fits)


def _claims_of(row: Any) -> QuerySet:
    """Return the ids of the claims that readers see on the page of this row."""
    public = Claim.objects.visible_to(None)
    if isinstance(row, Claim):
        found = public.filter(pk=row.pk).values("pk")
    elif isinstance(row, Topic):
        found = public.filter(topics=row).values("pk")
    elif isinstance(row, Article):
        made = Appearance.objects.visible_to(None).filter(article_version__article=row)
        found = made.values("claim")
    elif isinstance(row, Claimant):
        # Beginning with what is theirs; an attribution is as visible as its appearance.
        said = Attribution.objects.by(row).order_by().values("appearance")
        found = Appearance.objects.visible_to(None).filter(pk__in=said).values("claim")
    else:
        raise TypeError(f"Nobody follows a {type(row).__name__}.")
    return found.order_by()


def _with_those_merged(claims: QuerySet) -> QuerySet:
    """Return the ids of these claims, of those they were merged into, and of all that were merged into either.

    Those into which claims are merged are not merged themselves. Two sets put together, since no engine looks up by
    index what an OR across tables asks for, and no more, since engines make the claims anew for each.
    """
    rows = Claim.objects.order_by()
    survivors = rows.filter(pk__in=claims).values(survivor=Coalesce("merged_into", "pk"))
    merged = rows.filter(merged_into__in=survivors)
    return survivors.union(merged.values("pk"))


class Narrowed:
    """The claims of a list that was narrowed down; the same two questions as `articles.search.Sought`, as queries."""

    def __init__(self, claims: Any) -> None:
        self.claims = claims

    def newest(self, most: int) -> Any:
        """Return the ids of the newest of them, at most so many, the newest first."""
        return self.claims.order_by("-pk").values_list("pk", flat=True)[:most]

    def among(self, claims: QuerySet) -> Any:
        """Return those of some claims, given as a query of their ids, that are in the list."""
        return self.claims.filter(pk__in=claims)


def last_said(found: Narrowed | Sought) -> tuple[list[int], list[int]]:
    """Return, of the claims found, the ids of the newest that have no verdict yet, and those of the last verdict or
    withdrawal on others: as many of each as a page has entries, the newest first.

    One query.
    """
    told = Verdict.objects.order_by("-pk").values_list(Coalesce("claim__merged_into", "claim"))[:LOOKED_FOR]
    more = found.among(Claim.objects.filter(pk__in=told).values("pk")).order_by().values("pk")
    last = _last_on(found.newest(LOOKED_FOR + 1), more)
    without = sorted((claim for claim, verdict in last.items() if verdict is None), reverse=True)
    return without[:ENTRIES], sorted(filter(None, last.values()), reverse=True)[:ENTRIES]


def _last_on(newest: QuerySet, more: QuerySet) -> dict[int, int | None]:
    """Return the last verdict or withdrawal on each claim of the first of these sets of ids and, where it has more than
    are looked for, of the second. One query.

    A claim brings the verdicts of what was merged with it; of all these together the last row counts. They are as
    visible as the claims, which readers see: joined with them, SQLite reads every verdict there is.
    """
    using = newest.db
    own = RawSQL("wanted.id", ())
    merged = Claim.objects.filter(status=ClaimStatus.MERGED, merged_into=own).order_by().values("pk")
    asked = (newest, more, _newest_on(claim=own), _newest_on(claim__in=merged))
    written = [one.query.get_compiler(using, elide_empty=False).as_sql() for one in asked]
    first, second, on_it, on_merged = (sql for sql, _ in written)
    sql = (
        f"WITH newest(id) AS ({first}), wanted(id) AS ("  # noqa: S608 (the SQL is Django's own)
        f"SELECT id FROM newest UNION SELECT * FROM ({second}) AS further"
        f" WHERE (SELECT COUNT(*) FROM newest) > {LOOKED_FOR})"
        f" SELECT id, ({on_it}), ({on_merged}) FROM wanted"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(sql, [value for _, given in written for value in given])
        return {pk: max(filter(None, both), default=None) for pk, *both in cursor.fetchall()}


def _newest_on(**claim: Any) -> QuerySet:
    return Verdict.objects.filter(**claim).order_by("-pk").values("pk")[:1]


def amended(after: int | None) -> tuple[list[Amendment], int | None]:
    """Return a page of what was corrected or changed: the lines of the list of corrections, newest first, without the
    rows that they name; and the entry of the ledger before which it goes on, None at its end.

    One query; two where the first stretch of the ledger does not fill the page: the others are looked through at once.
    """
    found = look_through(before=after, size=ENTRIES)
    if found.next is None or len(found.lines) >= ENTRIES:
        return found.lines, found.next
    further = look_through(before=found.next, size=ENTRIES - len(found.lines), stretches=STRETCHES - 1)
    return found.lines + further.lines, further.next


def page_of(row: Any, after: int | None) -> tuple[list[int], int | None]:
    """Return the numbers of a page of `verdicts_on` a row, newest first, and the last one's where there are older ones.

    One query. Two for a topic with very many claims where the next verdicts hold no whole page.
    """
    each = asked_of_each(row)
    ids, last = _page_near(each, after) if each is not None else ([], None)
    return (ids, last) if last is not None else _page(verdicts_on(row), after)


def _page_near(each: QuerySet, after: int | None) -> tuple[list[int], int | None]:
    """Return a page as `_page` does where the next verdicts of all hold a whole one, and no last number otherwise."""
    numbers = Verdict.objects.order_by("-pk").values_list("pk", flat=True)
    numbers = numbers if after is None else numbers.filter(pk__lt=after)
    bound = Coalesce(Subquery(numbers[ASKED : ASKED + 1]), 0)
    return _page(each.filter(pk__gt=bound), after)


def _page(rows: QuerySet, after: int | None) -> tuple[list[int], int | None]:
    """Return the numbers of a page, and the last of them where there are older rows. Numbers alone are found by index,
    whatever else is asked of the rows."""
    rows = rows.order_by("-pk").values_list("pk", flat=True)
    ids = list((rows if after is None else rows.filter(pk__lt=after))[: ENTRIES + 1])
    more = len(ids) > ENTRIES
    return ids[:ENTRIES], ids[ENTRIES - 1] if more else None
