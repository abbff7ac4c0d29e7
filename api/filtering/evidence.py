"""What evidence is narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef

from api import parameters
from api.filtering.columns import of_claim
from api.filters import VISIBILITY, among, equals
from articles.models import Citation
from articles.vocabulary import PassageState, Posture, SourceKind, Stance


def _cited_by(rows: Any, verdict: int, user: Any) -> Any:
    cited = Citation.objects.visible_to(user).filter(evidence=OuterRef("pk"), verdict=verdict)
    return rows.filter(Exists(cited))


EVIDENCE = (
    of_claim("The id of a claim it bears on; those merged into it count."),
    parameters.number(
        "source",
        "The id of the source it comes from; those merged into it count.",
        lambda rows, pk, user: rows.resting_on(pk),
    ),
    parameters.number("source_version", "The id of a version of a source.", equals("source_version")),
    parameters.number("verdict", "The id of a verdict that cites it.", _cited_by),
    parameters.words("stance", "How it bears on its claim.", Stance, among("stance")),
    parameters.words("source_kind", "What its source is.", SourceKind, among("source_version__source__kind")),
    parameters.words(
        "passage_state",
        "Whether its passage stands in the stored text.",
        PassageState,
        among("passage_state"),
    ),
    parameters.words("posture", "How far the court had come.", Posture, among("posture")),
    VISIBILITY,
    parameters.flag(
        "replaced",
        "Whether another row stands in its place.",
        lambda rows, wanted, user: rows.filter(is_replaced=wanted),
    ),
    parameters.flag(
        "cited",
        "Whether a published verdict rests on it.",
        lambda rows, wanted, user: rows.filter(cited=wanted),
    ),
)
