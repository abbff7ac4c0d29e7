"""Appearances: where claims are made, in which exact words."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch

from api.filtering.appearances import APPEARANCES
from api.serializers.appearance import AppearanceRow
from api.views.reading import DetailedViewSet
from api.writing.appearances import WritesAppearances
from api.writing.suggestions import ReAnchors
from articles.models import Appearance, ArticleVersion, Attribution

# Columns of a version that no appearance shows, and some of them large.
UNSHOWN = tuple(
    f"article_version__{name}"
    for name in ("text", "offset_map", "fingerprint", "original_sha256", "encoding", "imported_at")
)


class AppearanceViewSet(ReAnchors, WritesAppearances, DetailedViewSet):
    """Appearances: the exact words of texts that make claims, and who says them."""

    queryset = Appearance.objects.none()
    serializer_class = detail_class = AppearanceRow
    changed_by = "claim__public_seq"
    filters = APPEARANCES

    def loaded(self, rows: Any) -> Any:
        newer = ArticleVersion.objects.filter(
            article=OuterRef("article_version__article"), number__gt=OuterRef("article_version__number")
        )
        chain = Attribution.objects.select_related("claimant").order_by("position")
        return (
            rows.annotate(is_current=~Exists(newer))
            .select_related("claim", "article_version__article")
            .defer(*UNSHOWN)
            .prefetch_related(Prefetch("attributions", chain))
        )
