"""What is kept for readers, in a process's own memory: Django's own store of this kind, with a limit in bytes too.

How many answers there are says little about the memory they take: a page may be 2 KiB long or 40. What was asked for
least lately goes first.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Any

from django.core.cache.backends.locmem import LocMemCache

# What one entry takes beside what it holds, in CPython: its key, its places in two tables, the objects' heads. Bytes.
BESIDE = 400


class LocalCache(LocMemCache):
    """`OPTIONS["MAX_BYTES"]` is what all entries of this name may take together, keys and tables included."""

    # Django's own, of which its stubs say nothing.
    _cache: OrderedDict[str, bytes]
    _expire_info: dict[str, float | None]
    _lock: Lock
    _cull_frequency: int

    # Of the process, and not of the thread that has this object; changed under the store's lock.
    _held: dict[str, int] = {}

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._name = name
        self._most = params["OPTIONS"]["MAX_BYTES"]

    def _set(self, key: str, value: bytes, timeout: Any = None) -> None:
        self._delete(key)
        size = len(value) + BESIDE
        if size > self._most:
            return
        while self._held.get(self._name, 0) + size > self._most:
            self._delete(next(reversed(self._cache)))
        super()._set(key, value, timeout)  # type: ignore[misc]
        self._held[self._name] = self._held.get(self._name, 0) + size

    def _cull(self) -> None:
        for _ in range(max(1, len(self._cache) // self._cull_frequency)):
            self._delete(next(reversed(self._cache)))

    def _delete(self, key: str) -> bool:
        held = self._cache.get(key)
        if held is not None:
            self._held[self._name] -= len(held) + BESIDE
        return bool(super()._delete(key))  # type: ignore[misc]

    def clear(self) -> None:
        with self._lock:
            self._cache.clear()
            self._expire_info.clear()
            self._held[self._name] = 0

    def incr(self, key: str, delta: int = 1, version: Any = None) -> int:
        raise NotImplementedError("Answers are not counted with; a number's length would go unnoticed.")
