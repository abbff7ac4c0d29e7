"""Drafts of verdicts. The desk's alone."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.assignment import PersonSummary
from api.serializers.record import REVISION, ApiUrl, Fields, RecordSerializer, told
from api.serializers.source import EvidenceShape
from api.serializers.summaries import ABOUT_VERDICT, ClaimSummary, RatingSummary
from articles.models import DraftEvidence, VerdictDraft

ROW = (
    "id", "claim", "state", "rating", "summary", "valid_from", "valid_to", "correction_kind", "correction_note",
    "embargo_until", "embargo_note", "review_on", "author", "reviewer", "submitted_at", "handed_back_by",
    "hand_back_note", "publish_at", "scheduled_by", "schedule_lifted", "verdict_id", "created_at", "updated_at",
    "revision", "api_url",
)  # fmt: skip
ABOUT_DRAFT = {
    **told(
        state="submitted: waits for a second editor.",
        correction_kind="Where the claim has a verdict already: why another follows.",
        correction_note="What was wrong, or what changed; readers see it once this is published.",
        embargo_until="Nobody publishes it before this moment.",
        embargo_note="Who asked for the embargo, and why; the desk reads it.",
        review_on="The day on which the published verdict shall be read again.",
        publish_at="When it goes out by itself, in the name of `scheduled_by`; null: somebody publishes it.",
        schedule_lifted="Why it was not published at the time that was set.",
        hand_back_note="What is to be done before it can go out.",
        revision=REVISION,
    ),
    **{name: ABOUT_VERDICT[name] for name in ("valid_from", "valid_to", "reasoning")},
}


class DraftRow(RecordSerializer):
    """A verdict being written."""

    claim = ClaimSummary(read_only=True)
    rating = RatingSummary(allow_null=True, read_only=True)
    author = PersonSummary(allow_null=True, read_only=True, help_text="Null where nobody has written it yet.")
    reviewer = PersonSummary(
        allow_null=True, read_only=True, help_text="Which editor is asked to publish it."
    )
    scheduled_by = PersonSummary(allow_null=True, read_only=True)
    handed_back_by = PersonSummary(allow_null=True, read_only=True)
    verdict_id = serializers.IntegerField(
        allow_null=True, read_only=True, help_text="What it was published as."
    )
    api_url = ApiUrl("api-draft")

    class Meta:
        model = VerdictDraft
        fields: Fields = ROW
        extra_kwargs = ABOUT_DRAFT


class DraftEvidenceShape(RecordSerializer):
    """One piece of evidence; `position` is what the reasoning calls it by: [1], [2] …"""

    evidence = EvidenceShape(read_only=True)

    class Meta:
        model = DraftEvidence
        fields: Fields = ("position", "evidence")


class DraftDetail(DraftRow):
    """A verdict being written, with its reasoning and the evidence it is to rest on."""

    evidence = DraftEvidenceShape(many=True, read_only=True, source="evidence_uses")

    class Meta:
        model = VerdictDraft
        fields: Fields = (*ROW, "reasoning", "evidence")
        extra_kwargs = ABOUT_DRAFT
