"""What appearances are narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from api import parameters
from api.filtering.columns import is_set, of_article
from api.filters import equals, where_seen
from articles.models import Attribution, Claim


def _said_by(rows: Any, claimant: int, user: Any) -> Any:
    said = Attribution.objects.visible_to(user).filter(appearance=OuterRef("pk"))
    return rows.filter(Exists(said.by(claimant)))


APPEARANCES = (
    parameters.number(
        "claim",
        "The id of the claim they make; those merged into it count.",
        where_seen(Claim, lambda rows, pk, user: rows.making(pk)),
    ),
    of_article("The id of the article they stand in, in whatever version of its text."),
    parameters.number("article_version", "The id of a version of a text.", equals("article_version")),
    parameters.number(
        "claimant", "The id of a claimant who says it, at any link of the attribution.", _said_by
    ),
    parameters.flag(
        "current",
        "Whether no newer version of the text is on record.",
        lambda rows, wanted, user: rows.filter(is_current=wanted),
    ),
    parameters.flag("carried", "Whether they continue those of an older version.", is_set("carried_from")),
)
