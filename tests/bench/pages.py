"""What readers' pages and the lists and details of the API cost at a million claims beside what they cost at 20,000,
with nothing kept: each as it opens, by each of its filters and orders, far down, and for common and rare words.

    python -m tests.bench.pages [--engine sqlite|postgresql] [--request claims] [--databases SMALL LARGE]

Two processes, one for each record, are asked in turn. A cost is processor time, ours and the database's, over that of
work which is always the same and done beside it. The bar is 1.5: a request that costs more than that is named, and one
that takes more statements than it may. Compared is the same work: a row has as much attached in one record as in the
other, where that can be; what cannot be had alike (a topic of the longer record has more claims) is asked all the same,
and its name says so.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from tests.bench import asking
from tests.pace import fixed_work

SMALL, LARGE = "small", "full"
BAR = 1.5
# Odd, for a median.
ROUNDS = 5
# Where a bar seems missed, it is asked again so often: whoever else is on the machine only adds.
AGAIN = 3
# How long the work is that each round is measured against: some 12 ms.
STEPS = 60_000
# Seconds for the numbers of claims that nobody has counted yet.
COUNTING = 600
# Statements: of a detail or a list, and of what has facets beside.
PLAIN, FACETED = 3, 6
# What is asked of a row with few and with many things attached: so many pieces of evidence for a source.
FEW, MANY = 6, 16
# Said of what the longer record has more of.
LONGER = " (longer)"


def requests() -> dict[str, str]:
    """Return what is asked, by name, and at which address. The names are the same in every record."""
    return dict(
        [*_front(), *_claims(), *_of_claims(), *_sources(), *_others(), *_words(), *_programs(), *_api()]
    )


def _front() -> Iterator[tuple[str, str]]:
    yield "front page", "/"
    yield "methodology", "/methodology/"
    yield "privacy", "/privacy/"
    yield "feeds", "/feeds/"
    yield "submit", "/submit/"
    yield "corrections", "/corrections/"
    yield "corrections, typos", "/corrections/?type=typo"
    yield "corrections, claims reworded", "/corrections/?type=claim"
    yield "corrections, evidence", "/corrections/?type=evidence"
    yield "corrections, second page", f"/corrections/?after={_head() - 10_000}"
    yield "record", "/record/"
    yield "record, far down", f"/record/?after={_head() // 2}"
    yield "record, entries", "/record/entries.json"
    yield "entry of a verdict", f"/record/{_head() - 5}/"


def _head() -> int:
    from articles.models import LedgerHead

    return LedgerHead.objects.get().seq


def _claims() -> Iterator[tuple[str, str]]:
    from articles.models import Claim, Claimant, Topic

    newest = Claim.objects.order_by("-pk")[:1].get().pk
    topic, claimant = Topic.objects.order_by("pk")[:1].get(), Claimant.objects.order_by("pk")[:1].get()
    month = Claim.objects.get(pk=newest // 2).asserted_earliest
    yield "claims", "/claims/"
    for sort in ("verdict", "oldest"):
        yield f"claims, {sort} first", f"/claims/?sort={sort}"
    yield "claims, second page", f"/claims/?after={newest - 30}"
    yield "claims, far down", f"/claims/?after={newest // 2}"
    yield "claims, far down, verdict first", f"/claims/?sort=verdict&after={newest // 4}"
    for query in (
        "status=checked", "status=open", "status=not_checkable", "rating=supported", "rating=contradicted",
        "kind=fact", "kind=opinion", "language=en", "outlet=The+Bench+Post",
        "status=checked&rating=supported&kind=fact", "rating=supported&sort=verdict",
    ):  # fmt: skip
        yield f"claims, {query.replace('&', ', ')}", f"/claims/?{query}"
    yield f"claims, said in a month{LONGER}", f"/claims/?said={month:%Y-%m}"
    yield f"claims, topic{LONGER}", f"/claims/?topic={topic.pk}"
    yield f"claims, topic and rating{LONGER}", f"/claims/?topic={topic.pk}&rating=supported"
    yield f"claims, topic, verdict first{LONGER}", f"/claims/?topic={topic.pk}&sort=verdict"
    yield f"claims, claimant{LONGER}", f"/claims/?claimant={claimant.pk}"
    yield f"claims, asserted by{LONGER}", f"/claims/?claimant={claimant.pk}&part=asserts"
    yield "claims, article", "/claims/?article=3"
    yield f"claimants{LONGER}", "/claimants/"
    yield f"claimants, people{LONGER}", "/claimants/?kind=person"
    yield (
        f"claimants, far down{LONGER}",
        f"/claimants/?after={Claimant.objects.order_by('name', 'pk')[1000].pk}",
    )
    yield f"claimant{LONGER}", claimant.get_absolute_url()
    yield f"claimant, far down{LONGER}", f"{claimant.get_absolute_url()}?after={newest // 2}"
    yield f"topics{LONGER}", "/topics/"
    yield f"topic{LONGER}", topic.get_absolute_url()
    yield f"topic, far down{LONGER}", f"{topic.get_absolute_url()}?after={newest // 2}"


def _of_claims() -> Iterator[tuple[str, str]]:
    checked, survivor = _checked(), _survivor()
    yield "claim with a verdict", checked.get_absolute_url()
    yield "claim on a day", f"{checked.get_absolute_url()}?as_of=2026-01-01"
    yield "claim on a day it holds for", f"{checked.get_absolute_url()}?held_on=2026-01-01"
    yield "claim without a verdict", _unchecked().get_absolute_url()
    yield "claim with a merged one", survivor.get_absolute_url()
    yield "verdict", f"/claims/{checked.pk}/v/1/"
    yield "article", _article().get_absolute_url()
    yield "article, a version of it", f"{_article().get_absolute_url()}?version=1"
    yield f"articles{LONGER}", "/articles/"
    for query in ("checked=yes", "checked=no", "year=2024", "publisher=The+Bench+Post", "language=en"):
        yield f"articles, {query}{LONGER}", f"/articles/?{query}"
    yield f"articles, far down{LONGER}", f"/articles/?after={_article().pk}"


@cache
def _checked() -> Any:
    from articles.models import Verdict

    return Verdict.objects.filter(claim__status="open").order_by("-pk")[:1].get().claim


@cache
def _unchecked() -> Any:
    from articles.models import Claim

    # One in two has a verdict.
    newest = Claim.objects.filter(status="open").order_by("-pk")[:50]
    return next(one for one in newest if not one.verdicts.exists())


def _survivor() -> Any:
    from articles.models import Claim

    return Claim.objects.filter(status="merged").order_by("-pk")[:1].get().merged_into


def _article() -> Any:
    from articles.models import Article

    # Of the middle: beyond it lie as many rows as a page shows in each record.
    rows = Article.objects.order_by("-pk")
    return rows[5]


def _source_with(evidence: int) -> Any:
    """Return a source with so many pieces of evidence, among the newest."""
    from django.db.models import Count

    from articles.models import Evidence, Source

    first = max(0, Source.objects.order_by("-pk")[:1].get().pk - 2_000)
    used = Evidence.objects.filter(source_version__source__gt=first).values("source_version__source")
    pk = used.annotate(n=Count("pk")).filter(n=evidence).order_by("source_version__source").first()
    return Source.objects.get(pk=pk["source_version__source"])


def _sources() -> Iterator[tuple[str, str]]:
    from articles.models import Source
    from articles.views.sources import USES

    ordered = Source.objects.order_by("title", "pk")
    middle = ordered[2_000].pk
    yield "sources", "/sources/"
    yield "sources, newest first", "/sources/?sort=newest"
    yield "sources, far down", f"/sources/?after={middle}"
    yield "sources, newest first, far down", f"/sources/?sort=newest&after={middle}"
    for use in USES:
        yield f"sources, used={use}", f"/sources/?used={use}"
    for query in (
        "kind=court_filing", "kind=film", "publisher=Bench+Wire", "court=Court+of+the+bench", "platform=Bench",
        "kind=news_report&used=refutes", "kind=dataset&used=verdict&sort=newest",
    ):  # fmt: skip
        yield f"sources, {query.replace('&', ', ')}", f"/sources/?{query}"
    few = _source_with(FEW)
    yield "sources, from an origin", f"/sources/?origin={few.pk}"
    yield "sources, parts of a whole", f"/sources/?whole={few.pk}"
    yield "source with little evidence", few.get_absolute_url()
    yield "source with much evidence", _source_with(MANY).get_absolute_url()


def _others() -> Iterator[tuple[str, str]]:
    yield f"sitemap{LONGER}", "/sitemap.xml"
    yield "sitemap, pages", "/sitemap-pages.xml"
    yield "sitemap, first claims", "/sitemap-claims-0.xml"
    yield "sitemap, topics", "/sitemap-topics-0.xml"
    yield f"fairness{LONGER}", "/fairness/"
    yield f"fairness.csv{LONGER}", "/fairness.csv"


def _words() -> Iterator[tuple[str, str]]:
    from tests.bench.words import SMALL as STOP_WORDS
    from tests.bench.words import Words

    words = Words().words
    common, rare = words[len(STOP_WORDS) : len(STOP_WORDS) + 40], words[20_000]
    two = f"{common[0]}+{common[1]}"
    yield f"search, two common words{LONGER}", f"/search/?q={two}"
    yield f"search, two common words, claims{LONGER}", f"/search/?q={two}&kind=claim"
    yield f"search, two common words, rated{LONGER}", f"/search/?q={two}&rating=supported"
    yield f"search, two common words, sources{LONGER}", f"/search/?q={two}&kind=source"
    yield f"search, a rare word{LONGER}", f"/search/?q={rare}"
    yield "search, nothing found", "/search/?q=zzyzzxqq"
    yield "search, nothing typed", "/search/"
    yield f"check a text{LONGER}", f"/check/?text={common[0]}+{common[1]}+{common[2]}+{rare}."
    yield f"API search, two common words{LONGER}", f"/api/v1/claims/?q={two}"
    yield f"API search, a rare word{LONGER}", f"/api/v1/claims/?q={rare}"


def _programs() -> Iterator[tuple[str, str]]:
    from articles.models import Claimant, Topic

    topic, claimant = Topic.objects.order_by("pk")[:1].get(), Claimant.objects.order_by("pk")[:1].get()
    for form in ("atom", "json"):
        yield f"feed of verdicts, {form}", f"/feeds/verdicts.{form}"
    yield "feed of corrections", "/feeds/corrections.atom"
    yield "feed of a claim", f"/claims/{_checked().pk}/feed.atom"
    yield f"feed of a claimant{LONGER}", f"/claimants/{claimant.pk}/feed.atom"
    yield f"feed of a topic{LONGER}", f"/topics/{topic.pk}/feed.atom"
    yield "feed of an article", f"/articles/{_article().pk}/feed.atom"
    yield "feed of claims", "/claims/feed.atom"
    yield "feed of rated claims", "/claims/feed.atom?rating=supported"


def _api() -> Iterator[tuple[str, str]]:
    from articles.models import Claim, Source, Topic

    topic, newest = Topic.objects.order_by("pk")[:1].get(), Claim.objects.order_by("-pk")[:1].get()
    source = Source.objects.order_by("-pk")[:1].get()
    yield "API", "/api/v1/"
    for noun in (
        "claims", "articles", "sources", "verdicts", "ratings", "corrections", "appearances", "relations", "claimants",
        "topics", "evidence", "research-steps", "contacts",
    ):  # fmt: skip
        yield f"API {noun}", f"/api/v1/{noun}/"
    for query in ("rating=supported", "status=open", "kind=fact", "article=3"):
        yield f"API claims, {query}", f"/api/v1/claims/?page_size=50&{query}"
    yield f"API claims, topic{LONGER}", f"/api/v1/claims/?page_size=50&topic={topic.pk}"
    yield "API claims, counted", "/api/v1/claims/?count=true"
    yield "API verdicts of a claim", f"/api/v1/verdicts/?claim={_checked().pk}"
    yield "API evidence of a claim", f"/api/v1/evidence/?claim={_checked().pk}"
    yield "API sources, kind=court_filing", "/api/v1/sources/?kind=court_filing"
    yield "API changes", f"/api/v1/changes/?after={newest.public_seq - 1}"
    for noun, pk in (
        ("claims", _checked().pk), ("articles", _article().pk), ("sources", source.pk), ("verdicts", 5),
        ("appearances", newest.pk), ("claimants", 1), ("topics", topic.pk), ("evidence", 5),
    ):  # fmt: skip
        yield f"API {noun}, one", f"/api/v1/{noun}/{pk}/"
    yield "API lookup", f"/api/v1/lookup/?url={source.url}"


# --- One process, one record ---


class Asked:
    """The record of this process: what a request of it costs."""

    def __init__(self) -> None:
        from articles.models.counted import count_anew
        from articles.views import counted_tallies

        self.client = asking.client(raise_request_exception=False)
        self.clock = asking.processor_time()
        # As a worker leaves it an hour after the last act.
        count_anew(COUNTING)
        counted_tallies.write_down()
        self.requests = requests()

    def first(self, name: str) -> dict[str, Any]:
        """Ask twice, and return the status, the statements of the second answer and how long it is."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self._answer(name)
        with CaptureQueriesContext(connection) as captured:
            answer, content = self._answer(name)
        # Now: the next request forgets them.
        return {"status": answer.status_code, "sql": len(captured), "bytes": len(content)}

    def again(self, name: str) -> dict[str, float]:
        """Ask once, and return milliseconds of the processors, and the cost: these over those of fixed work."""
        work = fixed_work(STEPS)
        began = self.clock()
        self._answer(name)
        took = self.clock() - began
        return {"ms": 1000 * took, "took": took, "work": min(work, fixed_work(STEPS))}

    def _answer(self, name: str) -> tuple[Any, bytes]:
        from django.core.cache import caches

        for store in caches.all():
            store.clear()
        answer = self.client.get(self.requests[name])
        return answer, answer.getvalue()


