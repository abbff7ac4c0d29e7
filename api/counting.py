"""What a list says of its extent: how many rows in all where that is asked, and how many its defaults leave out.

All of it by one statement, and none of it further than a bound: past that a list says that there are at least as many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from articles.graph.pages import counting

MOST_COUNTED = 10_000
MOST_HIDDEN = 1_000

COUNTED = {
    "type": "object",
    "required": ["count", "exact"],
    "properties": {
        "count": {"type": "integer", "minimum": 0},
        "exact": {"type": "boolean", "description": "False: there are more, and nobody counted further."},
    },
}
SCHEMA = {
    "hidden": {
        "type": ["object", "null"],
        "description": "What the list leaves out by default although the filters match it, by name: how many rows, "
        "and the parameter that shows them. Null on later pages, where it is not counted again.",
        "additionalProperties": {
            "type": "object",
            "required": ["count", "exact", "shown_by"],
            "properties": {
                **COUNTED["properties"],  # type: ignore[dict-item]
                "shown_by": {"type": "string", "description": "Such as `include=merged`."},
            },
        },
    },
    "total": {
        **COUNTED,
        "type": ["object", "null"],
        "description": "How many rows the whole list has; null unless `count=true` asks for it.",
    },
    "missing": {
        "type": ["array", "null"],
        "items": {"type": "integer"},
        "description": "Which of the `ids` are not in the list; null unless `ids` asks, and on later pages.",
    },
}

Narrow = Callable[[Any], Any]


@dataclass(frozen=True)
class Hiding:
    """Rows a list leaves out unless somebody asks for them: `include=<name>`, or what `lifted_by` sees asked.

    `only` narrows a list to these rows, `without` to the others.
    """

    name: str
    told: str
    only: Narrow
    without: Narrow
    lifted_by: Callable[[Mapping[str, Any]], bool] = lambda asked: False

    def applies(self, asked: Mapping[str, Any]) -> bool:
        # Who names rows by their ids means those; words are looked for in the survivors of what was merged.
        named = "ids" in asked or self.name in asked.get("include", ())
        return not named and not self.lifted_by(asked)


@dataclass(frozen=True)
class Extent:
    """What the envelope of a list says beside its rows."""

    total: dict[str, Any] | None
    hidden: dict[str, Any] | None
    missing: list[int] | None = None


def extent(
    *, total: QuerySet | None, hidden: Sequence[tuple[Hiding, QuerySet]] | None, using: str = "default"
) -> Extent:
    """Count the rows of a list, and those it hides; what is None is not counted."""
    lists = [] if total is None else [bounded(total, MOST_COUNTED)]
    lists += [bounded(rows, MOST_HIDDEN) for _, rows in hidden or ()]
    numbers = _count(lists, using) if lists else []
    counted_all = None if total is None else told(numbers.pop(0), MOST_COUNTED)
    if hidden is None:
        return Extent(counted_all, None)
    return Extent(counted_all, hidden_as_told([one for one, _ in hidden], numbers))


def bounded(rows: QuerySet, most: int) -> QuerySet:
    """Return the ids of a list, cut after one more than its bound."""
    return rows.order_by().values("pk")[: most + 1]


def told(number: int, most: int) -> dict[str, Any]:
    """Return a number that was counted to its bound as answers tell it."""
    return {"count": min(number, most), "exact": number <= most}


def hidden_as_told(hidings: Sequence[Hiding], numbers: Sequence[int]) -> dict[str, Any]:
    """Return what a list hides, by name."""
    return {
        one.name: {**told(number, MOST_HIDDEN), "shown_by": f"include={one.name}"}
        for one, number in zip(hidings, numbers, strict=True)
    }


def _count(lists: Sequence[QuerySet], using: str) -> list[int]:
    """Return how many rows each list has, by one statement."""
    parts: list[str] = []
    params: list[Any] = []
    for rows in lists:
        sql, given = counting(rows, using)
        parts.append(sql)
        params += given
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return list(cursor.fetchone())
