"""Review tasks: verdicts to be read again. The desk's alone."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.appearance import VersionOfArticle
from api.serializers.assignment import PersonSummary
from api.serializers.record import REVISION, ApiUrl, Fields, RecordSerializer, told
from api.serializers.summaries import ClaimSummary
from articles.models import ReviewTask


class ReviewTaskRow(RecordSerializer):
    """A verdict that stands on something that has changed since."""

    claim = ClaimSummary(read_only=True)
    article_version = VersionOfArticle(allow_null=True, read_only=True, help_text="The text that changed.")
    is_open = serializers.BooleanField(read_only=True, help_text="Whether nobody has read it again yet.")
    closed_by = PersonSummary(allow_null=True, read_only=True)
    api_url = ApiUrl("api-review")

    class Meta:
        model = ReviewTask
        fields: Fields = (
            "id", "claim", "reason", "article_version", "note", "is_open", "opened_at", "closed_at", "closed_by",
            "outcome", "revision", "api_url",
        )  # fmt: skip
        extra_kwargs = told(
            note="What changed, in a sentence.",
            outcome="What came of reading it again.",
            revision=REVISION,
        )
