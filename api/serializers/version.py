"""Versions: the states of an article's or a source's text, one by one."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.article import ArticleVersionShape, CurrentVersion
from api.serializers.record import Address, Fields, RecordSerializer, told
from api.serializers.source import SourceVersionShape, SourceVersionSummary
from articles.addresses import address
from articles.models import ArticleVersion, Block, SourceVersion


@extend_schema_field(OpenApiTypes.URI)
class VersionUrl(Address):
    """The address of a version: that of what it is a version of, and its number."""

    def __init__(self, basename: str, parent: str) -> None:
        super().__init__(help_text="Its detail in this API.")
        self.route, self.parent_id = f"{basename}-detail", f"{parent}_id"

    def path(self, row: ArticleVersion | SourceVersion) -> str:
        return address(self.route, getattr(row, self.parent_id), row.number)


class ArticleVersionRow(ArticleVersionShape):
    """One state of an article's text. Another text is another version; none is ever edited."""

    article_id = serializers.IntegerField(read_only=True)
    is_current = serializers.BooleanField(
        read_only=True, help_text="Whether no newer version of the text is on record."
    )
    api_url = VersionUrl("api-article-version", "article")

    class Meta(ArticleVersionShape.Meta):
        fields: Fields = (*ArticleVersionShape.Meta.fields, "article_id", "is_current", "api_url")


class BlockShape(RecordSerializer):
    """One block of a text, `text[start:end]`: a paragraph, or a structural line between paragraphs."""

    class Meta:
        model = Block
        fields: Fields = ("role", "start", "end")
        extra_kwargs = told(
            role="Whose text it is, or what kind of line.",
            start="Its first code point, from 0.",
            end="The code point after its last one.",
        )


class ArticleVersionDetail(ArticleVersionRow, CurrentVersion):
    """One state of an article's text, with the text as far as rights allow, and its blocks."""

    blocks = BlockShape(many=True, read_only=True, help_text="In the order of the text.")

    class Meta(ArticleVersionRow.Meta):
        fields: Fields = (*ArticleVersionRow.Meta.fields, "text", "blocks")


class SourceVersionRow(SourceVersionSummary):
    """The source as it stood, or as a copy of it stood. Never edited."""

    source_id = serializers.IntegerField(read_only=True)
    api_url = VersionUrl("api-source-version", "source")

    class Meta(SourceVersionSummary.Meta):
        fields: Fields = (*SourceVersionSummary.Meta.fields, "source_id", "api_url")


class SourceVersionDetail(SourceVersionRow, SourceVersionShape):
    """The source as it stood, with its text as far as rights allow."""

    class Meta(SourceVersionRow.Meta):
        fields: Fields = (*SourceVersionRow.Meta.fields, "text")
