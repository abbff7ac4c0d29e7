"""Vectors are brought up to date: all of them in a pass that may be broken off, or those that are missing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from articles.canonical import sha256
from articles.meaning.keeping import engine
from articles.meaning.model import Model, Unfit
from articles.meaning.texts import texts_of
from articles.models import Claim, ClaimVector, SearchDocument

# Documents that are read and written together; what is lost where it is broken off.
SIZE = 256


def fill(
    model: Model,
    using: str = "default",
    progress: Callable[[int, int, int], None] = lambda done, made, of: None,
) -> int:
    """Go through all documents of claims, so that each has the vector of its text and no other vector is left.

    Return how many vectors were made: those that are right stay, so that a pass that was broken off goes on where it
    was. `progress` is told how many documents are done, how many vectors were made, and how many documents there are.
    Raises Unfit where the database can hold no vectors.
    """
    kept = engine(using)
    kept.install(model.dimensions)
    vectors = ClaimVector.objects.using(using)
    vectors.exclude(model_sha256=model.identity).delete()
    documents = SearchDocument.objects.using(using).filter(kind="claim")
    of, done, made, last = documents.count(), 0, 0, 0
    while some := list(documents.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:SIZE]):
        vectors.filter(document__gt=last, document__lte=some[-1]).exclude(document__in=some).delete()
        made += bring_up_to_date(some, model, using)
        done, last = done + len(some), some[-1]
        progress(done, made, of)
    vectors.filter(document__gt=last).delete()
    kept.finish()
    return made


def catch_up(model: Model, seconds: float, using: str = "default") -> int:
    """Make the vectors that are missing, of the newest claims first, and begin nothing after so long; return how many.

    Raises Unfit where the database can hold no vectors, or is not prepared for them.
    """
    if trouble := engine(using).trouble(model.dimensions):
        raise Unfit(trouble)
    made, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        claims = _without_vector(model, using).order_by("-pk").values_list("pk", flat=True)[:SIZE]
        some = [pk * 16 + desk for pk in claims for desk in (0, 1)]
        now = bring_up_to_date(some, model, using) if some else 0
        if not now:
            break
        made += now
    return made


def bring_up_to_date(documents: Sequence[int], model: Model, using: str = "default") -> int:
    """Make the vectors of these documents that are missing or of another text; return how many."""
    texts = texts_of(documents, using)
    marks = {pk: sha256(text) for pk, text in texts.items()}
    rows = ClaimVector.objects.using(using).of_model(model.identity).filter(document__in=documents)
    right = set(rows.values_list("document", "text_sha256")) & set(marks.items())
    wanted = [pk for pk in texts if (pk, marks[pk]) not in right]
    if not wanted:
        return 0
    # Outside of the transaction: on SQLite nobody else could write meanwhile.
    numbers = model.embed([texts[pk] for pk in wanted], prefix=model.manner.claim)
    with transaction.atomic(using=using):
        # Locked, so that whoever takes words out of a document finds, and takes away, the vector too.
        now = texts_of(wanted, using, locked=True)
        standing = [place for place, pk in enumerate(wanted) if pk in now and sha256(now[pk]) == marks[pk]]
        rows = ClaimVector.objects.using(using).filter(document__in=[wanted[place] for place in standing])
        rows.delete()
        engine(using).add(
            model.identity, [(wanted[place], marks[wanted[place]], numbers[place]) for place in standing]
        )
    return len(standing)


def _without_vector(model: Model, using: str) -> Any:
    made = ClaimVector.objects.using(using).of_model(model.identity)
    claims = Claim.objects.using(using).standing()
    for desk in (0, 1):
        claims = claims.exclude(Exists(made.filter(document=OuterRef("pk") * 16 + desk)))
    return claims


__all__ = ["bring_up_to_date", "catch_up", "fill"]
