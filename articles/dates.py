"""Dates of the world: when something was published, said or in force, as exactly as it is known and no more.

Dates are read and written in a subset of EDTF (ISO 8601-2): a year, a month or a day, or an interval of two
of them, one end of which may be open. No Django in here.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import Self

_ALLOWED = (
    "a year (2024), a month (2024-10), a day (2024-10-25), or an interval of two "
    "(2024-10-31/2024-11-03, ../2024, 2024-10/..)"
)
# Not strftime: its month names follow the locale of the process.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_POINT = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_OPEN = ".."


@dataclass(frozen=True, eq=False)
class Wording:
    """How a language says dates: patterns with named places, and the months from January.

    Whole patterns and not words to put together, since languages differ in what they shorten and where the year goes.
    `months_alone` stand without a day, where a language has another form for that.
    """

    unknown: str = "unknown"
    day: str = "%(day)s %(month)s %(year)s"
    month: str = "%(month)s %(year)s"
    on_or_before: str = "on or before %(day)s"
    on_or_after: str = "on or after %(day)s"
    in_or_before: str = "in or before %(period)s"
    in_or_after: str = "in or after %(period)s"
    between: str = "between %(first)s and %(last)s"
    between_days: str = "between %(first_day)s and %(last_day)s %(month)s %(year)s"
    between_days_of_months: str = (
        "between %(first_day)s %(first_month)s and %(last_day)s %(last_month)s %(year)s"
    )
    between_months: str = "between %(first_month)s and %(last_month)s %(year)s"
    months: tuple[str, ...] = _MONTHS
    months_alone: tuple[str, ...] = _MONTHS


ENGLISH = Wording()


class DateError(ValueError):
    """A date that cannot be read. Its text is one sentence: what was found and what is allowed."""


class _Precision(IntEnum):
    YEAR = 1
    MONTH = 2
    DAY = 3


@dataclass(frozen=True)
class DateRange:
    """The first and the last day on which something can have happened, both included, and how we know.

    An end that is None is not known; both None means that nothing is known. `basis` is in words, for readers.
    Raises DateError where the range ends before it begins, or leaves the years 1000 to 9999.
    """

    earliest: date | None
    latest: date | None
    basis: str = ""

    def __post_init__(self) -> None:
        for end in (self.earliest, self.latest):
            if end is not None and end.year < 1000:
                raise DateError(f"The year {end.year} is out of range: years run from 1000 to 9999.")
        if self.earliest is not None and self.latest is not None and self.latest < self.earliest:
            raise DateError(
                f"The interval ends before it begins: {self.latest.isoformat()} is earlier than "
                f"{self.earliest.isoformat()}."
            )

    @classmethod
    def parse(cls, text: str, basis: str = "") -> Self:
        """Read an EDTF date or interval, e.g. "2024-10" or "2024-10-31/..".

        The ends of an interval may differ in precision: it runs from the first day of the one to the last day
        of the other. Raises DateError for anything else, the empty text and "../.." included: what is not
        known is not written.
        """
        first, slash, last = text.partition("/")
        if not slash:
            return cls(*_days(text, text), basis)
        if first == last == _OPEN:
            raise DateError(f"{_shown(text)} names no date: an interval may be open at one end only.")
        earliest = None if first == _OPEN else _days(first, text)[0]
        latest = None if last == _OPEN else _days(last, text)[1]
        return cls(earliest, latest, basis)

    @property
    def is_known(self) -> bool:
        """Whether at least one end is known."""
        return self.earliest is not None or self.latest is not None

    @property
    def is_day(self) -> bool:
        """Whether this is one single day."""
        return self.earliest is not None and self.earliest == self.latest

    def edtf(self) -> str:
        """Return the shortest EDTF that `parse` reads as this same range; "" where nothing is known."""
        return _edtf(self.earliest, self.latest)

    def words(self, wording: Wording = ENGLISH) -> str:
        """Return the range in a language, e.g. "between 31 October and 3 November 2024"; "unknown" where it
        is."""
        return _in_words(self.earliest, self.latest, wording)


# Of a record's dates most are the same few days, and a page says each of them several times.
@lru_cache(maxsize=4096)
def _edtf(earliest: date | None, latest: date | None) -> str:
    if earliest is None and latest is None:
        return ""
    first = _OPEN if earliest is None else _point(earliest, _start_precision(earliest))
    last = _OPEN if latest is None else _point(latest, _end_precision(latest))
    if earliest is not None and latest is not None:
        shared = _shared_precision(earliest, latest)
        if _point(earliest, shared) == _point(latest, shared):
            return _point(earliest, shared)
    return f"{first}/{last}"


@lru_cache(maxsize=4096)
def _in_words(earliest: date | None, latest: date | None, wording: Wording) -> str:
    if earliest is None and latest is None:
        return wording.unknown
    if earliest is None:
        assert latest is not None
        precision = _end_precision(latest)
        words = _words(latest, precision, wording)
        if precision is _Precision.DAY:
            return wording.on_or_before % {"day": words}
        return wording.in_or_before % {"period": words}
    if latest is None:
        precision = _start_precision(earliest)
        words = _words(earliest, precision, wording)
        if precision is _Precision.DAY:
            return wording.on_or_after % {"day": words}
        return wording.in_or_after % {"period": words}
    precision = _shared_precision(earliest, latest)
    if _point(earliest, precision) == _point(latest, precision):
        return _words(latest, precision, wording)
    if precision is not _Precision.YEAR and earliest.year == latest.year:
        return _within_a_year(earliest, latest, precision, wording)
    return wording.between % {
        "first": _words(earliest, precision, wording),
        "last": _words(latest, precision, wording),
    }


def _within_a_year(earliest: date, latest: date, precision: _Precision, wording: Wording) -> str:
    months = wording.months_alone if precision is _Precision.MONTH else wording.months
    places = {
        "first_day": earliest.day,
        "last_day": latest.day,
        "first_month": months[earliest.month - 1],
        "last_month": months[latest.month - 1],
        "month": months[latest.month - 1],
        "year": latest.year,
    }
    if precision is _Precision.MONTH:
        return wording.between_months % places
    if earliest.month == latest.month:
        return wording.between_days % places
    return wording.between_days_of_months % places


def _shared_precision(earliest: date, latest: date) -> _Precision:
    """Return the coarsest precision in which both ends can be said."""
    return max(_start_precision(earliest), _end_precision(latest))


def _days(point: str, whole: str) -> tuple[date, date]:
    """Return the first and the last day of a year, month or day; `whole` is what the writer wrote, for the
    message."""
    match = _POINT.fullmatch(point)
    if match is None:
        part = "" if point == whole else f" (at {_shown(point)})"
        raise DateError(f"{_shown(whole)} is not a date{part}: write {_ALLOWED}.")
    year, month, day = (int(group) if group else None for group in match.groups())
    assert year is not None
    if year < 1000:
        raise DateError(f"{_shown(whole)} is not a date: years run from 1000 to 9999.")
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= month <= 12:
        raise DateError(
            f"{_shown(whole)} is not a date: there is no month {match[2]}; months run from 01 to 12."
        )
    length = calendar.monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, length)
    if not 1 <= day <= length:
        raise DateError(
            f"{_shown(whole)} is not a date: {_MONTHS[month - 1]} {year} has the days 01 to {length}."
        )
    return date(year, month, day), date(year, month, day)


def _shown(text: str) -> str:
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"


def _start_precision(day: date) -> _Precision:
    if day.day != 1:
        return _Precision.DAY
    return _Precision.YEAR if day.month == 1 else _Precision.MONTH


def _end_precision(day: date) -> _Precision:
    if day.day != calendar.monthrange(day.year, day.month)[1]:
        return _Precision.DAY
    return _Precision.YEAR if day.month == 12 else _Precision.MONTH


def _point(day: date, precision: _Precision) -> str:
    return day.isoformat()[: {_Precision.YEAR: 4, _Precision.MONTH: 7, _Precision.DAY: 10}[precision]]


def _words(day: date, precision: _Precision, wording: Wording) -> str:
    if precision is _Precision.YEAR:
        return str(day.year)
    months = wording.months_alone if precision is _Precision.MONTH else wording.months
    places = {"day": day.day, "month": months[day.month - 1], "year": day.year}
    return (wording.month if precision is _Precision.MONTH else wording.day) % places
