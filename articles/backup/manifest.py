"""What a back-up says of itself."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

FORMAT = 1
NAME = "manifest.json"
# Where stored files lie in a back-up, by the names that the database has for them.
FILES = "files"


class Trouble(Exception):
    """Why a back-up was not made, or not restored, and what to do: a sentence."""


@dataclass(frozen=True)
class Manifest:
    """Of what moment a back-up is, and what can read it."""

    format: int
    # "sqlite" or "postgresql"; one cannot be restored into the other.
    engine: str
    # The moment it was made, in UTC, and the release that made it.
    made_at: str
    release: str
    # Number and hash of the ledger's newest entry; both empty where no migration has run.
    seq: int | None
    hash: str
    # Of each app the migrations that had run.
    migrations: dict[str, list[str]]
    # The file that holds the database, and how many stored files are beside it.
    database: str
    files: int

    def dumped(self) -> bytes:
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)

    @classmethod
    def read(cls, place: Path) -> Manifest:
        """Read that of a back-up. Raises Trouble."""
        path = place / NAME
        try:
            told: Any = orjson.loads(path.read_bytes())
        except FileNotFoundError:
            raise Trouble(f"{place} is no back-up: it has no {NAME}.") from None
        except (OSError, ValueError) as trouble:
            raise Trouble(f"{path} cannot be read: {trouble}.") from trouble
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise Trouble(
                f"{path} is of a format that this release does not know: restore it with a newer one."
            )
        try:
            return cls(**told)
        except TypeError as trouble:
            raise Trouble(f"{path} is not what a back-up says of itself: {trouble}.") from trouble


def applied(using: str) -> dict[str, list[str]]:
    """Return the migrations that have run on a database, by app."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connections[using]).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found
