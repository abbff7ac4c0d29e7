"""What is kept for readers, in a server that all web processes share (Redis, Valkey).

It makes answers cheaper and is no part of any: what cannot be read from it counts as not kept, what cannot be written
is not kept, and a server that failed is left alone for some seconds, so that readers do not wait for it one by one.
What stands in it was pickled: nobody else may write there.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from articles.keeping import release

log = logging.getLogger(__name__)

# How long a server that failed is left alone. Seconds.
REST = 5.0


@cache
def ours() -> str:
    """Return what all keys begin with: neither another installation's nor another release's are read."""
    house = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=6).hexdigest()
    return f"{house}-{release()}"


class SharedCache(RedisCache):
    """Django's own, but for a server that cannot be reached."""

    # Of the process, and not of the thread that has this object.
    _rests_until: dict[str, float] = {}

    def make_key(self, key: str, version: int | None = None) -> str:
        return f"{ours()}:{super().make_key(key, version)}"

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._tried(lambda: super(SharedCache, self).get(key, default, version), default)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._tried(lambda: super(SharedCache, self).get_many(keys, version), {})

    def set(self, key: Any, value: Any, *more: Any, **named: Any) -> None:
        self._tried(lambda: super(SharedCache, self).set(key, value, *more, **named), None)

    def add(self, key: Any, value: Any, *more: Any, **named: Any) -> bool:
        # Who adds wants to be the first: without others to ask, everybody is.
        return bool(self._tried(lambda: super(SharedCache, self).add(key, value, *more, **named), True))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._tried(lambda: super(SharedCache, self).delete(key, version), False))

    def _tried(self, work: Callable[[], Any], otherwise: Any) -> Any:
        now, server = time.monotonic(), str(self._servers[0])  # type: ignore[attr-defined]
        if now < self._rests_until.get(server, 0.0):
            return otherwise
        try:
            return work()
        except (RedisError, OSError) as trouble:
            if server not in self._rests_until:
                log.warning("The shared cache cannot be used; answers are made anew: %s", trouble)
        except Exception:
            # What stands there is not what we wrote.
            log.exception("Something in the shared cache cannot be read.")
            return otherwise
        self._rests_until[server] = now + REST
        return otherwise
