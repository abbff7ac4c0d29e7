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
from typing import Any

from articles.models import Change, ChangeRow, LedgerHead
from articles.models.ledger import Key, Readers, batches, by_model, recorded_models

# An answer ends with the entry in which it comes to so many rows.
ENTRIES, ROWS = 500, 2000


def instance() -> str:
    """Return the id of this record, which no other has: it stands in the first entry."""
    found: str = json.loads(Change.objects.values_list("envelope", flat=True).get(pk=0))["instance"]
    return found


def entries(first: int, head: LedgerHead) -> tuple[list[dict[str, Any]], int | None]:
    """Return entries from a number on, oldest first, as plain values; and where to go on, None at the head.

    Of an entry that readers know nothing of, `envelope` is None and `rows` are empty.
    """
    chain = list(
        Change.objects.filter(seq__gte=first, seq__lte=head.seq)
        .order_by("seq")
        .values_list("seq", "hash")[:ENTRIES]
    )
    acts = Change.objects.visible_to(None).in_bulk([seq for seq, _ in chain])
    taken, together = [], 0
    for seq, digest in chain:
        taken.append((seq, digest))
        together += acts[seq].rows if seq in acts else 0
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


def open_payloads(rows: Iterable[ChangeRow]) -> set[int]:
    """Return the ids of those of the rows whose payload anybody may have. One statement for each noun."""
    asked: dict[Key, list[int]] = defaultdict(list)
    models = {model._meta.model_name: model for model in recorded_models()}
    for row in rows:
        model = models.get(row.object_type)
        if row.payload is not None and row.readers == Readers.SHOWN and model and not model.unshown:
            asked[(row.object_type, row.object_id)].append(row.pk)
    opened: set[int] = set()
    for model, ids in by_model({key: models[key[0]] for key in asked}).items():
        for some in batches(sorted(ids)):
            # How long their texts are makes no difference here, and some are books.
            shown = model.for_readers().defer(*model.long_texts).filter(pk__in=some)
            for one in shown:
                if not one.kept_back():
                    opened.update(asked[(model._meta.model_name, one.pk)])
    return opened
