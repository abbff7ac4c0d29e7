"""The way back from a back-up: into an empty database, with every byte as it was."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connections

from articles import folders
from articles.backup import tools
from articles.backup.manifest import FILES, NAME, Manifest, Trouble


def restore(place: Path, using: str = "default", tell: Callable[[str], None] = print) -> Manifest:
    """Bring back what a back-up holds, into a database that is empty; return what it says of itself.

    Nothing is changed before every file was found to have its hash. Whether the record is whole is for
    `articles.verification` to say. Raises Trouble and OSError.
    """
    manifest = Manifest.read(place)
    _check(place)
    connection = connections[using]
    if connection.vendor != manifest.engine:
        raise Trouble(
            f"This back-up is of {manifest.engine}, and DATABASE_URL names a database of {connection.vendor}: name "
            f"an empty one of {manifest.engine}."
        )
    if manifest.engine == "sqlite":
        Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    if connection.introspection.table_names():
        raise Trouble(
            "The database that DATABASE_URL names is not empty, and nothing is overwritten: name a new one, or move "
            "the old one away first."
        )
    # Files first: should that fail, the database is still empty, and all can be begun again.
    _put_files(place / FILES, tell)
    if manifest.engine == "postgresql":
        tools.run(
            "pg_restore", connection, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
            str(place / manifest.database),
        )  # fmt: skip
    else:
        _put_database(place / manifest.database, using)
    tell(f"{manifest.database}: the record up to entry {manifest.seq}")
    return manifest


def _check(place: Path) -> None:
    """Compare every file with its hash. Raises Trouble."""
    try:
        sums = folders.read_sums(place)
    except (OSError, ValueError) as trouble:
        raise Trouble(f"{place / folders.SUMS} cannot be read: {trouble}.") from trouble
    there = {str(one.relative_to(place)) for one in place.rglob("*") if one.is_file()} - {folders.SUMS}
    for name in sorted(there | sums.keys() | {NAME}):
        if name not in there:
            raise Trouble(f"{place / name} is missing: the back-up is not whole. Take another.")
        if name not in sums:
            raise Trouble(f"{place / name} was not part of the back-up: move it away, or take another.")
        if folders.sha256_of(place / name) != sums[name]:
            raise Trouble(
                f"{place / name} does not have its hash: it was changed or damaged. Take another back-up."
            )


def _put_files(files: Path, tell: Callable[[str], None]) -> None:
    names = [str(one.relative_to(files)) for one in sorted(files.rglob("*")) if one.is_file()]
    for name in names:
        if default_storage.exists(name):
            with default_storage.open(name, "rb") as there:
                held = hashlib.file_digest(there, "sha256").hexdigest()
            if held != folders.sha256_of(files / name):
                raise Trouble(
                    f"Another file is called {name} already where files are kept: move it away first."
                )
            continue
        with (files / name).open("rb") as file:
            saved = default_storage.save(name, File(file, name=name))
        if saved != name:
            default_storage.delete(saved)
            raise Trouble(f"The file {name} was to be stored, and the storage called it {saved}.")
    tell(f"{FILES}: {len(names):,} stored files")


def _put_database(copy: Path, using: str) -> None:
    """Put a SQLite file where the settings say."""
    connection = connections[using]
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    aside = target.with_name(f"{target.name}.restoring")
    shutil.copyfile(copy, aside)
    with aside.open("rb+") as file:
        os.fsync(file.fileno())
    # Of the empty database that stood there: they would be taken for the newest of this one.
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    aside.replace(target)
    folders.sync(target.parent)
