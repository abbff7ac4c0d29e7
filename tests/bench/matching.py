"""“Has this been checked already?”: how well and how fast, on labelled sets and at a million claims, on both engines.

    python -m tests.bench.matching [FOLDER] [--size full] [--engine sqlite|postgresql] [--meaning MODEL]

FOLDER holds sets as `tests.bench.retrieval` reads them, by themselves or under `retrieval`. Each is loaded as claims
with a verdict each and asked through the public door. *Before* is the order of the search index for the text as it is,
*after* that of `articles.matching`. The answer is right where the first claim that says the same is the labelled one,
or a copy of it: one with the same title or the same claim. Taken out are the labelled claims with their copies.
With `--meaning`, *after* is with the model in that folder (see docs/matching.md); PostgreSQL then needs pgvector.
With `--size full`, posts of 40 words are matched in the bench's record of 1,000,000 claims.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests import engines
from tests.bench.retrieval import Plain, load, porter, read, scores
from tests.engines import ROOT

BESIDE = ROOT.parent / "shared" / "data"
ENGINES = ("sqlite", "postgresql")
# How many posts a large record is asked, how long they are, and the bar in milliseconds.
POSTS, WORDS, BAR = 200, 40, 50


def wilson(met: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, met / of
    middle, spread = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + z * z / of)), min(1.0, (middle + spread) / (1 + z * z / of))


def middle_and_late(seconds: Sequence[float]) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds."""
    return 1000 * statistics.median(seconds), 1000 * sorted(seconds)[int(0.95 * len(seconds))]


# --- What runs inside a process that has the database ---


def rate(numbers: dict[int, str]) -> None:
    """Give every claim a verdict, past the ledger: this database proves nothing."""
    from django.db import connection
    from django.utils import timezone

    from articles.models import Newsroom, RatingScale, User, Verdict

    Newsroom.open("Bench", licence="CC BY 4.0")
    author = User.objects.create_user("bench-reporter", display_name="Bench Reporter")
    approver = User.objects.create_user("bench-editor", role="editor", display_name="Bench Editor")
    rating = RatingScale.current().ratings.first()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        Verdict.objects.bulk_create(
            [
                Verdict(
                    claim_id=pk, number=1, rating=rating, claim_wording="As it was.", summary="Checked.",
                    snapshot="{}", author=author, approver=approver, published_at=timezone.now(),
                )
                for pk in numbers
            ],
            2000,
        )  # fmt: skip
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")


def switch_on(model: Path) -> None:
    """Let a model read all claims of this process's database, and be asked from then on."""
    from django.conf import settings

    from articles.meaning.filling import fill
    from articles.meaning.model import load as opened

    settings.MEANING_MODEL = str(model)
    fill(opened(model, threads=0))


def ask(folder: Path, meaning: Path | None = None) -> dict[str, Any]:
    """Load a set into this process's database, ask all its queries, and return the figures."""
    from django.core.management import call_command

    from articles.matching.cleaning import cleaned
    from articles.matching.finding import _candidates, _near, match
    from articles.matching.fusion import fused
    from articles.search import search
    from tests.bench.matching_fit import copied

    docs, queries, right = read(folder)
    call_command("migrate", verbosity=0)
    numbers = load(docs)
    rate(numbers)
    if meaning:
        switch_on(meaning)
    ids = {doc: pk for pk, doc in numbers.items()}
    copies = copied(docs)
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    times: dict[str, list[float]] = {"before": [], "after": []}
    recalled, yes, met, exact, taken = 0.0, 0, 0, 0, 0
    for query, text in queries.items():
        began = time.perf_counter()
        before[query] = [numbers[hit.id] for hit in search(text, kinds=["claim"], match="any", limit=20).hits]
        times["before"].append(time.perf_counter() - began)
        began = time.perf_counter()
        answer = match([text], limit=20)[0]
        times["after"].append(time.perf_counter() - began)
        after[query] = [numbers[one.claim] for one in answer.matches]
        wanted = right.get(query, set())
        if wanted:
            post = cleaned(text)
            ranking = fused(_candidates(post, None, "default", 0), list(_near([post], None, "default", 0)[0]))
            found = {numbers[pk] for pk in ranking[:100]}
            recalled += len(wanted & found) / len(wanted)
        alike = set().union(*(copies[one] for one in wanted))
        if answer.already_checked:
            said = numbers[next(one.claim for one in answer.matches if one.relation == "same")]
            yes, met, exact = yes + 1, met + (said in alike), exact + (said in wanted)
        taken += match([text], without=[ids[one] for one in alike])[0].already_checked
    asked = len(queries)
    return {
        "recall": recalled / len(right), "before": scores(right, before), "after": scores(right, after),
        "ms": {name: middle_and_late(some) for name, some in times.items()},
        "precision": (met, yes), "labelled": (exact, yes), "yes": (met, asked), "taken out": (taken, asked),
    }  # fmt: skip


def posts() -> list[str]:
    """Return posts of WORDS words, each with a claim of the bench's record in it."""
    from tests.bench.generator import SEED, Words

    words, made = Words(), []
    for number in range(POSTS):
        claim = words.sentence(random.Random(f"{SEED} article {number * 7 + 1}"))
        draw = random.Random(f"{SEED} post {number}")
        room = WORDS - len(claim.split())
        made.append(f"{words.sentence(draw, room, room)} {claim}")
    return made


