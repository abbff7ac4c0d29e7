"""Vectors in SQLite: rows of a plain table, compared in memory, one with all.

Each process that is asked keeps a matrix of them: 4 bytes for each number, 1.5 GB for a million claims and a model of
384 dimensions. Before each answer one look at the table says whether rows came or went; then only those are read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from articles.models import ClaimVector
from articles.search.documents import DESK, VECTORS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from articles.meaning.model import Vectors

# Rows that are compared at once, and that are read at once.
_STEP = 65_536
# Room that is kept for rows to come: one in so many of those that are there.
_ROOM = 8
# Of a row that went.
_GONE = -1


class Matrix:
    """The vectors of one model in one database, as this process last saw them."""

    def __init__(self, model: str, dimensions: int) -> None:
        import numpy as np

        self.model, self.dimensions = model, dimensions
        self.lock = threading.Lock()
        self.seen = (0, 0)
        self.size = 0
        self.ids: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.documents: NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self.numbers: Vectors = np.empty((0, dimensions), dtype=np.float32)

    def renewed(self, connection: Any) -> tuple[NDArray[np.int64], NDArray[np.int64], Vectors]:
        """Return ids of rows, their documents and their vectors, as the table has them now."""
        with self.lock, connection.cursor() as cursor:
            # Ids are never given twice, so that a new row shows by the highest, and one that went by the count.
            cursor.execute(
                f"SELECT (SELECT COUNT(*) FROM {VECTORS}), COALESCE((SELECT MAX(id) FROM {VECTORS}), 0)"
            )
            now = cursor.fetchone()
            if now != self.seen:
                if now[1] < self.seen[1]:
                    # Rows were seen that were never committed: nothing here can be trusted.
                    self.size, self.seen = 0, (0, 0)
                self._append(cursor)
                if self._alive() != now[0]:
                    self._bury(cursor)
                self.seen = now
            # What comes later is written behind these, and what goes becomes zeros: nobody's answer breaks.
            return self.ids[: self.size], self.documents[: self.size], self.numbers[: self.size]

    def _alive(self) -> int:
        return int((self.documents[: self.size] != _GONE).sum())

    def _append(self, cursor: Any) -> None:
        import numpy as np

        cursor.execute(
            f"SELECT id, document, vector FROM {VECTORS} WHERE id > %s AND model_sha256 = %s AND LENGTH(vector) = %s "
            "ORDER BY id",
            [self.seen[1], self.model, 4 * self.dimensions],
        )
        while rows := cursor.fetchmany(_STEP):
            self._make_room(len(rows))
            place = slice(self.size, self.size + len(rows))
            self.ids[place] = [row[0] for row in rows]
            self.documents[place] = [row[1] for row in rows]
            joined = b"".join(bytes(row[2]) for row in rows)
            self.numbers[place] = np.frombuffer(joined, dtype="<f4").reshape(len(rows), self.dimensions)
            self.size += len(rows)

    def _make_room(self, more: int) -> None:
        import numpy as np

        needed = self.size + more
        if needed <= len(self.ids):
            return
        room = needed + needed // _ROOM
        ids, documents = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
        numbers = np.empty((room, self.dimensions), dtype=np.float32)
        for old, new in ((self.ids, ids), (self.documents, documents), (self.numbers, numbers)):
            new[: self.size] = old[: self.size]
        self.ids, self.documents, self.numbers = ids, documents, numbers

    def _bury(self, cursor: Any) -> None:
        """Forget the rows that went, their numbers too; where they are many, close the gaps."""
        import numpy as np

        cursor.execute(
            f"SELECT id FROM {VECTORS} WHERE id <= %s", [int(self.ids[: self.size].max(initial=0))]
        )
        there = np.fromiter((row[0] for row in cursor), dtype=np.int64)
        gone = ~np.isin(self.ids[: self.size], there)
        self.documents[: self.size][gone] = _GONE
        self.numbers[: self.size][gone] = 0
        if gone.sum() * _ROOM > self.size:
            left = ~gone
            self.ids, self.documents = self.ids[: self.size][left], self.documents[: self.size][left]
            self.numbers = self.numbers[: self.size][left]
            self.size = len(self.ids)


_matrices: dict[tuple[str, str], Matrix] = {}


def forget() -> None:
    """Forget what this process holds of all databases."""
    _matrices.clear()


class Sqlite:
    """The vectors of one database."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection

    def trouble(self, dimensions: int) -> str:
        """Return why vectors can not be kept or compared here, as a sentence; "" where they can."""
        return ""

    def install(self, dimensions: int) -> None:
        """Nothing to do: the table is there."""

    def finish(self) -> None:
        """Nothing to do: there is no index."""

    def empty(self) -> None:
        """Forget all vectors."""
        ClaimVector.objects.using(self.connection.alias).all().delete()

    def add(self, model: str, rows: Iterable[tuple[int, str, Vectors]]) -> None:
        """Write vectors: search document, SHA-256 of the text that was read, numbers."""
        ClaimVector.objects.using(self.connection.alias).bulk_create(
            ClaimVector(
                document=document,
                text_sha256=text,
                model_sha256=model,
                vector=numbers.astype("<f4").tobytes(),
            )
            for document, text, numbers in rows
        )

    def nearest(self, model: str, asked: Vectors, desk: bool, limit: int) -> list[list[tuple[int, float]]]:
        """Return for each vector the rows closest to it, closest first, with the cosine; `desk`: also the desk's."""
        import numpy as np

        key = (str(self.connection.settings_dict["NAME"]), model)
        matrix = _matrices.setdefault(key, Matrix(model, asked.shape[1]))
        ids, documents, numbers = matrix.renewed(self.connection)
        best_ids = np.empty((0, len(asked)), dtype=np.int64)
        best = np.empty((0, len(asked)), dtype=np.float32)
        for start in range(0, len(ids), _STEP):
            part = slice(start, start + _STEP)
            cosines = numbers[part] @ asked.T
            hidden = documents[part] == _GONE
            if not desk:
                hidden |= (documents[part] & DESK) == DESK
            cosines[hidden] = -np.inf
            held = _highest(cosines, limit)
            best_ids = np.concatenate([best_ids, ids[part][held]])
            best = np.concatenate([best, np.take_along_axis(cosines, held, axis=0)])
            held = _highest(best, limit)
            best_ids, best = (
                np.take_along_axis(best_ids, held, axis=0),
                np.take_along_axis(best, held, axis=0),
            )
        return [_told(best_ids[:, column], best[:, column]) for column in range(len(asked))]


def _highest(values: Vectors, limit: int) -> NDArray[np.intp]:
    """Return for each column the rows of its highest values, in no order."""
    import numpy as np

    if limit >= len(values):
        return np.broadcast_to(np.arange(len(values))[:, None], values.shape)
    return np.argpartition(-values, limit - 1, axis=0)[:limit]


def _told(ids: Sequence[Any] | NDArray[np.int64], cosines: Vectors) -> list[tuple[int, float]]:
    some = [(int(pk), float(one)) for pk, one in zip(ids, cosines, strict=True) if one > -1.5]
    return sorted(some, key=lambda one: (-one[1], one[0]))


__all__ = ["Sqlite", "forget"]
