"""The naive peer: the same record served as tutorials serve theirs. ModelViewSets, nested ModelSerializers with
`source` and `many=True`, SearchFilter, PageNumberPagination, a template over the ORM, a connection for each request.

`tests.bench.naive_settings` runs it. It shows readers what the product shows them of a claim of the bench.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from typing import Any, ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import include, path
from rest_framework import filters, pagination, routers, serializers, viewsets

from articles.models import (
    Appearance,
    Article,
    ArticleVersion,
    Attribution,
    Change,
    ChangeRow,
    Claim,
    Claimant,
    Evidence,
    Rating,
    RatingScale,
    Source,
    SourceVersion,
    Topic,
    Verdict,
)


class TopicSerializer(serializers.ModelSerializer):
    class Meta:
        model = Topic
        fields = ("id", "name")


class ScaleSerializer(serializers.ModelSerializer):
    class Meta:
        model = RatingScale
        fields = ("number", "name")


class RatingSerializer(serializers.ModelSerializer):
    scale = ScaleSerializer()

    class Meta:
        model = Rating
        fields = ("slug", "labels", "machine_class", "rank", "scale")


class VerdictSerializer(serializers.ModelSerializer):
    rating = RatingSerializer()
    page_url = serializers.URLField(source="get_absolute_url")

    class Meta:
        model = Verdict
        fields = ("id", "claim", "number", "kind", "rating", "summary", "published_at", "valid_from", "valid_to",
                  "supersedes", "page_url")  # fmt: skip


class ClaimantSerializer(serializers.ModelSerializer):
    page_url = serializers.URLField(source="get_absolute_url")

    class Meta:
        model = Claimant
        fields = ("id", "name", "kind", "description", "page_url")


class AttributionSerializer(serializers.ModelSerializer):
    claimant = ClaimantSerializer()

    class Meta:
        model = Attribution
        fields = ("position", "claimant", "described_as", "words", "start", "end", "note")


class ArticleSerializer(serializers.ModelSerializer):
    page_url = serializers.URLField(source="get_absolute_url")

    class Meta:
        model = Article
        fields = (
            "id",
            "title",
            "publisher",
            "language",
            "published_earliest",
            "published_latest",
            "page_url",
        )


class ArticleVersionSerializer(serializers.ModelSerializer):
    article = ArticleSerializer()

    class Meta:
        model = ArticleVersion
        fields = ("id", "number", "sha256", "article")


class AppearanceSerializer(serializers.ModelSerializer):
    attributions = AttributionSerializer(many=True)
    article_version = ArticleVersionSerializer()

    class Meta:
        model = Appearance
        fields = ("id", "exact", "prefix", "suffix", "start", "end", "attributions", "article_version")


class SourceSerializer(serializers.ModelSerializer):
    page_url = serializers.URLField(source="get_absolute_url")

    class Meta:
        model = Source
        fields = ("id", "kind", "title", "publisher", "people", "url", "published_earliest", "published_latest",
                  "court", "docket_number", "described_as", "page_url")  # fmt: skip


class SourceVersionSerializer(serializers.ModelSerializer):
    source = SourceSerializer()

    class Meta:
        model = SourceVersion
        fields = ("id", "number", "copy_quality", "sha256", "seen_as", "retrieved_at", "effective_from",
                  "effective_to", "archive_url", "rights", "source")  # fmt: skip


class EvidenceSerializer(serializers.ModelSerializer):
    source_version = SourceVersionSerializer()

    class Meta:
        model = Evidence
        fields = ("id", "stance", "passage", "passage_state", "start", "end", "locator", "posture", "note",
                  "visibility", "revision", "source_version")  # fmt: skip


IN_A_LIST = (
    "id", "statement", "kind", "language", "status", "status_reason", "asserted_earliest", "asserted_latest",
    "asserted_basis", "topics", "current_verdict", "merged_into", "created_at", "revision", "public_seq", "page_url",
)  # fmt: skip


class ClaimSerializer(serializers.ModelSerializer):
    topics = TopicSerializer(many=True)
    appearances = AppearanceSerializer(many=True)
    evidence = EvidenceSerializer(many=True)
    verdicts = VerdictSerializer(many=True)
    current_verdict = VerdictSerializer()
    page_url = serializers.URLField(source="get_absolute_url")

    class Meta:
        model = Claim
        fields = (*IN_A_LIST, "origin", "appearances", "evidence", "verdicts")


class ClaimInListSerializer(serializers.ModelSerializer):
    topics = TopicSerializer(many=True)
    current_verdict = VerdictSerializer()
    page_url = serializers.URLField(source="get_absolute_url")

    class Meta:
        model = Claim
        fields = IN_A_LIST


class Pages(pagination.PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"


class ClaimViewSet(viewsets.ModelViewSet):
    queryset = Claim.objects.all()
    serializer_class = ClaimSerializer
    pagination_class = Pages
    filter_backends: ClassVar = [filters.SearchFilter]
    search_fields: ClassVar = ["statement"]
    # Parameter → the column it compares.
    narrowed_by: ClassVar = {
        "status": "status", "kind": "kind", "topic": "topics", "article": "appearances__article_version__article",
        "rating": "verdicts__rating__slug",
    }  # fmt: skip

    def get_queryset(self) -> QuerySet:
        asked = self.request.query_params
        given = {column: asked[name] for name, column in self.narrowed_by.items() if name in asked}
        return super().get_queryset().filter(**given).distinct() if given else super().get_queryset()


def page(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    claim = get_object_or_404(Claim, pk=pk)
    rows = ChangeRow.objects.filter(object_type="claim", object_id=pk)
    history = Change.objects.filter(seq__in=rows.values("change_id")).order_by("-seq")
    return render(request, "bench/naive.html", {"claim": claim, "history": history})


def export(request: HttpRequest, form: str) -> StreamingHttpResponse:
    """All claims as a tutorial streams them: a serializer for each row of `iterator()`, or `csv.writer` on an echo."""
    rows = Claim.objects.order_by("-pk").iterator(chunk_size=2000)
    shaped = (ClaimInListSerializer(row).data for row in rows)
    if form == "ndjson":
        lines: Iterable[Any] = (json.dumps(row, cls=DjangoJSONEncoder) + "\n" for row in shaped)
        return StreamingHttpResponse(lines, content_type="application/x-ndjson")
    writer = csv.writer(Echo())
    lines = (writer.writerow(row.values()) for row in shaped)
    return StreamingHttpResponse(lines, content_type="text/csv")


class Echo:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> str:
        return value


router = routers.DefaultRouter()
router.register("claims", ClaimViewSet)
urlpatterns = [
    path("api/v1/claims/export.<str:form>", export),
    path("api/v1/", include(router.urls)),
    path("claims/<int:pk>/<slug:slug>/", page),
]

# The product's addresses, by whose names its models make theirs.
from articles.urls import urlpatterns as of_the_product  # noqa: E402

urlpatterns += of_the_product
