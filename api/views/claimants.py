"""Claimants: who asserts something."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Subquery, Value
from django.db.models.functions import Coalesce

from api.filtering.names import CLAIMANTS
from api.filters import MERGED
from api.pagination import CHANGED, Order, orders
from api.serializers.claimant import ClaimantRow
from api.views.closed import TaggedByContent
from api.writing.claimants import WritesClaimants
from articles.models import Attribution, Claimant


class ClaimantViewSet(WritesClaimants, TaggedByContent):
    """Claimants: people, organisations, accounts and unnamed groups who assert something."""

    queryset = Claimant.objects.none()
    serializer_class = detail_class = ClaimantRow
    filters = CLAIMANTS
    hides = (MERGED,)
    orderings = orders(name=Order("name", "text"), changed=CHANGED)

    def loaded(self, rows: Any) -> Any:
        user = self.request.user
        said = Attribution.objects.visible_to(user).filter(claimant=OuterRef("pk")).order_by()
        claims = said.values(one=Value(1)).annotate(n=Count("appearance__claim", distinct=True))
        survivors = Prefetch("merged_into", Claimant.objects.visible_to(user))
        return rows.annotate(claim_count=Coalesce(Subquery(claims.values("n")), 0)).prefetch_related(
            survivors
        )
