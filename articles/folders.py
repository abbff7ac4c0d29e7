"""Folders that are whole or not there: written aside, with the hash of each file, and named once they are finished."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_ASIDE = ".making"
_LOCK = ".lock"
SUMS = "SHA256SUMS"


class Busy(Exception):
    """Another folder is being written to the same place."""


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Hold a place, so that what is left aside in it is of somebody who ended; it is made. Raises Busy."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield


def cleared(directory: Path) -> Path:
    """Return where a folder is written aside; what was left there by somebody who was killed is gone."""
    aside = directory / _ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    return aside


def finish(aside: Path, done: Path) -> None:
    """Give a folder that is whole its name, so that it outlasts a loss of power."""
    aside.rename(done)
    sync(done.parent)


def keep_newest(directory: Path, named: re.Pattern[str], keep: int, done: Path) -> None:
    """Remove all folders of such names but so many, the last by name; `done` stays whatever its name is."""
    finished = sorted(one for one in directory.iterdir() if named.fullmatch(one.name))
    for old in [one for one in finished if one != done][: max(0, len(finished) - keep)]:
        shutil.rmtree(old)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a new file that outlasts a loss of power."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sha256_of(path: Path) -> str:
    """Return the hex SHA-256 of a file of any length."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(place: Path, sums: Mapping[str, str]) -> None:
    """Write what `sha256sum -c` reads: the hash of each file, by its name below the folder."""
    listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    write_bytes(place / SUMS, listed.encode())
    sync(place)


def read_sums(place: Path) -> dict[str, str]:
    """Return the hash of each file by its name. Raises OSError, and ValueError where that is no such list."""
    sums = {}
    for line in (place / SUMS).read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        if (
            not re.fullmatch("[0-9a-f]{64}", digest)
            or not name
            or ".." in Path(name).parts
            or name.startswith("/")
        ):
            raise ValueError(line)
        sums[name] = digest
    return sums


def sync(directory: Path) -> None:
    """Let the names in a folder outlast a loss of power."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
