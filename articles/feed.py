"""The change feed: what happened to the record as readers see it, entry by entry, so that a copy can be kept in step.

Each public entry of the ledger names the rows that it wrote, showed or hid. The feed answers with these rows as they
stand *now*, not as they stood then: whoever applies all entries in order, putting what is shown in the place of what
they have and throwing away what is gone, ends with the record as readers see it. It does not matter how often they
read an entry, nor that others write meanwhile, since whatever changes a row later is a later entry.

Rows are flat: the columns of the table, dates and moments as texts, foreign keys as ids. Such an id may name a row
that readers do not see.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Subquery, When
from django.db.models.functions import Length

from articles.graph import Several
from articles.models import Change, ChangeRow, LedgerHead, Readers
from articles.models.ledger import Key, batches, recorded_models

# A page ends early where its texts would be longer than this together, in code points; one row it always holds.
LONGEST = 4_000_000
# The nouns whose rows may be large, and the column that makes them so.
LARGE = {"articleversion": "text", "sourceversion": "text", "verdict": "snapshot"}


@dataclass(frozen=True)
class Place:
    """How far somebody has read: all entries up to `seq`; with a position, of that one only the rows up to there."""

    seq: int
    position: int | None = None


@dataclass(frozen=True)
class Page:
    """Some entries, oldest first, as plain values; `place` is how far whoever applied them has read."""

    entries: list[dict[str, Any]]
    place: Place
    more: bool


class BeyondTheHead(Exception):
    """Somebody has read further than this ledger goes."""


def read(place: Place, limit: int, head: LedgerHead) -> Page:
    """Return the next `limit` rows, at most, of entries after a place, up to the head.

    Costs a statement for entries, one for what they name (for every 500 of them), and one for that as it stands; two
    more where a page begins within an entry. Raises BeyondTheHead.
    """
    if place.seq > head.seq:
        raise BeyondTheHead
    named, acts = _named(place, limit + 1, head.seq)
    taken = _that_fit(named[:limit])
    more = len(named) > len(taken)
    if not taken:
        return Page([], Place(head.seq), False)
    shown = rows_shown({(one.object_type, one.object_id) for one in taken})
    ends_inside = more and named[len(taken)].change_id == taken[-1].change_id
    entries = []
    for seq, several in groupby(taken, key=attrgetter("change_id")):
        whole = not (ends_inside and seq == taken[-1].change_id)
        entries.append(_entry(acts[seq], [_row(one, shown) for one in several], whole))
    last = taken[-1]
    if not more:
        # Also past the entries that readers know nothing of.
        return Page(entries, Place(head.seq), False)
    return Page(entries, Place(last.change_id, last.position if ends_inside else None), True)


def _named(place: Place, wanted: int, head: int) -> tuple[list[ChangeRow], dict[int, Change]]:
    """Return the next rows that public entries name to readers, without what they hold, in order, and these entries by
    their numbers; each row says how `long` the text of what it names is today."""
    rows = ChangeRow.objects.exclude(readers=Readers.HIDDEN).order_by("change_id", "position")
    rows = rows.only("change", "position", "object_type", "object_id").annotate(long=_length())
    seen = Change.objects.visible_to(None)
    found: list[ChangeRow] = []
    acts: dict[int, Change] = {}
    if place.position is not None:
        found += rows.filter(change=place.seq, position__gt=place.position)[:wanted]
        acts |= seen.in_bulk([place.seq]) if found else {}
    if len(found) < wanted:
        # Every public entry names a row or more, so no more entries are needed than rows are wanted. Their
        # numbers are written out: where it has to look for them first, PostgreSQL reads all entries in their order.
        more = seen.filter(seq__gt=place.seq, seq__lte=head).order_by("seq")[: wanted - len(found)]
        acts |= {one.seq: one for one in more}
        for some in batches([seq for seq in acts if seq != place.seq]):
            found += rows.filter(change__in=some)[: wanted - len(found)]
            if len(found) >= wanted:
                break
    return found, acts


def _length() -> Case:
    ways = [
        When(
            object_type=name,
            then=Subquery(
                _nouns()[name]._base_manager.filter(pk=OuterRef("object_id")).values(_=Length(column))
            ),
        )
        for name, column in LARGE.items()
    ]
    return Case(*ways, output_field=IntegerField())


def _that_fit(named: list[Any]) -> list[Any]:
    """Return the first of the rows, so many as an answer can hold."""
    together = 0
    for count, one in enumerate(named):
        together += one.long or 0
        if together > LONGEST and count:
            return named[:count]
    return named


@cache
def _nouns() -> dict[str, Any]:
    return {str(model._meta.model_name): model for model in recorded_models()}


# What readers see of each noun, whole.
SHOWN = Several(lambda _user, name: _nouns()[name].for_readers().order_by())


def rows_shown(keys: Iterable[Key]) -> dict[Key, dict[str, Any]]:
    """Return key → row, of those among these rows that readers see now, as they stand. One statement."""
    asked: dict[str, list[int]] = defaultdict(list)
    for name, pk in sorted(keys):
        asked[name].append(pk)
    return {(name, row.pk): row.as_shown() for name, rows in SHOWN.find(asked).items() for row in rows}


def _entry(act: Change, rows: list[dict[str, Any]], whole: bool) -> dict[str, Any]:
    told = act.projections()
    return {
        **{name: told[name] for name in ("seq", "at", "verb", "object", "id", "actor")},
        "hash": act.hash,
        "previous": json.loads(act.envelope)["previous"],
        "envelope": act.envelope,
        "whole": whole,
        "rows": rows,
    }


def _row(one: ChangeRow, shown: dict[Key, dict[str, Any]]) -> dict[str, Any]:
    row = shown.get((one.object_type, one.object_id))
    return {
        "object": one.object_type,
        "id": one.object_id,
        "state": Readers.SHOWN.value if row else Readers.GONE.value,
        "row": row,
    }
