"""Two rows that turn out to be one: the merged row stays and points at its survivor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from articles.models.ledger import act
from articles.models.recorded import Recorded, RecordQuerySet, Revised, deeper
from articles.models.user import require_editor
from articles.refusals import Refused


class MergingQuerySet(RecordQuerySet):
    """Rows that may have been merged into others of their noun."""

    def one_with(self, row: Any) -> Self:
        """Return a row and the rows merged into it. `row` may be its id, or an `OuterRef` from one query further out.

        Asked for by id, so that the database looks for what hangs on them by index: an OR across a join it would
        answer by reading both tables.
        """
        of = deeper(row)
        return self.filter(models.Q(pk=getattr(of, "pk", of)) | models.Q(merged_into=of)).order_by()

    def families(self, ids: Iterable[int]) -> set[int]:
        """Return the ids of these rows, of their survivors, and of all rows merged into either. Two queries: as one,
        the database would read the whole table for it."""
        known = set(ids)
        survivors = self.filter(pk__in=known).exclude(merged_into=None).order_by()
        known |= set(survivors.values_list("merged_into", flat=True))
        return known | set(self.filter(merged_into__in=known).order_by().values_list("pk", flat=True))


def by_survivor(name: str) -> models.Index:
    """Return the index that answers: what was merged into this row?

    Nearly all rows were merged into none. In the index of the key SQLite counts them as one row's merged ones, and so
    takes every look into it for dear; this one holds the few.
    """
    return models.Index(fields=["merged_into"], name=name, condition=models.Q(merged_into__isnull=False))


class Merging(Revised, Recorded):
    """A noun whose rows can be merged. Nothing is moved: the survivor reads the union, so it can be undone."""

    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )
    if TYPE_CHECKING:  # what Django adds to each noun for this key
        merged_into_id: int | None
        merged: Any

    class Meta:
        abstract = True

    def refuse_merge(self, survivor: Any, by: Any) -> None:
        """Raise where this noun has reasons of its own against this merge."""

    def point_at(self, survivor: Any | None) -> None:
        """Write the new survivor; a noun that keeps more about a merge extends this."""
        self.merged_into = survivor
        self.full_clean()
        self.write(["merged_into"])

    def merge_into(self, survivor: Any, by: Any) -> None:
        """Say that this row is the same as `survivor`. Chains collapse: what pointed here points there."""
        noun = self._meta.verbose_name
        require_editor(by, f"merges {self._meta.verbose_name_plural}")
        with act(by, "merge", self) as entry:
            self.refresh_from_db()
            # Whoever read it before this act may not know yet that it was merged itself.
            survivor.refresh_from_db()
            survivor = survivor.surviving()
            if survivor.pk == self.pk:
                raise Refused(f"A {noun} cannot be merged into itself.", "merge_into_itself")
            if self.merged_into_id:
                raise Refused(f"This {noun} is already merged; take that back first.", "already_merged")
            self.refuse_merge(survivor, by)
            followers = list(self.merged.all())
            for row in [self, *followers]:
                row.point_at(survivor)
            entry.add(self, *followers, survivor)

    def unmerge(self, by: Any) -> None:
        """Take a merge back. What was collapsed onto the survivor stays with it."""
        require_editor(by, f"unmerges {self._meta.verbose_name_plural}")
        with act(by, "unmerge", self) as entry:
            self.refresh_from_db()
            former = self.merged_into
            if former is None:
                raise Refused(f"This {self._meta.verbose_name} is not merged.", "not_merged")
            self.point_at(None)
            entry.add(self, former)

    def surviving(self) -> Any:
        """Return the row this one was merged into, or itself."""
        return self.merged_into or self