def ask_large() -> dict[str, Any]:
    """Match posts in the record of this process's database; each is asked once, after a few others."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from articles.matching.cleaning import cleaned
    from articles.matching.finding import _candidates, match
    from tests.bench.desk import processor_time

    some = posts()
    for text in some[: POSTS // 10]:
        match([text])
    took, index, worked, first, clock = [], [], [], 0, processor_time()
    for text in some[POSTS // 10 :]:
        began, work = time.perf_counter(), clock()
        answer = match([text])[0]
        took.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (clock() - work))
        first += bool(answer.matches) and any(
            one.code == "shared_phrase" for one in answer.matches[0].reasons
        )
        work = clock()
        _candidates(cleaned(text), None, "default", 0)
        index.append(1000 * (clock() - work))
    with CaptureQueriesContext(connection) as captured:
        match([some[-1]])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT SUM(pg_relation_size(oid)) FROM pg_class "
                "WHERE relname IN ('search_index', 'search_claims', 'search_others')"
            )
        else:
            cursor.execute("SELECT SUM(LENGTH(block)) FROM search_index_data")
        size = cursor.fetchone()[0]
        cursor.execute("SELECT COUNT(*) FROM articles_claim")
        claims = cursor.fetchone()[0]
    return {
        "claims": claims, "ms": statistics.median(took), "p95": sorted(took)[int(0.95 * len(took))],
        "work": statistics.median(worked), "index": statistics.median(index),
        "found": first / len(took), "sql": len(captured), "size": size / 2**20,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10,
    }  # fmt: skip


# --- The whole bench ---


def inside(what: Sequence[str], address: str) -> Any:
    """Return what a process of its own says of this database."""
    environment = engines.child_environment(os.environ, DATABASE_URL=address, DEBUG="")
    environment |= {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.matching", *what], cwd=ROOT, env=environment, capture_output=True, text=True
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def _share(counted: Sequence[int]) -> str:
    low, high = wilson(*counted)
    return f"{counted[0] / max(1, counted[1]):.3f} ({low:.3f} to {high:.3f}; {counted[0]} of {counted[1]})"


def tell(engine: str, one: dict[str, Any]) -> None:
    """Print the figures of a set."""
    print(f"  {engine}: candidate recall@100 {one['recall']:.3f}")
    for name in ("before", "after"):
        average, reciprocal = one[name]
        middle, late = one["ms"][name]
        print(
            f"    {name:7} MAP@5 {average:.4f}  MRR {reciprocal:.4f}  median {middle:6.1f} ms  p95 {late:6.1f} ms"
        )
    print(f"    “already checked”: precision {_share(one['precision'])}, recall {_share(one['yes'])}")
    print(f"      by the label alone, copies counted as wrong: precision {_share(one['labelled'])}")
    print(f"      yes though the claim was taken out: {_share(one['taken out'])}", flush=True)


def sets_in(folder: Path) -> list[Path]:
    return sorted(
        place.parent for pattern in ("*/qrels.tsv", "retrieval/*/qrels.tsv") for place in folder.glob(pattern)
    )


def labelled(folder: Path | None, chosen: Sequence[str], meaning: Path | None = None) -> None:
    more = ["--meaning", str(meaning.resolve())] if meaning else []
    folders = sets_in(folder) if folder else []
    if not folders:
        print("There are no labelled sets here: nothing says how good the answers are. Name their folder.")
        return
    programs = engines.server_programs(os.environ)
    for one in folders:
        docs, queries, right = read(one)
        print(f"{one.name}: {len(queries)} texts, {len(docs):,} claims")
        plain = Plain(docs, porter)
        average, reciprocal = scores(right, {query: plain.rank(text, 20) for query, text in queries.items()})
        print(f"  plain BM25 over all documents: MAP@5 {average:.4f}  MRR {reciprocal:.4f}", flush=True)
        if "sqlite" in chosen:
            with tempfile.TemporaryDirectory() as place:
                tell("SQLite", inside(["--ask", str(one), *more], f"sqlite:///{place}/bench.sqlite3"))
        if "postgresql" in chosen and programs is None:
            print(engines.NO_POSTGRES)
        elif "postgresql" in chosen and programs is not None:
            with engines.server(programs) as address:
                tell("PostgreSQL", inside(["--ask", str(one), *more], address))


def large(size: str, chosen: Sequence[str]) -> None:
    from tests.bench.__main__ import PLACE, database_of

    PLACE.mkdir(parents=True, exist_ok=True)
    for engine in chosen:
        with database_of(engine, size) as (address, _main, shown):
            one = inside(["--ask-large"], address)
        bar = f"bar {BAR} ms {'met' if one['ms'] < BAR else 'SHORT'}" if size == "full" else ""
        print(
            f"{shown}, {one['claims']:,} claims, posts of {WORDS} words:\n  median {one['ms']:.1f} ms, "
            f"p95 {one['p95']:.1f} ms; {bar}\n"
            f"  processor time {one['work']:.1f} ms, of it the index {one['index']:.1f} ms; {one['sql']} statements; "
            f"its claim first in {one['found']:.0%}\n"
            f"  memory of the process {one['memory']:.0f} MiB, index {one['size']:.0f} MiB",
            flush=True,
        )


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.matching", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help=f"default: {BESIDE.name} beside the project")
    parser.add_argument(
        "--size", choices=("tiny", "small", "full"), help="match in the bench's own record instead"
    )
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--meaning", type=Path, help="the folder of a model; of labelled sets only")
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--ask-large", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.ask or asked.ask_large:
        import django

        django.setup()
        print(json.dumps(ask(asked.ask, asked.meaning) if asked.ask else ask_large()))
        return
    chosen = asked.engine or ENGINES
    if asked.size:
        large(asked.size, chosen)
    else:
        labelled(asked.data or (BESIDE if BESIDE.is_dir() else None), chosen, asked.meaning)


if __name__ == "__main__":
    main(sys.argv[1:])
