"""What corrections are narrowed by."""

from __future__ import annotations

from typing import Any

from api import parameters
from api.filters import among, between_moments, equals
from articles.models import Claim, CorrectionKind


def _of_claim(rows: Any, claim: int, user: Any) -> Any:
    return rows.filter(verdict__claim__in=Claim.objects.one_with(claim))


CORRECTIONS = (
    parameters.number("claim", "The id of a claim; corrections on claims merged into it count.", _of_claim),
    parameters.number("verdict", "The id of the verdict that followed.", equals("verdict")),
    parameters.words("kind", "Why it followed.", CorrectionKind.values, among("kind")),
    *between_moments("published", "Published", "verdict__published_at"),
)
