"""Lines that say when a text came out, and the days they name. No Django in here.

Nothing is guessed: a day that does not exist is no date, and 03/04/2024 is both the days it may be.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b\.?"
_DATE = re.compile(
    r"(?<![\w/.-])(?:"
    r"(?P<y1>\d{4})[-/](?P<m1>\d{1,2})(?:[-/](?P<d1>\d{1,2}))?(?=[T\s,.;:)\]|*_]|\Z)"
    rf"|(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>\d{{4}})\b"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th|\.)?[ -](?:of )?(?P<m3>{_MONTH}),?[ -](?P<y3>\d{{4}})\b"
    rf"|(?P<m4>{_MONTH}),? (?P<y4>\d{{4}})\b"
    r"|(?P<d5>\d{1,2})\. ?(?P<m5>\d{1,2})\. ?(?P<y5>\d{4})\b"
    r"|(?P<a6>\d{1,2})[/-](?P<b6>\d{1,2})[/-](?P<y6>\d{4})\b"
    r")",
    re.IGNORECASE,
)
_SAID = (
    r"(?:(?:first|last|originally|date|release|publication) )?"
    r"(?:published|posted|updated|modified|created|filed|issued|dated?|effective|revised|reviewed|added|uploaded)"
    r"(?: (?:on|at|date))?\b"
)
_CLOCK = r"\d{1,2}[:.h]\d{2}(?::\d{2}(?:\.\d+)?)?|\d{1,2}(?= ?[ap]\.?m\b)"
_ZONE = (
    r"[ap]\.?m\b\.?|\b(?:[ecmp][sd]?t|ak[sd]t|hst|bst|ist|gmt|utc|cest|cet|ae[sd]t|z)\b|(?<=\d)z\b"
    r"|\b(?:eastern|central|pacific|mountain|local) time\b"
)
_PIECES = re.compile(
    rf"{_DATE.pattern}|{_SAID}|{_WEEKDAY}|T?(?:{_CLOCK})|[+-]\d{{2}}:?\d{{2}}\b|{_ZONE}"
    r"|\b(?:on|at|and|ago|hours?|minutes?|mins?|days?|weeks?|an|a few|just now|yesterday|today)\b"
    r"|\d{1,2}(?= (?:hours?|minutes?|mins?|days?|weeks?) ago)",
    re.IGNORECASE,
)
_LEADS = re.compile(rf"{_DATE.pattern}|\b{_SAID}|\b{_WEEKDAY}|\b(?:{_CLOCK})", re.IGNORECASE)
_SINCE = re.compile(rf"\b{_SAID}.{{0,20}}\b(?:ago|yesterday|today|just now)\b", re.IGNORECASE)
_BETWEEN_PIECES = " \t\u00a0,.;:|/·•–—-()[]*_#\u202f"
_CRAWLED = re.compile(r"[^\S\n]*date (\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?=\s|\Z)(?: \d{1,3} of \d{1,3} \|)?")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Day:
    """A date in words at text[start:end]: the first and the last day it can mean, both included.

    `is_ambiguous` where day and month can be told apart in two ways; the range then holds both readings.
    """

    start: int
    end: int
    earliest: date
    latest: date
    is_ambiguous: bool = False


def days(text: str, start: int, end: int) -> list[Day]:
    """Return the dates that text[start:end] names, in order. Those that no calendar has are left out."""
    found = (_day(match) for match in _DATE.finditer(text, start, end))
    return [day for day in found if day is not None]


def crawled(text: str) -> tuple[int, Day | None] | None:
    """Return the end of the prefix ` date 2024-10-25` that a crawler put before a text, and its date.

    None where there is no such prefix; the day is None where it is not in the calendar.
    """
    match = _CRAWLED.match(text)
    if match is None:
        return None
    year, month, day = (int(group) if group else None for group in match.groups())
    assert year is not None
    last = match.end(match.lastindex or 1)
    span = _range(year, month, day)
    return match.end(), None if span is None else Day(match.start(1), last, *span)


def is_dayline(line: str) -> bool:
    """Does a line say nothing but a date, or when the text came out?"""
    if len(line) > _LONGEST or not any(char.isdigit() for char in line):
        return False
    if _DATE.search(line) is None and _SINCE.search(line) is None:
        return False
    return not _PIECES.sub("", line).strip(_BETWEEN_PIECES)


def first_date(line: str) -> int:
    """Return where the first date, time or word that leads to one begins; the line's length where it has none."""
    match = _LEADS.search(line) if any(char.isdigit() for char in line) else None
    return len(line) if match is None else match.start()


def _day(match: re.Match[str]) -> Day | None:
    named = {name: value for name, value in match.groupdict().items() if value is not None}
    fields = {name[0]: value for name, value in named.items()}
    year = int(fields["y"])
    if "a" in fields:
        return _either_way(match, year, int(fields["a"]), int(fields["b"]))
    month = fields["m"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    span = _range(year, number, int(fields["d"]) if "d" in fields else None)
    return None if span is None else Day(match.start(), match.end(), *span)


def _either_way(match: re.Match[str], year: int, first: int, second: int) -> Day | None:
    """Return 10/25/2024 as the one day it can be, 03/04/2024 as a range from the one to the other."""
    readings = {
        span for span in (_range(year, first, second), _range(year, second, first)) if span is not None
    }
    if not readings:
        return None
    earliest, latest = min(readings)[0], max(readings)[1]
    return Day(match.start(), match.end(), earliest, latest, len(readings) > 1)


def _range(year: int, month: int | None, day: int | None) -> tuple[date, date] | None:
    """Return the first and the last day of a year, a month or a day; None where no calendar has it."""
    if not 1000 <= year <= 9999 or (month is not None and not 1 <= month <= 12):
        return None
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    length = calendar.monthrange(year, month)[1]
    if day is None:
        return date(year, month, 1), date(year, month, length)
    if not 1 <= day <= length:
        return None
    return date(year, month, day), date(year, month, day)
