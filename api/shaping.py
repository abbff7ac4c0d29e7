"""The shape of an answer without the serializer: the same fields, walked once and not for every row.

A serializer says what an answer looks like: for the schema, for the answers that people at the desk and rare
questions get, and here. DRF asks each field of each row where its value is and how it is written; those answers
never change, so `shaper` asks once and keeps what is left: a list of names and small functions. A test compares
both ways.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any

from django.db.models import Manager
from rest_framework import serializers

from api.serializers.record import Address, RecordSerializer

# Makes the shape of a row; the second argument is the beginning of every address, such as "https://example.org".
Shaper = Callable[[Any, str], Any]

_AS_IT_IS = (
    serializers.CharField, serializers.IntegerField, serializers.BooleanField, serializers.ChoiceField,
    serializers.JSONField, serializers.DictField, serializers.UUIDField,
)  # fmt: skip


@cache
def shaper(serializer_class: type[serializers.Serializer]) -> Shaper:
    """Return what does to a row what this serializer does, for a reader who asked for nothing besides."""
    return _of_serializer(serializer_class(context={"asked": {}}))


def _of_serializer(serializer: serializers.Serializer) -> Shaper:
    parts = [(name, _of_field(field)) for name, field in serializer.fields.items()]
    unknown_is_null = isinstance(serializer, RecordSerializer)

    def shape(row: Any, base: str) -> dict[str, Any]:
        shaped = {name: part(row, base) for name, part in parts}
        if unknown_is_null:
            for name, value in shaped.items():
                if value == "":
                    shaped[name] = None
        return shaped

    return shape


def _of_field(field: serializers.Field) -> Shaper:
    if isinstance(field, serializers.SerializerMethodField):
        method = getattr(field.parent, field.method_name or "")
        return lambda row, base: method(row)
    if isinstance(field, Address):
        path = field.path
        return lambda row, base: base + path(row)
    value_of = attrgetter(".".join(field.source_attrs))
    if isinstance(field, serializers.ListSerializer):
        child: Any = field.child
        return _of_many(value_of, _of_serializer(child))
    write: Callable[[Any, str], Any]
    if isinstance(field, serializers.Serializer):
        write = _of_serializer(field)
    elif type(field) is serializers.DateTimeField:
        write = _moment
    elif type(field) is serializers.DateField:
        write = _day
    elif isinstance(field, _AS_IT_IS):
        return lambda row, base: value_of(row)
    else:
        represent = field.to_representation
        write = lambda value, base: represent(value)  # noqa: E731

    def part(row: Any, base: str) -> Any:
        value = value_of(row)
        return None if value is None else write(value, base)

    return part


def _of_many(value_of: Callable[[Any], Any], shape: Shaper) -> Shaper:
    def part(row: Any, base: str) -> list[Any]:
        rows = value_of(row)
        return [shape(one, base) for one in (rows.all() if isinstance(rows, Manager) else rows)]

    return part


def _moment(value: datetime, base: str) -> str:
    text = value.isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _day(value: Any, base: str) -> str:
    return value.isoformat()
