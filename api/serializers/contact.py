"""Contacts: who was asked about a claim, and what they answered."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.record import REVISION, VISIBILITY, ApiUrl, Fields, RecordSerializer, told
from api.serializers.summaries import ClaimantSummary, ClaimSummary
from articles.models import Contact
from articles.models.recorded import at_desk


class ContactRow(RecordSerializer):
    """Somebody who was asked about a claim before a verdict on it, and how they answered."""

    claim = ClaimSummary(read_only=True)
    claimant = ClaimantSummary(
        allow_null=True,
        read_only=True,
        help_text="Who was asked, where they are on record and you may see them.",
    )
    reach = serializers.SerializerMethodField(
        help_text="The address or number they were asked at; null to everybody but the desk."
    )
    api_url = ApiUrl("api-contact")

    class Meta:
        model = Contact
        fields: Fields = (
            "id", "claim", "claimant", "addressee", "question", "channel", "reach", "asked_at", "deadline",
            "reply_state", "reply", "replied_at", "visibility", "revision", "api_url",
        )  # fmt: skip
        extra_kwargs = told(
            addressee="Who was asked, in words.",
            deadline="By when they could answer; null where they were given no time.",
            reply_state="no_reply: their time is over and nothing came.",
            reply="What they said, in their words.",
            visibility=VISIBILITY,
            revision=REVISION,
        )

    def get_reach(self, contact: Contact) -> str | None:
        return contact.reach if at_desk(self.user) else None
