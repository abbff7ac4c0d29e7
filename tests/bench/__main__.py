"""The bench: what each request costs, beside the floor and a naive peer, on both engines.

    python -m tests.bench [tiny|small|full] [--against PAST.json] [--engine sqlite|postgresql]
                          [--rounds 5] [--seconds 3] [--request list] [--rows 1000000]

Everything runs on two cores: servers, databases and the load. Databases are made on first use and kept in build/bench,
or where BENCH_PLACE says; PostgreSQL is a throw-away server, or the one that BENCH_POSTGRES names, where the databases
stay. Results go to the folder `results` there, as JSON, a table and a plot.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.bench import desk, export, imports, measuring, pages, report
from tests.bench.asking import COMMON, LIST, PAGE, RARE
from tests.bench.generator import SIZES
from tests.bench.serving import FLOOR, KEPT, MADE, NAIVE, Peer, Served, serving, told
from tests.engines import NO_POSTGRES, ROOT, server, server_programs

PLACE = Path(os.environ.get("BENCH_PLACE") or ROOT / "build" / "bench")
CORES = 2
ENGINES = ("sqlite", "postgresql")
# As an operator with a few GiB to spare would set it; jit off is the project's own rule.
OF_POSTGRES = {
    "shared_buffers": "2GB",
    "random_page_cost": "1.1",
    "effective_cache_size": "6GB",
    "max_wal_size": "4GB",
}
# What a database of the bench follows from: another text of these makes another database.
MADE_BY = (
    "tests/bench/generator.py", "tests/bench/words.py", "tests/bench/loading.py", "articles/search/*.py",
    "articles/migrations/*.py", "articles/guards.py", "articles/canonical.py",
)  # fmt: skip

# (request, whom it is asked, with the tag known or not)
ASKED = (
    ("detail", FLOOR, False), ("detail", MADE, False), ("detail", KEPT, False), ("detail 304", KEPT, True),
    ("detail", NAIVE, False),
    ("page", FLOOR, False), ("page", MADE, False), ("page", KEPT, False), ("page 304", KEPT, True),
    ("page", NAIVE, False),
    (LIST, FLOOR, False), (LIST, MADE, False), (LIST, KEPT, False), (LIST, NAIVE, False),
    (PAGE, FLOOR, False), (PAGE, MADE, False), (PAGE, KEPT, False), (PAGE, NAIVE, False),
    (COMMON, FLOOR, False), (COMMON, MADE, False), (COMMON, KEPT, False), (COMMON, NAIVE, False),
    (RARE, FLOOR, False), (RARE, MADE, False), (RARE, KEPT, False), (RARE, NAIVE, False),
)  # fmt: skip
# How often everything is asked; and how many rows each peer is read in all where nobody says how often: a whole million
# takes minutes, and then once. And the rows of one run.
ROUNDS, MOST_READ, MOST_ROWS = 5, 1_000_000, 1_000_000
IMPORT = "import"
# A list of the naive peer takes up to seconds: with more at once, most of them would be answered after the run, in the
# time of others. It gets longer runs, so that some are answered.
PATIENT, LONGER = 2, 3


def fingerprint() -> int:
    files = sorted(path for pattern in MADE_BY for path in ROOT.glob(pattern))
    made = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return int(made[:7], 16)


# --- The databases ---


def sqlite(size: str) -> str:
    """Return the address of the SQLite database of a size, made where it is not there."""
    import sqlite3

    path = PLACE / f"{size}.sqlite3"
    address = f"sqlite:///{path}"
    if path.exists():
        file = sqlite3.connect(path)
        made_by = file.execute("PRAGMA user_version").fetchone()[0]
        file.close()
        if made_by == fingerprint():
            return address
        for one in PLACE.glob(f"{size}.sqlite3*"):
            one.unlink()
    _fill(address, size)
    file = sqlite3.connect(path)
    file.execute(f"PRAGMA user_version = {fingerprint()}")
    file.close()
    return address


def postgres(size: str, address: str) -> str:
    """Return the address of the PostgreSQL database of a size on this server, made where it is not there."""
    import psycopg

    name = f"factcheck_bench_{size}".replace("-", "_")
    own = urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if found == (str(fingerprint()),):
            return own
        if found:
            connection.execute(f"DROP DATABASE {name}")
        connection.execute(f"CREATE DATABASE {name}")
    _fill(own, size)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"COMMENT ON DATABASE {name} IS '{fingerprint()}'")
    return own


def _fill(address: str, size: str) -> None:
    shown = "PostgreSQL" if address.startswith("postgres") else "SQLite"
    print(f"Making the {size} database on {shown}: {SIZES[size].claims:,} claims ...", flush=True)
    began = time.monotonic()
    environ = told(Peer("", "", settings="tests.settings"), address)
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environ, check=True)
    subprocess.run([sys.executable, "-m", "tests.bench.generator", size], cwd=ROOT, env=environ, check=True)
    print(f"  made in {time.monotonic() - began:.0f} s", flush=True)


@contextmanager
def database_of(engine: str, size: str) -> Iterator[tuple[str, int | None, str]]:
    """Yield the address of an engine's database, the process it runs in if it has one, and its version."""
    if engine == "sqlite":
        import sqlite3 as library

        yield sqlite(size), None, f"SQLite {library.sqlite_version}"
        return
    with ExitStack() as ending:
        named = os.environ.get("BENCH_POSTGRES")
        if not named:
            programs = server_programs(os.environ)
            if programs is None:
                raise SystemExit(f"{NO_POSTGRES}\nOr leave it out: --engine sqlite")
            named = ending.enter_context(server(programs, **OF_POSTGRES))
        main, shown = _postmaster(named)
        ending.enter_context(_kept_to(main, os.sched_getaffinity(0)))
        yield postgres(size, named), main, shown


