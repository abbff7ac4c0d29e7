"""Topics: what claims are about."""

from __future__ import annotations

from rest_framework import serializers

from api.serializers.record import REVISION, ApiUrl, Fields, RecordSerializer, told
from articles.models import Topic


class TopicRow(RecordSerializer):
    """A subject in the newsroom's own words."""

    claim_count = serializers.IntegerField(
        read_only=True, help_text="How many claims about it you may see; merged ones left out."
    )
    api_url = ApiUrl("api-topic")

    class Meta:
        model = Topic
        fields: Fields = ("id", "name", "description", "claim_count", "revision", "api_url")
        extra_kwargs = told(revision=REVISION)
