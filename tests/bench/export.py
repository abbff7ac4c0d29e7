"""What exports cost: whole lists of claims as NDJSON and CSV, over HTTP, read as fast as they come.

The floor writes the same bytes by hand (`tests.bench.floor_export`); the naive peer streams nested serializers over
`iterator()`. Whoever reads counts lines and throws them away. Each peer is read to so many rows and then left; the
naive one to far fewer, since each row costs it the same.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

from tests.bench import measuring
from tests.bench.serving import FLOOR, MADE, NAIVE, Peer, Served

FORMS = ("ndjson", "csv")
PIECE = 1 << 18
# The naive peer is asked for one row where the others are asked for so many.
FEWER = 200
# … and for so many at least, and at most: a thousand rows take it some ten seconds.
LEAST, ENOUGH = 200, 1_000
PATIENCE = 600
# What the issue asks for: the share of the floor's rows a second, and times the naive peer's.
SHARE, TIMES = 0.60, 30


def measured(
    served: Sequence[Served],
    database: int | None,
    rounds: int,
    most: int,
    tell: Callable[[str], None] = print,
) -> list[dict[str, Any]]:
    """Return the figures of each form and peer: medians of interleaved rounds, each of `most` rows."""
    runs: dict[tuple[str, str], list[dict[str, float]]] = {}
    for number in range(rounds + 1):
        # The first is for what a process does once.
        tell(f"  exports, round {number} of {rounds}" if number else "  exports, to begin with")
        for form in FORMS:
            for one in served:
                rows = rows_of(one.peer, most)
                run = _read(one, database, form, rows if number else min(rows, 5_000))
                if number:
                    runs.setdefault((form, one.peer.name), []).append(run)
    return [
        {"form": form, "peer": peer, **{name: median(run[name] for run in some) for name in some[0]}}
        for (form, peer), some in runs.items()
    ]


def rows_of(peer: Peer, most: int) -> int:
    """Return how many rows a peer is read where the others are read `most`."""
    return min(ENOUGH, max(LEAST, most // FEWER)) if peer is NAIVE else most


def _read(one: Served, database: int | None, form: str, most: int) -> dict[str, float]:
    """Read an export to so many rows, or its end, and say what that cost."""
    ours, theirs = measuring.seconds(measuring.tree(one.pid)), _seconds(database)
    connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=PATIENCE)
    began = time.monotonic()
    connection.request("GET", f"/api/v1/claims/export.{form}")
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{one.peer.name} answered {answer.status} to an export.")
    lines, read = 0, 0
    while lines < most and (piece := answer.read(PIECE)):
        lines += piece.count(b"\n")
        read += len(piece)
    taken = time.monotonic() - began
    memory = measuring.memory(measuring.tree(one.pid))
    # Read to the end it may be used again; otherwise the server hears that nobody is there.
    connection.close()
    measuring.settle(one.pid)
    rows = max(lines, 1)
    return {
        "rows": rows, "per_second": rows / taken, "bytes": read / rows, "memory": memory,
        "cpu_server": (measuring.seconds(measuring.tree(one.pid)) - ours) / rows * 1e6,
        "cpu_database": (_seconds(database) - theirs) / rows * 1e6,
    }  # fmt: skip


def _seconds(database: int | None) -> float:
    return measuring.seconds(measuring.tree(database)) if database else 0.0


def table(rows: Sequence[dict[str, Any]]) -> list[list[str]]:
    """Return the lines of a table of these figures, without its head."""
    speed = {(row["form"], row["peer"]): row["per_second"] for row in rows}
    lines = []
    for row in sorted(rows, key=lambda row: (row["form"], -row["per_second"])):
        share = row["per_second"] / speed[row["form"], FLOOR.name]
        naive = speed.get((row["form"], NAIVE.name))
        times = row["per_second"] / naive if naive else None
        bar = ""
        if row["peer"] == MADE.name:
            is_met = share >= SHARE and (times is None or times >= TIMES)
            bar = f"≥ {SHARE:.2f}, ≥ {TIMES} × {'met' if is_met else 'SHORT'}"
        line = [
            f"claims as {row['form']}", row["peer"], f"{row['per_second']:,.0f}", f"{share:.2f}",
            "–" if times is None else f"{times:,.0f}" if times >= 10 else f"{times:.1f}", bar,
            f"{row['cpu_server']:,.0f}", f"{row['cpu_database']:,.0f}", f"{row['bytes']:,.0f}",
            f"{row['memory']:.0f}", f"{row['rows']:,.0f}",
        ]  # fmt: skip
        lines.append(line)
    return lines


HEAD = (
    "export", "peer", "rows/s", "of the floor", "× naive", "bar", "CPU µs server", "CPU µs database", "bytes",
    "memory MiB", "rows read",
)  # fmt: skip
