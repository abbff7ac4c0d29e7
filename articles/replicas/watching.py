"""How far a database is, asked every second by a thread of its own.

A thread and not a request, so that no reader waits for a database that does not answer: one that hangs has no news, and
one without news is left out.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from django.db import Error, connections

log = logging.getLogger(__name__)

# How often a database is asked, and how long what it said may be relied on. Seconds.
EVERY, HOLDS = 1.0, 4.0
# Both ends of the stream count the bytes of the same log. Of the primary: what is safely written, which takes in all
# that was answered for. The entry is for who asks for a position of the ledger.
ASKED = """
SELECT pg_is_in_recovery(),
       CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END - '0/0'::pg_lsn,
       (SELECT seq FROM articles_ledgerhead WHERE id = 1)
"""


@dataclass(frozen=True)
class News:
    """What a database said: how many bytes of the log it has, and its newest entry of the ledger.

    `asked` is the moment before it was asked, by this process's own clock: at that moment a primary had no more than
    `place`, and a replica has had all of it since.
    """

    asked: float
    place: int
    seq: int


class Wrong(Exception):
    """A database is not what it is taken for."""


class Watch:
    """What one database said lately."""

    def __init__(self, alias: str, is_replica: bool, keep: float) -> None:
        self.alias = alias
        # Replaced as a whole, so that whoever reads it needs no lock. Oldest first.
        self.told: tuple[News, ...] = ()
        self.is_away = False
        self._is_replica = is_replica
        self._keep = keep

    def begin(self) -> None:
        """Watch it from now on, for as long as the process lives."""
        threading.Thread(target=self._watch, name=f"watches-{self.alias}", daemon=True).start()

    def tell(self, news: News) -> None:
        """Take in what it said."""
        self.told = (*(one for one in self.told if news.asked - one.asked <= self._keep), news)
        if self.is_away:
            log.warning("The database %s answers again.", self.alias)
        self.is_away = False

    def miss(self, trouble: Exception) -> None:
        """Take in that it cannot be asked."""
        if not self.is_away:
            log.warning("The database %s cannot be read: %s", self.alias, str(trouble).strip())
        self.is_away = True

    def _watch(self) -> None:
        connection = None
        while True:
            try:
                if connection is None:
                    connection = _connection_of_its_own(self.alias)
                self.tell(self._ask(connection))
            except (Error, Wrong) as trouble:
                self.miss(trouble)
                _close(connection)
                connection = None
            except Exception:
                # Without news the database is left out; a watch that ended would never take it in again.
                log.exception("The watch of the database %s failed.", self.alias)
                _close(connection)
                connection = None
            time.sleep(EVERY)

    def _ask(self, connection: Any) -> News:
        asked = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute(ASKED)
            is_replica, place, seq = cursor.fetchone()
        if is_replica != self._is_replica:
            # A replica that was made a primary goes its own way from then on.
            raise Wrong("it is a replica." if is_replica else "it is not a replica, or none any more.")
        return News(asked, int(place or 0), seq or 0)


def _connection_of_its_own(alias: str) -> Any:
    """Return a connection beside those of requests, and beside their pool."""
    connection = connections.create_connection(alias)
    options = {name: value for name, value in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}
    return connection


def _close(connection: Any) -> None:
    try:
        if connection is not None:
            connection.close()
    except Error:
        pass
