"""Drafts of verdicts."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from api.filtering.desk import DRAFTS
from api.pagination import Order, orders
from api.serializers.draft import DraftDetail, DraftRow
from api.views.closed import ClosedViewSet
from api.writing.drafts import WritesDrafts
from articles.models import DraftEvidence, VerdictDraft


class DraftViewSet(WritesDrafts, ClosedViewSet):
    """Drafts: verdicts being written, handed in, handed back. The desk's alone."""

    queryset = VerdictDraft.objects.none()
    serializer_class = DraftRow
    detail_class = DraftDetail
    filters = DRAFTS
    orderings = orders(
        updated_at=Order("updated_at", "moment"),
        submitted_at=Order("submitted_at", "moment", nullable=True),
    )

    def loaded(self, rows: Any) -> Any:
        rows = rows.select_related(
            "claim", "author", "reviewer", "rating__scale", "handed_back_by", "scheduled_by"
        )
        if self.action == "list":
            return rows.defer("reasoning")
        uses = DraftEvidence.objects.select_related("evidence__source_version__source").order_by("position")
        return rows.prefetch_related(Prefetch("evidence_uses", uses.defer("evidence__source_version__text")))
