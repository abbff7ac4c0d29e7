"""Anchor proposals: where a quotation may stand in a newer text. The desk's alone."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.appearance import VersionOfArticle
from api.serializers.assignment import PersonSummary
from api.serializers.record import ApiUrl, Fields, RecordSerializer, told
from api.serializers.summaries import ClaimSummary
from articles.models import AnchorProposal, Appearance


class QuotedBefore(RecordSerializer):
    """The quotation in the older text."""

    claim = ClaimSummary(read_only=True)
    api_url = ApiUrl("api-appearance")

    class Meta:
        model = Appearance
        fields: Fields = ("id", "exact", "start", "end", "claim", "api_url")


class PlaceShape(serializers.Serializer):
    """A place in the newer text where the words may stand."""

    start = serializers.IntegerField(read_only=True)
    end = serializers.IntegerField(read_only=True)
    similarity = serializers.FloatField(read_only=True, help_text="From 0 to 1; it proves nothing.")


class FullPlace(PlaceShape):
    """A place in the newer text where the words may stand, with what stands there."""

    words = serializers.CharField(read_only=True)


def _places(proposal: AnchorProposal) -> list[dict[str, Any]]:
    return [dict(zip(("start", "end", "similarity"), one, strict=True)) for one in proposal.candidates]


class ProposalRow(RecordSerializer):
    """A quotation that did not carry over to a newer text by itself."""

    appearance = QuotedBefore(read_only=True)
    article_version = VersionOfArticle(read_only=True, help_text="The newer text.")
    sentence = serializers.CharField(read_only=True, help_text="What happened to the words, for people.")
    candidates = serializers.SerializerMethodField(help_text="Where they may stand, likeliest first.")
    carried_to_id = serializers.IntegerField(
        allow_null=True, read_only=True, help_text="The appearance that came of accepting it."
    )
    decided_by = PersonSummary(allow_null=True, read_only=True)
    api_url = ApiUrl("api-proposal")

    class Meta:
        model = AnchorProposal
        fields: Fields = (
            "id", "kind", "sentence", "state", "appearance", "article_version", "candidates", "carried_to_id",
            "proposed_at", "decided_at", "decided_by", "api_url",
        )  # fmt: skip
        extra_kwargs = told(
            kind="changed: in other words or surroundings. ambiguous: in several places. lost: nowhere.",
            state="overtaken: a still newer text answered it, or asks anew.",
        )

    @extend_schema_field(PlaceShape(many=True))
    def get_candidates(self, proposal: AnchorProposal) -> Any:
        return _places(proposal)


class ProposalDetail(ProposalRow):
    """A quotation that did not carry over by itself, with the words of each place where it may stand."""

    @extend_schema_field(FullPlace(many=True))
    def get_candidates(self, proposal: AnchorProposal) -> Any:
        words = [words for _start, _end, words in proposal.places]
        return [{**place, "words": one} for place, one in zip(_places(proposal), words, strict=True)]
