"""The record is what the ledger left: each row, what was redacted in it, and nothing besides."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from articles.models import ChangeRow
from articles.models.ledger import recorded_models
from articles.models.recorded import Recorded
from articles.verification.reading import CHUNK, Reading, Wrong, json_object

# The last image that the ledger has of a row, None for one that was removed, and the entry that left it.
Last = tuple[dict[str, Any] | None, int]


def rows(reading: Reading) -> Wrong:
    """Every row stands as the ledger left it; none came or went past the ledger."""
    for model in recorded_models():
        after = None
        while ids := _ids(reading, model, after):
            last = dict(_last_images(reading, model, after, ids[-1]))
            for pk, image in model.images_of(ids, reading.using):
                wrong = _compared(image, last.pop(pk, None))
                if wrong:
                    yield f"{model._meta.verbose_name} {pk}", wrong
            yield from _gone(model, last.items())
            reading.progress("rows", len(ids))
            after = ids[-1]
        yield from _gone(model, _last_images(reading, model, after, None))


def _ids(reading: Reading, model: type[Recorded], after: int | None) -> list[int]:
    there = model._base_manager.using(reading.using).order_by("pk")
    if after is not None:
        there = there.filter(pk__gt=after)
    return list(there.values_list("pk", flat=True)[:CHUNK])


def _last_images(
    reading: Reading, model: type[Recorded], after: int | None, until: int | None
) -> Iterator[tuple[int, Last]]:
    """Yield (row id, last image) of all rows with ids after one and up to another that the ledger has ever had."""
    there = ChangeRow.objects.using(reading.using).filter(object_type=model._meta.model_name)
    if after is not None:
        there = there.filter(object_id__gt=after)
    if until is not None:
        there = there.filter(object_id__lte=until)
    states = there.order_by("object_id", "change_id", "position")
    found = states.values_list("object_id", "change_id", "payload").iterator(CHUNK)
    for pk, written in groupby(found, itemgetter(0)):
        for _, seq, payload in written:
            last = (seq, payload)
        seq, payload = last
        if payload is None:
            # Erased after its last state was written: there is nothing to compare it with.
            yield pk, ({}, seq)
            continue
        image = (json_object(payload) or {}).get("image")
        yield pk, (image if isinstance(image, dict) else None, seq)


def _compared(image: dict[str, Any], last: Last | None) -> str:
    """Return what is wrong with a row of this image, of which the ledger has that one last; empty where nothing is."""
    if last is None:
        return "it never entered the ledger"
    left, seq = last
    if left is None:
        return f"the ledger (entry {seq}) says that it was removed"
    if image == left:
        return ""
    # A column that came with a later release is not in the image.
    changed = [field for field, value in left.items() if image.get(field) != value]
    return f"{', '.join(changed)} is not what entry {seq} of the ledger left there" if changed else ""


def _gone(model: type[Recorded], left: Any) -> Wrong:
    for pk, (image, seq) in left:
        if image is not None:
            yield f"{model._meta.verbose_name} {pk}", f"it is gone; entry {seq} of the ledger left it there"


def redactions(reading: Reading) -> Wrong:
    """Every column that a redaction masked still reads as it was masked."""
    tables = {model._meta.db_table: model for model in recorded_models()}
    for (table, pk, column), (_, after) in reading.redacted.items():
        model = tables.get(table)
        if model is None:
            continue
        value = model._base_manager.using(reading.using).filter(pk=pk).values_list(column, flat=True).first()
        if value != after:
            yield f"{model._meta.verbose_name} {pk}", f"its {column} is not what the redaction left there"
