"""What the body of a request may hold. What is unknown, misspelt or of another type is refused with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from articles.dates import DateError, DateRange
from articles.models.dated import date_fields

MOST_IN_A_LIST = 100
# A body with a thousand mistakes is not told all of them.
MOST_TOLD = 20


class Body(serializers.Serializer):
    """A body, or a part of one. A key it does not know is an error: a misspelt one must not do nothing."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise ValidationError(
                {"non_field_errors": [ErrorDetail("This must be a JSON object.", "not_an_object")]}
            )
        unknown = [name for name in data if name not in self.fields]
        errors = {
            name: [ErrorDetail(_unknown(name, self.fields), "unknown_field")] for name in unknown[:MOST_TOLD]
        }
        try:
            given = super().to_internal_value(data)
        except ValidationError as trouble:
            detail: Any = trouble.detail
            errors = {**detail, **errors}
        if errors:
            raise ValidationError(errors)
        return given


def _unknown(name: str, known: Any) -> str:
    sentence = f"There is no field “{name[:100]}” here."
    if near := get_close_matches(name[:100], list(known), n=1):
        sentence += f" Did you mean {near[0]}?"
    return (
        f"{sentence} There are: {', '.join(sorted(known))}." if known else f"{sentence} There is none at all."
    )


class Text(serializers.CharField):
    """A text, kept as it was given. With `allow_null`, null stands for "unknown", which our columns keep as ""."""

    default_error_messages = {"not_a_text": "This must be a text, in quotation marks."}

    def __init__(self, **options: Any) -> None:
        options.setdefault("trim_whitespace", False)
        super().__init__(**options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is None and self.allow_null:
            return ""
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("not_a_text")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number; neither a text of digits nor true."""

    default_error_messages = {"not_a_number": "This must be a whole number."}

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("not_a_number")
        return super().to_internal_value(data)


class RowOf(Whole):
    """The id of a row that whoever asks may see; the value is the row."""

    default_error_messages = {
        "does_not_exist": "There is no {noun} {pk} that you may see.",
        "not_an_id": "This must be an id, a number such as 12.",
    }

    def __init__(self, model: type[models.Model], **options: Any) -> None:
        super().__init__(min_value=1, max_value=10**18 - 1, **options)
        self.model: Any = model

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, int) or isinstance(data, bool) or not 0 < data < 10**18:
            self.fail("not_an_id")
        rows = self.model.objects.visible_to(self.context["request"].user)
        found = rows.filter(pk=data).first()
        if found is None:
            self.fail("does_not_exist", noun=self.model._meta.verbose_name, pk=data)
        return found

    def run_validators(self, value: Any) -> None:
        """The bounds are the id's; the value is a row by now."""


class ListOf(serializers.ListField):
    """A list, of which nothing is looked at where it is too long: each part may cost a query."""

    def to_internal_value(self, data: Any) -> list[Any]:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


class RowsOf(ListOf):
    """Ids of rows that whoever asks may see, each once; the value is the rows in their order."""

    default_error_messages = {
        "does_not_exist": "There is no {noun} {pk} that you may see.",
        "twice": "The id {pk} is given twice.",
    }

    def __init__(self, model: type[models.Model], **options: Any) -> None:
        options.setdefault("max_length", MOST_IN_A_LIST)
        super().__init__(child=Whole(min_value=1, max_value=10**18 - 1), **options)
        self.model: Any = model

    def to_internal_value(self, data: Any) -> list[Any]:
        ids = super().to_internal_value(data)
        for pk in ids:
            if ids.count(pk) > 1:
                self.fail("twice", pk=pk)
        rows = self.model.objects.visible_to(self.context["request"].user)
        found = {row.pk: row for row in rows.filter(pk__in=ids)}
        for pk in ids:
            if pk not in found:
                self.fail("does_not_exist", noun=self.model._meta.verbose_name, pk=pk)
        return [found[pk] for pk in ids]


class Word(serializers.ChoiceField):
    """One of the words of a vocabulary."""

    default_error_messages = {"invalid_choice": "This must be one of: {known}.{hint}"}

    def __init__(self, words: Iterable[Any], **options: Any) -> None:
        super().__init__(choices=[str(getattr(word, "value", word)) for word in words], **options)

    def to_internal_value(self, data: Any) -> str:
        known = [str(choice) for choice in self.choices]
        if not isinstance(data, str) or data not in known:
            near = get_close_matches(str(data)[:100], known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            self.fail("invalid_choice", known=", ".join(known), hint=hint)
        return data


@extend_schema_field(
    {
        "type": "object",
        "description": "A date as exactly as it is known: `edtf`, or `earliest` and `latest`; null: unknown.",
        "properties": {
            "edtf": {
                "type": ["string", "null"],
                "minLength": 1,
                "maxLength": 100,
                "examples": ["2024-10", "2024-10-31/2024-11-03"],
            },
            "earliest": {"type": ["string", "null"], "format": "date"},
            "latest": {"type": ["string", "null"], "format": "date"},
            "basis": {"type": ["string", "null"], "maxLength": 300, "description": "How we know, in words."},
        },
        "additionalProperties": False,
    }
)
class WorldDateGiven(serializers.Field):
    """A date of the world as it is answered, too: so what was read may be sent back. The value is a DateRange."""

    default_error_messages = {
        "not_a_date": "{sentence}",
        "both": "edtf says another date than earliest and latest: send one of the two.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return DateRange(None, None) if data is None else super().run_validation(data)

    def to_internal_value(self, data: Any) -> DateRange:
        parts = _DateParts(data=data)
        parts.is_valid(raise_exception=True)
        given = parts.validated_data
        basis = given.get("basis", "")
        try:
            ends = DateRange(given.get("earliest"), given.get("latest"), basis)
            if not given.get("edtf"):
                return ends
            named = DateRange.parse(given["edtf"], basis)
        except DateError as trouble:
            self.fail("not_a_date", sentence=str(trouble))
        if ends.is_known and ends != named:
            self.fail("both")
        return named

    def to_representation(self, value: Any) -> Any:
        return value


class Day(serializers.DateField):
    """A day of the years 1000 to 9999, as 2024-11-05."""

    default_error_messages = {"not_a_day": "This must be a day such as 2024-11-05."}

    def to_internal_value(self, data: Any) -> date:
        if not isinstance(data, str) or len(data) != 10 or data < "1000":
            self.fail("not_a_day")
        return super().to_internal_value(data)


class _DateParts(Body):
    edtf = Text(required=False, allow_null=True, max_length=100)
    earliest = Day(required=False, allow_null=True)
    latest = Day(required=False, allow_null=True)
    basis = Text(required=False, allow_null=True, allow_blank=True, max_length=300)


def columns(given: Mapping[str, Any], *dates: str) -> dict[str, Any]:
    """Return what was given as the model's verbs want it: dates of the world as their three columns."""
    found = dict(given)
    for name in dates:
        if name in found:
            found |= date_fields(name, found.pop(name))
    return found
