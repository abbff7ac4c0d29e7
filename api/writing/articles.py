"""Articles: their facts, who sees them, further places, newer texts. New ones come by imports."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.response import Response

from api.serializers.record import Fields
from api.serializers.version import ArticleVersionRow
from api.writing.bodies import Body, Text, Word, WorldDateGiven, columns
from api.writing.parts import WebAddress, optional
from api.writing.verbs import Changes, verb
from api.writing.within import AddsWithin
from articles.importing.arrived import Arrived
from articles.importing.filing import file_version
from articles.importing.text import TextError, read_text
from articles.models import Article, ArticleVersion, Scope
from articles.vocabulary import Media, ProvenanceKind, Rights


class ArticleChanged(Body):
    """What is different now about an article. Its text is not changed: a newer one is a new version."""

    title = optional(500, help_text="As published; null where the text has none.")
    byline = optional(300, help_text="As published.")
    publisher = optional(300)
    url = WebAddress(help_text="Where it was published.")
    language = Text(required=False, max_length=35, help_text="A language tag (BCP 47).")
    published = WorldDateGiven(required=False)
    rights = Word(Rights, required=False, help_text="How much of the text readers may be shown.")
    rights_note = optional(500, help_text="Why.")


class CopyGiven(Body):
    """Another place where the text stands or stood."""

    kind = Word(ProvenanceKind, help_text="What it is to this text; this_text is the one on record here.")
    publisher = optional(300)
    url = WebAddress()
    published = WorldDateGiven(required=False)
    note = optional(500)


class NewerText(Body):
    """A newer state of the text, whole."""

    text = Text(help_text="Plain text or Markdown, as it was published.")
    name = optional(
        500, help_text="What to know it by: a text under the same name is filed here from then on."
    )


class WhatBecameOfIt(serializers.Serializer):
    """What became of the words of one claim in the newer text."""

    claim = serializers.IntegerField()
    fate = serializers.CharField(
        help_text="“moves by itself”, or what an editor has to decide: changed, ambiguous, lost."
    )
    words = serializers.CharField()


class NewArticleVersion(ArticleVersionRow):
    """A newer state of an article's text, and what it did to the claims that the article makes."""

    claims = WhatBecameOfIt(many=True, help_text="One for each quotation of the version before.")
    notes = serializers.ListField(child=serializers.CharField(), help_text="Sentences for people.")

    class Meta(ArticleVersionRow.Meta):
        fields: Fields = (*ArticleVersionRow.Meta.fields, "claims", "notes")


class WritesArticles(Changes):
    """What programs say of articles."""

    changing = ArticleChanged

    def change(self, by: Any, row: Any, expected: int | None, given: dict[str, Any]) -> None:
        row.revise(by, expected=expected, **columns(given, "published"))

    @verb(needs=Scope.PUBLISH)
    def open_to_readers(self, by: Any, article: Article, given: dict[str, Any]) -> None:
        """Let readers see the article; how much of the text is a matter of `rights`."""
        article.open_to_readers(by)

    @verb(needs=Scope.PUBLISH)
    def close_to_readers(self, by: Any, article: Article, given: dict[str, Any]) -> None:
        """Take the article back to the desk; claims and verdicts about it stay public."""
        article.close_to_readers(by)

    @verb(CopyGiven, makes=True)
    def copies(self, by: Any, article: Article, given: dict[str, Any]) -> None:
        """Note another place where the text stands or stood; the answer is the article with all of them."""
        article.add_copy(by, **given)


class AddsArticleVersions(AddsWithin):
    """POST to the versions of an article adds a newer state of its text."""

    adding = NewerText

    @extend_schema(operation_id="articles_versions_create", responses={201: NewArticleVersion})
    def create(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Add a newer text. Words that stand there once carry over; the others wait for an editor to decide."""
        return super().create(request, *args, **kwargs)

    def add_to(self, by: Any, parent: Article, given: dict[str, Any]) -> dict[str, Any]:
        data = given["text"].encode()
        try:
            text = read_text(data, "utf-8")
        except TextError as trouble:
            raise ValidationError({"text": [ErrorDetail(str(trouble), "not_a_text")]}) from trouble
        name = (given.get("name") or "").strip() or f"article-{parent.pk}-{text.sha256[:12]}"
        version, report = file_version(by, parent, Arrived(name, data, Media.TEXT, text))
        row: Any = ArticleVersion.objects.with_length().with_is_current().get(pk=version.pk)
        row.claims, row.notes = report.as_json()["claims"], report.notes
        found: dict[str, Any] = NewArticleVersion(row, context={"request": self.request}).data  # type: ignore[attr-defined]
        return found
