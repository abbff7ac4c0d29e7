"""Jobs: background work."""

from __future__ import annotations

from typing import Any

from api.filtering.desk import JOBS
from api.pagination import Order, orders
from api.serializers.job import JobDetail, JobRow
from api.views.closed import ClosedViewSet
from api.writing.work import WritesJobs
from articles.models import Job


class JobViewSet(WritesJobs, ClosedViewSet):
    """Jobs: background work, how far it is and how it went. The desk's; a key that hands in sees what it asked for."""

    queryset = Job.objects.none()
    serializer_class = JobRow
    detail_class = JobDetail
    filters = JOBS
    orderings = orders(
        run_after=Order("run_after", "moment"),
        finished_at=Order("finished_at", "moment", nullable=True),
    )

    def may_list(self, user: Any) -> bool:
        return super().may_list(user) or bool(getattr(user, "may_import", False))

    def loaded(self, rows: Any) -> Any:
        return rows.defer("result") if self.action == "list" else rows
