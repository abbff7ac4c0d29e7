"""The tallies of a long record, counted by a worker and written down as numbers.

To count a million claims takes longer than anybody waits, and longer than a statement of a page may run. So the page of
a long record shows what a worker counted, with the entry of the ledger that stood then. Written down are ids, months
and numbers: names are looked up when they are shown, so that who is hidden, renamed or taken out of the record since is
shown as they are today, or not at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Min
from django.utils import timezone

from articles.models import Article, Change, Claim, LedgerHead, Schedule
from articles.views import tallies
from articles.views.tallies import Dimension, Name, Tally

# The task that counts, under whose name the numbers are kept.
TASK = "articles.tasks.count_tallies"
# A record whose newest claim has a higher number is long. So many are counted within half a second.
LONG = 20_000


@dataclass(frozen=True)
class Counted:
    """All tallies of a moment, and the entry of the ledger that stood then."""

    at: datetime
    seq: int
    hash: str
    tallies: dict[Dimension, Tally]


def is_long(newest: int | None) -> bool:
    """Are there so many claims that nobody should wait for them to be counted, by the number of the newest one?"""
    return (newest or 0) > LONG


def count(head: LedgerHead) -> Counted:
    """Count all claims as readers see them now; the head of the ledger was read before."""
    return Counted(timezone.now(), head.seq, head.hash, tallies.read())


def write_down() -> bool:
    """Count the claims of a long record and keep the numbers; return whether there was anything to do."""
    newest = Claim.objects.order_by("-pk").values_list("pk", flat=True)[:1]
    if not is_long(max(newest, default=0)):
        return False
    head = LedgerHead.objects.get(pk=1)
    if (Schedule.noted(TASK) or {}).get("hash") == head.hash:
        return False
    counted = count(head)
    Schedule.note(
        TASK,
        {
            "at": counted.at.isoformat(),
            "seq": counted.seq,
            "hash": counted.hash,
            "tallies": {of.value: _numbers(of, tally) for of, tally in counted.tallies.items()},
        },
    )
    return True


def written_down() -> Counted | None:
    """Return what was counted last, with the names as they are today; None where nothing was, or of another ledger: a
    database may have been put back to an earlier day. Five queries at most."""
    found = Schedule.noted(TASK)
    if not found or not Change.objects.filter(seq=found["seq"], hash=found["hash"]).exists():
        return None
    read = {Dimension(of): _tally(Dimension(of), numbers) for of, numbers in found["tallies"].items()}
    return Counted(datetime.fromisoformat(found["at"]), found["seq"], found["hash"], read)


def _numbers(of: Dimension, tally: Tally) -> dict[str, Any]:
    """Return a tally without words: of each name an id, 0 where claims have none; and its counts by place."""
    keys = [name.key for name in tally.names]
    # Who is not named is not counted either, but for months, which are nobody's.
    places = {key: at for at, key in enumerate(keys)} if of != Dimension.MONTH else {"": 0}
    counts = [
        [places[key], month, standing, claims]
        for (key, month, standing), claims in tally.counts.items()
        if key in places
    ]
    return {"ids": _articles(keys) if of == Dimension.OUTLET else keys, "counts": counts}


def _articles(publishers: list[str]) -> list[int]:
    """Return, for each publisher, the number of an article that names it; 0 for no publisher."""
    rows = Article.objects.visible_to(None).filter(publisher__in=publishers).exclude(publisher="").order_by()
    found = dict(rows.values("publisher").annotate(one=Min("pk")).values_list("publisher", "one"))
    return [found.get(publisher, 0) for publisher in publishers]


def _tally(of: Dimension, numbers: dict[str, Any]) -> Tally:
    names: dict[int, Name] = {}
    if of == Dimension.MONTH:
        keys: dict[int, Any] = {0: ""}
    else:
        names = dict(enumerate(_named(of, numbers["ids"])))
        keys = {at: name.key for at, name in names.items() if name is not None}
        names = {at: name for at, name in names.items() if name is not None}
    counts: Counter[tuple[Any, str, str]] = Counter()
    for at, month, standing, claims in numbers["counts"]:
        if at in keys:
            counts[keys[at], month, standing] += claims
    return Tally(list(names.values()), counts)


def _named(of: Dimension, ids: list[int]) -> list[Any]:
    """Return the name of each id as it is today; None for whom readers do not see."""
    if of == Dimension.OUTLET:
        articles = Article.objects.visible_to(None).only("publisher").in_bulk(ids)
        return [_publisher(articles.get(pk)) if pk else Name("", "") for pk in ids]
    known = {name.key: name for name in tallies.NAMES[of](ids)}
    return [known.get(pk) for pk in ids]


def _publisher(article: Article | None) -> Name | None:
    return Name(article.publisher, article.publisher) if article is not None and article.publisher else None
