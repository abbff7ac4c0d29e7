"""Claims."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson
from django.db.models import Prefetch
from django.http import HttpRequest

from api import filters, parameters
from api.parameters import Parameter
from api.renderers import takes_plain_json
from api.serializers import CLAIM, ClaimDetail, ClaimRow
from api.shaping import shaper
from api.views.reading import DetailedViewSet
from articles.keeping import Kept, Made
from articles.models import Claim


class ClaimViewSet(DetailedViewSet):
    """Claims: checkable statements, what bears on them and what was found."""

    queryset = Claim.objects.none()
    serializer_class = ClaimRow
    detail_class = ClaimDetail
    filters = filters.CLAIMS
    times = (
        parameters.moment("as_of", "Also say which verdict readers saw then."),
        parameters.day("held_on", "Also say which verdict, as we know today, holds for that day."),
    )

    def parameters(self) -> Sequence[Parameter]:
        return self.times if self.action == "retrieve" else super().parameters()

    def loaded(self, rows: Any) -> Any:
        survivors = Prefetch("merged_into", Claim.objects.visible_to(self.request.user))
        rows = rows.prefetch_related("topics", survivors)
        return rows.with_current_verdict() if self.action == "list" else rows

    def get_object(self) -> Any:
        return CLAIM.load(super().get_object(), self.request.user)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "asked": self.asked}


def _kept_claim(request: HttpRequest, pk: int, base: str) -> Made | None:
    """Make the answer of a claim as everybody gets it, by one statement and without a serializer."""
    claim = CLAIM.find(pk)
    if claim is None:
        return None
    return Made(claim, orjson.dumps(shaper(ClaimDetail)(claim, base)))


KEPT_CLAIM = Kept(
    noun="claim",
    pattern=re.compile(r"/api/v1/claims/(?P<pk>[1-9][0-9]{0,17})/"),
    rows=Claim.objects.public,
    make=_kept_claim,
    content_type="application/json; charset=utf-8",
    accepts=takes_plain_json,
)
