"""Suggestions: what the importer found in a text that somebody could check. The desk's alone."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.appearance import VersionOfArticle
from api.serializers.assignment import PersonSummary
from api.serializers.record import ApiUrl, Fields, RecordSerializer, told
from api.serializers.summaries import ClaimSummary
from articles.models import Suggestion


class ReasonShape(serializers.Serializer):
    """One reason why this is worth checking."""

    code = serializers.CharField(read_only=True)
    words = serializers.CharField(read_only=True, help_text="The words of the text it was seen by.")
    weight = serializers.FloatField(read_only=True)


class LinkShape(serializers.Serializer):
    """One link of the chain of who says it, outermost first: `text[start:end]` names them."""

    start = serializers.IntegerField(read_only=True)
    end = serializers.IntegerField(read_only=True)
    unnamed = serializers.BooleanField(read_only=True, help_text="Whether the words describe people unnamed.")
    kind = serializers.CharField(
        read_only=True, allow_null=True, help_text="What they are, where the words show it."
    )
    verbatim = serializers.BooleanField(read_only=True, help_text="Whether they are quoted word for word.")


class SuggestionRow(RecordSerializer):
    """One sentence that could be checked, in `text[start:end]` of its version. Accepted, it becomes a claim."""

    article_version = VersionOfArticle(read_only=True)
    exact = serializers.CharField(source="words", read_only=True, help_text="The words, as they stand there.")
    reasons = ReasonShape(many=True, read_only=True, help_text="Why it is worth checking.")
    chain = LinkShape(many=True, read_only=True, help_text="Who says it through whom.")
    clauses = serializers.SerializerMethodField(
        help_text="The parts of it that would each make a claim of their own, as [start, end]."
    )
    claim = ClaimSummary(allow_null=True, read_only=True, help_text="What it became; the first, of several.")
    decided_by = PersonSummary(allow_null=True, read_only=True)
    api_url = ApiUrl("api-suggestion")

    class Meta:
        model = Suggestion
        fields: Fields = (
            "id", "article_version", "exact", "start", "end", "kind", "score", "reasons", "chain", "clauses", "reader",
            "state", "claim", "decided_at", "decided_by", "api_url",
        )  # fmt: skip
        extra_kwargs = told(
            start="First code point of the words in the text, from 0.",
            end="The code point after the last one.",
            score="How much it is worth checking, from 0 to 1.",
            reader="What found it, with its version.",
        )

    @extend_schema_field({"type": "array", "items": {"type": "array", "items": {"type": "integer"}}})
    def get_clauses(self, suggestion: Suggestion) -> list[list[int]]:
        return suggestion.clauses
