"""The shape of thousands of rows: what `api.shaping` makes of each, out of rows without instances.

Moments and days stay what they are, for `orjson` to write; dates of the world and what else comes again and again are
made once. A test compares every byte with what the serializers answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

import orjson
from rest_framework import serializers

from api.fields import Chosen
from api.serializers.record import Address, ApiUrl, Found, RecordSerializer, WorldDate
from api.shaping import _AS_IT_IS, _NEVER_TEXT
from articles.addresses import address
from articles.dates import DateRange

# Makes of a row what an answer says of it.
Shape = Callable[[Any], Any]

# How `orjson` is to write what a shape leaves as it is.
AS_ANSWERED = orjson.OPT_UTC_Z
# Stands for an id while the rest of an address is found.
_NUMBER = 7_310_577_000
# How many different dates of the world are remembered.
MOST_DATES = 20_000


def shape(serializer_class: type[Any], chosen: Chosen | None, base: str) -> Shape:
    """Return what does to a row what this serializer does, the addresses in it beginning with `base`.

    With `chosen`, it shows these of its fields alone.
    """
    return _of_serializer(serializer_class(), chosen, base)


def _of_serializer(serializer: Any, chosen: Chosen | None, base: str) -> Shape:
    within = dict(chosen) if chosen is not None else dict.fromkeys(serializer.fields)
    fields = [(name, field) for name, field in serializer.fields.items() if name in within]
    names = [name for name, _ in fields]
    sources, written, of_row = {}, [], []
    for name, field in fields:
        dates = _dates_of(field) if within[name] is None else None
        make = None if dates else _of_row(field, within[name], base)
        if dates is not None:
            of_row.append((name, dates))
        elif make is not None:
            of_row.append((name, make))
        else:
            sources[name] = ".".join(field.source_attrs)
            if (write := _of_value(field, within[name], base)) is not None:
                written.append((name, write))
    texts = (
        [name for name, field in fields if not isinstance(field, _NEVER_TEXT)]
        if isinstance(serializer, RecordSerializer)
        else []
    )
    # As in `api.shaping`: something keeps the place of a field of the whole row, and something stands at the end.
    values_of = attrgetter(*(sources.get(name, "__class__") for name in names), "__class__")

    def made(row: Any) -> dict[str, Any]:
        shaped = dict(zip(names, values_of(row), strict=False))
        for name, write in written:
            value = shaped[name]
            if value is not None:
                shaped[name] = write(value)
        for name, make in of_row:
            shaped[name] = make(row)
        for name in texts:
            if shaped[name] == "":
                shaped[name] = None
        return shaped

    return made


def _of_row(field: Any, chosen: Chosen | None, base: str) -> Shape | None:
    """Return what makes a field of the whole row; None for a field that shows one of its values."""
    if isinstance(field, Found):
        find = getattr(field.parent, field.method_name or "")
        return _where_there(find, _of_serializer(find.shape, chosen, base))
    if isinstance(field, serializers.SerializerMethodField):
        method: Shape = getattr(field.parent, field.method_name or "")
        return method
    if isinstance(field, ApiUrl):
        # The same but for the number in it.
        before, _, after = address(field.route, _NUMBER).partition(str(_NUMBER))
        before = base + before
        return lambda row: f"{before}{row.pk}{after}"
    if isinstance(field, Address):
        path = field.path
        return lambda row: base + path(row)
    if isinstance(field, serializers.ListSerializer):
        child: Any = field.child
        rows_of, one = attrgetter(".".join(field.source_attrs)), _of_serializer(child, chosen, base)
        return lambda row: [one(each) for each in rows_of(row)]
    return None


def _where_there(find: Shape, made: Shape) -> Shape:
    def make(row: Any) -> Any:
        found = find(row)
        return None if found is None else made(found)

    return make


def _of_value(field: Any, chosen: Chosen | None, base: str) -> Shape | None:
    """Return what writes the value of a field; None where it stays as it is."""
    if isinstance(field, serializers.Serializer):
        return _of_serializer(field, chosen, base)
    if type(field) in (serializers.DateTimeField, serializers.DateField) or isinstance(field, _AS_IT_IS):
        return None
    represent: Shape = field.to_representation
    return represent


def _dates_of(field: Any) -> Shape | None:
    """Return what makes a date of the world of its three columns, without the range that a model makes of them."""
    if not isinstance(field, WorldDate) or len(field.source_attrs) != 1:
        return None
    name = field.source_attrs[0]
    columns = attrgetter(f"{name}_earliest", f"{name}_latest", f"{name}_basis")
    return lambda row: _world_date(*columns(row))


@lru_cache(MOST_DATES)
def _world_date(earliest: date | None, latest: date | None, basis: str) -> dict[str, Any]:
    """Return a date of the world as it is answered. It is many rows' own: nobody may change it."""
    shown: dict[str, Any] = WorldDate(DateRange(earliest, latest, basis)).data
    return dict(shown)


def as_text(value: datetime | date) -> str:
    """Return a moment or a day as an answer writes it."""
    return orjson.dumps(value, option=AS_ANSWERED)[1:-1].decode()


def dumped(rows: Sequence[Any]) -> bytes:
    """Return rows as they are answered, each on a line."""
    option = AS_ANSWERED | orjson.OPT_APPEND_NEWLINE
    return b"".join([orjson.dumps(row, default=str, option=option) for row in rows])
