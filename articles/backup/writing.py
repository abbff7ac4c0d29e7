"""A back-up is made: the database copied at one moment, then the files that it names."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connections, models
from django.utils import timezone

from articles import folders
from articles.backup import tools
from articles.backup.manifest import FILES, FORMAT, NAME, Manifest, Trouble, applied
from articles.canonical import moment
from articles.dump import one_moment
from articles.keeping import release
from articles.models import LedgerHead

_DONE = re.compile(r"backup-[0-9]{8}T[0-9]{12}Z")
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
# Asks the copy, or the database at the moment of the copy.
Ask = Callable[[str], list[tuple[Any, ...]]]


def write(
    directory: Path, keep: int | None = None, using: str = "default", tell: Callable[[str], None] = print
) -> Path:
    """Write a back-up into a folder of its own below `directory`, and return it.

    `keep`: remove all but so many of the newest. `tell` is given a sentence for each part. Raises Busy, Trouble and
    OSError; then there is no new folder.
    """
    with folders.alone(directory):
        aside = folders.cleared(directory)
        aside.mkdir(mode=0o700)
        try:
            at = timezone.now()
            engine = connections[using].vendor
            with _copied(using, aside / DATABASES[engine]) as ask:
                tell(f"{DATABASES[engine]}: {(aside / DATABASES[engine]).stat().st_size:,} bytes")
                [(seq, newest)] = ask(f"SELECT seq, hash FROM {LedgerHead._meta.db_table}") or [(None, "")]  # noqa: S608
                names = sorted(set(_names(ask)))
            for name in names:
                _copy(name, aside / FILES / name)
            tell(f"{FILES}: {len(names):,} stored files")
            manifest = Manifest(
                FORMAT,
                engine,
                moment(at),
                release(),
                seq,
                newest,
                applied(using),
                DATABASES[engine],
                len(names),
            )
            folders.write_bytes(aside / NAME, manifest.dumped())
            written = sorted(one for one in aside.rglob("*") if one.is_file())
            folders.write_sums(
                aside, {str(one.relative_to(aside)): folders.sha256_of(one) for one in written}
            )
            done = directory / f"backup-{at:%Y%m%dT%H%M%S%f}Z"
            folders.finish(aside, done)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        if keep is not None:
            folders.keep_newest(directory, _DONE, keep, done)
    return done


@contextmanager
def _copied(using: str, path: Path) -> Iterator[Ask]:
    """Copy a database into a file; within, what is asked is asked of the same moment."""
    connection = connections[using]
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with one_moment(using), connection.cursor() as cursor:

            def ask(sql: str) -> list[tuple[Any, ...]]:
                cursor.execute(sql)
                return list(cursor.fetchall())

            [(snapshot,)] = ask("SELECT pg_export_snapshot()")
            tools.run(
                "pg_dump", connection, "--format=custom", "--no-owner", "--no-privileges",
                f"--snapshot={snapshot}", f"--file={path}",
            )  # fmt: skip
            yield ask
        return
    with closing(sqlite3.connect(path)) as copy:
        # All pages in one step, and so at one moment: in steps it would begin anew whenever somebody writes.
        connection.connection.backup(copy)
        # One file and not three: as a copy lies there, nobody writes to it.
        copy.execute("PRAGMA journal_mode = DELETE")
        yield lambda sql: list(copy.execute(sql).fetchall())


def _names(ask: Ask) -> Iterator[str]:
    """Yield the names of all stored files."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                column, table = field.column, model._meta.db_table
                for (name,) in ask(f'SELECT "{column}" FROM "{table}" WHERE "{column}" <> \'\''):  # noqa: S608
                    yield name


def _copy(name: str, path: Path) -> None:
    """Copy a stored file. Raises Trouble where it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with default_storage.open(name, "rb") as stored, path.open("xb") as copy:
            shutil.copyfileobj(stored, copy)
    except FileNotFoundError:
        raise Trouble(
            f"The file {name}, which the record names, is not where files are kept (DATA_DIRECTORY or FILES_URL). "
            "Put it back from an older back-up; until then no back-up would be whole."
        ) from None
