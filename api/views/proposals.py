"""Anchor proposals: where quotations may stand in newer texts."""

from __future__ import annotations

from typing import Any

from api.filtering.desk import PROPOSALS
from api.pagination import Order, orders
from api.serializers.proposal import ProposalDetail, ProposalRow
from api.views.closed import ClosedViewSet
from api.writing.suggestions import WritesProposals
from articles.models import AnchorProposal


class ProposalViewSet(WritesProposals, ClosedViewSet):
    """Anchor proposals: quotations that did not carry over to a newer text by themselves. The desk's alone."""

    queryset = AnchorProposal.objects.none()
    serializer_class = ProposalRow
    detail_class = ProposalDetail
    filters = PROPOSALS
    orderings = orders(proposed_at=Order("proposed_at", "moment"))

    def loaded(self, rows: Any) -> Any:
        rows = rows.select_related("appearance__claim", "article_version__article", "decided_by")
        unshown = ["article_version__offset_map"]
        return (
            rows.defer(*unshown, "article_version__text") if self.action == "list" else rows.defer(*unshown)
        )
