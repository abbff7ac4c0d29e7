"""Articles."""

from __future__ import annotations

from api.filtering.articles import FILTERS
from api.pagination import CHANGED, Order, orders
from api.serializers import ARTICLES, ArticleDetail, ArticleRow
from api.views.reading import DetailedViewSet
from api.writing.articles import WritesArticles
from articles.models import Article

PUBLISHED = Order("published_latest", "day", nullable=True)


class ArticleViewSet(WritesArticles, DetailedViewSet):
    """Articles: texts that somebody published, and the claims they make."""

    queryset = Article.objects.none()
    serializer_class = ArticleRow
    detail_class = ArticleDetail
    filters = FILTERS
    orderings = orders(published=PUBLISHED, changed=CHANGED)
    searched = "article"
    graphs = ARTICLES
    expandable = ("version", "versions", "copies", "claims")
