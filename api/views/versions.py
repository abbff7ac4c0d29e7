"""Versions of articles and of sources, one by one; and which version of a source was in force on a day."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from api import parameters
from api.errors import CONTENT_TYPE, InvalidParameters, error
from api.pagination import Order, orders
from api.serializers.version import (
    ArticleVersionDetail,
    ArticleVersionRow,
    SourceVersionDetail,
    SourceVersionRow,
)
from api.views.reading import DetailedViewSet
from api.writing.articles import AddsArticleVersions
from api.writing.sources import AddsSourceVersions
from api.writing.states import tag_of
from articles.keeping import has_it
from articles.models import Article, ArticleVersion, Source, SourceVersion

UNCHANGED = OpenApiResponse(description="What you have is the newest.")


class NoneInForce(APIException):
    """No version, or not one alone, can be named for a day (404); the code says which."""

    status_code = 404
    default_code = "none_in_force"


class DayToCome(APIException):
    """Nobody knows what will be in force (416)."""

    status_code = 416
    default_code = "day_to_come"


class VersionViewSet(DetailedViewSet):
    """The versions of one row, which is named in the address before them."""

    lookup_field = "number"
    # What they are versions of, and the word of the address for its id.
    parent: Any
    whose: str

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(**{self.whose: self.kwargs[self.whose]})

    def require_parent(self) -> None:
        """Raise Http404 where the asker may not see what these are versions of."""
        seen = self.parent.objects.visible_to(self.request.user)
        if not seen.filter(pk=self.kwargs[self.whose]).exists():
            raise Http404

    def list(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        self.require_parent()
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return self.tagged(request, self.get_object())

    def tagged(self, request: Any, row: Any) -> Response:
        """Answer with a version in full. The answer makes the tag: words may be redacted, and rights change."""
        data = self.written([row])[0]
        current = tag_of(self.queryset.model, row.pk, data)
        current = current if request.user.is_authenticated else f"W/{current}"
        if has_it(request._request, current):
            return Response(status=304, headers={"ETag": current})
        return Response(data, headers={"ETag": current})


@extend_schema_view(
    list=extend_schema(operation_id="articles_versions_list"),
    retrieve=extend_schema(
        operation_id="articles_versions_retrieve", responses={200: ArticleVersionDetail, 304: UNCHANGED}
    ),
)
class ArticleVersionViewSet(AddsArticleVersions, VersionViewSet):
    """Versions of an article: the states of its text. None is ever edited."""

    queryset = ArticleVersion.objects.none()
    serializer_class = ArticleVersionRow
    detail_class = ArticleVersionDetail
    parent, whose = Article, "article"
    orderings = orders(number=Order("number", "number"))

    def loaded(self, rows: Any) -> Any:
        rows = (
            rows.with_length().with_is_current().select_related("article").defer("offset_map", "fingerprint")
        )
        return rows.defer("text") if self.action == "list" else rows.prefetch_related("blocks")


@extend_schema_view(
    list=extend_schema(operation_id="sources_versions_list"),
    create=extend_schema(operation_id="sources_versions_create"),
    retrieve=extend_schema(
        operation_id="sources_versions_retrieve", responses={200: SourceVersionDetail, 304: UNCHANGED}
    ),
)
class SourceVersionViewSet(AddsSourceVersions, VersionViewSet):
    """Versions of a source: how it stood, or how a copy of it stood. None is ever edited."""

    queryset = SourceVersion.objects.none()
    serializer_class = SourceVersionRow
    detail_class = SourceVersionDetail
    parent, whose = Source, "source"
    orderings = orders(number=Order("number", "number"))

    def loaded(self, rows: Any) -> Any:
        return rows.defer("text") if self.action == "list" else rows

    @extend_schema(
        operation_id="sources_as_of_retrieve",
        parameters=[
            OpenApiParameter(
                "day",
                {"type": "string", "format": "date"},
                OpenApiParameter.PATH,
                description="A day, such as 2024-11-05.",
            )
        ],
        responses={
            200: SourceVersionDetail,
            304: UNCHANGED,
            (416, CONTENT_TYPE): OpenApiResponse(
                {"$ref": "#/components/schemas/Problem"}, description="The day is yet to come."
            ),
        },
    )
    def as_of(self, request: Any, source: str, day: str) -> Response:
        """The version of a source that was in force on a day, by the effective dates on record.

        404 where none was (`none_in_force`) or where several can have been (`several_in_force`); 416 for a day to come.
        """
        try:
            when = parameters.read_day(day)
        except parameters.Unreadable as trouble:
            sentence = f"The day is {parameters.shown(day)}; {trouble}"
            raise InvalidParameters([error("malformed_parameter", sentence, parameter="day")]) from None
        self.require_parent()
        if when > timezone.now().date():
            raise DayToCome(f"{when} is yet to come; nobody knows what will be in force.")
        found = list(self.get_queryset().in_force_on(when).order_by("number"))
        if not found:
            raise NoneInForce(f"No version on record was in force on {when}.")
        if len(found) > 1:
            numbers = ", ".join(str(one.number) for one in found)
            raise NoneInForce(
                f"Several versions can have been in force on {when}, by the dates on record: {numbers}. "
                "Ask for one by its number.",
                "several_in_force",
            )
        return self.tagged(request, found[0])
