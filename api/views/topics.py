"""Topics: what claims are about."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from api.filtering.names import TOPICS
from api.pagination import Order, orders
from api.serializers.topic import TopicRow
from api.views.closed import TaggedByContent
from api.writing.topics import WritesTopics
from articles.models import Claim, Topic


class TopicViewSet(WritesTopics, TaggedByContent):
    """Topics: what claims are about, in the newsroom's words."""

    queryset = Topic.objects.none()
    serializer_class = detail_class = TopicRow
    filters = TOPICS
    orderings = orders(name=Order("name", "text"))

    def loaded(self, rows: Any) -> Any:
        claims = (
            Claim.objects.visible_to(self.request.user).standing().filter(topics=OuterRef("pk")).order_by()
        )
        counted = claims.values(one=Value(1)).annotate(n=Count("pk"))
        return rows.annotate(claim_count=Coalesce(Subquery(counted.values("n")), 0))
