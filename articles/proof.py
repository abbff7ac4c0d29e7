"""What of the ledger an outsider may hold in their hands, to make the hashes again.

Of every entry the number and the hash; of those that concern readers also the envelope and the commitments of its
rows. The payload behind a commitment, with the salt that opens it, is given out where readers saw the row then and see
it now, and where neither the noun nor the rights in a text keep a column of it back. What was redacted has none any
more.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, RowRange, Sum, Window
from django.db.models.functions import Coalesce

from articles.graph import KEY, Several
from articles.graph.nodes import Node, Statement
from articles.models import Change, ChangeRow, LedgerHead
from articles.models.counting import AmongFew
from articles.models.ledger import Readers, recorded_models

# An answer ends with the entry in which it comes to so many rows.
ENTRIES, ROWS = 500, 2000


def instance() -> str:
    """Return the id of this record, which no other has: it stands in the first entry."""
    return instance_in(Change.objects.values_list("envelope", flat=True).get(pk=0))


def instance_in(genesis: str) -> str:
    """Return the id of the record that this first entry, as it is chained, begins."""
    found: str = json.loads(genesis)["instance"]
    return found


@dataclass(frozen=True)
class Stretch:
    """Entries of the chain as plain values, oldest first; the `head` and the first entry (`genesis`, as it is chained)
    of the ledger that they stand in, and with which number it goes on: None at the head."""

    head: LedgerHead
    genesis: str
    entries: list[dict[str, Any]]
    next: int | None


def stretch(first: int) -> Stretch:
    """Return the entries from a number on, as many as an answer holds; none where the ledger ends before it.

    Of an entry that readers know nothing of, `envelope` is None and `rows` are empty. Two statements, of which the
    first reads the head and the entries at one moment.
    """
    head = _chain().ask(first)[0]
    taken = head.shown.entries
    opened = open_payloads(row for act in taken for row in act.open_rows)
    found = [
        {
            "seq": act.seq,
            "hash": act.hash,
            "envelope": act.envelope if act.public else None,
            "rows": [
                {
                    "commitment": row.commitment,
                    "payload": row.payload if row.pk in opened else None,
                    "salt": row.salt if row.pk in opened else None,
                }
                for row in act.open_rows
            ],
        }
        for act in taken
    ]
    last = taken[-1].seq if taken else head.seq
    return Stretch(head, head.shown.genesis, found, last + 1 if last < head.seq else None)


@cache
def _chain() -> Statement:
    """Return the statement that asks for the head, and the entries from a number on with their rows."""
    seen = Change.objects.visible_to(None)
    next_ones = Change.objects.filter(seq__gte=KEY).order_by("seq").values("seq")[:ENTRIES]
    # Up to the entry in which they come to so many rows, and so those that have fewer before them.
    until_here = Window(
        Sum("rows", filter=Q(public=True)), order_by="seq", frame=RowRange(start=None, end=-1)
    )
    counted = Change.objects.filter(AmongFew(F("seq"), next_ones)).annotate(before=Coalesce(until_here, 0))
    fitting = counted.filter(before__lt=ROWS).order_by().values("seq")
    rows = ChangeRow.objects.filter(change__in=seen.filter(pk=OuterRef("change")).order_by().values("pk"))
    entries = Change.objects.filter(AmongFew(F("seq"), fitting)).order_by("seq")
    entries = entries.prefetch_related(
        Prefetch("change_rows", rows.order_by("position"), to_attr="open_rows")
    )
    genesis = Change.objects.filter(pk=0).values_list("envelope", flat=True)[:1]
    head = Node(LedgerHead.objects.order_by(), {"genesis": genesis, "entries": entries})
    return Statement(head, "default")


@cache
def _nouns() -> dict[str, Any]:
    return {str(model._meta.model_name): model for model in recorded_models()}


def _as_readers_see_it(_user: Any, name: str) -> QuerySet:
    model = _nouns()[name]
    # How long their texts are makes no difference here, and some are books.
    found: QuerySet = model.for_readers().defer(*model.long_texts).order_by()
    return found


SHOWN = Several(_as_readers_see_it)


def open_payloads(rows: Iterable[ChangeRow]) -> set[int]:
    """Return the ids of those of the rows whose payload anybody may have. One statement."""
    asked: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        model = _nouns().get(row.object_type)
        if row.payload is not None and row.readers == Readers.SHOWN and model and not model.unshown:
            asked[row.object_type][row.object_id].append(row.pk)
    opened: set[int] = set()
    for name, shown in SHOWN.find({name: list(ids) for name, ids in asked.items()}).items():
        for one in shown:
            if not one.kept_back():
                opened.update(asked[name][one.pk])
    return opened
