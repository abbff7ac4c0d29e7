"""Parts of bodies that several nouns have: moments, and addresses of the web."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.validators import URLValidator
from rest_framework import serializers

from api.parameters import Unreadable, read_moment
from api.writing.bodies import Text

LONGEST_ADDRESS = 2000


class Moment(serializers.DateTimeField):
    """A moment with its offset from UTC (RFC 3339); the value is in UTC."""

    default_error_messages = {
        "not_a_moment": "This must be a moment with its offset, such as 2024-11-05T12:00:00Z."
    }

    def to_internal_value(self, data: Any) -> datetime:
        try:
            found = read_moment(data) if isinstance(data, str) else None
        except Unreadable:
            found = None
        if not isinstance(found, datetime):
            self.fail("not_a_moment")
        return found


class WebAddress(Text):
    """An address that begins with http:// or https://; null where none is known."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False, allow_null=True, allow_blank=True, max_length=LONGEST_ADDRESS, **options
        )
        self.validators.append(
            URLValidator(
                schemes=["http", "https"],
                message="This must be an address that begins with http:// or https://.",
            )
        )


def optional(longest: int | None = None, **options: Any) -> Text:
    """Return the part for a text that may be unknown: null and "" both say so."""
    return Text(required=False, allow_null=True, allow_blank=True, max_length=longest, **options)
