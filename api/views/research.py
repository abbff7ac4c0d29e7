"""Research steps: what was looked for in order to check a claim."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from api.filtering.groundwork import RESEARCH
from api.pagination import Order, orders
from api.serializers.research import ResearchStepRow
from api.views.reading import DetailedViewSet
from api.writing.research import WritesResearch
from articles.models import Evidence, ResearchStep


class ResearchStepViewSet(WritesResearch, DetailedViewSet):
    """Research steps: what was looked for, where, and what came of it, also where nothing did."""

    queryset = ResearchStep.objects.none()
    serializer_class = detail_class = ResearchStepRow
    changed_by = "claim__public_seq"
    filters = RESEARCH
    orderings = orders(done_on=Order("done_on", "day", nullable=True))

    def loaded(self, rows: Any) -> Any:
        led_to = Evidence.objects.visible_to(self.request.user).with_sources()
        return rows.select_related("claim").prefetch_related(Prefetch("evidence", led_to))
