"""The short shapes by which one noun names another. The same noun has the same short shape everywhere."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers.record import ApiUrl, Fields, PageUrl, RecordSerializer, WorldDate, told
from articles.models import Article, Attribution, Claim, Claimant, Rating, Source, Topic, Verdict
from articles.vocabulary import ScaleClass


class TopicSummary(RecordSerializer):
    class Meta:
        model = Topic
        fields: Fields = ("id", "name")


class ClaimantSummary(RecordSerializer):
    page_url = PageUrl()

    class Meta:
        model = Claimant
        extra_kwargs = told(description="Role or office, as it was when they spoke.")
        fields: Fields = ("id", "name", "kind", "description", "page_url")


class ArticleSummary(RecordSerializer):
    published = WorldDate(read_only=True)
    api_url = ApiUrl("api-article")
    page_url = PageUrl()

    class Meta:
        model = Article
        fields: Fields = ("id", "title", "publisher", "language", "published", "api_url", "page_url")


class ClaimSummary(RecordSerializer):
    api_url = ApiUrl("api-claim")
    page_url = PageUrl()

    class Meta:
        model = Claim
        fields: Fields = ("id", "statement", "kind", "status", "api_url", "page_url")


class SourceSummary(RecordSerializer):
    published = WorldDate(read_only=True)
    api_url = ApiUrl("api-source")
    page_url = PageUrl()

    class Meta:
        model = Source
        fields: Fields = (
            "id", "kind", "title", "publisher", "people", "url", "published",
            "court", "docket_number", "described_as", "api_url", "page_url",
        )  # fmt: skip


class RatingSummary(RecordSerializer):
    """A rating as a verdict gives it. `class` is what it means on any scale."""

    machine_class = serializers.ChoiceField(
        source="machine_class",
        choices=[word.value for word in ScaleClass],
        read_only=True,
        help_text="What it means to a program, on whatever scale.",
    )
    labels = serializers.DictField(
        child=serializers.CharField(), read_only=True, help_text="One label for each language tag."
    )
    scale = serializers.IntegerField(
        source="scale.number", read_only=True, help_text="The number of its version of the scale."
    )

    class Meta:
        model = Rating
        extra_kwargs = told(rank="Higher is nearer to true; null: off the scale.")
        fields: Fields = ("slug", "labels", "machine_class", "rank", "scale")


ABOUT_VERDICT = told(
    number="Per claim, from 1.",
    claim_wording="The claim as it was worded when this was published.",
    summary="One or two sentences for readers; of a withdrawal, why.",
    self_approved="Whether the author published it, in a newsroom of one.",
    valid_from="First day it holds for; null: as far back as it goes.",
    valid_to="Last day it holds for; null: until further notice.",
    reasoning="Markdown. Cites the evidence by its numbers: [1], [2] …",
)


class VerdictSummary(RecordSerializer):
    """A verdict in short. Its claim is the one it was published on, which may have been merged since."""

    claim_id = serializers.IntegerField(read_only=True)
    rating = RatingSummary(allow_null=True, read_only=True)
    supersedes_id = serializers.IntegerField(
        allow_null=True, read_only=True, help_text="The verdict it followed."
    )
    is_current = serializers.BooleanField(
        read_only=True, help_text="Whether it is what readers see of its claim today."
    )
    api_url = ApiUrl("api-verdict")
    page_url = PageUrl()

    class Meta:
        model = Verdict
        extra_kwargs = ABOUT_VERDICT
        fields: Fields = (
            "id", "claim_id", "number", "kind", "rating", "summary", "published_at", "valid_from", "valid_to",
            "supersedes_id", "is_current", "api_url", "page_url",
        )  # fmt: skip


class AttributionShape(RecordSerializer):
    """One link of the chain of who says it; position 1 is the outermost: who we read."""

    claimant = ClaimantSummary(allow_null=True, read_only=True)

    class Meta:
        model = Attribution
        fields: Fields = ("position", "claimant", "described_as", "words", "start", "end", "note")
        extra_kwargs = told(
            claimant="Null where nobody on record is meant; then `described_as` says who speaks.",
            described_as="In the newsroom's words.",
            words="The exact words of the text that name them.",
            start="First code point of `words` in the text of the article, from 0.",
            end="The code point after the last one of `words`.",
        )


class QuotedWords(RecordSerializer):
    """The exact words that make a claim: `text[start:end]`, in Unicode code points of the text of record.

    Prefix and suffix are null where the rights to the text do not allow more than the quotation itself.
    """

    prefix = serializers.SerializerMethodField(
        help_text="The words just before, which tell this place from others."
    )
    suffix = serializers.SerializerMethodField(help_text="The words just after.")
    attributions = AttributionShape(many=True, read_only=True)

    shape = ("id", "exact", "prefix", "suffix", "start", "end", "attributions")

    def get_prefix(self, appearance: Any) -> str | None:
        return self._around(appearance, appearance.prefix)

    def get_suffix(self, appearance: Any) -> str | None:
        return self._around(appearance, appearance.suffix)

    @staticmethod
    def _around(appearance: Any, words: str) -> str | None:
        return words if appearance.article_version.article.shows_surroundings else None
