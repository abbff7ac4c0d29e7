"""The shape of thousands of rows: what `api.shaping` makes of each, out of rows without instances, a column at a time.

A field of all rows takes Python a third of the time that the fields of each row take it. So a serializer is walked once
for a list of columns; what they hold becomes the rows of NDJSON or the cells of a table. Moments and days stay what
they are, for `orjson` to write; dates of the world, which come again and again, are made once. A test compares every
byte with what the serializers answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any

import orjson
from rest_framework import serializers

from api.cells import AS_ANSWERED, beside, column, is_chosen, joined_lines, leaves, value_at
from api.fields import Chosen
from api.serializers.record import Address, ApiUrl, Found, RecordSerializer, WorldDate
from api.shaping import AS_IT_IS, NEVER_TEXT
from articles.addresses import address, same_prefix
from articles.dates import DateRange

# Rows, and what a column says of each.
Rows = Sequence[Any]
Values = list[Any]

# Stands for an id while the rest of an address is found.
_NUMBER = 7_310_577_000
# What a date of the world says, in this order.
DATES = ("edtf", "earliest", "latest", "basis")
# How many different dates of the world are remembered.
MOST_DATES = 20_000


class Shape:
    """What a serializer does to rows, the addresses in them beginning with `base`.

    With `chosen`, it shows these of its fields alone.
    """

    def __init__(self, serializer: Any, chosen: Chosen | None, base: str) -> None:
        within = dict(chosen) if chosen is not None else dict.fromkeys(serializer.fields)
        is_record = isinstance(serializer, RecordSerializer)
        self._columns = [
            (name, _column(field, within[name], base, is_record))
            for name, field in serializer.fields.items()
            if name in within
        ]

    def dicts(self, rows: Rows) -> list[dict[str, Any]]:
        """Return each row as it is answered."""
        names = [name for name, _ in self._columns]
        found = [field.values(rows) for _, field in self._columns]
        return [dict(zip(names, values, strict=True)) for values in zip(*found, strict=True)]

    def cells(self, rows: Rows) -> list[list[str]]:
        """Return the columns of a table, as written: those of `columns_of`, as far as they are shown.

        Neighbours that belong together stand in one, with commas between: what many rows share is joined once.
        """
        return [field.cells(rows) for _, field in self._columns]

    @property
    def width(self) -> int:
        """How many cells a row has in a table."""
        return sum(field.width for _, field in self._columns)


class _Plain:
    """A field that is one value."""

    width = 1

    def __init__(self, make: Callable[[Rows], Values]) -> None:
        self.values = make

    def cells(self, rows: Rows) -> list[str]:
        return column(self.values(rows))


class _One:
    """A field that is a row in a shape of its own, or nothing."""

    def __init__(self, find: Callable[[Rows], Values], shape: Shape) -> None:
        self._find, self._shape = find, shape
        self.width = shape.width

    def values(self, rows: Rows) -> Values:
        found = self._find(rows)
        known, place = _distinct(found)
        shaped: list[Any] = [*self._shape.dicts(known), None]
        return [shaped[place[id(one)]] for one in found]

    def cells(self, rows: Rows) -> list[str]:
        found = self._find(rows)
        known, place = _distinct(found)
        joined = [*joined_lines(self._shape.cells(known)), "," * (self.width - 1)]
        return [joined[place[id(one)]] for one in found]


def _distinct(rows: Rows) -> tuple[Rows, dict[int, int]]:
    """Return the rows that are there, each once, and where by its identity one of them stands; None stands last.

    Some rows, such as ratings and topics, belong to very many others.
    """
    known = {id(one): one for one in rows if one is not None}
    return list(known.values()), {**{key: at for at, key in enumerate(known)}, id(None): -1}


class _Many:
    """A field that is a list of rows in a shape of their own."""

    def __init__(self, find: Callable[[Rows], Values], shape: Shape, ways: Sequence[tuple[str, ...]]) -> None:
        self._find, self._shape, self._ways = find, shape, ways
        self.width = len(ways)

    def values(self, rows: Rows) -> Values:
        return self._dicts(self._find(rows))

    def _dicts(self, found: Rows) -> Values:
        known, place = _distinct(list(chain.from_iterable(found)))
        shaped = self._shape.dicts(known)
        return [[shaped[place[id(one)]] for one in some] for some in found]

    def cells(self, rows: Rows) -> list[str]:
        # What lies within a list stands in one cell. Many rows have the same list.
        found = self._find(rows)
        keys = [tuple(map(id, some)) for some in found]
        lists = dict(zip(keys, found, strict=True))
        shaped = self._dicts(list(lists.values()))
        columns = [column([value_at(some, way) for some in shaped]) for way in self._ways]
        joined = dict(zip(lists, joined_lines(columns), strict=True))
        return [joined[key] for key in keys]


class _Dates:
    """A date of the world, made of its three columns without the range that a model makes of them."""

    width = len(DATES)

    def __init__(self, name: str) -> None:
        self._ends = [attrgetter(f"{name}_{end}") for end in ("earliest", "latest", "basis")]

    def values(self, rows: Rows) -> Values:
        return list(map(_world_date, *(map(end, rows) for end in self._ends)))

    def cells(self, rows: Rows) -> list[str]:
        return list(map(_world_cells, *(map(end, rows) for end in self._ends)))


@lru_cache(MOST_DATES)
def _world_date(earliest: date | None, latest: date | None, basis: str) -> dict[str, Any]:
    """Return a date of the world as it is answered. It is many rows' own: nobody may change it."""
    return dict(WorldDate(DateRange(earliest, latest, basis)).data)


