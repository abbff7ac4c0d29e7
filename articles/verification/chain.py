"""The ledger fits itself: each entry follows the one before it and commits to the rows that are there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import models
from django.db.models.functions import Lag

from articles.canonical import leaf, merkle_root, sha256
from articles.models import Change, ChangeRow, LedgerHead
from articles.models.ledger import BEFORE_THE_FIRST, Readers
from articles.verification.reading import CHUNK, Reading, Wrong, json_object


def chain(reading: Reading) -> Wrong:
    """Every envelope follows the one before, says what its columns say and commits to its rows."""
    previous, expected = BEFORE_THE_FIRST, 0
    change = None
    committed = _Commitments(reading)
    for change in reading.all(Change.objects.order_by("seq"), "chain"):
        name = f"change {change.seq}"
        if change.seq != expected:
            yield name, f"the ledger should go on with {expected}: entries are missing"
        expected = change.seq + 1
        if sha256(change.envelope) != change.hash:
            yield name, "its hash is not that of its envelope"
        envelope = json_object(change.envelope)
        if envelope is None:
            yield name, "its envelope is not a JSON object"
            previous = change.hash
            continue
        if envelope.get("previous") != previous:
            yield name, "it does not follow the entry before it"
        previous = change.hash
        for field, value in change.projections().items():
            if envelope.get(field) != value:
                yield (
                    name,
                    f"its column for “{field}” says {value!r}, its envelope {envelope.get(field)!r}",
                )
        leaves = committed.by(change.seq)
        if len(leaves) != change.rows:
            yield name, f"it wrote {change.rows} rows, {len(leaves)} are there"
        elif leaves and merkle_root(leaves) != envelope.get("commitment"):
            yield name, "its rows are not the ones it commits to"
    head = LedgerHead.objects.using(reading.using).filter(pk=1).first()
    if change is None:
        yield "ledger", "it has no entry, not even its genesis"
    elif head is None or (head.seq, head.hash) != (change.seq, change.hash):
        yield "ledger head", f"it points at {head}, the last entry is {change.seq} {change.hash}"


class _Commitments:
    """The commitments of all entries, read once from the first on."""

    def __init__(self, reading: Reading) -> None:
        rows = (
            ChangeRow.objects.using(reading.using)
            .order_by("change_id", "position")
            .values_list("change_id", "commitment")
            .iterator(CHUNK)
        )
        self._groups: Iterator[tuple[int, Iterator[Any]]] = groupby(rows, itemgetter(0))
        self._next = next(self._groups, None)

    def by(self, seq: int) -> list[str]:
        """Return those of an entry, in their order; entries are asked for in theirs."""
        while self._next is not None and self._next[0] < seq:
            self._next = next(self._groups, None)
        if self._next is None or self._next[0] != seq:
            return []
        leaves = [commitment for _, commitment in self._next[1]]
        self._next = next(self._groups, None)
        return leaves


def payloads(reading: Reading) -> Wrong:
    """Every payload is the one committed to; an erased one has a redaction that says so."""
    table = ChangeRow._meta.db_table
    rows = ChangeRow.objects.order_by("pk").values_list(
        "pk", "change_id", "position", "object_type", "object_id", "readers", "salt", "payload", "commitment"
    )
    for pk, change, position, *columns, salt, payload, commitment in reading.all(rows, "payloads"):
        if payload is None:
            if (table, pk, "payload") not in reading.redacted:
                yield (
                    f"change row {change}.{position}",
                    "its payload was erased and no redaction says so",
                )
        elif leaf(salt, payload) != commitment:
            yield f"change row {change}.{position}", "its payload is not the one it commits to"
        else:
            said = json_object(payload) or {}
            if [said.get("object"), said.get("id"), said.get("readers")] != columns:
                yield (
                    f"change row {change}.{position}",
                    "its columns and its payload name different objects",
                )


def alterations(reading: Reading) -> Wrong:
    """Every row about what readers saw until then says so: by that the list of corrections finds it."""
    each: dict[str, Any] = {
        "partition_by": ["object_type", "object_id"], "order_by": ["change_id", "position"],
    }  # fmt: skip
    rows = ChangeRow.objects.using(reading.using).order_by()
    seen = rows.annotate(before=models.Window(Lag("readers"), **each)).filter(before=Readers.SHOWN)
    # Looked at here: asked of the database, it would leave those that do say it out before it looks back.
    for change, position, alters in seen.values_list("change_id", "position", "alters").iterator(CHUNK):
        if not alters:
            yield (
                f"change row {change}.{position}",
                "it does not say that it altered what readers saw",
            )
