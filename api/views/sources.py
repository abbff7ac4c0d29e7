"""Sources."""

from __future__ import annotations

from api.details import detail_for_readers
from api.filtering.sources import FILTERS
from api.filters import MERGED
from api.lists import ListForReaders
from api.pagination import CHANGED, Order, orders
from api.serializers import SOURCES, SourceDetail, SourceRow
from api.views.reading import DetailedViewSet
from api.writing.sources import WritesSources
from articles.models import Source

PUBLISHED = Order("published_latest", "day", nullable=True)


class SourceViewSet(WritesSources, DetailedViewSet):
    """Sources: news reports, court cases, rules, statutes, posts and whatever else bears on claims."""

    queryset = Source.objects.none()
    serializer_class = SourceRow
    detail_class = SourceDetail
    filters = FILTERS
    orderings = orders(published=PUBLISHED, title=Order("title", "text"), changed=CHANGED)
    searched = "source"
    hides = (MERGED,)
    graphs = SOURCES
    expandable = ("part_of", "parts", "origins", "derivatives", "versions", "evidence")


LIST = ListForReaders(SourceViewSet, "api-source", "/api/v1/sources/")
KEPT = detail_for_readers(SourceViewSet, SOURCES, "/api/v1/sources/")
