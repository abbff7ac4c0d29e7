"""Who works at the desk, and who checks what."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.record import ApiUrl, Fields, RecordSerializer, told
from api.serializers.summaries import ClaimSummary
from articles.models import Assignment, User


class PersonSummary(RecordSerializer):
    """Somebody who works at the desk."""

    class Meta:
        model = User
        fields: Fields = ("id", "display_name", "role")
        extra_kwargs = told(display_name="The name readers see beside a verdict.")


class PersonRow(PersonSummary):
    """Somebody of the desk in a list."""

    is_active = serializers.BooleanField(read_only=True, help_text="Whether they still work here.")
    api_url = ApiUrl("api-person")

    class Meta:
        model = User
        fields: Fields = (*PersonSummary.Meta.fields, "is_active", "api_url")
        extra_kwargs = PersonSummary.Meta.extra_kwargs


class AssignmentRow(RecordSerializer):
    """The one person who checks a claim at the moment. Readers do not see it."""

    claim = ClaimSummary(read_only=True)
    assignee = PersonSummary(read_only=True)
    assigned_by = PersonSummary(read_only=True, allow_null=True)
    api_url = ApiUrl("api-assignment")

    class Meta:
        model = Assignment
        fields: Fields = ("id", "claim", "assignee", "assigned_by", "at", "api_url")
