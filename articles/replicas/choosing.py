"""Which replica may answer a reader now."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence

from django.db import DEFAULT_DB_ALIAS

from articles.replicas.watching import HOLDS, News, Watch

# How long a replica that failed somebody is left alone, whatever it says meanwhile. Seconds.
REST = 5.0


class Replicas:
    """The replicas of this installation, as this process sees them.

    One may answer while it has news, while it was at most `lag_most` seconds behind the primary when it gave them, and
    while it has failed nobody lately. They take turns.
    """

    def __init__(self, aliases: Sequence[str], lag_most: float) -> None:
        keep = lag_most + 2 * HOLDS
        self.primary = Watch(DEFAULT_DB_ALIAS, False, keep)
        self.watched = [Watch(alias, True, keep) for alias in aliases]
        self._lag_most = lag_most
        self._rests_until = dict.fromkeys(aliases, 0.0)
        self._turns = itertools.count()
        self._begins = threading.Lock()
        self._has_begun = False

    def __bool__(self) -> bool:
        return bool(self.watched)

    def choose(self, position: int = 0) -> str | None:
        """Return the alias of a replica that has this entry of the ledger; None where only the primary may answer."""
        if not self._has_begun:
            self.begin()
        now, turn = time.monotonic(), next(self._turns)
        for step in range(len(self.watched)):
            one = self.watched[(turn + step) % len(self.watched)]
            news = one.told[-1] if one.told else None
            if (
                news is not None
                and news.seq >= position
                and now - news.asked <= HOLDS
                and now >= self._rests_until[one.alias]
                and not one.is_away
                and self.keeps_up(news)
            ):
                return one.alias
        return None

    def doubt(self, alias: str) -> None:
        """Leave out a replica that just failed somebody."""
        self._rests_until[alias] = time.monotonic() + REST

    def keeps_up(self, news: News) -> bool:
        """Does a replica that says this have all that the primary had a short time before it was asked last?

        Reckoned from then and not from now: where the primary cannot be asked, nobody writes, and what a replica had
        goes on to be good.
        """
        told = self.primary.told
        if not told:
            return self.primary.is_away
        return any(
            told[-1].asked - one.asked <= self._lag_most and one.place <= news.place for one in reversed(told)
        )

    def begin(self) -> None:
        """Have them watched, once in a process: before the first request of it, and so after any fork."""
        with self._begins:
            if not self._has_begun:
                self._has_begun = True
                for one in (self.primary, *self.watched):
                    one.begin()
