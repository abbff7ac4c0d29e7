"""A program that keeps a copy of what readers see, by the change feed alone; and what it must come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from articles.models.ledger import recorded_models

Rows = dict[tuple[str, int], dict[str, Any]]
FEED = "/api/v1/changes/"


class Copier:
    """Follows `next` and applies what it finds. `get` fetches an address and returns the JSON there."""

    def __init__(self, get: Callable[[str], dict[str, Any]], address: str = FEED) -> None:
        self.get = get
        self.address = address
        self.rows: Rows = {}
        self.entries: list[dict[str, Any]] = []
        self.pages = 0

    def follow(self) -> Rows:
        """Read until there is no more, and return the copy."""
        more = True
        while more:
            more = self.step()
        return self.rows

    def step(self) -> bool:
        page = self.get(self.address)
        self.pages += 1
        for entry in page["results"]:
            self.entries.append(entry)
            for one in entry["rows"]:
                key = (one["object"], one["id"])
                if one["state"] == "gone":
                    self.rows.pop(key, None)
                else:
                    self.rows[key] = one["row"]
        self.address = page["next"]
        return bool(page["more"])


def what_readers_see() -> Rows:
    """Return every row of the record that `visible_to` shows to nobody in particular."""
    seen: Rows = {}
    for model in recorded_models():
        ids = set(model.objects.visible_to(None).values_list("pk", flat=True))
        rows = {(model._meta.model_name, row.pk): row.as_shown() for row in model.for_readers()}
        assert {pk for _, pk in rows} == ids, model
        seen.update(rows)
    return seen


def assert_same(copy: Rows, record: Rows, what: str) -> None:
    """Fail with what differs: rows the copy lacks, rows it should not have, and rows that say something else."""
    missing, left = sorted(record.keys() - copy.keys()), sorted(copy.keys() - record.keys())
    other = sorted(key for key in record.keys() & copy.keys() if record[key] != copy[key])
    assert not (missing or left or other), f"{what}: missing {missing}, left over {left}, different {other}"
