"""Articles."""

from __future__ import annotations

from typing import Any

from api import filters
from api.pagination import Order, orders
from api.serializers import ArticleDetail, ArticleRow
from api.views.reading import DetailedViewSet
from articles.models import Article

PUBLISHED = Order("published_latest", "day", nullable=True)


class ArticleViewSet(DetailedViewSet):
    """Articles: texts that somebody published, and the claims they make."""

    queryset = Article.objects.none()
    serializer_class = ArticleRow
    detail_class = ArticleDetail
    filters = filters.ARTICLES
    orderings = orders(published=PUBLISHED)

    def loaded(self, rows: Any) -> Any:
        return rows.for_listing() if self.action == "list" else rows.for_listing().prefetch_related("copies")
