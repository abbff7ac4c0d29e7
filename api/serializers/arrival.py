"""Arrivals: what was handed in, and what became of it. The desk's alone."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.appearance import VersionOfArticle
from api.serializers.assignment import PersonSummary
from api.serializers.record import ApiUrl, Fields, RecordSerializer, told
from api.serializers.summaries import ArticleSummary
from articles.models import Arrival, Original

ROW = (
    "id", "name", "state", "method", "original", "article_version", "resembles", "resemblance", "at", "by", "api_url",
)  # fmt: skip


class OriginalShape(RecordSerializer):
    """The bytes as they came."""

    class Meta:
        model = Original
        fields: Fields = ("id", "sha256", "size", "media", "kept_at")
        extra_kwargs = told(size="Bytes.", media="What they are, by their content.")


class ArrivalRow(RecordSerializer):
    """One file that was handed in."""

    original = OriginalShape(read_only=True)
    article_version = VersionOfArticle(
        allow_null=True, read_only=True, help_text="The text it was filed under; null while it is held."
    )
    resembles = ArticleSummary(
        allow_null=True, read_only=True, help_text="Of a file that was held: the article its text is like."
    )
    by = PersonSummary(allow_null=True, read_only=True)
    api_url = ApiUrl("api-arrival")

    class Meta:
        model = Arrival
        fields: Fields = ROW
        extra_kwargs = told(
            name="As it was handed in.",
            state="held: somebody has to say whether it is a copy or a newer version.",
            method="What read the text out of it.",
            resemblance="What they have in common, in words.",
        )


class ArrivalDetail(ArrivalRow):
    """One file that was handed in, with what was read from it while no article has that text."""

    facts = serializers.DictField(read_only=True, help_text="What the file says of itself.")

    class Meta(ArrivalRow.Meta):
        fields: Fields = (*ROW, "text", "facts")
        extra_kwargs = {
            **ArrivalRow.Meta.extra_kwargs,
            **told(text="What was read from it; null once an article has this text."),
        }
