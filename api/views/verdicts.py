"""Verdicts, and the ratings they give."""

from __future__ import annotations

from typing import Any

from api.details import detail_for_readers
from api.filtering.verdicts import FILTERS, FILTERS_OF_RATINGS, RETIRED
from api.lists import ListForReaders
from api.pagination import Order, orders
from api.serializers import VERDICTS, RatingRow, VerdictDetail, VerdictRow
from api.views.reading import DetailedViewSet, RecordViewSet
from api.writing.drafts import WritesVerdicts
from articles.models import Rating, Verdict


class VerdictViewSet(WritesVerdicts, DetailedViewSet):
    """Verdicts: published decisions on claims. None is ever changed; another follows it, with a correction."""

    queryset = Verdict.objects.none()
    serializer_class = VerdictRow
    detail_class = VerdictDetail
    changed_by = "claim__public_seq"
    filters = FILTERS
    orderings = orders(published_at=Order("published_at", "moment"))
    graphs = VERDICTS
    expandable = ("superseded_by_id", "reasoning", "citations", "as_published")


LIST = ListForReaders(VerdictViewSet, "api-verdict", "/api/v1/verdicts/")
KEPT = detail_for_readers(VerdictViewSet, VERDICTS, "/api/v1/verdicts/")


class RatingViewSet(RecordViewSet):
    """Ratings: what verdicts can say, on every version of the scale, with what each means."""

    queryset = Rating.objects.none()
    serializer_class = RatingRow
    filters = FILTERS_OF_RATINGS
    hides = (RETIRED,)
    shaped = True

    def loaded(self, rows: Any) -> Any:
        return rows.select_related("scale", "replaced_by")
