"""Corrections: why published verdicts were followed by others."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Prefetch

from api.filtering.corrections import CORRECTIONS
from api.pagination import Order, orders
from api.serializers.correction import CorrectionRow
from api.views.reading import DetailedViewSet
from articles.models import Correction, Verdict


class CorrectionViewSet(DetailedViewSet):
    """Corrections: why published verdicts were followed by others. This is the list to watch."""

    queryset = Correction.objects.none()
    serializer_class = detail_class = CorrectionRow
    changed_by = "verdict__claim__public_seq"
    filters = CORRECTIONS
    orderings = orders(published_at=Order("published_at", "moment"))

    def loaded(self, rows: Any) -> Any:
        verdicts = Verdict.objects.with_is_current().select_related("claim", "rating__scale")
        return rows.annotate(published_at=F("verdict__published_at")).prefetch_related(
            Prefetch("verdict", verdicts.defer("snapshot", "reasoning"))
        )
