"""Rows as a table: which columns a shape has, and what stands in a cell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

import orjson
from rest_framework import serializers

# Where a value lies within a row: the names that lead to it.
Column = tuple[str, ...]

# How `orjson` writes what an answer says: moments in UTC.
AS_ANSWERED = orjson.OPT_UTC_Z
# How a text begins that a spreadsheet would run; an apostrophe in front makes it a text again.
_DOUBTFUL = frozenset("'=+-@\t\r\n＝＋－＠")
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


@cache
def columns_of(serializer_class: type[serializers.BaseSerializer]) -> list[Column]:
    """Return all values a shape has, to any depth; those within a list stand in one cell together."""
    return list(leaves(serializer_class()))


def leaves(field: Any) -> Iterator[Column]:
    """Yield where the values of a field lie within it; the empty way where it is one value."""
    inner = field.child if isinstance(field, serializers.ListSerializer) else field
    if isinstance(inner, serializers.SerializerMethodField):
        # Of a field in a shape of its own; see `api.serializers.record.Found`.
        shape = getattr(getattr(inner.parent, inner.method_name or ""), "shape", None)
        if shape is not None:
            yield from leaves(shape)
            return
    if not isinstance(inner, serializers.Serializer):
        yield ()
        return
    for name, one in inner.fields.items():
        for leaf in leaves(one):
            yield (name, *leaf)


def is_chosen(column: Column, chosen: Any) -> bool:
    for name, within in chosen:
        if name == column[0]:
            return within is None or is_chosen(column[1:], within)
    return False


def value_at(data: Any, column: Column) -> Any:
    """Return what lies there: None where nothing does, a list where the way leads through one."""
    if isinstance(data, list) and column:
        return [value_at(one, column) for one in data]
    if not column or data is None:
        return data
    return value_at(data.get(column[0]), column[1:])


def cell(value: Any) -> str:
    """Return a value as a cell says it: unknown is empty; lists and objects are JSON, so that they can be read back."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dict, list)):
        return orjson.dumps(value, option=AS_ANSWERED).decode()
    if isinstance(value, date):
        # A moment or a day, as an answer writes it.
        return orjson.dumps(value, option=AS_ANSWERED)[1:-1].decode()
    return str(value)


def written(lines: Iterable[Iterable[str]]) -> bytes:
    """Return lines of cells as RFC 4180 has them."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()


def column(values: Iterable[Any]) -> list[str]:
    """Return what `cell` says of each value, as it is written: in quotation marks where it has to be."""
    # Most are harmless texts.
    return [
        value
        if (
            type(value) is str
            and value[:1] not in _DOUBTFUL
            and '"' not in value
            and "," not in value
            and "\n" not in value
            and "\r" not in value
        )
        else ""
        if value is None
        else str(value)
        if type(value) is int
        else _quoted(cell(value))
        for value in values
    ]


def _quoted(text: str) -> str:
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def joined_lines(columns: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of some columns, their cells as they are written and with commas between."""
    return list(map(",".join, zip(*columns, strict=True)))


def beside(columns: Sequence[Sequence[str]]) -> bytes:
    """Return what `written` makes of the lines of some columns, in a fifth of the time."""
    # A line without anything on it would be none.
    lines = [line or '""' for line in joined_lines(columns)]
    return "\r\n".join([*lines, ""]).encode()
