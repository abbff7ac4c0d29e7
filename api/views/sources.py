"""Sources."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from api import filters
from api.pagination import Order, orders
from api.serializers import SourceDetail, SourceRow
from api.views.reading import DetailedViewSet
from articles.models import Source

PUBLISHED = Order("published_latest", "day", nullable=True)


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
