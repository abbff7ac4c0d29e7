"""What claimants, topics and relations are narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from api import parameters
from api.filters import MERGED_INTO, among, equals, where_seen
from articles.models import Attribution, Claim
from articles.vocabulary import ClaimantKind, RelationKind


def _says(rows: Any, claim: int, user: Any) -> Any:
    said = Attribution.objects.visible_to(user).filter(claimant=OuterRef("pk"))
    return rows.filter(Exists(said.filter(appearance__claim__in=Claim.objects.one_with(claim))))


def _named_in(rows: Any, article: int, user: Any) -> Any:
    said = Attribution.objects.visible_to(user).filter(claimant=OuterRef("pk"))
    return rows.filter(Exists(said.filter(appearance__article_version__article=article)))


CLAIMANTS = (
    parameters.text("name", "The name, exactly as on record.", 300, equals("name")),
    parameters.words("kind", "What they are.", ClaimantKind, among("kind")),
    parameters.text("url", "Their address, exactly as on record.", 2000, equals("url")),
    parameters.number(
        "claim",
        "The id of a claim that is attributed to them; those merged into it count.",
        where_seen(Claim, _says),
    ),
    parameters.number("article", "The id of an article in which something is attributed to them.", _named_in),
    MERGED_INTO,
)


def _of(rows: Any, claim: int, user: Any) -> Any:
    tied = Claim.objects.visible_to(user).filter(pk=claim, topics=OuterRef("pk"))
    return rows.filter(Exists(tied))


TOPICS = (
    parameters.text("name", "The name, exactly as on record.", 100, equals("name")),
    parameters.number("claim", "The id of a claim that is about it.", _of),
)

RELATIONS = (
    parameters.number("claim", "The id of a claim at either end.", lambda rows, pk, user: rows.of(pk)),
    parameters.words("kind", "What the first claim does to the second.", RelationKind, among("kind")),
)
