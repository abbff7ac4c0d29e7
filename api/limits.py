"""How much may be asked in a minute: by an address, by a key, by somebody of the desk.

A sliding window of two counters, as the large front doors do it: what was granted in this minute, and of the minute
before as much as still lies within the last sixty seconds. Only what is granted counts, so that whoever waits gets on.

All processes of a machine count in one small SQLite file beside the data, which is not the record: one upsert for each
request, and a second one for the days of a key. Nothing in it is worth a disk's patience (`synchronous=OFF`): after
a power cut the counts of that minute may be gone. Where it cannot be written, requests go through and the log says so.
Addresses stand in it as hashes with a secret of this installation, and for two minutes.
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
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import BaseThrottle

log = logging.getLogger(__name__)

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
_FITS = f"({_EARLIER}) * :left + ({_GRANTED}) <= :quota - 1"
COUNT = f"""
INSERT INTO minutes (who, minute, granted, earlier, refused) VALUES (:who, :minute, 1, 0, 0)
ON CONFLICT (who) DO UPDATE SET
    earlier = {_EARLIER},
    granted = ({_GRANTED}) + ({_FITS}),
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
    """So much of one kind in any sixty seconds; 0 is without limit, and not counted."""

    name: str
    who: str
    quota: int
    # Whose days are counted; nobody's but a key's.
    days_of: str = ""


@dataclass(frozen=True)
class Standing:
    """What is left of a budget, and when there is more."""

    budget: Budget
    granted: int
    earlier: int
    refused: bool
    # Seconds since the minute began.
    elapsed: float

    @property
    def remaining(self) -> int:
        used = self.granted + self.earlier * (1 - self.elapsed / WINDOW)
        return max(0, math.floor(self.budget.quota - used))

    @property
    def reset(self) -> int:
        """Return in how many whole seconds there is more than now; where nothing is left, at least one."""
        if self.remaining:
            return math.ceil(WINDOW - self.elapsed)
        most = self.budget.quota - 1
        if self.granted <= most:
            # What was granted in the minute before has to slide out far enough.
            wait = WINDOW * (1 - (most - self.granted) / self.earlier) - self.elapsed if self.earlier else 0.0
        else:
            wait = WINDOW - self.elapsed + WINDOW * (1 - most / self.granted)
        return max(1, math.ceil(wait))

    def headers(self) -> dict[str, str]:
        """Return the fields of draft-ietf-httpapi-ratelimit-headers, which are structured (RFC 9651)."""
        name, quota = self.budget.name, self.budget.quota
        return {
            "RateLimit-Policy": f'"{name}";q={quota};w={WINDOW}',
            "RateLimit": f'"{name}";r={self.remaining};t={self.reset}',
        }


class TooManyRequests(APIException):
    """The budget of this minute is used up (429)."""

    status_code = 429
    default_code = "too_many_requests"

    def __init__(self, standing: Standing) -> None:
        self.wait = standing.reset
        budget = standing.budget
        super().__init__(
            f"That was more than {budget.quota} requests to {budget.name} in a minute. Try again in {self.wait} "
            f"second{'' if self.wait == 1 else 's'}."
        )


class Limits(BaseThrottle):
    """Counts each request before it is carried out; kept answers (`articles.keeping`) leave before that."""

    def allow_request(self, request: Any, view: Any) -> bool:
        spend(request._request, budget_of(request, request.method not in SAFE_METHODS))
        return True


def spend(request: HttpRequest, budget: Budget) -> None:
    """Count a request; its answer will say what is left. Raises TooManyRequests."""
    standing = counter().count(budget, time.time()) if budget.quota else None
    if standing is not None:
        request.standing = standing  # type: ignore[attr-defined]
        if standing.refused:
            raise TooManyRequests(standing)


def count_unknown_key(request: HttpRequest) -> None:
    """Count a request with a key that is none. Raises TooManyRequests."""
    spend(request, stranger(request))


def budget_of(request: Any, writes: bool) -> Budget:
    """Return the budget of whoever asks, for reading or for writing; strangers only read."""
    if not request.user.is_authenticated:
        return stranger(request._request)
    who = f"user:{request.user.pk}" if request.auth is None else f"key:{request.auth.pk}"
    days_of = "" if request.auth is None else who
    if writes:
        return Budget("write", f"{who}:write", settings.API_LIMITS_WRITE, days_of)
    return Budget("read", f"{who}:read", settings.API_LIMITS_READ, days_of)


def stranger(request: HttpRequest) -> Budget:
    """Return the budget of an address."""
    address = client_address(request)
    hashed = blake2b(address.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()
    return Budget("read", f"address:{hashed}", settings.API_LIMITS_ANONYMOUS)


def client_address(request: HttpRequest) -> str:
    """Return where a request came from; of IPv6 the /64, which one household has as a whole.

    Only a proxy of ours is believed (TRUST_PROXY), and of what it says only the end, which it wrote itself.
    """
    known = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_PROXY:
        said = request.META.get("HTTP_X_FORWARDED_FOR", "")[-200:].rpartition(",")[2].strip()
        known = said if _parsed(said) is not None else known
    address = _parsed(known)
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> 64 << 64)) + "/64"
    return str(address or "unknown")


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

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.connection: sqlite3.Connection | None = None
        self.rests_until = self.swept_at = 0.0
        self.complained = False

    def count(self, budget: Budget, now: float) -> Standing | None:
        """Count one request and return how the budget stands; None where nothing can be counted."""
        minute, elapsed = int(now // WINDOW), now % WINDOW
        given = {"who": budget.who, "minute": minute, "left": 1 - elapsed / WINDOW, "quota": budget.quota}

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
            return Standing(budget, granted, earlier, bool(refused), elapsed)

        return self._run(count, now)

    def standing(self, budget: Budget, now: float) -> Standing | None:
        """Return how a budget stands without using of it; None where nothing is counted."""
        minute, elapsed = int(now // WINDOW), now % WINDOW

        def look(connection: sqlite3.Connection) -> Standing:
            row = connection.execute(
                "SELECT minute, granted, earlier FROM minutes WHERE who = ?", [budget.who]
            ).fetchone()
            then, granted, earlier = row or (minute, 0, 0)
            if then < minute:
                granted, earlier = 0, granted if then == minute - 1 else 0
            return Standing(budget, granted, earlier, False, elapsed)

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
                "Requests to the API are not counted, so nobody is limited: %s cannot be written (%s). Make its "
                "folder writable; if the file itself is damaged, delete it.", self.path, trouble,
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


def counter() -> Counter:
    """Return the counter of this machine."""
    return _counter(Path(settings.DATA_DIRECTORY) / "api-limits.sqlite3")


@cache
def _counter(path: Path) -> Counter:
    return Counter(path)
