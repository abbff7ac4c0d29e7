"""Relations between claims."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.record import ApiUrl, Fields, RecordSerializer, told
from api.serializers.summaries import ClaimSummary
from articles.models import ClaimRelation
from articles.models.relation import FORWARD, SYMMETRIC


class RelationRow(RecordSerializer):
    """How one claim relates to another: the first *reports*, *updates* … the second."""

    first = ClaimSummary(read_only=True)
    second = ClaimSummary(read_only=True)
    words = serializers.SerializerMethodField(help_text="The first claim … the second, in English.")
    is_mutual = serializers.SerializerMethodField(help_text="Whether it reads the same both ways.")
    api_url = ApiUrl("api-relation")

    class Meta:
        model = ClaimRelation
        fields: Fields = ("id", "kind", "first", "second", "words", "is_mutual", "api_url")
        extra_kwargs = told(kind="What the first claim does to the second.")

    def get_words(self, relation: ClaimRelation) -> str:
        return FORWARD[relation.kind]

    def get_is_mutual(self, relation: ClaimRelation) -> bool:
        return relation.kind in SYMMETRIC
