"""What the query of an address may hold. A parameter that is unknown, malformed or given twice is refused with a
sentence, never ignored: a script that misspells a filter must not take the whole record for its answer.

One `Parameter` states a parameter once: how it is read, what it does, and how the schema describes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from typing import Any

from api.deprecation import Deprecated
from api.errors import InvalidParameters, error
from articles.models.language import TAG

# More digits than any id has: ids are 64 bits.
ID = re.compile(r"[1-9][0-9]{0,17}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
# An address with a thousand mistakes is not told all of them.
MOST_TOLD = 20
FIRST, LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


class Unreadable(ValueError):
    """A value that is none; the text says what it must be, and follows "status is “opn”; "."""


Reader = Callable[[str], Any]
Applier = Callable[[Any, Any, Any], Any]


@dataclass(frozen=True)
class Parameter:
    """One parameter. `apply(queryset, value, user)` narrows a list by it; without it the view itself uses the value."""

    name: str
    description: str
    read: Reader
    schema: Mapping[str, Any]
    apply: Applier | None = None
    many: bool = field(default=False)
    # For the description; the view itself refuses an address without it.
    required: bool = False
    # Told in each answer to who uses it; see `api.deprecation`.
    deprecated: Deprecated | None = None


def shown(value: str) -> str:
    """Return a value as a message quotes it."""
    return f"“{value if len(value) <= 40 else value[:39] + '…'}”"


def read(query: Any, known: Iterable[Parameter]) -> dict[str, Any]:
    """Return name → value of what a QueryDict holds; raise InvalidParameters with everything that is wrong."""
    by_name = {parameter.name: parameter for parameter in known}
    values, errors = {}, []
    for name, given in query.lists():
        if name not in by_name:
            errors.append(error("unknown_parameter", _unknown(name, by_name), parameter=name[:100]))
        elif len(given) > 1:
            parameter = by_name[name]
            hint = " Separate several values by commas." if parameter.many else ""
            sentence = f"{name} is given {len(given)} times; give it once.{hint}"
            errors.append(error("repeated_parameter", sentence, parameter=name))
        else:
            try:
                values[name] = by_name[name].read(given[0])
            except Unreadable as trouble:
                sentence = f"{name} is {shown(given[0])}; {trouble}"
                errors.append(error("malformed_parameter", sentence, parameter=name))
    if errors:
        raise InvalidParameters(errors[:MOST_TOLD])
    return values


def _unknown(name: str, known: Iterable[str]) -> str:
    known = sorted(known)
    sentence = f"There is no parameter {shown(name)} here."
    if near := get_close_matches(name[:100], known, n=1):
        sentence += f" Did you mean {near[0]}?"
    return f"{sentence} There are: {', '.join(known)}." if known else f"{sentence} There is none at all."


# Readers. Each takes the text of a value and returns it, or raises Unreadable.


def read_id(value: str) -> int:
    if not ID.fullmatch(value):
        raise Unreadable("it must be an id, a number such as 12.")
    return int(value)


def read_count(value: str) -> int:
    if value != "0" and not ID.fullmatch(value):
        raise Unreadable("it must be a whole number such as 0 or 12.")
    return int(value)


def read_flag(value: str) -> bool:
    if value not in ("true", "false"):
        raise Unreadable("it must be true or false.")
    return value == "true"


def read_day(value: str) -> date:
    try:
        if DAY.fullmatch(value) and value >= "1000":
            return date.fromisoformat(value)
    except ValueError:
        # The thirtieth of February.
        raise Unreadable("there is no such day in the calendar.") from None
    raise Unreadable("it must be a day of the years 1000 to 9999, such as 2024-11-05.")


def read_moment(value: str) -> datetime | date:
    """Return a day as a date, and a moment in UTC."""
    if DAY.fullmatch(value):
        return read_day(value)
    try:
        if MOMENT.fullmatch(value):
            # In UTC, because that may leave the years a database can hold.
            moment = datetime.fromisoformat(value).astimezone(UTC)
            if FIRST <= moment <= LAST:
                return moment
    except (ValueError, OverflowError):
        pass
    hint = " In an address a + is written %2B." if " " in value else ""
    raise Unreadable(
        f"it must be a day (2024-11-05) or a moment with its offset (2024-11-05T12:00:00Z).{hint}"
    )


def start_of(when: datetime | date) -> datetime:
    """Return the first moment of a day, in UTC; a moment is its own."""
    return when if isinstance(when, datetime) else datetime.combine(when, time.min, UTC)


def end_of(when: datetime | date) -> datetime:
    """Return the last moment of a day, in UTC; a moment is its own."""
    return when if isinstance(when, datetime) else datetime.combine(when, time.max, UTC)


def read_language(value: str) -> str:
    if not TAG.fullmatch(value) or len(value) > 35:
        raise Unreadable("it must be a language tag (BCP 47) such as en or es-MX.")
    return value


def read_text(longest: int) -> Reader:
    def reader(value: str) -> str:
        if not value.strip() or len(value) > longest or "\x00" in value:
            raise Unreadable(f"it must be a text of 1 to {longest} characters.")
        return value

    return reader


def read_number(least: int, most: int) -> Reader:
    def reader(value: str) -> int:
        if not ID.fullmatch(value) or not least <= int(value) <= most:
            raise Unreadable(f"it must be a whole number from {least} to {most}.")
        return int(value)

    return reader


def one_of(allowed: Iterable[str]) -> Reader:
    """Return a reader of one of these words."""
    words = [str(word) for word in allowed]

    def reader(value: str) -> str:
        if value not in words:
            near = get_close_matches(value[:100], words, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise Unreadable(f"it must be one of: {', '.join(words)}.{hint}")
        return value

    return reader


def _one_of_several(part: str, whole: str, read: Reader) -> Any:
    """Read one of the values that came by commas; a mistake names it where it is not the only one."""
    try:
        return read(part)
    except Unreadable as trouble:
        if part == whole:
            raise
        raise Unreadable(f"of {shown(part)}: {trouble}") from trouble


# Parameters of one kind.


def word(name: str, description: str, allowed: Iterable[str], apply: Applier | None = None) -> Parameter:
    words = [str(one) for one in allowed]
    return Parameter(name, description, one_of(words), {"type": "string", "enum": words}, apply)


def words(name: str, description: str, allowed: Iterable[str], apply: Applier | None = None) -> Parameter:
    """Several words at once, by commas; a row matches where one of them does."""
    allowed = [str(one) for one in allowed]
    reader = one_of(allowed)

    def read_all(value: str) -> list[str]:
        return sorted({_one_of_several(part, value, reader) for part in value.split(",")})

    schema = {"type": "array", "items": {"type": "string", "enum": allowed}, "minItems": 1}
    return Parameter(name, f"{description} Several by commas.", read_all, schema, apply, many=True)


def ids(name: str, description: str, most: int, apply: Applier | None = None) -> Parameter:
    """Several ids at once, by commas."""

    def read_all(value: str) -> list[int]:
        given = [_one_of_several(part, value, read_id) for part in value.split(",")]
        if len(given) > most:
            raise Unreadable(f"it must be at most {most} ids.")
        return sorted(set(given))

    schema = {
        "type": "array",
        "items": {"type": "integer", "minimum": 1, "maximum": 10**18 - 1},
        "minItems": 1,
        "maxItems": most,
    }
    return Parameter(name, f"{description} Up to {most}, by commas.", read_all, schema, apply, many=True)


def number(name: str, description: str, apply: Applier) -> Parameter:
    return Parameter(
        name, description, read_id, {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}, apply
    )


def flag(name: str, description: str, apply: Applier | None = None) -> Parameter:
    return Parameter(name, description, read_flag, {"type": "boolean"}, apply)


def day(name: str, description: str, apply: Applier | None = None) -> Parameter:
    return Parameter(name, description, read_day, {"type": "string", "format": "date"}, apply)


def moment(name: str, description: str, apply: Applier | None = None) -> Parameter:
    schema = {
        "oneOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}],
    }
    return Parameter(name, f"{description} A day, or a moment with its offset.", read_moment, schema, apply)


def text(name: str, description: str, longest: int, apply: Applier | None = None) -> Parameter:
    schema = {"type": "string", "minLength": 1, "maxLength": longest}
    return Parameter(name, description, read_text(longest), schema, apply)


def language(apply: Applier) -> Parameter:
    return Parameter(
        "language",
        "A language tag (BCP 47); en also finds en-US.",
        read_language,
        {"type": "string", "pattern": f"^{TAG.pattern}$", "maxLength": 35},
        apply,
    )
