"""Dates of the world and moments of our clock, in the language of the interface."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache

from django.utils.dates import MONTHS, MONTHS_ALT
from django.utils.translation import get_language, gettext

from articles.dates import DateRange, Wording


def in_words(value: DateRange) -> str:
    """Return a date of the world as the language that is active says it; how we know it is not in it."""
    return value.words(_wording(get_language()))


def day_in_words(value: date) -> str:
    """Return a day, e.g. "10 January 2024". A year before 1000 is said in digits, as dates of the world end there."""
    return in_words(DateRange(value, value)) if value.year >= 1000 else value.isoformat()


def moment_in_words(value: datetime) -> str:
    """Return a moment to the minute, in UTC, e.g. "10 January 2024, 12:00 UTC"."""
    value = value.astimezone(UTC)
    return gettext("%(day)s, %(time)s UTC") % {"day": day_in_words(value.date()), "time": f"{value:%H:%M}"}


@lru_cache
def _wording(_language: str | None) -> Wording:
    """Made once for each language: most of a page's dates are the same few, and are remembered by their wording."""
    return Wording(
        unknown=gettext("unknown"),
        day=gettext("%(day)s %(month)s %(year)s"),
        month=gettext("%(month)s %(year)s"),
        on_or_before=gettext("on or before %(day)s"),
        on_or_after=gettext("on or after %(day)s"),
        in_or_before=gettext("in or before %(period)s"),
        in_or_after=gettext("in or after %(period)s"),
        between=gettext("between %(first)s and %(last)s"),
        between_days=gettext("between %(first_day)s and %(last_day)s %(month)s %(year)s"),
        between_days_of_months=gettext(
            "between %(first_day)s %(first_month)s and %(last_day)s %(last_month)s %(year)s"
        ),
        between_months=gettext("between %(first_month)s and %(last_month)s %(year)s"),
        months=tuple(str(MONTHS_ALT[number]) for number in range(1, 13)),
        months_alone=tuple(str(MONTHS[number]) for number in range(1, 13)),
    )
