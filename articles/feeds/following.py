"""Which rows are in which feed, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from articles.amendments.listing import Amendment, listed
from articles.feeds.entries import Entry
from articles.models import Appearance, Article, Attribution, Claim, Claimant, Correction, Topic, Verdict
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
# Long texts of a verdict that no entry holds.
UNTOLD = ("reasoning", "snapshot")


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

    A claim brings the verdicts of what was merged with it. What readers see of these, `loaded` asks.
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

    Three sets put together, since no engine looks up by index what an OR across tables asks for.
    """
    rows = Claim.objects.order_by()
    survivors = rows.filter(merged__in=claims)
    merged = rows.filter(merged_into__in=claims)
    beside = rows.filter(merged_into__merged__in=claims)
    own = rows.filter(pk__in=claims)
    return own.values("pk").union(survivors.values("pk"), merged.values("pk"), beside.values("pk"))


class Narrowed:
    """The claims of a list that was narrowed down; the same two questions as `articles.search.Sought`."""

    def __init__(self, claims: Any) -> None:
        self.claims = claims

    def newest(self, most: int) -> list[int]:
        """Return the ids of the newest of them, at most so many, the newest first."""
        return list(self.claims.order_by("-pk").values_list("pk", flat=True)[:most])

    def among(self, claims: QuerySet) -> Any:
        """Return those of some claims, given as a query of their ids, that are in the list."""
        return self.claims.filter(pk__in=claims)


def last_said(found: Narrowed | Sought) -> tuple[list[Claim], list[Verdict]]:
    """Return, of the claims found, the newest that have no verdict yet, and the last verdict or withdrawal on others:
    as many of each as a page has entries, the newest first. A dozen queries at most, however many are found."""
    ids = found.newest(LOOKED_FOR + 1)
    if len(ids) > LOOKED_FOR:
        survivor = Coalesce("claim__merged_into", "claim")
        told = list(Verdict.objects.order_by("-pk").values_list(survivor, flat=True)[:LOOKED_FOR])
        ids += found.among(Claim.objects.filter(pk__in=told).values("pk")).values_list("pk", flat=True)
    merged = Claim.objects.filter(status=ClaimStatus.MERGED, merged_into__in=ids)
    of = dict(merged.values_list("pk", "merged_into"))
    of |= {pk: pk for pk in ids}
    last: dict[int | None, int] = {}
    # Of all these series together the last row counts. As visible as the claims, which readers see: joined with them,
    # SQLite reads every verdict there is.
    series = Verdict.objects.filter(claim__in=list(of)).order_by("-pk")
    for pk, claim in series.values_list("pk", "claim"):
        last.setdefault(of[claim], pk)
    without = sorted((pk for pk in set(ids) if pk not in last), reverse=True)[:ENTRIES]
    told = sorted(last.values(), reverse=True)[:ENTRIES]
    claims = Claim.objects.visible_to(None).filter(pk__in=without).order_by("-pk")
    return list(claims), loaded(Verdict.objects.filter(pk__in=told), None)[0]


def loaded(
    verdicts: QuerySet, after: int | None, each: QuerySet | None = None
) -> tuple[list[Verdict], int | None]:
    """Return a page of verdicts, newest first, with what an entry says of each, and the last one's number where there
    are older ones. Three queries; one or two more with `each`, the same verdicts as `asked_of_each` asks for them."""
    ids, last = _page_near(each, after) if each is not None else ([], None)
    if last is None:
        ids, last = _page(verdicts, after)
    rows = Verdict.objects.visible_to(None).filter(pk__in=ids).order_by("-pk").defer(*UNTOLD)
    # Apart from the others: most verdicts follow none, and SQLite takes an index of nulls for one of no use, and reads
    # every verdict, unless it is asked for the numbers alone. Nor is it asked who sees them: what follows a verdict is
    # on the same claim.
    next_ones = Verdict.objects.filter(supersedes__in=ids).values("pk")
    following = Prefetch("superseded_by", Verdict.objects.filter(pk__in=next_ones).defer(*UNTOLD))
    rows = rows.select_related("claim", "rating", "author", "approver", "correction").prefetch_related(
        following
    )
    return list(rows), last


def amended(after: int | None) -> tuple[list[Amendment], int | None]:
    """Return a page of what was corrected or changed: the lines of the list of corrections, newest first, and the entry
    of the ledger before which it goes on, None at its end. Five queries for each stretch that is looked through."""
    lines: list[Amendment] = []
    for _stretch in range(STRETCHES):
        found = listed(before=after, size=ENTRIES - len(lines))
        lines += found.lines
        after = found.next
        if after is None or len(lines) >= ENTRIES:
            break
    rows = Correction.objects.defer(
        *(f"{of}__{name}" for of in ("verdict", "verdict__supersedes") for name in UNTOLD)
    )
    told = rows.select_related(
        "verdict__claim", "verdict__rating", "verdict__author", "verdict__approver", "verdict__supersedes__rating"
    ).in_bulk([line.correction.pk for line in lines if line.correction])  # fmt: skip
    for line in lines:
        line.correction = told[line.correction.pk] if line.correction else None
    return lines, after


def _page_near(each: QuerySet, after: int | None) -> tuple[list[int], int | None]:
    """Return a page as `_page` does where the next verdicts of all hold a whole one, and no last number otherwise."""
    numbers = Verdict.objects.order_by("-pk").values_list("pk", flat=True)
    numbers = numbers if after is None else numbers.filter(pk__lt=after)
    # Asked by itself: as a subquery of the other, no engine knows how near it is.
    bound = numbers[ASKED : ASKED + 1].first()
    return _page(each if bound is None else each.filter(pk__gt=bound), after)


def _page(rows: QuerySet, after: int | None) -> tuple[list[int], int | None]:
    """Return the numbers of a page, and the last of them where there are older rows. Numbers alone are found by index,
    whatever else is asked of the rows."""
    rows = rows.order_by("-pk").values_list("pk", flat=True)
    ids = list((rows if after is None else rows.filter(pk__lt=after))[: ENTRIES + 1])
    more = len(ids) > ENTRIES
    return ids[:ENTRIES], ids[ENTRIES - 1] if more else None
