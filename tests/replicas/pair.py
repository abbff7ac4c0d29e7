"""A primary and its streaming replica, both real and both thrown away in the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import psycopg

from tests.committed import PATIENCE, ROOT, CommittedDatabase
from tests.engines import other_user, server, stop, wait_until_ready

NAME = "desk"
ENDING = [(signal.SIGINT, 20), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)]


@dataclass
class Replica:
    """A server that follows a primary."""

    programs: Path
    place: Path
    primary: str
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://factcheck@{quote(str(self.place), safe='')}/{NAME}"

    def make(self) -> None:
        host = unquote(urlsplit(self.primary).hostname or "")
        copy = [self.programs / "pg_basebackup", "-h", host, "-U", "factcheck", "-D", self.place / "data"]
        subprocess.run(
            [*copy, "-R", "-X", "stream", "-c", "fast", "--no-sync"],
            check=True,
            capture_output=True,
            **self._calm(),
        )

    def start(self) -> None:
        words = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.place}", "-c", "fsync=off"]
        # No less than the primary has, or it does not start.
        words += ["-c", "max_connections=200"]
        log = self.place / "log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.place / "data", *words],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, **self._calm(),
            )  # fmt: skip
        wait_until_ready(self.process, self.url.rpartition("/")[0] + "/postgres", log)

    def end(self, *steps: tuple[signal.Signals, float]) -> None:
        if self.process is not None:
            stop(self.process, steps or ENDING)

    def _calm(self) -> dict[str, Any]:
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        return {"cwd": self.place, "env": environment, "start_new_session": True, **other_user()}


@dataclass
class Pair(CommittedDatabase):
    """A migrated database on a primary, and the replica of it. Its processes read both."""

    replica: Replica = field(kw_only=True)
    more: dict[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        return super().environment(**{"DATABASE_REPLICA_URLS": self.replica.url, **self.more, **more})

    def on_primary(self, statement: str, given: Any = None) -> list[Any]:
        return _run(self.url, statement, given)

    def on_replica(self, statement: str, given: Any = None) -> list[Any]:
        return _run(self.replica.url, statement, given)


def _run(url: str, statement: str, given: Any) -> list[Any]:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(statement, given)
        return found.fetchall() if found.description else []


@contextmanager
def pair(programs: Path) -> Iterator[Pair]:
    """Make both; the database is migrated and empty."""
    # Commits are counted as safe when they are: what the product asks of the primary is what is written.
    with server(programs, wal_level="replica", max_wal_senders=5, synchronous_commit="on") as address:
        url = f"{address.rpartition('/')[0]}/{NAME}"
        _run(address, f"CREATE DATABASE {NAME}", None)
        place = Path(tempfile.mkdtemp(prefix="factcheck-pg-", dir="/tmp"))
        user = other_user()
        if user:
            os.chown(place, user["user"], user["group"])  # type: ignore[arg-type]
        replica = Replica(programs, place, address)
        database = Pair(url, replica=replica)
        try:
            # Alone at first: a copy is made of what is there.
            alone = CommittedDatabase(url).environment()
            words = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(words, cwd=ROOT, env=alone, check=True, timeout=5 * PATIENCE)
            replica.make()
            replica.start()
            yield database
        finally:
            replica.end()
            shutil.rmtree(place, ignore_errors=True)
