"""All addresses of the readers' pages, for search engines: an index, and parts of it by ranges of numbers.

A part holds the rows of one noun with the numbers of one range, so none is longer than the range, no row is counted,
and the thousandth part costs what the first one does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from django.db.models import F, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import NoReverseMatch

from articles.addresses import address
from articles.models import Article, Change, Claim, Claimant, Source, Topic

# The protocol allows 50,000 addresses; a fifth of them is made in a fifth of the time.
RANGE = 10_000
XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"
CONTENT_TYPE = "application/xml; charset=utf-8"
# Pages that stand alone, by the names of their addresses.
FIXED = (
    "home", "claims", "articles", "sources", "claimants", "topics", "corrections", "methodology", "fairness",
    "record", "privacy", "feeds",
)  # fmt: skip


def _claims() -> QuerySet:
    return Claim.objects.visible_to(None).standing()


def _articles() -> QuerySet:
    return Article.objects.visible_to(None)


def _sources() -> QuerySet:
    return Source.objects.visible_to(None).standing()


def _claimants() -> QuerySet:
    return Claimant.objects.visible_to(None).filter(merged_into=None)


def _topics() -> QuerySet:
    return Topic.objects.visible_to(None)


@dataclass(frozen=True)
class Noun:
    """A noun with a page for each row: which rows readers see, and what an address is made of."""

    rows: Callable[[], QuerySet]
    columns: tuple[str, ...]
    # Whether its rows know the entry that last changed what readers see of them.
    dated: bool = True


NOUNS = {
    "claims": Noun(_claims, ("statement",)),
    "articles": Noun(_articles, ("title", "publisher")),
    "sources": Noun(_sources, ("title",)),
    "claimants": Noun(_claimants, ("name",)),
    "topics": Noun(_topics, ("name",), dated=False),
}


def index(base: str) -> bytes:
    """Return the index: the fixed pages, and each part that holds anything. One query for each noun."""
    parts: list[tuple[str, datetime | None]] = [(address("sitemap_pages"), None)]
    for name, noun in NOUNS.items():
        of_range = Cast((F("pk") - 1) / RANGE, IntegerField())
        ranges = noun.rows().order_by().annotate(range=of_range).values("range")
        if noun.dated:
            newest = ranges.annotate(seq=Max("public_seq"))
            found = list(newest.values_list("range", "seq"))
            at = Change.objects.only("at").in_bulk([seq for _, seq in found if seq])
            dates = {number: at[seq].at for number, seq in found if seq in at}
            numbers = [number for number, _ in found]
        else:
            dates, numbers = {}, [number for (number,) in ranges.distinct().values_list("range")]
        parts += [(address("sitemap_part", name, n), dates.get(n)) for n in sorted(numbers)]
    written = (f"<sitemap>{_place(base + where, at)}</sitemap>" for where, at in parts)
    return _document("sitemapindex", written)


def pages(base: str) -> bytes:
    """Return the pages that stand alone."""
    return _document("urlset", (f"<url>{_place(base + where)}</url>" for where in _fixed()))


def part(base: str, name: str, number: int) -> bytes | None:
    """Return the addresses of the rows of a noun in one range of numbers; None where there are none. One query."""
    noun = NOUNS[name]
    rows = noun.rows().filter(pk__gt=number * RANGE, pk__lte=(number + 1) * RANGE).order_by("pk")
    rows = rows.only("pk", *noun.columns)
    if noun.dated:
        at = Change.objects.filter(seq=OuterRef("public_seq")).values("at")[:1]
        rows = rows.annotate(changed_at=Subquery(at))
    written = [
        f"<url>{_place(base + row.get_absolute_url(), getattr(row, 'changed_at', None))}</url>"
        for row in rows.iterator()
    ]
    return _document("urlset", written) if written else None


def _fixed() -> Iterator[str]:
    for name in FIXED:
        try:
            yield address(name)
        except NoReverseMatch:
            continue


def _place(where: str, at: datetime | None = None) -> str:
    dated = f"<lastmod>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</lastmod>" if at else ""
    return f"<loc>{escape(where)}</loc>{dated}"


def _document(root: str, written: Iterator[str] | list[str]) -> bytes:
    inside = "\n".join(written)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{XMLNS}">\n{inside}\n</{root}>\n'.encode()
