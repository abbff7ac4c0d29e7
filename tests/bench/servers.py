"""Which web server answers best: the same product behind gunicorn and granian, asked in turn, on two cores.

    python -m tests.bench.servers DATABASE_URL [--rounds 5] [--seconds 3]

Besides speed and memory it asks what a bench at full load does not show: how long a reader waits while others send
their requests a byte at a time, or do not take what they asked for, and what becomes of requests that are under way
when the server is told to stop. The record is only read.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import measuring
from tests.bench.__main__ import CORES, asking, paths_of
from tests.bench.asking import LIST
from tests.bench.serving import KEPT, MADE, Peer, Served, serving
from tests.bench.writers import NO_LIMITS, READERS, Waited, at_once, read
from tests.engines import ROOT

PLACE = ROOT / "build" / "bench"
SERVERS = {
    "gunicorn, 4 threads": ("gunicorn", 4),
    "gunicorn, sync": ("gunicorn", 1),
    "granian, 1 thread": ("granian", 1),
    "granian, 4 threads": ("granian", 4),
}
# (as it is called, as the bench calls it, made anew, with the tag known)
ASKED = (
    ("page, kept", "page", False, False), ("page, 304", "page", False, True), ("page, made", "page", True, False),
    ("detail, kept", "detail", False, False), ("detail, made", "detail", True, False),
    ("list of 50", LIST, False, False),
)  # fmt: skip
HEADINGS = """| request | server | req/s | p50 ms | p99 ms | CPU ms | foreign | errors |
|---|---|---|---|---|---|---|---|"""
# Seconds.
WARM = 6
# Connections that hold a server up, and for how long.
SLOW, HELD = 24, 6
# Readers a second, which is nothing to any of them; and for how many seconds one of them waits.
PACE, PATIENCE = 10, 10
# Many megabytes, of which a reader who takes nothing takes nothing.
LONG = "/api/v1/claims/export.ndjson"


def _slow(served: Served, request: bytes, drip: bool) -> list[socket.socket]:
    """Open connections that send their request a byte at a time, or ask for much and do not read it."""
    held = []
    for _ in range(SLOW):
        one = socket.create_connection(("127.0.0.1", served.port), timeout=10)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.sendall(request[:20] if drip else request)
        held.append(one)
    return held


def beside_slow(served: Served, paths: list[str], drip: bool) -> Waited:
    """Return how long readers wait, at a pace that is nothing to a server, beside those who hold it up."""
    request = f"GET {LONG} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nX-Long: {'x' * 200}\r\n\r\n".encode()
    held, over = _slow(served, request, drip), threading.Event()

    def dripping() -> None:
        at = 20
        while drip and not over.wait(0.2):
            for one in held:
                try:
                    one.send(request[at : at + 1] or b"")
                except OSError:
                    continue
            at = min(at + 1, len(request) - 3)

    hand = threading.Thread(target=dripping)
    hand.start()
    time.sleep(1)
    try:
        return read(served.port, paths, HELD, rate=PACE, patience=PATIENCE)
    finally:
        over.set()
        hand.join()
        for one in held:
            one.close()


def stopped(peer: Peer, address: str, paths: list[str]) -> tuple[Counter[str], float]:
    """Return what became of requests while the server was told to stop, and how long it took to end."""
    found: Counter[str] = Counter()
    with serving(peer, address, PLACE / "stopping.log") as served:
        read(served.port, paths, 2)
        over = threading.Event()

        def one(at: int) -> None:
            for turn in range(at, 10**6):
                path = paths[turn % len(paths)]
                try:
                    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as own:
                        own.sendall(
                            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
                        )
                        answer = b"".join(iter(lambda: own.recv(65536), b""))
                except ConnectionRefusedError:
                    # It had stopped listening: a proxy asks another one.
                    return
                except OSError:
                    found["broken"] += 1
                    continue
                head, _, body = answer.partition(b"\r\n\r\n")
                length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
                whole = bool(length) and int(length[0].split(b":")[1]) == len(body)
                if over.is_set() or not whole:
                    found["whole, after it was told" if whole else "cut" if answer else "empty"] += 1

        def telling(_at: int) -> None:
            time.sleep(1.5)
            over.set()
            os.kill(served.pid, signal.SIGTERM)

        began = time.monotonic()
        at_once(READERS + 1, lambda at: telling(at) if at == READERS else one(at))
        while Path(f"/proc/{served.pid}").exists() and time.monotonic() - began < 60:
            if Path(f"/proc/{served.pid}/stat").read_text().rpartition(") ")[2].startswith("Z"):
                break
            time.sleep(0.05)
        return found, time.monotonic() - began - 1.5


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.servers", description=__doc__)
    parser.add_argument("database")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only-speed", action="store_true")
    asked = parser.parse_args(arguments)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    PLACE.mkdir(parents=True, exist_ok=True)
    paths = asking("paths", MADE, asked.database)
    peers = {
        name: {
            made: replace(peer, more=peer.more | NO_LIMITS, server=server, threads=threads)
            for made, peer in ((False, KEPT), (True, MADE))
        }
        for name, (server, threads) in SERVERS.items()
    }
    with ExitStack() as ending:
        served = {
            (name, made): ending.enter_context(serving(peer, asked.database, PLACE / "servers.log"))
            for name, two in peers.items()
            for made, peer in two.items()
        }
        runs: dict[tuple[str, str], list[measuring.Run]] = {}
        for number in range(-1, asked.rounds) if asked.rounds else ():
            print(f"round {number + 1} of {asked.rounds}", flush=True)
            for called, request, made, known in ASKED:
                for name in SERVERS:
                    one = served[name, made]
                    place = paths_of(paths[request]["ours"], one, known, PLACE / "servers.paths")
                    # The first time each process makes, and keeps, every answer.
                    duration = WARM if number < 0 and not made and not known else asked.seconds
                    run = measuring.run(one.port, place, one.pid, None, duration)
                    if number >= 0:
                        runs.setdefault((called, name), []).append(run)
        print(HEADINGS)
        for (called, name), some in runs.items():
            middle: dict[str, Any] = {
                field: median(getattr(run, field) for run in some)
                for field in ("per_second", "p50", "p99", "cpu_server", "foreign")
            }
            print(
                f"| {called} | {name} | {middle['per_second']:,.0f} | {middle['p50']:.1f} | {middle['p99']:.1f} | "
                f"{middle['cpu_server']:.2f} | {middle['foreign']:.0%} | {sum(run.errors for run in some)} |"
            )
        if asked.only_speed:
            return
        detail = paths["detail"]["ours"][:100]
        for name in SERVERS:
            one = served[name, False]
            used = [f"{measuring.memory([pid]):.0f}" for pid in measuring.tree(one.pid)]
            print(f"{name}: MiB of each process {' + '.join(used)}", flush=True)
            print(
                f"  readers alone                     {read(one.port, detail, HELD, rate=PACE, patience=PATIENCE)}",
                flush=True,
            )
            print(f"  beside requests sent by the byte  {beside_slow(one, detail, True)}", flush=True)
            print(f"  beside answers nobody takes       {beside_slow(one, detail, False)}", flush=True)
    for name, two in peers.items():
        found, took = stopped(two[True], asked.database, paths["page"]["ours"])
        print(f"{name}: told to stop, ended after {took:.1f} s; {dict(found)}", flush=True)


if __name__ == "__main__":
    main()
