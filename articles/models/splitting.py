"""A suggestion that is several, and several that are one: the reader cuts a text at its full stops, people do not."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError

from articles.models.appearance import trimmed
from articles.models.ledger import act
from articles.models.recorded import Storable
from articles.refusals import Refused

# What the reader found, which the parts share.
_FOUND = ("kind", "score", "reasons", "chain", "clauses", "rests_on", "reader")
# How many characters may lie between two that are joined.
_NEIGHBOURS = 200


class Splitting(Storable):
    """What a span of a text says, found by a reader; nothing of it enters the ledger."""

    if TYPE_CHECKING:  # what the noun has
        start: Any
        end: Any
        score: Any
        clauses: Any
        rests_on: Any
        article_version: Any
        article_version_id: int

        def _require_open(self) -> None: ...

    class Meta:
        abstract = True

    def split(self, by: Any, cuts: Iterable[int] = ()) -> list[Self]:
        """Make several suggestions of this one, to be decided on one by one; return them, this one the first.

        At each of `cuts`, offsets in the text, a new part begins; without any, the clauses that were found are the
        parts. A text that is read again is suggested in whole sentences again, but for what was decided.
        """
        with act(by, "split_suggestion", None):
            self._require_open()
            spans = self._parts(sorted(set(cuts)))
            parts = [type(self)(article_version_id=self.article_version_id) for _ in spans[1:]]
            parts.insert(0, self)
            whole = {name: getattr(self, name) for name in _FOUND}
            for part, (start, end) in zip(parts, spans, strict=True):
                for name, value in whole.items():
                    setattr(part, name, value)
                part.start, part.end = start, end
                part.clauses = [one for one in whole["clauses"] if start <= one[0] and one[1] <= end]
                part.clauses = [] if part.clauses == [[start, end]] else part.clauses
                part.rests_on = [one for one in whole["rests_on"] if start <= one["start"] < end]
                part.full_clean()
                part.save()
        return parts

    def _parts(self, cuts: list[int]) -> list[tuple[int, int]]:
        """Return the spans into which it is cut."""
        if not cuts:
            if len(self.clauses) < 2:
                raise Refused("No clauses were found in this; say where the next part begins.", "no_clauses")
            return [(start, end) for start, end in sorted(self.clauses)]
        if not self.start < cuts[0] <= cuts[-1] < self.end:
            raise ValidationError({"cuts": "A part must begin within the words of the suggestion."})
        text, edges = self.article_version.text, [self.start, *cuts, self.end]
        spans = [trimmed(text, start, end) for start, end in pairwise(edges)]
        if any(start >= end for start, end in spans):
            raise ValidationError({"cuts": "There are no words in one of the parts."})
        return spans

    def join(self, by: Any, other: Self) -> None:
        """Make one suggestion of this and its neighbour, which is one no longer.

        Raises Refused unless both are open and stand in one paragraph, side by side.
        """
        with act(by, "join_suggestions", None):
            self._require_open()
            other._require_open()
            if other.pk == self.pk:
                raise Refused("A suggestion has itself for no neighbour.", "not_neighbours")
            first, last = sorted((self, other), key=lambda one: (one.start, one.end))
            gap = first.article_version.text[first.end : last.start]
            if (
                first.article_version_id != last.article_version_id
                or last.start - first.end > _NEIGHBOURS
                or "\n\n" in gap.replace(" ", "")
            ):
                raise Refused("Only suggestions that stand side by side become one.", "not_neighbours")
            self.clauses = [one for part in (first, last) for one in part.clauses or [[part.start, part.end]]]
            for name in ("reasons", "chain", "rests_on"):
                found = getattr(first, name) + getattr(last, name)
                setattr(self, name, [one for at, one in enumerate(found) if one not in found[:at]])
            self.score = max(first.score, last.score)
            self.start, self.end = first.start, max(first.end, last.end)
            other.delete()
            self.full_clean()
            self.save()
