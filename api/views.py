"""What is read, in which shape, narrowed by what. Each view starts from `visible_to`; no rule is stated here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson
from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from api import filters, parameters
from api.pagination import Keyset, Order, orders, paging_parameters
from api.parameters import Parameter
from api.renderers import takes_plain_json
from api.schema import whole_schema
from api.serializers import (
    CLAIM,
    ArticleDetail,
    ArticleRow,
    ClaimDetail,
    ClaimRow,
    RatingRow,
    SourceDetail,
    SourceRow,
    VerdictDetail,
    VerdictRow,
)
from api.shaping import shaper
from articles.keeping import FRESH, Kept, Made, has_it, tag, with_state
from articles.models import Article, Claim, Rating, Source, Verdict

PUBLISHED = Order("published_latest", "day", nullable=True)


class Reading:
    """What all views have in common: reading alone, parameters checked first, and how long an answer keeps."""

    http_method_names: Sequence[str] = ("get", "head", "options")

    def parameters(self) -> Sequence[Parameter]:
        """Return what the address may hold for what is being done."""
        return ()

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        if request.method not in SAFE_METHODS:
            # Before anybody is asked who they are: no key would change the answer.
            raise MethodNotAllowed(request.method)
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        self.asked = (
            {} if request.method == "OPTIONS" else parameters.read(request.query_params, self.parameters())
        )

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        anonymous = getattr(request, "user", None) is None or not request.user.is_authenticated
        if response.status_code < 400:
            response.setdefault("Cache-Control", FRESH if anonymous else "private, no-store")
        return response


class RecordViewSet(Reading, mixins.ListModelMixin, GenericViewSet):
    """A list of the rows that the asker may see."""

    # Shows nothing where a view forgets to say what; see `get_queryset`.
    queryset: Any = None
    filter_backends = [filters.NarrowedByParameters]
    pagination_class = Keyset
    lookup_value_regex = "[1-9][0-9]{0,17}"
    serializer_class: type[serializers.BaseSerializer]
    filters: Sequence[Parameter] = ()
    orderings = orders()

    def parameters(self) -> Sequence[Parameter]:
        return (*self.filters, *paging_parameters(self.orderings)) if self.action == "list" else ()

    def get_queryset(self) -> Any:
        return self.loaded(self.queryset.model.objects.visible_to(self.request.user))

    def loaded(self, rows: Any) -> Any:
        """Load what the shape shows, in a number of queries that does not grow with the rows."""
        return rows


class DetailedViewSet(RecordViewSet):
    """A list, and each row of it in full."""

    detail_class: type[serializers.BaseSerializer]
    # Where the row keeps the ledger entry that last changed what readers see of it.
    changed_by = "public_seq"

    def get_serializer_class(self) -> type[serializers.BaseSerializer]:
        return self.serializer_class if self.action == "list" else self.detail_class

    def retrieve(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Answer with the row in full; to everybody with a tag, so that who has it already is told so in one query."""
        if request.user.is_authenticated:
            return Response(self.get_serializer(self.get_object()).data)
        seen = self.queryset.model.objects.visible_to(request.user).filter(pk=self.kwargs["pk"])
        # Read before the row: if somebody publishes in between, the tag is too old and never too new.
        state = with_state(seen, self.changed_by).values_list("state_entry", "state_house").first()
        if state is None:
            raise Http404
        current = tag(request._request, self.queryset.model._meta.model_name, self.kwargs["pk"], *state)
        if has_it(request._request, current):
            return Response(status=304, headers={"ETag": current})
        return Response(self.get_serializer(self.get_object()).data, headers={"ETag": current})


class ArticleViewSet(DetailedViewSet):
    """Articles: texts that somebody published, and the claims they make."""

    queryset = Article.objects.none()
    serializer_class = ArticleRow
    detail_class = ArticleDetail
    filters = filters.ARTICLES
    orderings = orders(published=PUBLISHED)

    def loaded(self, rows: Any) -> Any:
        return rows.for_listing() if self.action == "list" else rows.for_listing().prefetch_related("copies")


class ClaimViewSet(DetailedViewSet):
    """Claims: checkable statements, what bears on them and what was found."""

    queryset = Claim.objects.none()
    serializer_class = ClaimRow
    detail_class = ClaimDetail
    filters = filters.CLAIMS
    times = (
        parameters.moment("as_of", "Also say which verdict readers saw then."),
        parameters.day("held_on", "Also say which verdict, as we know today, holds for that day."),
    )

    def parameters(self) -> Sequence[Parameter]:
        return self.times if self.action == "retrieve" else super().parameters()

    def loaded(self, rows: Any) -> Any:
        survivors = Prefetch("merged_into", Claim.objects.visible_to(self.request.user))
        rows = rows.prefetch_related("topics", survivors)
        return rows.with_current_verdict() if self.action == "list" else rows

    def get_object(self) -> Any:
        return CLAIM.load(super().get_object(), self.request.user)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "asked": self.asked}


def _kept_claim(request: HttpRequest, pk: int, base: str) -> Made | None:
    """Make the answer of a claim as everybody gets it, by one statement and without a serializer."""
    claim = CLAIM.find(pk)
    if claim is None:
        return None
    return Made(claim, orjson.dumps(shaper(ClaimDetail)(claim, base)))


KEPT_CLAIM = Kept(
    noun="claim",
    pattern=re.compile(r"/api/v1/claims/(?P<pk>[1-9][0-9]{0,17})/"),
    rows=Claim.objects.public,
    make=_kept_claim,
    content_type="application/json; charset=utf-8",
    accepts=takes_plain_json,
)


class SourceViewSet(DetailedViewSet):
    """Sources: news reports, court cases, rules, statutes, posts and whatever else bears on claims."""

    queryset = Source.objects.none()
    serializer_class = SourceRow
    detail_class = SourceDetail
    filters = filters.SOURCES
    orderings = orders(published=PUBLISHED, title=Order("title", "text"))

    def loaded(self, rows: Any) -> Any:
        shown = Source.objects.visible_to(self.request.user)
        rows = rows.for_listing().prefetch_related(Prefetch("merged_into", shown))
        return (
            rows if self.action == "list" else rows.prefetch_related(Prefetch("part_of", shown), "versions")
        )


class VerdictViewSet(DetailedViewSet):
    """Verdicts: published decisions on claims. None is ever changed; another follows it, with a correction."""

    queryset = Verdict.objects.none()
    serializer_class = VerdictRow
    detail_class = VerdictDetail
    changed_by = "claim__public_seq"
    filters = filters.VERDICTS
    orderings = orders(published_at=Order("published_at", "moment"))

    def loaded(self, rows: Any) -> Any:
        rows = rows.for_listing().with_is_current().select_related("correction")
        return (
            rows.defer("snapshot", "reasoning")
            if self.action == "list"
            else rows.select_related("superseded_by")
        )


class RatingViewSet(RecordViewSet):
    """Ratings: what verdicts can say, on every version of the scale, with what each means."""

    queryset = Rating.objects.none()
    serializer_class = RatingRow
    filters = filters.RATINGS

    def loaded(self, rows: Any) -> Any:
        return rows.select_related("scale", "replaced_by")


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
