"""What will not be there for ever, told to programs in each answer long before (docs/api.md has the promise).

Deprecation (RFC 9745) says since when something is better not used any more, Sunset (RFC 8594) from when it may be
gone, and a Link leads to what takes its place. Nothing is deprecated yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime
from typing import Any

# What the promise says: so long at least between the one and the other.
NOTICE = timedelta(days=365)


@dataclass(frozen=True)
class Deprecated:
    """One address, or one parameter of it. `sunset` lies a year after `since` at least. `see` explains it."""

    since: date
    sunset: date
    see: str

    def __post_init__(self) -> None:
        if self.sunset - self.since < NOTICE:
            raise ValueError("Whoever uses it was promised a year.")

    def tell(self, response: Any) -> None:
        """Put the three headers into an answer."""
        response["Deprecation"] = f"@{int(_midnight(self.since).timestamp())}"
        response["Sunset"] = format_datetime(_midnight(self.sunset), usegmt=True)
        link = f'<{self.see}>; rel="deprecation"; type="text/html"'
        response["Link"] = f"{response['Link']}, {link}" if "Link" in response else link


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def tell_deprecated(view: Any, response: Any) -> None:
    """Say in an answer that this address, or a parameter that was used, is deprecated; of several what ends first."""
    told = [one for one in (view.deprecated, *view.outdated) if one is not None]
    if told:
        min(told, key=lambda one: one.sunset).tell(response)