@lru_cache(MOST_DATES)
def _world_cells(earliest: date | None, latest: date | None, basis: str) -> str:
    shown = _world_date(earliest, latest, basis)
    return ",".join(column([shown[name] for name in DATES]))


def _column(field: Any, chosen: Chosen | None, base: str, in_record: bool) -> Any:
    """Return the column of a field; in a record's shape an empty text is unknown."""
    if isinstance(field, Found):
        find = getattr(field.parent, field.method_name or "")
        return _One(_each(find), Shape(find.shape, chosen, base))
    if isinstance(field, serializers.ListSerializer):
        ways = [way for way in leaves(field) if chosen is None or is_chosen(way, chosen)]
        return _Many(_each(attrgetter(".".join(field.source_attrs))), Shape(field.child, chosen, base), ways)
    if isinstance(field, WorldDate) and chosen is None and len(field.source_attrs) == 1:
        return _Dates(field.source_attrs[0])
    if isinstance(field, serializers.Serializer):
        return _One(_each(attrgetter(".".join(field.source_attrs))), Shape(field, chosen, base))
    make = _values(field, base)
    if in_record and not isinstance(field, NEVER_TEXT):
        return _Plain(lambda rows: [None if value == "" else value for value in make(rows)])
    return _Plain(make)


def _values(field: Any, base: str) -> Callable[[Rows], Values]:
    """Return what says the values of a field that has no fields within it."""
    if isinstance(field, serializers.SerializerMethodField):
        return _each(getattr(field.parent, field.method_name or ""))
    if isinstance(field, ApiUrl):
        # The same but for the number in it.
        before, _, after = address(field.route, _NUMBER).partition(str(_NUMBER))
        before = base + before
        return lambda rows: [f"{before}{row.pk}{after}" for row in rows]
    if isinstance(field, Address):
        path = field.path
        return lambda rows: [base + path(row) for row in rows]
    values = _each(attrgetter(".".join(field.source_attrs)))
    if type(field) in (serializers.DateTimeField, serializers.DateField) or isinstance(field, AS_IT_IS):
        return values
    represent = field.to_representation
    return lambda rows: [None if value is None else represent(value) for value in values(rows)]


def _each(make: Callable[[Any], Any]) -> Callable[[Rows], Values]:
    return lambda rows: list(map(make, rows))


class Batch:
    """Some rows of an answer, and their shape."""

    def __init__(self, rows: Rows, shape: Shape) -> None:
        self._rows, self._shape = rows, shape

    def __len__(self) -> int:
        return len(self._rows)

    def lines(self) -> bytes:
        """Return the rows as they are answered, each on a line."""
        with same_prefix():
            return dumped(self._shape.dicts(self._rows))

    def table(self) -> bytes:
        """Return the rows as lines of cells."""
        with same_prefix():
            return beside(self._shape.cells(self._rows))


def dumped(rows: Sequence[Any]) -> bytes:
    """Return rows as they are answered, each on a line."""
    option = AS_ANSWERED | orjson.OPT_APPEND_NEWLINE
    return b"".join([orjson.dumps(row, default=str, option=option) for row in rows])
