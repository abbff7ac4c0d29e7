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

from django.db.models import Case, F, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Length

from articles.graph import Several
from articles.models import Change, ChangeRow, LedgerHead, Readers
from articles.models.counting import AmongFew
from articles.models.ledger import Key, recorded_models

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

    Costs a statement for the entries with what they name, and one for that as it stands. Raises BeyondTheHead.
    """
    if place.seq > head.seq:
        raise BeyondTheHead
    named = _named(place, limit + 1, head.seq)
    taken = _that_fit(named[:limit])
    more = len(named) > len(taken)
    if not taken:
        return Page([], Place(head.seq), False)
    shown = rows_shown({(one.object_type, one.object_id) for one in taken})
    ends_inside = more and named[len(taken)].change_id == taken[-1].change_id
    entries = []
    for seq, several in groupby(taken, key=attrgetter("change_id")):
        whole = not (ends_inside and seq == taken[-1].change_id)
        written = list(several)
        entries.append(_entry(written[0].change, [_row(one, shown) for one in written], whole))
    last = taken[-1]
    if not more:
        # Also past the entries that readers know nothing of.
        return Page(entries, Place(head.seq), False)
    return Page(entries, Place(last.change_id, last.position if ends_inside else None), True)


def _named(place: Place, wanted: int, head: int) -> list[ChangeRow]:
    """Return the next rows that public entries name to readers, without what they hold, in order, each with its entry
    as `change`; it says how `long` the text of what it names is today. One statement."""
    rows = ChangeRow.objects.exclude(readers=Readers.HIDDEN).order_by("change_id", "position")
    seen = Change.objects.visible_to(None).order_by("seq")
    # Every public entry names a row or more, so no more entries are needed than rows are wanted. Arrays of few, both:
    # where it has to look for the entries by itself, PostgreSQL reads all of them in their order.
    later = seen.filter(seq__gt=place.seq, seq__lte=head).values("seq")[:wanted]
    those = Q(AmongFew(F("pk"), rows.filter(AmongFew(F("change"), later)).values("pk")[:wanted]))
    if place.position is not None:
        begun = seen.filter(seq=place.seq).order_by().values("seq")
        rest = rows.filter(change__in=begun, position__gt=place.position)
        those |= Q(AmongFew(F("pk"), rest.values("pk")[:wanted]))
    found = rows.filter(those).select_related("change").annotate(long=_length())
    return list(found.only("position", "object_type", "object_id", *_of_entries())[:wanted])


def _of_entries() -> list[str]:
    return [f"change__{column.attname}" for column in Change._meta.concrete_fields]


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
