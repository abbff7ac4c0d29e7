"""All addresses of the readers' pages, for search engines: an index, and parts of it by ranges of numbers.

A part holds the rows of one noun with the numbers of one range, so none is longer than the range, no row is counted,
and the thousandth part costs what the first one does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.db.models import Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Exact
from django.urls import NoReverseMatch

from articles.addresses import address
from articles.graph import Prepared
from articles.models import Article, Change, Claim, Claimant, Source, Topic
from articles.models.recorded import RANGE

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


class PartOf(Func):
    """The number of the part in which a row stands, spelt as in the indexes `by_part`: SQLite looks for those words."""

    output_field = IntegerField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> Any:  # type: ignore[override]
        return super().as_sql(compiler, connection, template=f"((%(expressions)s - 1) / {RANGE})", **extra)


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
    """Return the index: the fixed pages, and each part that holds anything. Two queries."""
    found = _parts()
    at = Change.objects.only("at").in_bulk({seq for _, _, seq in found if seq})
    parts: list[tuple[str, datetime | None]] = [(address("sitemap_pages"), None)]
    parts += [
        (address("sitemap_part", name, number), at[seq].at if seq in at else None)
        for name, number, seq in found
    ]
    written = (f"<sitemap>{_place(base + where, at)}</sitemap>" for where, at in parts)
    return _document("sitemapindex", written)


def _parts() -> list[tuple[str, int, int | None]]:
    """Return (noun, number, the entry that last changed what readers see in it) of each part that holds anything. One
    query."""
    order = list(NOUNS)
    found = _walk("default", RANGE).rows()
    return sorted(map(tuple, found), key=lambda row: (order.index(row[0]), row[1]))


@cache
def _walk(using: str, most: int) -> Prepared:
    """Return the statement for the parts, of so many numbers each.

    It goes from one part to the next by its first row, and within each to the newest by the index that is made for
    this: the cost hangs on how many parts there are, and not on how many rows.
    """
    walks: list[str] = []
    parts: list[str] = []
    walked: list[Any] = []
    asked: list[Any] = []
    for name, noun in NOUNS.items():
        rows, here = noun.rows().using(using), f"{name}_parts"
        # Parts are counted from 0, rows from 1.
        behind = RawSQL(f"({here}.number + 1) * {most}", ())  # noqa: S611 (names and numbers of ours)
        first = rows.filter(pk__gt=behind).order_by("pk").values(number=PartOf("pk"))[:1]
        sql, given = first.query.get_compiler(using).as_sql()
        step = f"SELECT ({sql}) FROM {here} WHERE number IS NOT NULL"  # noqa: S608 (the SQL is Django's own)
        walks.append(f"{here}(number) AS (SELECT CAST(-1 AS bigint) UNION ALL {step})")
        walked += given
        newest = "NULL"
        if noun.dated:
            within = rows.filter(Exact(PartOf("pk"), RawSQL(f"{here}.number", ())))  # noqa: S611
            last = within.exclude(public_seq=None).order_by("-public_seq").values("public_seq")[:1]
            sql, given = last.query.get_compiler(using).as_sql()
            newest, asked = f"({sql})", [*asked, *given]
        parts.append(f"SELECT '{name}', number, {newest} FROM {here} WHERE number >= 0")  # noqa: S608
    sql = f"WITH RECURSIVE {', '.join(walks)} {' UNION ALL '.join(parts)}"
    return Prepared(sql, [*walked, *asked], using)


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