def serve() -> None:
    """Answer what is asked on the standard input, a line of JSON each: names, first or again with a name."""
    asked = Asked()
    for line in sys.stdin:
        what, name = json.loads(line)
        told = list(asked.requests) if what == "names" else getattr(asked, what)(name)
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


# --- Both records ---


class Record:
    """A record in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, what: str, name: str = "") -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([what, name]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"The process ended when it was asked for: {what} {name}")
        return json.loads(line)


@contextmanager
def record(address: str) -> Iterator[Record]:
    """Yield a record, asked in a process of its own until the block ends."""
    from tests.bench.serving import MADE, told
    from tests.engines import ROOT

    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.pages", "--inside"], cwd=ROOT, env=told(MADE, address), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Record(process)
    finally:
        if process.stdin:
            process.stdin.close()
        process.wait()


def measured(small: Any, large: Any, only: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return how each request of two records compares, the dearest first; of these names alone, if any are given.

    Asked in turn, so that whoever else is on the machine is beside both.
    """
    only = tuple(only)
    rows = []
    for name in small.ask("names"):
        if only and not name.startswith(only):
            continue
        first = [one.ask("first", name) for one in (small, large)]
        rounds: list[list[dict[str, float]]] = [[], []]
        for _ in range(1 + AGAIN):
            for _ in range(ROUNDS):
                for one, known in zip((small, large), rounds, strict=True):
                    known.append(one.ask("again", name))
            row = compared(name, first, rounds)
            if row["ratio"] <= BAR:
                break
        rows.append(row)
        print(line(row), file=sys.stderr, flush=True)
    return sorted(rows, key=lambda row: -row["ratio"])


