"""The search page: what was typed, and what of the record says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from articles.models import Article, Claim, Claimant, Source
from articles.search import Hit, Results, search
from articles.search.documents import KINDS
from articles.views.page import page, show, viewer
from articles.views.parameters import Parameters

NAMES = {"claim": "Claims", "article": "Articles", "source": "Sources", "claimant": "Who says it"}
NOUNS: dict[str, Any] = {"claim": Claim, "article": Article, "source": Source, "claimant": Claimant}
# How many of a kind the page shows beside the other kinds, and alone.
SOME, MANY = 5, 50


@dataclass(frozen=True)
class Section:
    """What was found of one kind, each with its row; `more` leads to the rest."""

    kind: str
    name: str
    found: list[tuple[Hit, Any]]
    more: str


@page
def find(request: HttpRequest) -> HttpResponse:
    """Look for what was typed among everything the viewer may see."""
    user = viewer(request)
    parameters = Parameters(request, {"q", "kind"})
    typed = parameters.given.get("q", "")
    kind = parameters.choice("kind", KINDS)
    sections, notes = [], []
    if typed.strip():
        for one in [kind] if kind else KINDS:
            results = search(typed, user=user, kinds=[one], limit=MANY if kind else SOME)
            # Conditions like "rating:" belong to claims; that is no news where claims are among what is searched.
            notes += [note for note in results.notes if kind or one == "claim" or results.hits]
            if results.hits:
                more = parameters.link(kind=one) if results.more and not kind else ""
                sections.append(Section(one, NAMES[one], _with_rows(results, NOUNS[one], user), more))
        if results.more and kind:
            notes.append(f"These are the best {MANY}; more words narrow them down.")
    return show(
        request,
        "articles/search.html",
        {
            "typed": typed,
            "kind": kind,
            "kinds": [("Everything", parameters.link(kind=None), not kind)]
            + [(name, parameters.link(kind=one), one == kind) for one, name in NAMES.items()],
            "sections": sections,
            "notes": list(dict.fromkeys(notes)),
        },
    )


def _with_rows(results: Results, noun: Any, user: Any) -> list[tuple[Hit, Any]]:
    rows = noun.objects.visible_to(user)
    if noun is Claim:
        rows = rows.with_current_verdict()
    found = rows.in_bulk([hit.id for hit in results.hits])
    return [(hit, found[hit.id]) for hit in results.hits if hit.id in found]
