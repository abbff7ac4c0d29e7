"""Counting what is asked of us: so much of one kind, by one sender, in a span of time.

A sliding window of two counters, as the large front doors do it: what was granted in this span, and of the span before
as much as still lies within the last one. Only what is granted counts, so that whoever waits gets on.

All processes of a machine count in one small SQLite file beside the data, which is not the record: one upsert for each
request, and a second one for the days of a key. Nothing in it is worth a disk's patience (`synchronous=OFF`): after
a power cut the counts of that span may be gone. Where it cannot be written, requests go through and the log says so.
Addresses stand in it as hashes, and for two spans.
"""

from __future__ import annotations

import logging
import math
import sqlite3
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest

log = logging.getLogger(__name__)

# A minute, unless a counter is made for another span. Seconds.
WINDOW = 60
DAYS_KEPT = 40
# How long a file that failed is left alone, and how often what is old is swept out. Seconds.
REST, SWEEP = 60, 600
# How long a request waits for another process that is counting. Seconds.
PATIENCE = 0.5

TABLES = """
CREATE TABLE IF NOT EXISTS minutes (
    who TEXT PRIMARY KEY, minute INTEGER NOT NULL, granted INTEGER NOT NULL, earlier INTEGER NOT NULL,
    refused INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS days (
    who TEXT NOT NULL, day TEXT NOT NULL, reads INTEGER NOT NULL, writes INTEGER NOT NULL, refused INTEGER NOT NULL,
    PRIMARY KEY (who, day)
) WITHOUT ROWID;
"""
# `refused` says of the last request whether it was. A process whose clock is a little behind joins the newer minute.
_SAME = "minute BETWEEN excluded.minute AND excluded.minute + 1"
_EARLIER = f"CASE WHEN {_SAME} THEN earlier WHEN minute = excluded.minute - 1 THEN granted ELSE 0 END"
_GRANTED = f"CASE WHEN {_SAME} THEN granted ELSE 0 END"
_FITS = f"({_EARLIER}) * :left + ({_GRANTED}) <= :quota - :cost"
COUNT = f"""
INSERT INTO minutes (who, minute, granted, earlier, refused) VALUES (:who, :minute, :cost, 0, 0)
ON CONFLICT (who) DO UPDATE SET
    earlier = {_EARLIER},
    granted = ({_GRANTED}) + :cost * ({_FITS}),
    refused = NOT ({_FITS}),
    minute = CASE WHEN {_SAME} THEN minute ELSE excluded.minute END
RETURNING granted, earlier, refused
"""  # noqa: S608 - all of it is our own words
COUNT_DAY = """
INSERT INTO days (who, day, reads, writes, refused) VALUES (:who, :day, :reads, :writes, :refused)
ON CONFLICT (who, day) DO UPDATE SET
    reads = reads + excluded.reads, writes = writes + excluded.writes, refused = refused + excluded.refused
"""


@dataclass(frozen=True)
class Budget:
    """So much of one kind in any span of a counter; 0 is without limit, and not counted."""

    name: str
    who: str
    quota: int
    # Whose days are counted; nobody's but a key's.
    days_of: str = ""
    # How much of it a request takes; at most the quota, or it would never be granted.
    cost: int = 1


