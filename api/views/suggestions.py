"""Suggestions: what the importer found in texts that somebody could check."""

from __future__ import annotations

from typing import Any

from django.db.models import BigIntegerField, F
from django.db.models.functions import Cast, Round

from api.counting import Hiding
from api.filtering.desk import SUGGESTIONS
from api.pagination import Order, orders
from api.serializers.suggestion import SuggestionRow
from api.views.closed import ClosedViewSet
from api.writing.suggestions import WritesSuggestions
from articles.models import Suggestion

DECIDED = Hiding(
    "decided",
    "what was accepted, which is a claim now, or dismissed.",
    only=lambda rows: rows.decided(),
    without=lambda rows: rows.filter(state="open"),
    # Who asks for a state, or what became of it, means those.
    lifted_by=lambda asked: not asked.keys().isdisjoint({"state", "claim", "decided_by"}),
)


class SuggestionViewSet(WritesSuggestions, ClosedViewSet):
    """Suggestions: sentences that somebody could check, until they are accepted. The desk's alone."""

    queryset = Suggestion.objects.none()
    serializer_class = detail_class = SuggestionRow
    filters = SUGGESTIONS
    hides = (DECIDED,)
    orderings = orders(score=Order("rank", "number"))

    def loaded(self, rows: Any) -> Any:
        # A cursor holds a whole number exactly, and a fraction only nearly.
        rank = Cast(Round(F("score") * 1_000_000), BigIntegerField())
        rows = (
            rows.with_words()
            .annotate(rank=rank)
            .select_related("article_version__article", "claim", "decided_by")
        )
        return rows.defer("article_version__text", "article_version__offset_map", "rests_on")
