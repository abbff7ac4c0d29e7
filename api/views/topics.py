"""Topics: what claims are about."""

from __future__ import annotations

from typing import Any

from api.filtering.names import TOPICS
from api.pagination import Order, orders
from api.serializers.topic import TopicRow
from api.views.closed import TaggedByContent
from api.writing.topics import WritesTopics
from articles.models import Topic


class TopicViewSet(WritesTopics, TaggedByContent):
    """Topics: what claims are about, in the newsroom's words."""

    queryset = Topic.objects.none()
    serializer_class = detail_class = TopicRow
    filters = TOPICS
    orderings = orders(name=Order("name", "text"))

    def loaded(self, rows: Any) -> Any:
        return rows.with_claim_count(self.request.user)
