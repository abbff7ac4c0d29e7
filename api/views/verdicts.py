"""Verdicts, and the ratings they give."""

from __future__ import annotations

from typing import Any

from api import filters
from api.pagination import Order, orders
from api.serializers import RatingRow, VerdictDetail, VerdictRow
from api.views.reading import DetailedViewSet, RecordViewSet
from articles.models import Rating, Verdict


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
