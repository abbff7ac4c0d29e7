"""Relations between claims."""

from __future__ import annotations

from typing import Any

from api.filtering.names import RELATIONS
from api.serializers.relation import RelationRow
from api.views.reading import DetailedViewSet
from api.writing.relations import WritesRelations
from articles.models import ClaimRelation


class RelationViewSet(WritesRelations, DetailedViewSet):
    """Relations: one claim reports, updates, narrows or contradicts another."""

    queryset = ClaimRelation.objects.none()
    serializer_class = detail_class = RelationRow
    # Both ends are marked when either changes.
    changed_by = "low__public_seq"
    filters = RELATIONS

    def loaded(self, rows: Any) -> Any:
        return rows.select_related("low", "high")
