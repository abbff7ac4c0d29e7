"""What one run of load cost: requests, latencies, and whose processor time it was."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
SCRIPT = Path(__file__).parent / "load.lua"
CONNECTIONS = 16
# A slow answer is slow, and no error.
TIMEOUT = "60s"
NO_WRK = "wrk was not found, which asks the questions of the bench: apt-get install wrk, or brew install wrk."


@dataclass(frozen=True)
class Run:
    """One run. Times are in milliseconds, processor times per request; memory in MiB."""

    per_second: float
    p50: float
    p99: float
    bytes: float
    errors: int
    cpu_server: float
    cpu_database: float
    memory: float
    # Share of the cores that somebody else had.
    foreign: float


def program() -> str:
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit(NO_WRK)
    return found


def tree(pid: int) -> list[int]:
    """Return a process and all below it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
        except OSError:
            continue
        for task in tasks:
            try:
                waiting += map(int, (task / "children").read_text().split())
            except OSError:
                continue
    return found


def seconds(pids: Iterable[int]) -> float:
    """Return the processor time of processes, and of their children that have ended."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))
    return total / TICK


def busy(cores: Iterable[int]) -> float:
    """Return how long these cores have worked since the machine began, for whomever."""
    wanted = {f"cpu{core}" for core in cores}
    total = 0
    for line in Path("/proc/stat").read_text().splitlines():
        name, *fields = line.split()
        if name in wanted:
            user, nice, system, _, _, interrupts, soft, stolen, *_ = map(int, fields)
            # What another machine on the same iron took is missing here all the same.
            total += user + nice + system + interrupts + soft + stolen
    return total / TICK


def memory(pids: Iterable[int]) -> float:
    """Return the memory of processes in MiB, what they share counted once."""
    total = 0
    for pid in pids:
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return total / 1024


def settle(server: int) -> None:
    """Wait until a server has nothing left to do: what it was asked before a run ended, it answers after it."""
    before = -1.0
    while (now := seconds(tree(server))) > before:
        before = now
        time.sleep(0.5)


def run(
    port: int, paths: Path, server: int, database: int | None, duration: float, connections: int = CONNECTIONS
) -> Run:
    """Ask a server for these paths as fast as it answers, and say what that took."""
    cores = os.sched_getaffinity(0)

    def used() -> tuple[float, float, float, float]:
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (
            seconds(tree(server)),
            seconds(tree(database)) if database else 0.0,
            spent.ru_utime + spent.ru_stime,
            busy(cores),
        )

    before = used()
    done = subprocess.run(
        [program(), "-t1", f"-c{connections}", f"-d{duration:.0f}s", "--timeout", TIMEOUT, "-s", str(SCRIPT),
         f"http://127.0.0.1:{port}"],
        env={**os.environ, "BENCH_PATHS": str(paths)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    after = used()
    told = json.loads(done.stdout.rpartition("BENCH ")[2])
    in_server, in_database, in_load, all_of_it = (
        late - early for early, late in zip(before, after, strict=True)
    )
    requests = max(told["requests"], 1)
    return Run(
        per_second=told["requests"] / told["seconds"],
        p50=told["p50"],
        p99=told["p99"],
        bytes=told["bytes"] / requests,
        errors=told["errors"],
        cpu_server=in_server / requests * 1000,
        cpu_database=in_database / requests * 1000,
        memory=memory(tree(server)),
        foreign=max(0.0, all_of_it - in_server - in_database - in_load) / (told["seconds"] * len(cores)),
    )
