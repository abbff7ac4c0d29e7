"""Claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from api import fields, parameters
from api.details import detail_for_readers
from api.filtering.claims import FILTERS, MERGED, by_verdict
from api.lists import ListForReaders
from api.pagination import CHANGED, Order, orders
from api.parameters import Parameter
from api.serializers import CLAIM_ROWS, CLAIMS, ClaimDetail, ClaimRow, ask_of
from api.views.reading import DetailedViewSet
from api.writing.claims import WritesClaims
from articles.graph import Graphs
from articles.models import Claim


class ClaimViewSet(WritesClaims, DetailedViewSet):
    """Claims: checkable statements, what bears on them and what was found."""

    queryset = Claim.objects.none()
    serializer_class = ClaimRow
    detail_class = ClaimDetail
    filters = FILTERS
    orderings = orders(asserted=Order("asserted_latest", "day", nullable=True), changed=CHANGED)
    searched = "claim"
    hides = (MERGED,)
    expandable = ("appearances", "evidence", "relations", "verdicts", "merged_claims")
    times = (
        parameters.moment("as_of", "Also say which verdict readers saw then; a day means its end, in UTC."),
        parameters.day("held_on", "Also say which verdict, as we know today, holds for that day."),
    )

    def narrowed_together(self, rows: Any) -> Any:
        return by_verdict(rows, self.asked, self.request.user)

    def parameters(self) -> Sequence[Parameter]:
        usual = super().parameters()
        return (*self.times, *usual) if self.action in ("list", "retrieve") else usual

    @property
    def graphs(self) -> Graphs:  # type: ignore[override]
        return CLAIM_ROWS if self.action == "list" and not self.times_asked else CLAIMS

    @property
    def times_asked(self) -> list[str]:
        return [one.name for one in self.times if one.name in self.asked]

    def chosen(self) -> fields.Chosen | None:
        """Return which fields are shown; a list adds those of another time where that is asked for."""
        if self.action != "list" or not self.times_asked:
            return super().chosen()
        more = (*self.asked.get("expand", ()), *self.times_asked)
        return fields.selection(self.asked.get("fields"), fields.offered(ClaimRow), more)

    def in_full(self, ids: Sequence[int]) -> Sequence[Any]:
        rows = super().in_full(ids)
        return [ask_of(row, self.asked) for row in rows] if self.times_asked else rows

    def wanted(self) -> Sequence[str]:
        """Return the names of the fields that are shown; those of another time only where it is asked for."""
        times = {one.name for one in self.times}
        return [name for name in super().wanted() if name not in times or name in self.asked]

    def get_object(self) -> Any:
        return ask_of(super().get_object(), self.asked)


LIST = ListForReaders(ClaimViewSet, "api-claim", "/api/v1/claims/")
KEPT = detail_for_readers(
    ClaimViewSet, CLAIMS, "/api/v1/claims/", unasked=frozenset(one.name for one in ClaimViewSet.times)
)
