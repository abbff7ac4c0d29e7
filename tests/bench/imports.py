"""What the import of claims costs on PostgreSQL, beside COPY of the very same rows.

    python -m tests.bench.imports postgresql://… [--rows 100000] [--rounds 3]     (a server; its databases are our own)

Each round and each peer begins with an empty record, by the migrations. *ours* is `manage.py import_claims` without
the start of Python: the file read twice, checked, compared with the record, and written in acts of the ledger, with
names, topics and documents. The *floor* is given all rows of all these tables ready-made, made by ours before, in one
COPY for each table and one transaction, into the same indexes; no trigger runs and no reference is looked up. *COPY,
triggers on* is given all but the documents, which the triggers make, as in ours. *COPY alone* writes the claims into a
table that has a primary key and nothing else. The *naive* peer saves what a ModelSerializer has judged, claim by claim,
without a ledger; it is left after a few hundred.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.bench.serving import Peer, told
from tests.bench.words import SEED, Words
from tests.engines import ROOT

OURS, FLOOR, WITH_TRIGGERS, ALONE, NAIVE = "ours", "floor", "COPY, triggers on", "COPY alone", "naive"
PEERS = (OURS, FLOOR, WITH_TRIGGERS, ALONE, NAIVE)
# What the issue asks for: the share of the floor's rows a second.
SHARE = 0.50
# So many claims of the naive peer.
FEW = 500
TOPICS = 40
KINDS = ("fact", "fact", "fact", "quantity", "quotation", "legal", "prediction")
PIECE = 1 << 20
EMPTY, OWN = "factcheck_bench_import_empty", "factcheck_bench_import"
DOCUMENTS = "articles_searchdocument"
# In the order in which references lead; without the columns that the database makes.
TABLES = (
    "articles_topic", "articles_claim", "articles_claim_topics", "articles_manifestitem", "articles_change",
    "articles_changerow", DOCUMENTS,
)  # fmt: skip


def claims(rows: int) -> Iterator[dict[str, Any]]:
    """Yield claims as a file of them says them: the same every time."""
    words, draw = Words(), random.Random(f"{SEED} import")
    topics = [words.words[200 + number].capitalize() for number in range(TOPICS)]
    for number in range(rows):
        day = f"20{draw.randint(10, 25)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        # Of a million sentences as they are drawn some are alike.
        yield {
            "ref": f"B-{number}", "statement": f"{words.sentence(draw)[:-1]} {number}.", "kind": draw.choice(KINDS),
            "topics": [draw.choice(topics)], "asserted": day,
        }  # fmt: skip


class Server:
    """A server of PostgreSQL on which databases are made and dropped."""

    def __init__(self, address: str) -> None:
        self.address = address

    def of(self, name: str) -> str:
        return urlunsplit(urlsplit(self.address)._replace(path=f"/{name}"))

    def execute(self, *statements: str) -> None:
        with psycopg.connect(self.of("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def empty(self) -> None:
        """Make the database that others are copied from."""
        self.execute(
            f"DROP DATABASE IF EXISTS {EMPTY} WITH (FORCE)", f"CREATE DATABASE {EMPTY} TEMPLATE template0"
        )
        environ = told(Peer("", "", settings="tests.settings"), self.of(EMPTY))
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environ, check=True)

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Yield the address of an empty record."""
        gone = f"DROP DATABASE IF EXISTS {OWN} WITH (FORCE)"
        self.execute(gone, f"CREATE DATABASE {OWN} TEMPLATE {EMPTY}", "CHECKPOINT")
        try:
            yield self.of(OWN)
        finally:
            self.execute(gone)


def measured(
    address: str, rows: int, rounds: int, tell: Callable[[str], None] = print, peers: Sequence[str] = PEERS
) -> list[dict[str, Any]]:
    """Return the figures of each peer: rows a second as the median of interleaved rounds, and our memory in MiB."""
    runs: dict[str, list[dict[str, float]]] = {peer: [] for peer in PEERS if peer in peers}
    server = Server(address)
    server.empty()
    with TemporaryDirectory(prefix="factcheck-bench-") as place:
        folder = Path(place)
        file = folder / "claims.ndjson"
        with file.open("w") as out:
            out.writelines(json.dumps(one) + "\n" for one in claims(rows))
        for number in range(1, rounds + 1):
            for peer in runs:
                with server.fresh() as own:
                    run = _run(peer, own, file, rows)
                    if peer == OURS:
                        _keep(own, folder)
                runs[peer].append(run)
                tell(
                    f"  imports, round {number} of {rounds}: {peer} {run['rows'] / run['seconds']:,.0f} rows/s"
                )
    shares = [_speed(ours) / _speed(floor) for ours, floor in zip(runs[OURS], runs[FLOOR], strict=True)]
    return [
        {
            "peer": peer,
            "per_second": median(map(_speed, some)),
            "rows": some[0]["rows"],
            "memory": max(run.get("memory", 0) for run in some),
            **({"share": median(shares)} if peer == OURS else {}),
        }
        for peer, some in runs.items()
    ]


def _speed(run: dict[str, float]) -> float:
    return run["rows"] / run["seconds"]


