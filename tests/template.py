"""The migrated database that every process of a test run takes its own from: the migrations run once, not in each.

    python -m tests.template [name]

makes it beforehand: on SQLite a file in `var/`, which stays until what it is made of changes; on PostgreSQL a
database of that name, which `FACTCHECK_TEMPLATE` then tells the tests of (see `tests.settings`). On a copy the
migrations are asked for once more: none is left, and what follows every migration puts guards and index in their place.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "test-template"
# Besides the migrations of all applications: what runs after each of them.
MADE_OF = ("articles/*.py", "articles/models/**/*.py", "articles/search/**/*.py")


def file() -> Path:
    """Return where SQLite's is or will be: under another name as soon as anything it is made of is another."""
    from django.apps import apps

    migrations = [path for app in apps.get_app_configs() for path in Path(app.path).glob("migrations/*.py")]
    hashed = hashlib.sha256(sqlite3.sqlite_version.encode())
    for path in sorted({*migrations, *(path for pattern in MADE_OF for path in ROOT.glob(pattern))}):
        hashed.update(f"\0{path.name}\0".encode() + path.read_bytes())
    return FOLDER / f"{hashed.hexdigest()[:32]}.sqlite3"


@contextmanager
def at_hand(connection) -> Iterator[None]:
    """While this is open SQLite's test database, in memory, holds what was migrated before, if anything was."""
    made = file()
    if connection.vendor != "sqlite" or not made.exists():
        yield
        return
    # One connection must stay, or the database is gone.
    memory = sqlite3.connect(connection.creation._get_test_db_name(), uri=True)
    source = sqlite3.connect(made)
    source.backup(memory)
    source.close()
    try:
        yield
    finally:
        memory.close()


def keep(content: bytes) -> None:
    """Keep SQLite's for the processes and the runs to come; of two that do so at once either is right."""
    made = file()
    if made.exists():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    begun = made.with_suffix(f".{os.getpid()}")
    begun.write_bytes(content)
    begun.replace(made)
    for old in FOLDER.glob("*.sqlite3"):
        if old != made:
            old.unlink(missing_ok=True)


def make(name: str | None) -> None:
    """Make it, if it is not there; `name` is that of a PostgreSQL database."""
    import django

    django.setup()
    from django.db import connection

    if connection.vendor == "sqlite" and file().exists():
        return
    connection.settings_dict["TEST"]["NAME"] = name
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    if connection.vendor == "sqlite":
        keep(connection.connection.serialize())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    make(sys.argv[1] if len(sys.argv) > 1 else None)