def _postmaster(address: str) -> tuple[int, str]:
    """Return the process that all others of a server on this machine descend from, and its version."""
    import psycopg

    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT pg_backend_pid(), current_setting('server_version')").fetchone()
        assert found is not None
        try:
            # While it is connected: the process we ask about ends with the connection.
            parent = Path(f"/proc/{found[0]}/stat").read_text().rpartition(") ")[2].split()[1]
        except OSError as trouble:
            sentence = "BENCH_POSTGRES must run on this machine: its processor time is part of the figures."
            raise SystemExit(sentence) from trouble
    return int(parent), f"PostgreSQL {found[1].split()[0]}"


@contextmanager
def _kept_to(pid: int, cores: Iterable[int]) -> Iterator[None]:
    """Keep a process, and all that it starts from now on, to these cores until the block ends."""
    before = os.sched_getaffinity(pid)
    try:
        os.sched_setaffinity(pid, cores)
    except PermissionError as trouble:
        sentence = (
            "BENCH_POSTGRES must share our two cores: run the bench as the user of that server, or as root."
        )
        raise SystemExit(sentence) from trouble
    try:
        yield
    finally:
        os.sched_setaffinity(pid, before)


# --- The rounds ---


def asking(what: str, peer: Peer, address: str, given: Any = None) -> Any:
    """Return what `tests.bench.asking` says in a process of its own, with the settings of a peer."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.asking", what], cwd=ROOT, env=told(peer, address), check=True,
        input=json.dumps(given).encode(), stdout=subprocess.PIPE,
    )  # fmt: skip
    return json.loads(done.stdout)


def paths_of(paths: list[str], served: Served, is_known: bool, place: Path) -> Path:
    """Write what the load asks of a server, and return the file."""
    lines = [f"{path}\t{served.get(path)[1]['etag'] if is_known else ''}\n" for path in paths]
    place.write_text("".join(lines))
    return place


@dataclass(frozen=True)
class Load:
    """One request as it is asked of one server; `main` is the process of its database, if that has one."""

    request: str
    served: Served
    paths: Path
    main: int | None

    @property
    def is_patient(self) -> bool:
        return self.served.peer is NAIVE and self.request in (LIST, PAGE, COMMON, RARE)

    def run(self, duration: float) -> measuring.Run:
        one = self.served
        connections = PATIENT if self.is_patient else measuring.CONNECTIONS
        duration *= LONGER if self.is_patient else 1
        run = measuring.run(one.port, self.paths, one.pid, self.main, duration, connections)
        if self.is_patient:
            measuring.settle(one.pid)
        return run


def measure(
    engine: str, size: str, wanted: int | None, duration: float, only: list[str], most: int
) -> dict[str, Any]:
    """Return the figures of one engine, of the requests whose names begin with one of `only`; of exports, which are
    read to `most` rows. `wanted` rounds, or as many as there is time for."""
    rounds = wanted or ROUNDS
    with ExitStack() as ending:
        address, main, shown = ending.enter_context(database_of(engine, size))
        print(f"{shown}, {SIZES[size].claims:,} claims", flush=True)
        paths = asking("paths", MADE, address)
        statements = {peer.name: asking("statements", peer, address, paths) for peer in (MADE, KEPT, NAIVE)}
        statements[FLOOR.name] = dict.fromkeys(paths, 1)
        search = asking("search", MADE, address) if _is_asked("search", only) else {}
        logs = PLACE / "logs"
        logs.mkdir(exist_ok=True)
        rankings = logs / f"{engine}-rankings.json"
        rankings.write_text(json.dumps(asking("rankings", MADE, address)))
        floor = replace(FLOOR, more={"FLOOR_RANKINGS": str(rankings)})
        served = {
            peer.name: ending.enter_context(
                serving(peer, address, logs / f"{peer.name.replace(', ', '-')}.log")
            )
            for peer in (floor, MADE, KEPT, NAIVE)
        }
        loads = []
        for request, peer, is_known in ASKED:
            if not _is_asked(request, only):
                continue
            one = served[peer.name]
            place = logs / f"{engine}-{request}-{peer.name}.paths".replace(" ", "-").replace(",", "")
            addresses = paths[request.removesuffix(" 304")]["naive" if peer is NAIVE else "ours"]
            loads.append(Load(request, one, paths_of(addresses, one, is_known, place), main))
        for load in loads:
            # Long enough for each process to have made, and kept, every answer.
            is_kept = load.served.peer is KEPT and "304" not in load.request
            load.run(duration + 6 if is_kept else max(1, duration / 2))
        runs: dict[tuple[str, str], list[measuring.Run]] = {}
        for number in range(rounds):
            print(f"  round {number + 1} of {rounds}", flush=True)
            for load in loads:
                runs.setdefault((load.request, load.served.peer.name), []).append(load.run(duration))
        exports = (
            export.measured(
                [served[peer.name] for peer in (FLOOR, MADE, NAIVE)], main, wanted or _few(most), most
            )
            if _is_asked("export", only)
            else []
        )
    return {
        "engine": shown,
        "exports": exports,
        "requests": [
            {"request": request, "peer": name, "sql": statements[name].get(request), **_middle(some)}
            for (request, name), some in runs.items()
        ],
        "search": search,
    }


def _few(most: int) -> int:
    """Return how often so many rows are read or imported where nobody says: a whole million once."""
    return min(ROUNDS, max(1, MOST_READ // max(most, 1)))


def _is_asked(request: str, only: list[str]) -> bool:
    return not only or request.startswith(tuple(only))


def _middle(runs: list[measuring.Run]) -> dict[str, float]:
    """Return the median of each figure of several runs; of errors their sum."""
    rows = [asdict(run) for run in runs]
    middle = {name: median(row[name] for row in rows) for name in rows[0]}
    return middle | {"errors": sum(run.errors for run in runs), "best": max(run.per_second for run in runs),
                     "worst": min(run.per_second for run in runs)}  # fmt: skip


def machine() -> dict[str, Any]:
    found = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "processor": found[0].partition(": ")[2] if found else platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "granian": version("granian"),
        "django": version("django"),
        "commit": commit.stdout.strip(),
    }


def imported(rows: int, wanted: int | None) -> str:
    """Return what the import of so many claims costs on PostgreSQL, as a table."""
    with ExitStack() as ending:
        address = os.environ.get("BENCH_POSTGRES")
        if not address:
            programs = server_programs(os.environ)
            if programs is None:
                raise SystemExit(NO_POSTGRES)
            address = ending.enter_context(server(programs, **OF_POSTGRES))
        main, shown = _postmaster(address)
        ending.enter_context(_kept_to(main, os.sched_getaffinity(0)))
        print(f"{shown}, {rows:,} claims to import", flush=True)
        return imports.shown(imports.measured(address, rows, wanted or _few(rows)))


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("size", nargs="?", default="small", choices=SIZES)
    parser.add_argument("--against", type=Path, help="a past result to compare with")
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument(
        "--request", action="append", default=[], metavar="WORDS",
        help="only the requests whose names begin so: detail, page, list, 10,000th, export, search, desk, import or "
        "readers",
    )  # fmt: skip
    parser.add_argument(
        "--rows", type=int, default=MOST_ROWS, help="how many rows of an export are read, or imported"
    )
    parser.add_argument(
        "--rounds", type=int, help=f"{ROUNDS}; of exports and imports of a million, which take minutes, 1"
    )
    parser.add_argument("--seconds", type=float, default=3)
    asked = parser.parse_args(arguments)
    past = report.read(asked.against) if asked.against else None
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    if asked.request == [IMPORT]:
        # The only one that asks nothing of a record that is there.
        print(imported(asked.rows, asked.rounds))
        return
    measuring.program()
    (PLACE / "results").mkdir(parents=True, exist_ok=True)
    most = min(asked.rows, SIZES[asked.size].claims)
    began = datetime.now(UTC).replace(microsecond=0)
    result = {
        "at": began.isoformat(), "size": asked.size, "claims": SIZES[asked.size].claims, "machine": machine(),
        "rounds": asked.rounds or ROUNDS, "seconds": asked.seconds,
        "engines": [
            measure(one, asked.size, asked.rounds, asked.seconds, asked.request, most)
            for one in asked.engine or ENGINES
        ],
    }  # fmt: skip
    written = PLACE / "results" / f"{began:%Y-%m-%dT%H%M%S}-{asked.size}"
    report.write(written, result, past)
    print(written.with_suffix(".md").read_text())
    print(f"Written: {written}.json, .md and .svg")
    if asked.size != "tiny" and _is_asked("desk", asked.request):
        for one in asked.engine or ENGINES:
            print(desk.measured(one))
    if "postgresql" in (asked.engine or ENGINES) and _is_asked(IMPORT, asked.request):
        print(imported(most, asked.rounds))
    if asked.size == pages.LARGE and _is_asked("readers", asked.request):
        for one in asked.engine or ENGINES:
            print(pages.found(one))


if __name__ == "__main__":
    main(sys.argv[1:])
