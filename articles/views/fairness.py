"""Whose claims we check, and how they stand: plots and a table for people, and the same counts as CSV."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db.models import Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from articles.graph import Graph
from articles.keeping import FRESH
from articles.models import Change, ChangeRow, Claim, LedgerHead
from articles.models.ledger import Readers
from articles.views import counted_tallies, plotting
from articles.views.counted_tallies import Counted
from articles.views.feeds import state_beside, with_newest
from articles.views.page import answered, page, show
from articles.views.tallies import NOT_CHECKABLE, NOT_CHECKED, STANDINGS, Dimension, Name, Tally

MONTHS = 24
# For a while everybody gets the counts of whoever asked first, and longer the longer they took; those of a long record
# are a worker's. The page says at which entry of the ledger they were made.
COUNTED_FOR = timedelta(minutes=5)
TIMES_AS_LONG = 200
# What may take a name from readers' sight, or out of the record; for that nobody waits.
TAKEN_AWAY = (
    Q(readers=Readers.GONE)
    | Q(change__verb="redact")
    | Q(change__verb__in=("revise", "bulk", "import"), object_type__in=("claimant", "topic", "article"))
)
NOT_YET = _lazy(
    "So many claims are counted in the background, and they were not counted yet. Come back in a while."
)
# What a spreadsheet takes for a formula, spaces before it or not.
FORMULA = re.compile("[\\s']*[=+\\-@＝＋－＠]|[\t\r\n]")


# Where the record stands, with the number of the newest claim.
HEAD = Graph(
    lambda user: with_newest(LedgerHead.objects.order_by()).annotate(
        newest_claim=Subquery(Claim.objects.order_by("-pk").values("pk")[:1])
    )
)


@dataclass(frozen=True)
class Kept:
    """What was counted for whoever asked, or looked up for them: in which state of the record, when, and how long that
    took."""

    state: str
    at: datetime
    took: timedelta
    counted: Counted


@dataclass(frozen=True)
class Row:
    """One bar: whose, how many claims, its pieces, what it says in words, and the cells of the table."""

    name: Name
    total: int
    pieces: list[tuple[str, str, plotting.Piece]]
    words: str
    cells: list[int]


@dataclass(frozen=True)
class Plot:
    """One plot of bars on one axis."""

    id: str
    title: str
    about: str
    head: str
    rows: list[Row]
    ticks: tuple[plotting.Tick, ...]


@page
def fairness(request: HttpRequest) -> HttpResponse:
    """How many claims of whom were checked, and how they stand."""
    counted, head = _counted()
    stands = {"state_house": head.house, "newest_entry": head}
    if counted is None:
        return show(
            request, "articles/fairness/fairness.html", {"counted": None, "not_yet": NOT_YET, **stands}
        )
    everything = _sums(counted.tallies[Dimension.MONTH])
    return show(
        request,
        "articles/fairness/fairness.html",
        {
            **stands,
            "counted": counted,
            "total": sum(everything.values()),
            "checked": sum(everything.values()) - everything[NOT_CHECKED] - everything[NOT_CHECKABLE],
            "not_checkable": everything[NOT_CHECKABLE],
            "not_checked": everything[NOT_CHECKED],
            "standings": list(STANDINGS.items()),
            "plots": _plots(counted.tallies),
        },
    )


@answered
def fairness_csv(request: HttpRequest) -> HttpResponse:
    """The same counts, one row for each name, month and standing; 503 while a worker has not counted them yet."""
    counted, _head = _counted()
    if counted is None:
        later = HttpResponse(f"{NOT_YET}\n", status=503, content_type="text/plain; charset=utf-8")
        later.headers["Retry-After"] = "600"
        later.headers["Cache-Control"] = "no-store"
        return later
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(["dimension", "name", "id", "month", "class", "claims"])
    for dimension, tally in counted.tallies.items():
        labels = {name.key: name for name in tally.names}
        for (key, month, standing), claims in sorted(
            tally.counts.items(), key=lambda one: _order(one[0], tally)
        ):
            name = labels.get(key)
            numbered = key if isinstance(key, int) else ""
            label = _inert(name.label) if name is not None and dimension != Dimension.MONTH else ""
            writer.writerow([dimension.value, label, numbered, month, standing, claims])
    response = HttpResponse(written.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="fairness.csv"'
    response.headers["Cache-Control"] = FRESH
    return response


def _order(counted: tuple[Any, str, str], tally: Tally) -> tuple[int, str, int]:
    key, month, standing = counted
    place = next((at for at, name in enumerate(tally.names) if name.key == key), -1)
    return (place, month, list(STANDINGS).index(standing))


def _inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def _counted() -> tuple[Counted | None, Any]:
    """Return all tallies: of a long record what a worker counted last, None before it has; of any other, at most five
    minutes old. And the head of the ledger."""
    store = caches["answers"] if settings.ANSWERS_KEPT else None
    head = HEAD.find(1)
    now, _at = state_beside(head)
    # Addresses of the names are those of the language.
    place = f"fairness-{get_language()}"
    found: Kept | None = store.get(place) if store is not None else None
    if found is not None and (found.state == now or _still_good(found)):
        return found.counted, head
    began = timezone.now()
    is_long = counted_tallies.is_long(head.newest_claim)
    counted = counted_tallies.written_down() if is_long else counted_tallies.count(head)
    if store is not None and counted is not None:
        store.set(place, Kept(now, began, timezone.now() - began, counted))
    return counted, head


def _still_good(kept: Kept) -> bool:
    """Are these young counts, of this very ledger, and is every name in them still one that readers may see?

    A database may have been put back to an earlier day.
    """
    counted = kept.counted
    young = timezone.now() - kept.at < max(COUNTED_FOR, kept.took * TIMES_AS_LONG)
    return (
        young
        and Change.objects.filter(seq=counted.seq, hash=counted.hash).exists()
        and not ChangeRow.objects.filter(TAKEN_AWAY, change__gt=counted.seq).exists()
    )


def _sums(tally: Tally) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (_key, _month, standing), claims in tally.counts.items():
        sums[standing] += claims
    return sums


def _plots(counted: dict[Dimension, Tally]) -> list[Plot]:
    texts = {
        Dimension.ASSERTS: (
            _("Who asserts it"),
            _("The claims that somebody makes, in their own words or as others quote them."),
            _("Claimant"),
        ),
        Dimension.PASSES_ON: (
            _("Who passes it on"),
            _(
                "The claims that somebody reports as said by another. To pass a claim on is not to make it. "
                "Who does both with one claim, in two places, is counted in both plots."
            ),
            _("Claimant"),
        ),
        Dimension.OUTLET: (
            _("Where it was published"),
            _("By the publisher of the articles that make the claim, as their page names it."),
            _("Publisher"),
        ),
        Dimension.TOPIC: (_("What it is about"), _("A claim may have several topics, or none."), _("Topic")),
    }
    plots = [
        _plot(
            dimension.value, *texts[dimension], [(name, counted[dimension].by_name(name)) for name in named]
        )
        for dimension, named in ((dimension, counted[dimension].names) for dimension in texts)
    ]
    return [*plots, _by_month(counted[Dimension.MONTH])]


def _by_month(tally: Tally) -> Plot:
    months: dict[str, Counter[str]] = {}
    for (_key, month, standing), claims in tally.counts.items():
        months.setdefault(month, Counter())[standing] += claims
    rows = [
        (Name(month, month), [months[month][standing] for standing in STANDINGS])
        for month in sorted(months, reverse=True)[:MONTHS]
    ]
    about = _(
        "By the month in which a claim came on our record, however old the claim itself is; the latest first."
    )
    return _plot(Dimension.MONTH.value, _("When it came on record"), about, _("Month"), rows)


def _plot(plot_id: str, title: str, about: str, head: str, named: list[tuple[Name, list[int]]]) -> Plot:
    ticks = plotting.axis(max((sum(values) for _name, values in named), default=0))
    return Plot(
        plot_id, title, about, head, [_row(name, values, ticks[-1].value) for name, values in named], ticks
    )


def _row(name: Name, values: list[int], end: int) -> Row:
    standings = list(STANDINGS.items())
    pieces = [
        (standings[piece.index][0], _words(standings[piece.index][1], piece.value), piece)
        for piece in plotting.stacked(values, end)
    ]
    return Row(name, sum(values), pieces, ", ".join(words for _standing, words, _piece in pieces), values)


def _words(standing: Any, claims: int) -> str:
    return ngettext("%(standing)s: %(count)d claim", "%(standing)s: %(count)d claims", claims) % {
        "standing": standing,
        "count": claims,
    }
