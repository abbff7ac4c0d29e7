"""Claimants: who asserts something."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.record import PUBLIC_SEQ, REVISION, ApiUrl, Fields, PageUrl, RecordSerializer, told
from api.serializers.summaries import ClaimantSummary
from articles.models import Claimant


class ClaimantRow(RecordSerializer):
    """A person, organisation or account, or unnamed people in the words that describe them."""

    merged_into = ClaimantSummary(
        allow_null=True, read_only=True, help_text="The claimant that this one turned out to be."
    )
    claim_count = serializers.IntegerField(
        read_only=True, help_text="How many claims that you may see are attributed to it by its own name."
    )
    api_url = ApiUrl("api-claimant")
    page_url = PageUrl()

    class Meta:
        model = Claimant
        fields: Fields = (
            "id", "name", "kind", "description", "url", "merged_into", "claim_count", "revision", "public_seq",
            "api_url", "page_url",
        )  # fmt: skip
        extra_kwargs = told(
            name="Of a group, the exact words that describe it.",
            description="Role or office, as it was when they spoke.",
            revision=REVISION,
            public_seq=PUBLIC_SEQ,
        )
