"""Evidence: passages of sources, for or against claims."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from api.filtering.evidence import EVIDENCE
from api.serializers.evidence import EvidenceRow
from api.views.reading import DetailedViewSet
from api.writing.evidence import WritesEvidence
from articles.models import Citation, Evidence


class EvidenceViewSet(WritesEvidence, DetailedViewSet):
    """Evidence: passages of sources, or what sources show, for or against claims."""

    queryset = Evidence.objects.none()
    serializer_class = detail_class = EvidenceRow
    changed_by = "claim__public_seq"
    filters = EVIDENCE

    def loaded(self, rows: Any) -> Any:
        cited = Citation.objects.filter(evidence=OuterRef("pk"))
        return (
            rows.with_is_replaced()
            .annotate(cited=Exists(cited))
            .select_related("claim", "source_version__source")
            .defer("source_version__text")
        )
