"""Review tasks: verdicts to be read again."""

from __future__ import annotations

from typing import Any

from api.filtering.desk import REVIEWS
from api.pagination import Order, orders
from api.serializers.review import ReviewTaskRow
from api.views.closed import ClosedViewSet
from api.writing.work import WritesReviews
from articles.models import ReviewTask


class ReviewTaskViewSet(WritesReviews, ClosedViewSet):
    """Review tasks: verdicts that stand on something that has changed since. The desk's alone."""

    queryset = ReviewTask.objects.none()
    serializer_class = detail_class = ReviewTaskRow
    filters = REVIEWS
    orderings = orders(
        opened_at=Order("opened_at", "moment"), closed_at=Order("closed_at", "moment", nullable=True)
    )

    def loaded(self, rows: Any) -> Any:
        return rows.for_listing()
