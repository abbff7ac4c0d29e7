"""What all serializers share: unknown is null, links are whole addresses, dates of the world say how well they are
known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from articles.addresses import address
from articles.dates import DateRange

Fields = tuple[str, ...]


class RecordSerializer(serializers.ModelSerializer):
    """A serializer that only reads. A text that the database keeps empty is unknown, and so null."""

    def build_standard_field(self, field_name: str, model_field: models.Field) -> Any:
        field_class, options = super().build_standard_field(field_name, model_field)
        # The model's help speaks to editors; what programs are told is said in `Meta.extra_kwargs`.
        kept: dict[str, Any] = {
            name: options[name] for name in ("choices", "model_field", "allow_null") if name in options
        }
        if model_field.blank and isinstance(model_field, (models.CharField, models.TextField)):
            kept["allow_null"] = True
        return field_class, {**kept, "read_only": True}

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        # A word of Python cannot be an attribute of a class, so that field goes by another name until here.
        return {"class" if name == "machine_class" else name: field for name, field in fields.items()}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {
            name: None if value == "" else value
            for name, value in super().to_representation(instance).items()
        }

    @property
    def user(self) -> Any:
        return self.context["request"].user


class Address(serializers.Field):
    """A whole address, made of what the row says of itself."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)

    def path(self, row: Any) -> str:
        raise NotImplementedError

    def to_representation(self, row: Any) -> str:
        request = self.context.get("request")
        return request.build_absolute_uri(self.path(row)) if request else self.path(row)


@extend_schema_field(OpenApiTypes.URI)
class ApiUrl(Address):
    """The address of the row's own detail here."""

    def __init__(self, basename: str) -> None:
        super().__init__(help_text="Its detail in this API.")
        self.route = f"{basename}-detail"

    def path(self, row: Any) -> str:
        return address(self.route, row.pk)


@extend_schema_field(OpenApiTypes.URI)
class PageUrl(Address):
    """The address of the page readers see."""

    def __init__(self) -> None:
        super().__init__(help_text="The page that readers see.")

    def path(self, row: Any) -> str:
        return row.get_absolute_url()


class WorldDate(serializers.Serializer):
    """A date of the world, as exactly as it is known. All null: nobody knows."""

    edtf = serializers.SerializerMethodField(
        help_text="EDTF (ISO 8601-2): a year, a month, a day, or an interval of two; `..` is an open end."
    )
    earliest = serializers.DateField(
        allow_null=True, read_only=True, help_text="The first day on which it can have been."
    )
    latest = serializers.DateField(
        allow_null=True, read_only=True, help_text="The last day on which it can have been."
    )
    basis = serializers.SerializerMethodField(help_text="How we know, in words.")

    @extend_schema_field({"type": ["string", "null"]})
    def get_edtf(self, when: DateRange) -> str | None:
        return when.edtf() or None

    @extend_schema_field({"type": ["string", "null"]})
    def get_basis(self, when: DateRange) -> str | None:
        return when.basis or None


def told(**words: str) -> dict[str, dict[str, str]]:
    """Return what programs are told of some fields, as `Meta.extra_kwargs`."""
    return {name: {"help_text": sentence} for name, sentence in words.items()}


# What is the same of every noun.
REVISION = "Counts the changes of this row; the version to name when writing is possible."
PUBLIC_SEQ = "The ledger entry that last changed what readers see of it."
VISIBILITY = "`desk` rows are answered only to the desk."


def nested(
    serializer: type[serializers.BaseSerializer], rows: Any, parent: serializers.BaseSerializer
) -> Any:
    """Return rows, or one row or None, in the shape of another serializer."""
    if rows is None:
        return None
    many = not isinstance(rows, models.Model)
    return serializer(rows, many=many, context=parent.context).data


def shaped_as(shape: serializers.BaseSerializer) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say in which shape a `Found` shows what this method finds: to the serializer, to `shaper` and to the schema."""

    def said(method: Any) -> Any:
        method.shape = shape
        return extend_schema_field(shape)(method)

    return said


class Found(serializers.SerializerMethodField):
    """A row that a method of the serializer finds, in the shape that `shaped_as` names; null where it finds none."""

    def to_representation(self, value: Any) -> Any:
        method = getattr(self.parent, self.method_name or "")
        found = method(value)
        return None if found is None else type(method.shape)(found, context=self.context).data
