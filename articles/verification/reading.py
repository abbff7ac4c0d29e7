"""What all checks have in common: the database they read, how far they are, what was redacted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import orjson
from django.db import models

from articles.models import RedactedText

# Rows that are read at once.
CHUNK = 2000

Progress = Callable[[str, int], None]
# Which row is wrong, and what is wrong with it.
Wrong = Iterator[tuple[str, str]]


class Reading:
    """One pass over the record of one database."""

    def __init__(self, using: str, progress: Progress) -> None:
        self.using = using
        self.progress = progress
        # (table, row, column) → hash before the first redaction and text after the last.
        self.redacted: dict[tuple[str, int, str], tuple[str, str]] = {}
        for note in RedactedText.objects.using(using).order_by("pk"):
            key = (note.table_name, note.row_id, note.column)
            first = self.redacted.get(key, (note.before_sha256, ""))[0]
            self.redacted[key] = (first, note.masked)

    def all(self, queryset: models.QuerySet, check: str) -> Iterator[Any]:
        """Yield all rows in constant memory, with progress."""
        for some in self.chunks(queryset, check):
            yield from some

    def chunks(self, queryset: models.QuerySet, check: str, size: int = CHUNK) -> Iterator[list[Any]]:
        """Yield all rows, some at a time and in constant memory, with progress."""
        rows = queryset.using(self.using).iterator(chunk_size=size)
        while some := list(islice(rows, size)):
            yield some
            self.progress(check, len(some))


def json_object(text: str) -> dict[str, Any] | None:
    """Return the JSON object in a text, None where there is none: what is read here may be forged."""
    try:
        value = orjson.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