def compared(name: str, first: list[dict[str, Any]], rounds: list[list[dict[str, float]]]) -> dict[str, Any]:
    """Return what a request costs in two records, and how many times as much in the second one.

    By the least of its rounds over the least of the work beside them: whoever else is on the machine only adds.
    """
    costs = [min(one["took"] for one in some) / min(one["work"] for one in some) for some in rounds]
    small, large = (statistics.median(one["ms"] for one in some) for some in rounds)
    return {
        "request": name, "small": small, "large": large, "ratio": costs[1] / costs[0],
        "sql": max(one["sql"] for one in first), "status": max(one["status"] for one in first),
        "bytes": [one["bytes"] for one in first],
    }  # fmt: skip


def missed(row: Mapping[str, Any]) -> bool:
    """Does a request cost too much in the longer record, or get no answer?"""
    return row["ratio"] > BAR or row["status"] != 200


def line(row: Mapping[str, Any]) -> str:
    """Return one line of the table."""
    return (
        f"{row['request'][:52]:52} {row['small']:8.1f} {row['large']:8.1f} {row['ratio']:6.2f} {row['sql']:4}"
        f" {row['bytes'][0]:8,} {row['bytes'][1]:8,}{'' if row['status'] == 200 else ' ' + str(row['status'])}"
        f"{'  SHORT' if missed(row) else ''}"
    )


