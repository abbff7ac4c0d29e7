"""The whole record as readers see it, as files: a copy to begin with, which the change feed then keeps in step.

A dump is a folder: for each noun one gzipped NDJSON file of flat rows, ordered by id, the same that the change feed
shows; the public entries of the ledger; `manifest.json`; and `SHA256SUMS`, which `sha256sum -c` reads. All of it is of
one moment, the newest entry of the ledger then, which names the folder: `dump-000000000123`. The same moment, dumped
again by the same release, has the same bytes.

Who loads a dump and then follows `/api/v1/changes/?after=` that entry has what readers see, whenever they do it.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from django.db import connections, transaction
from django.db.models import QuerySet

from articles import folders
from articles.canonical import moment
from articles.keeping import release
from articles.models import Change, LedgerHead, Newsroom
from articles.models.ledger import recorded_models

# How many rows one statement reads, and how many where a row may hold a whole text.
BATCH, BATCH_OF_TEXTS = 500, 20
TEXTS = ("articleversion", "sourceversion")
FORMAT = 1
_DONE = re.compile(r"dump-[0-9]{12,}")


@dataclass(frozen=True)
class File:
    """One file of a dump, as the manifest names it; `rows` is none of a file that has no rows."""

    name: str
    rows: int
    bytes: int
    sha256: str


def write(
    directory: Path, keep: int | None = None, using: str = "default", tell: Callable[[str], None] = print
) -> Path:
    """Write a dump into a folder of its own below `directory`, and return it.

    It is written aside and named once it is whole. What is there already for this moment and release stays. `keep`:
    remove all but so many of the newest. `tell` is given a sentence for each file. Raises Busy, and OSError.
    """
    with folders.alone(directory):
        aside = folders.cleared(directory)
        with one_moment(using):
            head = LedgerHead.objects.using(using).get(pk=1)
            done = directory / f"dump-{head.seq:012}"
            if not _is_same(done, head):
                aside.mkdir()
                _write_all(aside, head, using, tell)
        if aside.exists():
            # Of another release, whose rows may have other columns, or of another record.
            shutil.rmtree(done, ignore_errors=True)
            folders.finish(aside, done)
        if keep is not None:
            folders.keep_newest(directory, _DONE, keep, done)
    return done


@contextmanager
def one_moment(using: str) -> Iterator[None]:
    """Let everything that is read here be of one moment; nobody who writes waits for it."""
    connection = connections[using]
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not `atomic`, which takes the lock of those who write.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _is_same(done: Path, head: LedgerHead) -> bool:
    """Is this moment dumped already, by this release?"""
    manifest = done / "manifest.json"
    if not manifest.exists():
        return False
    told = orjson.loads(manifest.read_bytes())
    # The same number has another hash where the record was set back to an older state.
    return (told["release"], told["head"]["hash"]) == (release(), head.hash)


def _write_all(place: Path, head: LedgerHead, using: str, tell: Callable[[str], None]) -> None:
    files = []
    for name, lines in contents(using):
        files.append(_write_lines(place / f"{name}.ndjson.gz", lines))
        tell(f"{files[-1].name}: {files[-1].rows} rows")
    newsroom = Newsroom.objects.using(using).first() or Newsroom(name="")
    entry = Change.objects.using(using).get(pk=head.seq)
    manifest = {
        "format": FORMAT,
        "release": release(),
        "newsroom": newsroom.name,
        "url": newsroom.url,
        "licence": newsroom.licence,
        # When the record was last changed, not when it was dumped: the same record has the same dump.
        "head": {"seq": head.seq, "hash": head.hash, "at": moment(entry.at)},
        "changes": f"/api/v1/changes/?after={head.seq}",
        "files": [asdict(one) for one in files],
    }
    whole = place / "manifest.json"
    folders.write_bytes(whole, orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    sums = {one.name: one.sha256 for one in files}
    folders.write_sums(place, sums | {whole.name: folders.sha256_of(whole)})


def contents(using: str) -> Iterator[tuple[str, Iterable[dict[str, Any]]]]:
    """Yield (noun, rows) of all that readers see; the rows are read as they are asked for."""
    for model in recorded_models():
        name = model._meta.model_name or ""
        batch = BATCH_OF_TEXTS if name in TEXTS else BATCH
        yield name, (row.as_shown() for row in _in_order(model.for_readers().using(using), batch))
    acts = Change.objects.using(using).visible_to(None)
    yield (
        "change",
        ({"seq": one.seq, "hash": one.hash, "envelope": one.envelope} for one in _in_order(acts, BATCH)),
    )


def _in_order(rows: QuerySet, batch: int) -> Iterator[Any]:
    """Yield rows by their ids, so many in memory at once. No cursor of the server's: not every pool allows one."""
    last = None
    while True:
        some = list((rows if last is None else rows.filter(pk__gt=last)).order_by("pk")[:batch])
        yield from some
        if len(some) < batch:
            return
        last = some[-1].pk


class _Hashed:
    """A file that knows the hash and the length of what was written to it."""

    def __init__(self, file: Any) -> None:
        self.file, self.sha256, self.length = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        self.length += len(data)
        written: int = self.file.write(data)
        return written

    def flush(self) -> None:
        self.file.flush()


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> File:
    rows = 0
    with path.open("xb") as file:
        hashed = _Hashed(file)
        # Neither name nor time in it: equal rows are equal bytes.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=hashed, mtime=0) as packed:
            for line in lines:
                packed.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
                rows += 1
        file.flush()
        os.fsync(file.fileno())
    return File(path.name, rows, hashed.length, hashed.sha256.hexdigest())
