"""The shape of an answer without the serializer: the same fields, walked once and not for every row.

A serializer says what an answer looks like, for the schema and here. DRF asks each field of each row where its value
is and how it is written; those answers never change, so `shaper` asks once and keeps what is left: a list of names
and small functions. A test compares both ways.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

import orjson
from django.db.models import Manager
from rest_framework import serializers

from api.fields import Chosen
from api.serializers.record import Address, Found, RecordSerializer

# Makes the shape of a row; the second argument is the beginning of every address, such as "https://example.org".
Shaper = Callable[[Any, str], Any]

# How many shapes are kept; who asks for ever new choices of fields has them made.
MOST_SHAPES = 500

AS_IT_IS = (
    serializers.CharField, serializers.IntegerField, serializers.BooleanField, serializers.ChoiceField,
    serializers.JSONField, serializers.DictField, serializers.UUIDField,
)  # fmt: skip
NEVER_TEXT = (
    serializers.BaseSerializer, serializers.DateTimeField, serializers.DateField, serializers.IntegerField,
    serializers.BooleanField, Address,
)  # fmt: skip


@lru_cache(MOST_SHAPES)
def shaper(serializer_class: type[Any], chosen: Chosen | None = None) -> Shaper:
    """Return what does to a row what this serializer does; with `chosen`, to these of its fields alone."""
    return _of_serializer(serializer_class(), chosen)


def _of_serializer(serializer: Any, chosen: Chosen | None) -> Shaper:
    within = dict(chosen) if chosen is not None else dict.fromkeys(serializer.fields)
    fields = [(name, field) for name, field in serializer.fields.items() if name in within]
    names = [name for name, _ in fields]
    of_row = [(name, make) for name, field in fields if (make := _of_row(field, within[name])) is not None]
    rest = [(name, field) for name, field in fields if name not in dict(of_row)]
    written = [(name, write) for name, field in rest if (write := _of_value(field, within[name])) is not None]
    texts = (
        [name for name, field in fields if not isinstance(field, NEVER_TEXT)]
        if isinstance(serializer, RecordSerializer)
        else []
    )
    # All values by one call. A field of the whole row has none: something keeps its place; and something stands at
    # the end, since of a single name `attrgetter` makes no tuple.
    sources = {name: ".".join(field.source_attrs) for name, field in rest}
    values_of = attrgetter(*(sources.get(name, "__class__") for name in names), "__class__")

    def shape(row: Any, base: str) -> dict[str, Any]:
        shaped = dict(zip(names, values_of(row), strict=False))
        for name, write in written:
            value = shaped[name]
            if value is not None:
                shaped[name] = write(value, base)
        for name, make in of_row:
            shaped[name] = make(row, base)
        for name in texts:
            if shaped[name] == "":
                shaped[name] = None
        return shaped

    return shape


def _of_row(field: serializers.Field, chosen: Chosen | None) -> Shaper | None:
    """Return what makes a field of the whole row; None for a field that shows one of its values."""
    if isinstance(field, Found):
        return _of_found(getattr(field.parent, field.method_name or ""), chosen)
    if isinstance(field, serializers.SerializerMethodField):
        method = getattr(field.parent, field.method_name or "")
        return lambda row, base: method(row)
    if isinstance(field, Address):
        path = field.path
        return lambda row, base: base + path(row)
    if isinstance(field, serializers.ListSerializer):
        child: Any = field.child
        return _of_many(field.source_attrs, _of_serializer(child, chosen))
    return None


def _of_value(field: serializers.Field, chosen: Chosen | None) -> Shaper | None:
    """Return what writes the value of a field; None where it stays as it is."""
    if isinstance(field, serializers.Serializer):
        return _of_serializer(field, chosen)
    if type(field) is serializers.DateTimeField:
        return _moment
    if type(field) is serializers.DateField:
        return _day
    if isinstance(field, AS_IT_IS):
        return None
    represent = field.to_representation
    return lambda value, base: represent(value)


def _of_found(find: Any, chosen: Chosen | None) -> Shaper:
    shape = _of_serializer(find.shape, chosen)

    def make(row: Any, base: str) -> Any:
        found = find(row)
        return None if found is None else shape(found, base)

    return make


def _of_many(source: list[str], shape: Shaper) -> Shaper:
    value_of, name = attrgetter(".".join(source)), source[0]

    def make(row: Any, base: str) -> list[Any]:
        # Where Django keeps what was prefetched; to ask a manager for it, one would be made for each row.
        rows = row.__dict__.get("_prefetched_objects_cache", {}).get(name)
        if rows is None:
            rows = value_of(row)
            rows = rows.all() if isinstance(rows, Manager) else rows
        return [shape(one, base) for one in rows]

    return make


def _moment(value: datetime, base: str) -> str:
    # `isoformat` takes ten times as long.
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)[1:-1].decode()


def _day(value: Any, base: str) -> str:
    return value.isoformat()
