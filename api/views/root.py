"""What there is, and how it describes itself."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import orjson
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api.schema import whole_schema
from api.views.reading import Reading
from articles.addresses import address
from articles.keeping import FRESH, has_it
from articles.models import Newsroom

# Word → the name of its address.
PLACES = {
    "articles": "api-article-list",
    "claims": "api-claim-list",
    "appearances": "api-appearance-list",
    "relations": "api-relation-list",
    "claimants": "api-claimant-list",
    "topics": "api-topic-list",
    "sources": "api-source-list",
    "evidence": "api-evidence-list",
    "verdicts": "api-verdict-list",
    "corrections": "api-correction-list",
    "ratings": "api-rating-list",
    "research_steps": "api-research-list",
    "contacts": "api-contact-list",
    "changes": "api-changes",
    "lookup": "api-lookup",
    "me": "api-me",
    "usage": "api-usage",
    "schema": "api-schema",
    "docs": "api-docs",
}


class House(serializers.ModelSerializer):
    """Whose record this is, and under what terms others may use it."""

    name = serializers.CharField(read_only=True)
    url = serializers.URLField(read_only=True, allow_null=True, help_text="Its own site.")
    licence = serializers.CharField(
        read_only=True, allow_null=True, help_text="Under what terms others may use its verdicts."
    )
    licence_url = serializers.URLField(
        read_only=True, allow_null=True, help_text="Where these terms stand in full."
    )
    policies = serializers.SerializerMethodField(
        help_text="The page on which it says how it works, corrects and is paid for."
    )

    class Meta:
        model = Newsroom
        fields = ("name", "url", "licence", "licence_url", "policies")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {name: value or None for name, value in super().to_representation(instance).items()}

    @extend_schema_field(OpenApiTypes.URI)
    def get_policies(self, newsroom: Newsroom) -> str:
        return self.context["request"].build_absolute_uri(address("methodology"))


class Contents(serializers.Serializer):
    """Whose record this is, and where everything is that readers see."""

    def get_fields(self) -> dict[str, Any]:
        places = {word: serializers.URLField(read_only=True) for word in PLACES}
        return {"newsroom": House(read_only=True), **places}


class Root(Reading, APIView):
    """What there is, and where."""

    @extend_schema(operation_id="contents", responses=Contents)
    def get(self, request: Any) -> Response:
        house = House(Newsroom.current(), context={"request": request}).data
        places = {word: request.build_absolute_uri(reverse(name)) for word, name in PLACES.items()}
        return Response({"newsroom": house, **places})


class SchemaView(Reading, APIView):
    """This API, described in OpenAPI 3.1 for programs."""

    tagged_answer = True

    @extend_schema(operation_id="schema", responses=OpenApiTypes.OBJECT)
    def get(self, request: Any) -> HttpResponse:
        body, current = _served()
        headers = {"ETag": current, "Cache-Control": FRESH}
        if has_it(request._request, current):
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(body, content_type="application/json; charset=utf-8", headers=headers)


@cache
def _served() -> tuple[bytes, str]:
    """Return the description and its tag; both change with the code alone."""
    body = orjson.dumps(whole_schema())
    return body, f'W/"{hashlib.sha256(body).hexdigest()[:16]}"'
