"""Articles."""

from __future__ import annotations

from api.details import detail_for_readers
from api.filtering.articles import FILTERS
from api.lists import ListForReaders
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


LIST = ListForReaders(ArticleViewSet, "api-article", "/api/v1/articles/")
KEPT = detail_for_readers(ArticleViewSet, ARTICLES, "/api/v1/articles/")
