"""Corrections: why one published verdict was followed by another."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.record import ApiUrl, Fields, RecordSerializer
from api.serializers.summaries import ClaimSummary, VerdictSummary
from api.serializers.verdict import CorrectionShape
from articles.models import Correction


class CorrectionRow(RecordSerializer):
    """Why a verdict followed another one. Never changed."""

    claim = ClaimSummary(source="verdict.claim", read_only=True, help_text="As it is worded today.")
    verdict = VerdictSummary(read_only=True, help_text="The verdict that followed.")
    published_at = serializers.DateTimeField(read_only=True, help_text="When that one came out.")
    api_url = ApiUrl("api-correction")

    class Meta:
        model = Correction
        fields: Fields = (
            "id", *CorrectionShape.Meta.fields, "claim", "verdict", "published_at", "api_url",
        )  # fmt: skip
        extra_kwargs = CorrectionShape.Meta.extra_kwargs