@dataclass(frozen=True)
class Standing:
    """What is left of a budget, and when there is more."""

    budget: Budget
    granted: int
    earlier: int
    refused: bool
    # Seconds since the span began, and how long it is.
    elapsed: float
    window: int = WINDOW

    @property
    def remaining(self) -> int:
        used = self.granted + self.earlier * (1 - self.elapsed / self.window)
        return max(0, math.floor(self.budget.quota - used))

    @property
    def reset(self) -> int:
        """Return in how many whole seconds there is more than now; where nothing is left, at least one. To who was
        refused: in how many there is as much as they asked for."""
        if self.remaining and not self.refused:
            return math.ceil(self.window - self.elapsed)
        most = self.budget.quota - (self.budget.cost if self.refused else 1)
        if self.granted <= most:
            # What was granted in the span before has to slide out far enough.
            span = 1 - (most - self.granted) / self.earlier if self.earlier else 0.0
            wait = self.window * span - self.elapsed if self.earlier else 0.0
        else:
            wait = self.window - self.elapsed + self.window * (1 - most / self.granted)
        return max(1, math.ceil(wait))

    def headers(self) -> dict[str, str]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers, which are structured (RFC 9651)."""
        name, quota = self.budget.name, self.budget.quota
        return {
            "RateLimit-Policy": f'"{name}";q={quota};w={self.window}',
            "RateLimit": f'"{name}";r={self.remaining};t={self.reset}',
        }


def client_address(request: HttpRequest) -> str:
    """Return where a request came from; of IPv6 the /64, which one household has as a whole."""
    address = network_address(request)
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64)) + "/64"
    return str(address or "unknown")


def network_address(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    """Return the whole address a request came from; None where nobody says.

    Only a proxy of ours is believed (TRUST_PROXY), and of what it says only the end, which it wrote itself.
    """
    known = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_PROXY:
        said = request.META.get("HTTP_X_FORWARDED_FOR", "")[-200:].rpartition(",")[2].strip()
        known = said if _parsed(said) is not None else known
    return _parsed(known)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address, with or without brackets and a port."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


class Counter:
    """The file all processes of this machine count in: one connection each, which its threads take in turns."""

    def __init__(self, path: Path, window: int = WINDOW, what: str = "Requests") -> None:
        self.path = path
        # Seconds; and what it is that nobody counts where the file cannot be written.
        self.window, self.what = window, what
        self.lock = threading.Lock()
        self.connection: sqlite3.Connection | None = None
        self.rests_until = self.swept_at = 0.0
        self.complained = False

    def count(self, budget: Budget, now: float) -> Standing | None:
        """Count one request and return how the budget stands; None where nothing can be counted."""
        minute, elapsed = int(now // self.window), now % self.window
        given = {
            "who": budget.who,
            "minute": minute,
            "left": 1 - elapsed / self.window,
            "quota": budget.quota,
            "cost": budget.cost,
        }

        def count(connection: sqlite3.Connection) -> Standing:
            granted, earlier, refused = connection.execute(COUNT, given).fetchone()
            if budget.days_of:
                reads, writes = (0, 0) if refused else (budget.name == "read", budget.name == "write")
                day = datetime.fromtimestamp(now, UTC).date().isoformat()
                connection.execute(
                    COUNT_DAY,
                    {"who": budget.days_of, "day": day, "reads": reads, "writes": writes, "refused": refused},
                )
            if now - self.swept_at > SWEEP:
                self.swept_at = now
                last = (datetime.fromtimestamp(now, UTC) - timedelta(days=DAYS_KEPT)).date().isoformat()
                connection.execute("DELETE FROM minutes WHERE minute < ?", [minute - 1])
                connection.execute("DELETE FROM days WHERE day < ?", [last])
            return Standing(budget, granted, earlier, bool(refused), elapsed, self.window)

        return self._run(count, now)

    def standing(self, budget: Budget, now: float) -> Standing | None:
        """Return how a budget stands without using of it; None where nothing is counted."""
        minute, elapsed = int(now // self.window), now % self.window

        def look(connection: sqlite3.Connection) -> Standing:
            row = connection.execute(
                "SELECT minute, granted, earlier FROM minutes WHERE who = ?", [budget.who]
            ).fetchone()
            then, granted, earlier = row or (minute, 0, 0)
            if then < minute:
                granted, earlier = 0, granted if then == minute - 1 else 0
            return Standing(budget, granted, earlier, False, elapsed, self.window)

        return self._run(look, now) if budget.quota else None

    def days(self, who: str, since: str, now: float) -> list[tuple[str, int, int, int]]:
        """Return (day, reads, writes, refused) of each day on which something was asked, newest first."""
        sql = "SELECT day, reads, writes, refused FROM days WHERE who = ? AND day >= ? ORDER BY day DESC"
        return self._run(lambda connection: connection.execute(sql, [who, since]).fetchall(), now) or []

    def _run(self, work: Any, now: float) -> Any:
        """Do this in one transaction; None where the file does not let us."""
        if now < self.rests_until:
            return None
        with self.lock:
            try:
                connection = self._connected()
                connection.execute("BEGIN IMMEDIATE")
                try:
                    found = work(connection)
                except BaseException:
                    connection.execute("ROLLBACK")
                    raise
                connection.execute("COMMIT")
            except (sqlite3.Error, OSError) as trouble:
                self._give_up(trouble, now)
                return None
        self.complained = False
        return found

    def _connected(self) -> sqlite3.Connection:
        if self.connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            try:
                _prepare(connection)
            except sqlite3.Error:
                connection.close()
                raise
            self.connection = connection
        return self.connection

    def _give_up(self, trouble: Exception, now: float) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None
        self.rests_until = now + REST
        if not self.complained:
            self.complained = True
            log.error(
                "%s are not counted, so nobody is limited: %s cannot be written (%s). Make its folder writable; if "
                "the file itself is damaged, delete it.", self.what, self.path, trouble,
            )  # fmt: skip


def _prepare(connection: sqlite3.Connection) -> None:
    """Make of an empty file one that is counted in, as another process may be doing at the same moment."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=OFF")
            connection.executescript(TABLES)
        except sqlite3.OperationalError as trouble:
            # SQLite itself does not wait for another one that changes the journal.
            if trouble.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


@cache
def counter_at(path: Path, window: int, what: str) -> Counter:
    """Return the one counter of this process that counts in this file."""
    return Counter(path, window, what)
