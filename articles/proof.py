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
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from articles.graph import Several
from articles.models import Change, ChangeRow, LedgerHead
from articles.models.ledger import Readers, batches, recorded_models

# An answer ends with the entry in which it comes to so many rows.
ENTRIES, ROWS = 500, 2000


def instance() -> str:
    """Return the id of this record, which no other has: it stands in the first entry."""
    return instance_in(Change.objects.values_list("envelope", flat=True).get(pk=0))


def instance_in(genesis: str) -> str:
    """Return the id of the record that this first entry, as it is chained, begins."""
    found: str = json.loads(genesis)["instance"]
    return found


def entries(first: int, head: LedgerHead) -> tuple[list[dict[str, Any]], int | None]:
    """Return entries from a number on, oldest first, as plain values; and where to go on, None at the head.

    Of an entry that readers know nothing of, `envelope` is None and `rows` are empty. Three statements.
    """
    seen = Exists(Change.objects.visible_to(None).filter(pk=OuterRef("pk")))
    chain = Change.objects.filter(seq__gte=first, seq__lte=head.seq).annotate(is_seen=seen)
    acts, taken, together = {}, [], 0
    for act in chain.order_by("seq")[:ENTRIES]:
        taken.append((act.seq, act.hash))
        if act.is_seen:
            acts[act.seq] = act
            together += act.rows
        if together >= ROWS:
            break
    rows = defaultdict(list)
    for some in batches([seq for seq, _ in taken if seq in acts]):
        for row in ChangeRow.objects.filter(change__in=some).order_by("change_id", "position"):
            rows[row.change_id].append(row)
    opened = open_payloads(row for several in rows.values() for row in several)
    found = [
        {
            "seq": seq,
            "hash": digest,
            "envelope": acts[seq].envelope if seq in acts else None,
            "rows": [
                {
                    "commitment": row.commitment,
                    "payload": row.payload if row.pk in opened else None,
                    "salt": row.salt if row.pk in opened else None,
                }
                for row in rows[seq]
            ],
        }
        for seq, digest in taken
    ]
    last = taken[-1][0] if taken else head.seq
    return found, last + 1 if last < head.seq else None


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
