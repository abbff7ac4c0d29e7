"""The bytes of a file, on a disk, in an archive or in memory: looked at first, read when they are asked for.

No Django in here.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from articles.importing.files.archive import Member
from articles.importing.files.signatures import HEAD


class IncomingError(ValueError):
    """A file that was found but cannot be read. Its text is a sentence: what is wrong, what to do."""


class File(Protocol):
    """Where bytes are, on a disk, in an archive or in memory."""

    def look(self) -> tuple[int, bytes]:
        """Return the size in bytes and the first bytes. Raises OSError, ArchiveError or IncomingError."""
        ...

    def read(self, limit: int) -> bytes:
        """Return all bytes. Raises OSError, ArchiveError or IncomingError, also for more than `limit`."""
        ...


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A regular file at a path, every time opened anew."""

    path: str

    def look(self) -> tuple[int, bytes]:
        with self._opened() as (file, size):
            return size, file.read(HEAD)

    def read(self, limit: int) -> bytes:
        with self._opened() as (file, size):
            # One byte more than there should be, and never room for all that is allowed.
            data = file.read(min(size, limit) + 1)
        if len(data) > limit:
            raise IncomingError(too_large(os.path.getsize(self.path), limit))
        return data

    def _opened(self) -> _Opened:
        return _Opened(self.path)


class _Opened:
    """A regular file, open: never a pipe or a device, which may have no end or wait for ever."""

    def __init__(self, path: str) -> None:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would never return.
        self._number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        about = os.fstat(self._number)
        if not stat.S_ISREG(about.st_mode):
            os.close(self._number)
            raise IncomingError("It is not a regular file but a folder, a pipe or a device.")
        self._size = about.st_size

    def __enter__(self) -> tuple[BinaryIO, int]:
        self._file = os.fdopen(self._number, "rb")
        return self._file, self._size

    def __exit__(self, *_: object) -> None:
        self._file.close()


@dataclass(frozen=True, slots=True)
class InArchive:
    """A member of a ZIP file."""

    member: Member

    def look(self) -> tuple[int, bytes]:
        return self.member.size, self.member.head(HEAD)

    def read(self, limit: int) -> bytes:
        return self.member.read(limit)


@dataclass(frozen=True, slots=True)
class InMemory:
    """Bytes that were read already."""

    data: bytes = field(repr=False)

    def look(self) -> tuple[int, bytes]:
        return len(self.data), self.data[:HEAD]

    def read(self, limit: int) -> bytes:
        return self.data


def reason(error: Exception) -> str:
    """Return why a file could not be read, as a sentence."""
    if isinstance(error, FileNotFoundError):
        return "It is no longer there: it was moved or deleted in the meantime."
    if isinstance(error, PermissionError):
        return "You may not read it: change its permissions."
    if isinstance(error, OSError):
        return f"It cannot be read: {error.strerror or error}."
    return str(error)


def too_large(size: int, limit: int) -> str:
    """Return the sentence for a file of too many bytes."""
    return f"It has {size:,} bytes; at most {limit:,} are read."
