"""Reading the query of an address: what is unknown or malformed is refused with a sentence, never ignored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from articles.dates import DateError, DateRange
from articles.graph import Several

# What search engines and social networks hang on addresses that people pass on. It asks us for nothing.
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id")
# More digits than any id has: ids are 64 bits.
ID = re.compile(r"[0-9]{1,18}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadParameter(Exception):
    """A parameter that cannot be read. Its text is one sentence: which one, what it says, what it may say."""


def shown(value: str) -> str:
    """Return a value as a message quotes it."""
    return f"“{value if len(value) <= 40 else value[:39] + '…'}”"


def refusal(sentence: str, name: str, value: str, **more: Any) -> BadParameter:
    """Return the refusal of a value; the sentence has %(name)s and %(value)s in it."""
    return BadParameter(sentence % {"name": name, "value": shown(value), **more})


def _none_such(name: str, pk: int, model: Any) -> BadParameter:
    return BadParameter(
        _("%(name)s is %(number)s; there is no %(noun)s of that number.")
        % {"name": name, "number": pk, "noun": model._meta.verbose_name}
    )


class Parameters:
    """The parameters of one address, each at most once.

    A list refuses what it does not know, since it would show something else than was asked for. The page of one
    thing passes over it (`strict=False`): people hang all sorts of words on an address they share.
    """

    def __init__(self, request: HttpRequest, known: Iterable[str], strict: bool = True) -> None:
        self.given = _read(request.GET, sorted(known), strict)

    def choice(self, name: str, allowed: Iterable[str], default: str = "") -> str:
        """Return one of the allowed words; the default where the parameter is not given, or empty."""
        value = self.given.get(name) or default
        allowed = list(allowed)
        if value and value not in allowed:
            raise refusal(
                _("%(name)s is %(value)s; it must be one of: %(allowed)s."),
                name,
                value,
                allowed=", ".join(allowed),
            )
        return value

    def text(self, name: str, most: int = 300) -> str:
        """Return a text as it was given, without the spaces around it; empty where it is not given."""
        value = self.given.get(name, "").strip()
        if len(value) > most or "\x00" in value:
            raise refusal(
                _("%(name)s is %(value)s; it must be a text of at most %(most)s characters."),
                name,
                value,
                most=most,
            )
        return value

    def number(self, name: str) -> int | None:
        """Return a number above zero; None where it is not given, or empty."""
        value = self.given.get(name)
        if not value:
            return None
        if not ID.fullmatch(value) or int(value) == 0:
            raise refusal(_("%(name)s is %(value)s; it must be a number such as 12."), name, value)
        return int(value)

    def row(self, name: str, rows: QuerySet) -> Any:
        """Return the row whose number is given; None where none is."""
        pk = self.number(name)
        if pk is None:
            return None
        row = rows.filter(pk=pk).first()
        if row is None:
            raise _none_such(name, pk, rows.model)
        return row

    def rows(self, several: Several, nouns: Mapping[str, Any], user: Any) -> dict[str, Any]:
        """Return name → the row whose number is given, of the nouns that are given. One query for all."""
        numbers = {name: pk for name in nouns if (pk := self.number(name)) is not None}
        found = several.find({name: [pk] for name, pk in numbers.items()}, user)
        for name, pk in numbers.items():
            if not found[name]:
                raise _none_such(name, pk, nouns[name])
        return {name: rows[0] for name, rows in found.items()}

    def day(self, name: str) -> date | None:
        """Return a day; None where it is not given, or empty."""
        value = self.given.get(name)
        if not value:
            return None
        try:
            # The record's own reading of dates: it knows how long months are and how far back years go.
            if DAY.fullmatch(value):
                return DateRange.parse(value).earliest
        except DateError:
            pass
        raise refusal(
            _("%(name)s is %(value)s; it must be a day of the calendar such as 2024-11-05."), name, value
        )

    def link(self, **changes: Any) -> str:
        """Return the query of this address with some parameters changed, or taken out by None."""
        asked = {**self.given, **changes}
        return "?" + urlencode({name: value for name, value in asked.items() if value not in (None, "")})

    def canonical(self, *without: str) -> str:
        """Return the query as the one address of this list has it: in one order, without the place in the list, nor
        those that are named."""
        asked = {
            name: value
            for name, value in sorted(self.given.items())
            if value and name not in ("after", *without)
        }
        return f"?{urlencode(asked)}" if asked else ""


def _read(query: QueryDict, known: list[str], strict: bool) -> dict[str, str]:
    given = {}
    for name, values in query.lists():
        if name not in known:
            if strict and not TRACKING.fullmatch(name):
                raise BadParameter(
                    _("This page knows no parameter %(name)s; it may have: %(known)s.")
                    % {"name": shown(name), "known": ", ".join(known)}
                )
            continue
        if len(values) > 1:
            raise BadParameter(
                _("%(name)s is given %(times)s times; give it once.") % {"name": name, "times": len(values)}
            )
        given[name] = values[0]
    return given
