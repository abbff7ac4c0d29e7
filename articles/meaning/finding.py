"""Which claims on record are closest in meaning to a text."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from articles.canonical import sha256
from articles.meaning.keeping import engine
from articles.meaning.model import Unfit, load
from articles.meaning.texts import texts_of
from articles.models import ClaimVector
from articles.models.recorded import at_desk

log = logging.getLogger("factcheck.meaning")
_told: set[str] = set()


def nearest(
    texts: Sequence[str], *, user: Any = None, limit: int = 100, using: str = "default"
) -> list[list[tuple[int, float]]]:
    """Return for each text the claims closest to it, closest first, each with the cosine, from the model's least on.

    Only of documents this user may find, and whose text is still the one the vector was made of. Where the model or
    the database is not fit, nothing is found, and the log says once why. Never raises for any text.
    """
    found: list[list[tuple[int, float]]] = [[] for _ in texts]
    try:
        model = load(settings.MEANING_MODEL)
        kept = engine(using)
        if trouble := kept.trouble(model.dimensions):
            raise Unfit(trouble)
    except Unfit as trouble:
        _tell(str(trouble))
        return found
    asked = [place for place, text in enumerate(texts) if text.strip()]
    vectors = model.embed([texts[place] for place in asked], prefix=model.manner.query)
    says = [place for place in range(len(asked)) if vectors[place].any()]
    if not says:
        return found
    ranked = kept.nearest(model.identity, vectors[says], at_desk(user), limit)
    close = [[(pk, cosine) for pk, cosine in some if cosine >= model.manner.least] for some in ranked]
    claims = _standing({pk for some in close for pk, _ in some}, using)
    for place, some in zip(says, close, strict=True):
        found[asked[place]] = [(claims[pk], min(1.0, cosine)) for pk, cosine in some if pk in claims]
    return found


def _standing(ids: set[int], using: str) -> dict[int, int]:
    """Return vector → claim, of vectors that are still of their documents' texts."""
    rows = ClaimVector.objects.using(using).filter(pk__in=ids)
    made = {pk: (document, text) for pk, document, text in rows.values_list("pk", "document", "text_sha256")}
    texts = texts_of([document for document, _ in made.values()], using)
    return {
        pk: document >> 4
        for pk, (document, mark) in made.items()
        if document in texts and sha256(texts[document]) == mark
    }


def _tell(sentence: str) -> None:
    if sentence not in _told:
        _told.add(sentence)
        log.warning("claims are not found by meaning: %s", sentence)


__all__ = ["nearest"]
