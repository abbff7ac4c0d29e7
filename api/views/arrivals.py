"""Arrivals: what was handed in."""

from __future__ import annotations

from typing import Any

from api.filtering.desk import ARRIVALS
from api.pagination import Order, orders
from api.serializers.arrival import ArrivalDetail, ArrivalRow
from api.views.closed import ClosedViewSet
from api.writing.work import WritesArrivals
from articles.models import Arrival


class ArrivalViewSet(WritesArrivals, ClosedViewSet):
    """Arrivals: files that were handed in, and what became of each. The desk's alone."""

    queryset = Arrival.objects.none()
    serializer_class = ArrivalRow
    detail_class = ArrivalDetail
    filters = ARRIVALS
    orderings = orders(at=Order("at", "moment"))

    def loaded(self, rows: Any) -> Any:
        rows = rows.select_related("original", "article_version__article", "resembles", "by")
        rows = rows.defer("original__packed", "article_version__text", "article_version__offset_map")
        return rows.defer("text", "facts") if self.action == "list" else rows
