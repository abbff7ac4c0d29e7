"""What acts of the ledger changed in a row, field by field and word by word."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.admin.passages import changed
from articles.models import Change, ChangeRow
from articles.views.history import done, noun

# What a row says of itself, or of who wrote it, beside what it says.
LEFT_OUT = frozenset(
    {"id", "revision", "created_at", "created_by_id", "public_seq", "start", "end", "claim_id", "readers"}
)
# What stands around a quotation; of a new one nobody reads how long it is.
AROUND = frozenset({"prefix", "suffix"})
# Characters; a longer text is not compared here.
LONGEST = 20_000


@dataclass(frozen=True)
class Difference:
    """What one field said before and after: as HTML with what came and went, or as a sentence where the ledger has the
    text by its hash alone."""

    label: str
    words: SafeString | str
    is_sentence: bool = False


@dataclass(frozen=True)
class Row:
    """What an act did to one row."""

    noun: str
    is_new: bool
    differences: list[Difference]
    note: str = ""


@dataclass
class Act:
    """One entry of the ledger: when, who, what, and what it changed in which rows."""

    seq: int
    at: datetime
    who: Any
    done: str
    rows: list[Row] = field(default_factory=list)


def tell(rows: Any, most: int) -> list[Act]:
    """Return the last acts that wrote these rows of the ledger, newest first. One query; `rows` is a QuerySet."""
    acts: dict[int, Act] = {}
    for row in states(rows).select_related("change__actor").order_by("-change", "position")[:most]:
        change = row.change
        act = acts.setdefault(change.seq, Act(change.seq, change.at, change.actor, done(change.verb)))
        told = told_of(row)
        if told is not None:
            act.rows.append(told)
    return list(acts.values())


def told_by_entry(rows: Any, changes: Iterable[Change]) -> dict[int, list[Difference]]:
    """Return seq → what that entry changed, of one row's states in the ledger. One query."""
    found: dict[int, list[Difference]] = defaultdict(list)
    for row in states(rows.filter(change__in=[change.seq for change in changes])):
        told = told_of(row)
        if told is not None:
            found[row.change_id] += told.differences
    return found


def states(rows: Any) -> Any:
    """Load each state of a row with the one before it."""
    earlier = ChangeRow.objects.filter(
        object_type=models.OuterRef("object_type"),
        object_id=models.OuterRef("object_id"),
        change__lt=models.OuterRef("change"),
    )
    before = models.Subquery(earlier.order_by("-change").values("payload")[:1])
    return rows.annotate(before=before).defer("salt", "commitment", "change__envelope")


def told_of(row: Any) -> Row | None:
    """Return what this state of a row changed; None where it changed nothing that is told."""
    name = noun(row.object_type)
    if row.payload is None:
        return Row(name, False, [], _("A redaction erased what this entry held."))
    after, before = _image(row.payload), _image(row.before)
    if after is None:
        return Row(name, False, [], _("It was removed."))
    model = apps.get_model("articles", row.object_type)
    is_new = before is None
    differences = [
        one
        for key, value in _in_order(model, after)
        if key not in LEFT_OUT and (before or {}).get(key) != value
        for one in [_difference(model, key, (before or {}).get(key), value, is_new)]
        if one is not None
    ]
    return Row(name, is_new, differences) if differences or is_new else None


def _in_order(model: Any, image: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return what an image holds in the order of the model's columns; the ledger has it by the alphabet."""
    known = [one.attname for one in model._meta.concrete_fields]
    return sorted(image.items(), key=lambda item: known.index(item[0]) if item[0] in known else len(known))


def _image(payload: str | None) -> dict[str, Any] | None:
    return None if payload is None else json.loads(payload)["image"]


def _difference(model: Any, key: str, before: Any, after: Any, is_new: bool) -> Difference | None:
    try:
        column = model._meta.get_field(key)
    except FieldDoesNotExist:
        column = next((one for one in model._meta.concrete_fields if one.attname == key), None)
    label = str(column.verbose_name if column is not None else key.replace("_", " "))
    if _is_hash(after) or _is_hash(before):
        if is_new and (not after["length"] or key in AROUND):
            return None
        return Difference(label, _by_hash(before, after), is_sentence=True)
    is_text = isinstance(column, (models.TextField, models.CharField)) and not column.flatchoices
    if is_new and (not (is_text and after) or key == "language"):
        # Its own words say enough.
        return None
    old, new = _in_words(column, before), _in_words(column, after)
    if max(len(old), len(new)) > LONGEST:
        return Difference(label, _("A long text changed; it is not compared here."), is_sentence=True)
    return Difference(label, new if is_new else changed(old, new))


def _is_hash(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"length", "sha256"}


def _by_hash(before: Any, after: Any) -> str:
    lengths = [one["length"] if _is_hash(one) else 0 for one in (before, after)]
    if not _is_hash(before):
        return _("%(after)d characters. The ledger keeps this text by its hash alone.") % {
            "after": lengths[1]
        }
    return _(
        "It had %(before)d characters and has %(after)d. The ledger keeps this text by its hash alone, so that the "
        "words cannot be compared here."
    ) % {"before": lengths[0], "after": lengths[1]}


def _in_words(column: Any, value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(column, models.ForeignKey):
        return f"{column.related_model._meta.verbose_name} {value}"
    choices = dict(getattr(column, "flatchoices", ()) or ())
    if value in choices if isinstance(value, str) else False:
        return str(choices[value])
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
