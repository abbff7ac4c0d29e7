"""The servers of the bench, all alike: granian with two processes, on a database that is there already."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.answering import free_port
from tests.engines import ROOT, STOPPING, stop

WORKERS = 2
PATIENCE = 60
# Floor and product sign where the next page of a list begins: alike.
SECRET = "known to everyone: this key signs nothing outside the bench"


@dataclass(frozen=True)
class Peer:
    """A program that answers, as granian names it, and what it has to be told."""

    name: str
    program: str
    settings: str = "tests.bench.settings"
    more: dict[str, str] = field(default_factory=dict)
    server: str = "granian"
    # How many requests each process works on at once.
    threads: int = 1


FLOOR = Peer("floor", "tests.bench.floor:application")
# Nothing kept: each answer is made anew.
MADE = Peer("ours, made", "factcheck.wsgi:application", more={"ANSWERS_KEPT": "0"})
KEPT = Peer("ours, kept", "factcheck.wsgi:application", more={"ANSWERS_KEPT": "2000"})
NAIVE = Peer("naive", "factcheck.wsgi:application", settings="tests.bench.naive_settings")


@dataclass(frozen=True)
class Served:
    """A server that runs."""

    peer: Peer
    port: int
    pid: int

    def get(self, path: str) -> tuple[bytes, dict[str, str]]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
            return answer.read(), {name.lower(): value for name, value in answer.headers.items()}


def told(peer: Peer, address: str) -> dict[str, str]:
    """Return the environment of a peer: this one's, without what would lead it elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "DATABASE_"))}
    return kept | {
        "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": peer.settings, "ALLOWED_HOSTS": "127.0.0.1",
        "PYTHONDONTWRITEBYTECODE": "1", "SECRET_KEY": SECRET, **peer.more,
    }  # fmt: skip


def command(peer: Peer, port: int) -> list[str]:
    """Return what starts the server of a peer."""
    python = [sys.executable, "-m", peer.server]
    if peer.server == "gunicorn":
        return [
            *python, peer.program, "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS), "--worker-class",
            "gthread" if peer.threads > 1 else "sync", "--threads", str(peer.threads), "--log-level", "error",
            "--no-control-socket",
        ]  # fmt: skip
    return [
        *python, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(WORKERS),
        "--blocking-threads", str(peer.threads), "--no-ws", "--log-level", "error", peer.program,
    ]  # fmt: skip


@contextmanager
def serving(peer: Peer, address: str, log: Path) -> Iterator[Served]:
    """Run a server until the block ends."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command(peer, port),
            cwd=ROOT, env=told(peer, address) | {"FLOOR_BASE": f"http://127.0.0.1:{port}"},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(process, port, peer, log)
        yield Served(peer, port, process.pid)
    finally:
        stop(process, [(STOPPING[1], 10), (STOPPING[0], 5)], group=True)


def _wait(process: subprocess.Popen[bytes], port: int, peer: Peer, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except (OSError, urllib.error.URLError):
            time.sleep(0.2)
    raise SystemExit(f"The server of {peer.name} did not start:\n{log.read_text(errors='replace')[-4000:]}")
