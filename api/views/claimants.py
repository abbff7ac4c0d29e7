"""Claimants: who asserts something."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from api.filtering.names import CLAIMANTS
from api.filters import MERGED
from api.pagination import CHANGED, Order, orders
from api.serializers.claimant import ClaimantRow
from api.views.closed import TaggedByContent
from api.writing.claimants import WritesClaimants
from articles.models import Claimant


class ClaimantViewSet(WritesClaimants, TaggedByContent):
    """Claimants: people, organisations, accounts and unnamed groups who assert something."""

    queryset = Claimant.objects.none()
    serializer_class = detail_class = ClaimantRow
    filters = CLAIMANTS
    hides = (MERGED,)
    orderings = orders(name=Order("name", "text"), changed=CHANGED)

    def loaded(self, rows: Any) -> Any:
        user = self.request.user
        survivors = Prefetch("merged_into", Claimant.objects.visible_to(user))
        return rows.with_claim_count(user).prefetch_related(survivors)
