"""What there is, and how it describes itself."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api.schema import whole_schema
from api.views.reading import Reading


class Contents(serializers.Serializer):
    """Where everything is."""

    articles = serializers.URLField(read_only=True)
    claims = serializers.URLField(read_only=True)
    sources = serializers.URLField(read_only=True)
    verdicts = serializers.URLField(read_only=True)
    ratings = serializers.URLField(read_only=True)
    schema = serializers.URLField(read_only=True)


class Root(Reading, APIView):
    """What there is, and where."""

    @extend_schema(operation_id="contents", responses=Contents)
    def get(self, request: Any) -> Response:
        names = {"articles": "api-article-list", "claims": "api-claim-list", "sources": "api-source-list",
                 "verdicts": "api-verdict-list", "ratings": "api-rating-list", "schema": "api-schema"}  # fmt: skip
        return Response({word: request.build_absolute_uri(reverse(name)) for word, name in names.items()})


class SchemaView(Reading, APIView):
    """This API, described in OpenAPI 3.1 for programs."""

    @extend_schema(operation_id="schema", responses=OpenApiTypes.OBJECT)
    def get(self, request: Any) -> Response:
        return Response(whole_schema())