def _run(peer: str, own: str, file: Path, rows: int) -> dict[str, float]:
    if peer in (OURS, NAIVE):
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.imports", own, "--work", peer, "--file", str(file)], cwd=ROOT,
            env=told(Peer("", "", settings="tests.settings"), own), check=True, stdout=subprocess.PIPE,
        )  # fmt: skip
        return json.loads(done.stdout.splitlines()[-1])
    with psycopg.connect(own) as connection:
        if peer == ALONE:
            connection.execute(
                "CREATE TABLE bare (LIKE articles_claim INCLUDING DEFAULTS); ALTER TABLE bare ADD PRIMARY KEY (id)"
            )
            connection.commit()
        elif peer == FLOOR:
            connection.execute("SET session_replication_role = replica")
            connection.commit()
        began = time.monotonic()
        for table in TABLES:
            if (peer == ALONE and table != "articles_claim") or (
                peer == WITH_TRIGGERS and table == DOCUMENTS
            ):
                continue
            target = "bare" if peer == ALONE else table
            columns = _columns(connection, table)
            with (
                (file.parent / table).open("rb") as given,
                connection.cursor().copy(f"COPY {target} ({columns}) FROM STDIN") as copy,
            ):
                while piece := given.read(PIECE):
                    copy.write(piece)
        connection.commit()
        return {"rows": rows, "seconds": time.monotonic() - began}


def _keep(own: str, folder: Path) -> None:
    """Keep all rows that ours has written, as COPY wants them. The genesis is there already."""
    with psycopg.connect(own) as connection:
        for table in TABLES:
            where = "WHERE seq > 0" if table == "articles_change" else ""
            rows = f"SELECT {_columns(connection, table)} FROM {table} {where} ORDER BY 1"
            with (
                (folder / table).open("wb") as out,
                connection.cursor().copy(f"COPY ({rows}) TO STDOUT") as copy,
            ):
                for piece in copy:
                    out.write(piece)


def _columns(connection: psycopg.Connection, table: str) -> str:
    found = connection.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = %s::regclass "
        "AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    ).fetchone()
    assert found is not None
    return str(found[0])


def work(peer: str, file: Path) -> dict[str, float]:
    """Do one peer's import, in a process of its own."""
    import django

    django.setup()
    done = _ours(file) if peer == OURS else _naive(file)
    return {**done, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _ours(file: Path) -> dict[str, float]:
    from articles.importing.claims_file import ClaimsFile

    with file.open("rb") as given:
        began = time.monotonic()
        claims_file = ClaimsFile(given, file.name)
        claims_file.check()
        claims_file.compare()
        done = claims_file.write(None)
        return {"rows": done.new, "seconds": time.monotonic() - began}


def _naive(file: Path) -> dict[str, float]:
    from rest_framework import serializers

    from articles.models import Claim, Topic

    class ClaimSerializer(serializers.ModelSerializer):
        class Meta:
            model = Claim
            fields = ("statement", "kind", "topics", "asserted_earliest", "asserted_latest")

    with file.open() as given:
        some = [json.loads(line) for line, _ in zip(given, range(FEW), strict=False)]
    topics: dict[str, int] = {}
    began = time.monotonic()
    for one in some:
        for name in one["topics"]:
            if name not in topics:
                topics[name] = Topic.objects.create(name=name).pk
        said = {
            "statement": one["statement"], "kind": one["kind"], "topics": [topics[name] for name in one["topics"]],
            "asserted_earliest": one["asserted"], "asserted_latest": one["asserted"],
        }  # fmt: skip
        serializer = ClaimSerializer(data=said)
        serializer.is_valid(raise_exception=True)
        serializer.save()
    return {"rows": len(some), "seconds": time.monotonic() - began}


HEAD = ("import", "rows/s", "of the floor", "bar", "memory MiB", "rows")


def table(rows: list[dict[str, Any]]) -> list[list[str]]:
    """Return the lines of a table of these figures, without its head."""
    floor = next(row["per_second"] for row in rows if row["peer"] == FLOOR)
    lines = []
    for row in sorted(rows, key=lambda row: -row["per_second"]):
        share = row.get("share", row["per_second"] / floor)
        bar = f"≥ {SHARE:.2f} {'met' if share >= SHARE else 'SHORT'}" if row["peer"] == OURS else ""
        memory = f"{row['memory']:.0f}" if row["memory"] else ""
        lines.append(
            [row["peer"], f"{row['per_second']:,.0f}", f"{share:.2f}", bar, memory, f"{row['rows']:,.0f}"]
        )
    return lines


def shown(rows: list[dict[str, Any]]) -> str:
    """Return the table as Markdown."""
    head = [list(HEAD), ["-" * len(name) for name in HEAD]]
    return "\n".join(f"| {' | '.join(line)} |" for line in [*head, *table(rows)])


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.imports", description=__doc__)
    parser.add_argument("address", help="a PostgreSQL server on which we may make databases")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--without", action="append", default=[], choices=PEERS[2:], help="a peer to leave out"
    )
    parser.add_argument("--work", choices=(OURS, NAIVE), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.work:
        print(json.dumps(work(asked.work, asked.file)))
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    peers = [peer for peer in PEERS if peer not in asked.without]
    done = measured(asked.address, asked.rows, asked.rounds, lambda line: print(line, flush=True), peers)
    print(shown(done))


if __name__ == "__main__":
    main(sys.argv[1:])