def table(engine: str, rows: list[dict[str, Any]]) -> str:
    """Return what was found as text."""
    lines = [line(row) for row in rows]
    head = f"{'Pages and API, ' + engine:52} {'small':>8} {'large':>8} {'ratio':>6} {'SQL':>4} {'bytes':>17}"
    middle = statistics.median(row["ratio"] for row in rows)
    said = f"{len(rows)} requests; in the middle {middle:.2f} times the cost; {sum(map(missed, rows))} miss the bar."
    return "\n".join([head, *lines, said, ""])


def found(engine: str, only: Iterable[str] = (), databases: Iterable[str] = ()) -> str:
    """Return the table of an engine, of its own databases or of two by address."""
    from tests.bench.__main__ import PLACE, database_of

    PLACE.mkdir(parents=True, exist_ok=True)
    with ExitStack() as ending:
        addresses = list(databases) or [
            ending.enter_context(database_of(engine, size))[0] for size in (SMALL, LARGE)
        ]
        small, large = (ending.enter_context(record(one)) for one in addresses)
        return table(engine, measured(small, large, only))


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages", description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append")
    parser.add_argument(
        "--request", action="append", default=[], metavar="WORDS", help="only those whose names begin so"
    )
    parser.add_argument(
        "--databases",
        nargs=2,
        default=(),
        metavar="ADDRESS",
        help="of one engine, instead of the bench's own",
    )
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.inside:
        import django

        django.setup()
        serve()
        return
    for engine in asked.engine or ("sqlite", "postgresql"):
        print(found(engine, asked.request, asked.databases))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    main(sys.argv[1:])
