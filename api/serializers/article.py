"""Articles."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from api.serializers.record import (
    PUBLIC_SEQ,
    REVISION,
    VISIBILITY,
    ApiUrl,
    Fields,
    Found,
    PageUrl,
    RecordSerializer,
    WorldDate,
    shaped_as,
    told,
)
from api.serializers.summaries import ClaimSummary, QuotedWords, RatingSummary
from articles.graph import Graphs
from articles.keeping import with_state
from articles.models import Appearance, Article, ArticleVersion, Claim, Copy

ROW = (
    "id", "title", "byline", "publisher", "url", "language", "published", "rights", "visibility", "claim_count",
    "checked_count", "created_at", "revision", "public_seq", "api_url", "page_url",
)  # fmt: skip


# Columns of an article that its versions and its claims only need for saying how much of the text may be shown.
OF_ARTICLES = ("title", "byline", "publisher", "url", "rights_note", "published_basis")


def _rows(user: Any, parts: frozenset[str]) -> Any:
    rows = Article.objects.visible_to(user)
    if "counts" in parts:
        rows = rows.for_listing()
    if "copies" in parts:
        rows = rows.prefetch_related("copies")
    return with_state(rows)


def _sets(user: Any, article: Any) -> dict[str, Any]:
    versions = ArticleVersion.objects.with_length().filter(article=article)
    versions = versions.defer("offset_map", "fingerprint", "encoding")
    said = Appearance.objects.visible_to(user).filter(article_version__article=article)
    unshown = [f"article__{name}" for name in OF_ARTICLES]
    return {
        "version": versions.select_related("article").defer(*unshown).order_by("-number")[:1],
        "versions": versions.defer("text").order_by("number"),
        "claims": said.of_current_texts()
        .with_claims()
        .defer(*(f"article_version__{name}" for name in unshown)),
    }


# What is shown of articles, in lists and in full.
ARTICLES = Graphs(
    _rows,
    _sets,
    {
        "claim_count": ["counts"],
        "checked_count": ["counts"],
        "copies": ["copies"],
        "version": ["version"],
        "versions": ["versions"],
        "claims": ["claims"],
    },
)

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

    rating = Found(help_text="Of its current verdict; null where it has none.")

    class Meta(ClaimSummary.Meta):
        fields: Fields = (*ClaimSummary.Meta.fields, "rating")

    @shaped_as(RatingSummary(allow_null=True))
    def get_rating(self, claim: Claim) -> Any:
        verdict = claim.current_verdict
        return verdict and verdict.rating


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

    # `shown` is of an article that `ARTICLES` loaded.

    version = CurrentVersion(
        allow_null=True, read_only=True, source="shown.version", help_text="The newest version of the text."
    )
    versions = ArticleVersionShape(
        many=True,
        read_only=True,
        source="shown.versions",
        help_text="All versions of the text, oldest first.",
    )
    copies = CopyShape(many=True, read_only=True)
    claims = ClaimInArticle(
        many=True,
        read_only=True,
        source="shown.claims",
        help_text="The words of the newest version that make claims, in the order of the text.",
    )

    class Meta:
        model = Article
        fields: Fields = (*ROW, "rights_note", "version", "versions", "copies", "claims")
        extra_kwargs = ABOUT_ARTICLE
