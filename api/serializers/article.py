"""Articles."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.record import (
    PUBLIC_SEQ,
    REVISION,
    VISIBILITY,
    ApiUrl,
    Fields,
    PageUrl,
    RecordSerializer,
    WorldDate,
    nested,
    told,
)
from api.serializers.summaries import ClaimSummary, QuotedWords, RatingSummary
from articles.models import Appearance, Article, ArticleVersion, Claim, Copy

ROW = (
    "id", "title", "byline", "publisher", "url", "language", "published", "rights", "visibility", "claim_count",
    "checked_count", "created_at", "revision", "public_seq", "api_url", "page_url",
)  # fmt: skip


ABOUT_ARTICLE = told(
    title="As published; null where the text has none.",
    byline="As published.",
    url="Where it was published.",
    rights="How much of the text may be shown: full, excerpt (quotations and the words around them) or none (only the "
    "quoted words).",
    visibility=VISIBILITY,
    revision=REVISION,
    public_seq=PUBLIC_SEQ,
)


class ArticleRow(RecordSerializer):
    """An article in a list: a text someone published."""

    published = WorldDate(read_only=True)
    claim_count = serializers.IntegerField(read_only=True, help_text="How many claims it makes.")
    checked_count = serializers.IntegerField(
        read_only=True, help_text="How many of them have a current verdict."
    )
    api_url = ApiUrl("api-article")
    page_url = PageUrl()

    class Meta:
        model = Article
        fields: Fields = ROW
        extra_kwargs = ABOUT_ARTICLE


class ArticleVersionShape(RecordSerializer):
    """One state of the text. Another text is another version; none is ever edited."""

    length = serializers.IntegerField(
        read_only=True, help_text="Of the text of record, in Unicode code points."
    )

    class Meta:
        model = ArticleVersion
        fields: Fields = ("id", "number", "sha256", "original_sha256", "length", "imported_at")
        extra_kwargs = told(
            sha256="Of the text of record, as UTF-8.", original_sha256="Of the bytes that were imported."
        )


class CurrentVersion(ArticleVersionShape):
    """The newest state of the text, with the text itself where the rights to it allow that."""

    text = serializers.SerializerMethodField(
        help_text="The whole text of record; null unless `rights` is `full`. Offsets count its code points from 0."
    )

    class Meta(ArticleVersionShape.Meta):
        fields: Fields = (*ArticleVersionShape.Meta.fields, "text")

    def get_text(self, version: ArticleVersion) -> str | None:
        return version.readable_text or None


class CopyShape(RecordSerializer):
    """Another place where the text stands or stood."""

    published = WorldDate(read_only=True)

    class Meta:
        model = Copy
        extra_kwargs = told(kind="What it is to this text; this_text is the one on record here.")
        fields: Fields = ("position", "kind", "publisher", "url", "published", "note")


class RatedClaim(ClaimSummary):
    """A claim in short, with what its current verdict says."""

    rating = serializers.SerializerMethodField(help_text="Of its current verdict; null where it has none.")

    class Meta(ClaimSummary.Meta):
        fields: Fields = (*ClaimSummary.Meta.fields, "rating")

    @extend_schema_field(RatingSummary(allow_null=True))
    def get_rating(self, claim: Claim) -> Any:
        verdict = claim.current_verdict
        return nested(RatingSummary, verdict and verdict.rating, self)


class ClaimInArticle(QuotedWords):
    """The exact words of the current text that make a claim: `text[start:end]`, in Unicode code points.

    Prefix and suffix are null where the rights to the text do not allow more than the quotation itself.
    """

    claim = RatedClaim(read_only=True)

    class Meta:
        model = Appearance
        fields: Fields = (*QuotedWords.shape, "claim")


class ArticleDetail(ArticleRow):
    """An article with its text as far as rights allow, its versions, its copies and the claims it makes."""

    version = serializers.SerializerMethodField(help_text="The newest version of the text.")
    versions = serializers.SerializerMethodField(help_text="All versions of the text, oldest first.")
    copies = CopyShape(many=True, read_only=True)
    claims = serializers.SerializerMethodField(
        help_text="The words of the newest version that make claims, in the order of the text."
    )

    class Meta:
        model = Article
        fields: Fields = (*ROW, "rights_note", "version", "versions", "copies", "claims")
        extra_kwargs = ABOUT_ARTICLE

    @extend_schema_field(CurrentVersion(allow_null=True))
    def get_version(self, article: Article) -> Any:
        newest = article.versions.with_length().select_related("article").order_by("-number").first()
        return nested(CurrentVersion, newest, self)

    @extend_schema_field(ArticleVersionShape(many=True))
    def get_versions(self, article: Article) -> Any:
        return nested(
            ArticleVersionShape, article.versions.with_length().defer("text").order_by("number"), self
        )

    @extend_schema_field(ClaimInArticle(many=True))
    def get_claims(self, article: Article) -> Any:
        rows = Appearance.objects.visible_to(self.user).filter(article_version__article=article)
        return nested(ClaimInArticle, rows.of_current_texts().with_claims(), self)
