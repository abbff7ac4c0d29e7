"""Appearances: where claims are made, in which exact words."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.record import ApiUrl, Fields, RecordSerializer
from api.serializers.summaries import ArticleSummary, ClaimSummary, QuotedWords
from articles.models import Appearance, ArticleVersion


class VersionOfArticle(RecordSerializer):
    """One state of an article's text."""

    article = ArticleSummary(read_only=True)

    class Meta:
        model = ArticleVersion
        fields: Fields = ("id", "number", "sha256", "article")


class AppearanceRow(QuotedWords):
    """The exact words of a text that make a claim: `text[start:end]`, in Unicode code points of that version's text.

    Prefix and suffix are null where the rights to the text do not allow more than the quotation itself. Never changed:
    a newer text has appearances of its own, which name in `carried_from_id` those they continue.
    """

    claim = ClaimSummary(read_only=True)
    article_version = VersionOfArticle(read_only=True)
    is_current = serializers.BooleanField(
        read_only=True, help_text="Whether no newer version of the text is on record."
    )
    carried_from_id = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The same words in the version before."
    )
    api_url = ApiUrl("api-appearance")

    class Meta:
        model = Appearance
        fields: Fields = (
            *QuotedWords.shape, "claim", "article_version", "is_current", "carried_from_id", "api_url",
        )  # fmt: skip
