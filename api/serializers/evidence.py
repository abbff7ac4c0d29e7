"""Evidence: passages of sources, for or against claims."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.record import ApiUrl, Fields
from api.serializers.source import EvidenceShape
from api.serializers.summaries import ClaimSummary


class EvidenceRow(EvidenceShape):
    """A passage of a source, or what the source shows, for or against a claim.

    Once a published verdict cites it, it is never changed: a new row replaces it.
    """

    claim = ClaimSummary(read_only=True)
    replaces_id = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The row in whose place this one stands."
    )
    is_replaced = serializers.BooleanField(
        read_only=True, help_text="Whether another row stands in its place."
    )
    is_cited = serializers.BooleanField(
        source="cited", read_only=True, help_text="Whether a published verdict rests on it."
    )
    api_url = ApiUrl("api-evidence")

    class Meta(EvidenceShape.Meta):
        fields: Fields = (
            *EvidenceShape.Meta.fields, "claim", "replaces_id", "is_replaced", "is_cited", "api_url",
        )  # fmt: skip
