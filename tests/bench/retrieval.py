"""How well search finds the claims on record that say what a text says: MAP@5 and MRR on labelled sets.

    python -m tests.bench.retrieval [FOLDER]

FOLDER holds sets, each a folder with docs.jsonl (id, title, vclaim), queries.tsv (id, text) and qrels.tsv (query id,
0, doc id, 1); without it, RETRIEVAL_DATA names it. Each set is loaded as claims into a scratch database of each
engine and asked through the public interface, any of the words. Beside it stands BM25 written down plainly, over all
documents, with the stems of the same kind. Nothing of the sets is kept.
"""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

from tests import engines

ROOT = Path(__file__).resolve().parent.parent.parent
Qrels = dict[str, set[str]]
Ranked = dict[str, list[str]]


def read(folder: Path) -> tuple[dict[str, tuple[str, str]], dict[str, str], Qrels]:
    """Return documents (id → title, claim), queries (id → text) and what is right (query id → document ids)."""
    with (folder / "docs.jsonl").open(encoding="utf-8") as lines:
        docs = {one["id"]: (one["title"], one["vclaim"]) for one in map(json.loads, lines)}
    queries = dict(
        line.split("\t", 1)
        for line in (folder / "queries.tsv").read_text("utf-8").splitlines()
        if "\t" in line
    )
    right: Qrels = defaultdict(set)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, _, doc, relevant = line.split()
        if relevant != "0":
            right[query].add(doc)
    return docs, queries, dict(right)


def scores(right: Qrels, ranked: Ranked) -> tuple[float, float]:
    """Return MAP@5 and MRR, as the organisers of the sets count them: a query without an answer scores 0."""
    average = reciprocal = 0.0
    for query, docs in right.items():
        met = 0
        for place, doc in enumerate(ranked.get(query, ()), 1):
            if doc in docs:
                met += 1
                if place <= 5:
                    average += met / place / len(docs)
                if met == 1:
                    reciprocal += 1 / place
    return average / len(right), reciprocal / len(right)


class Plain:
    """BM25 over all documents, nothing left out but nothing clever either: the level to reach."""

    def __init__(
        self, docs: dict[str, tuple[str, str]], stems: Callable[[Iterable[str]], dict[str, str]]
    ) -> None:
        split = {pk: tokens(" ".join(both)) for pk, both in docs.items()}
        self.stem = stems({token for some in split.values() for token in some})
        self.stems = stems
        self.average = sum(map(len, split.values())) / len(split)
        self.postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for pk, some in split.items():
            norm = 1.2 * (0.25 + 0.75 * len(some) / self.average)
            for word, count in Counter(self.stem[token] for token in some).items():
                self.postings[word].append((pk, count * 2.2 / (count + norm)))
        self.total = len(split)
        # Of equals, what was on record first.
        self.place = {pk: place for place, pk in enumerate(docs)}

    def rank(self, text: str, limit: int) -> list[str]:
        found: dict[str, float] = defaultdict(float)
        some = set(tokens(text))
        stem = self.stems(some)
        for word in {stem[token] for token in some}:
            met = self.postings.get(word, ())
            weight = math.log((self.total - len(met) + 0.5) / (len(met) + 0.5)) if met else 0.0
            for pk, value in met:
                found[pk] += max(weight, 1e-6) * value
        return sorted(found, key=lambda pk: (-found[pk], self.place[pk]))[:limit]


def tokens(text: str) -> list[str]:
    folded = "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    return re.findall(r"[^\W_]+", folded.lower())


# --- What runs inside a process that has the scratch database ---


def load(docs: dict[str, tuple[str, str]]) -> dict[int, str]:
    """Write the documents as open claims, past the ledger: this database proves nothing. Return claim id → doc id."""
    from django.db import connection
    from django.utils import timezone

    from articles.models import Claim
    from articles.search import index

    now = timezone.now()
    numbers = dict(enumerate(docs, 1))
    index.engine().remove_triggers()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        Claim.objects.bulk_create(
            [Claim(pk=pk, statement="\n".join(docs[doc]), created_at=now) for pk, doc in numbers.items()],
            2000,
        )
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")
    index.rebuild()
    return numbers


def ask(folder: Path) -> dict[str, object]:
    """Load a set into this process's database, ask all its queries, and return the figures."""
    import django

    django.setup()
    from django.core.management import call_command

    from articles.search import search

    docs, queries, right = read(folder)
    call_command("migrate", verbosity=0)
    numbers = load(docs)
    ranked: Ranked = {}
    times = []
    for query, text in queries.items():
        start = time.perf_counter()
        found = search(text, kinds=["claim"], match="any", limit=20)
        times.append(time.perf_counter() - start)
        ranked[query] = [numbers[hit.id] for hit in found.hits]
    average, reciprocal = scores(right, ranked)
    times.sort()
    return {
        "map5": average,
        "mrr": reciprocal,
        "median_ms": 1000 * times[len(times) // 2],
        "most_ms": 1000 * times[-1],
    }


def porter(words: Iterable[str]) -> dict[str, str]:
    """Return the stems of words, by the one stemmer Python brings along: SQLite's."""
    import sqlite3

    given = sorted(set(words))
    beside = sqlite3.connect(":memory:")
    beside.execute("CREATE VIRTUAL TABLE said USING fts5(word, tokenize='porter unicode61')")
    beside.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(said, instance)")
    beside.executemany("INSERT INTO said(rowid, word) VALUES (?, ?)", enumerate(given))
    found = dict(beside.execute("SELECT doc, term FROM stems ORDER BY offset DESC"))
    beside.close()
    return {word: found.get(place, word) for place, word in enumerate(given)}


# --- The whole bench ---


def measured(folder: Path, database: str) -> dict[str, float]:
    """Ask a set of one engine in a process of its own."""
    environment = engines.child_environment(os.environ, DATABASE_URL=database, DEBUG="")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.retrieval", "--ask", str(folder)],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main(words: list[str]) -> None:
    if words[:1] == ["--ask"]:
        print(json.dumps(ask(Path(words[1]))))
        return
    named = words[0] if words else os.environ.get("RETRIEVAL_DATA", "")
    folders = sorted(place.parent for place in Path(named).glob("*/qrels.tsv")) if named else []
    if not folders:
        print(
            "No labelled sets: name a folder with sets of docs.jsonl, queries.tsv and qrels.tsv, or set RETRIEVAL_DATA."
        )
        return
    print(f"{'set':24} {'engine':12} {'MAP@5':>7} {'MRR':>7} {'median ms':>10} {'worst ms':>9}")
    programs = engines.server_programs(os.environ)
    for folder in folders:
        docs, queries, right = read(folder)
        plain = Plain(docs, porter)
        start = time.perf_counter()
        average, reciprocal = scores(right, {query: plain.rank(text, 20) for query, text in queries.items()})
        spent = 1000 * (time.perf_counter() - start) / len(queries)
        print(f"{folder.name:24} {'plain BM25':12} {average:7.3f} {reciprocal:7.3f} {spent:10.1f}")
        with tempfile.TemporaryDirectory() as place:
            _print(folder, "SQLite", measured(folder, f"sqlite:///{place}/bench.sqlite3"))
        if programs is None:
            print(engines.NO_POSTGRES)
            continue
        with engines.server(programs) as address:
            _print(folder, "PostgreSQL", measured(folder, address))


def _print(folder: Path, engine: str, one: dict[str, float]) -> None:
    quality = f"{one['map5']:7.3f} {one['mrr']:7.3f}"
    print(f"{folder.name:24} {engine:12} {quality} {one['median_ms']:10.1f} {one['most_ms']:9.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])
