"""What of a claim is read for its vector: its search document, so the same words that search finds it by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.db.models.functions import Left

from articles.models import SearchDocument
from articles.search.documents import BREAK

# Of title and body each, in characters: models read some hundred words.
MOST = 2_000


def texts_of(documents: Iterable[int], using: str, *, locked: bool = False) -> dict[int, str]:
    """Return search document → the text that is read: the statement and the other wordings, a line each.

    `locked`: nobody changes them before the end of the transaction.
    """
    rows: Any = SearchDocument.objects.using(using).filter(pk__in=list(documents), kind="claim")
    if locked:
        rows = rows.select_for_update()
    sign = BREAK.strip("'").strip()
    found = {}
    for pk, title, body in rows.values_list(F("pk"), Left("title", MOST), Left("body", MOST)):
        lines = dict.fromkeys(" ".join(one.split()) for one in (title, *body.split(sign)))
        found[pk] = "\n".join(line for line in lines if line)[:MOST]
    return found


__all__ = ["texts_of"]
