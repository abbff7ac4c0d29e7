"""The search page: what was typed, what of the record says it, and where to go from nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Claim, Claimant, Source
from articles.search import Hit, Results, corrected, parse, search
from articles.search.documents import KINDS
from articles.views.conditions import rating_labels
from articles.views.page import page, show, viewer
from articles.views.parameters import BadParameter, Parameters, shown

NAMES = {"claim": _("Claims"), "article": _("Articles"), "source": _("Sources"), "claimant": _("Who says it")}
MORE = {
    "claim": _("More claims"),
    "article": _("More articles"),
    "source": _("More sources"),
    "claimant": _("More of who says it"),
}
NOUNS: dict[str, Any] = {"claim": Claim, "article": Article, "source": Source, "claimant": Claimant}
# How many of a kind the page shows beside the other kinds, and alone.
SOME, MANY = 5, 50
# How many of the newest claims are shown where nothing was found.
LATEST = 5


@dataclass(frozen=True)
class Section:
    """What was found of one kind, each with its row; `more` leads to the rest, in the words `more_words`."""

    kind: str
    name: Any
    found: list[tuple[Hit, Any]]
    more: str
    more_words: Any


@page
def find(request: HttpRequest) -> HttpResponse:
    """Look for what was typed among everything the viewer may see."""
    user = viewer(request)
    parameters = Parameters(request, {"q", "kind", "rating"})
    typed = parameters.given.get("q", "")
    kind = parameters.choice("kind", KINDS)
    rating, labels = parameters.text("rating"), rating_labels([], user) if typed.strip() else {}
    if rating and typed.strip() and rating not in labels:
        raise BadParameter(_now("rating is %(value)s; no rating is called so.") % {"value": shown(rating)})
    sections, notes, ratings = [], [], []
    if typed.strip():
        asked = [kind] if kind else ["claim"] if rating else KINDS
        for one in asked:
            text = f"{typed} rating:{rating}" if rating and one == "claim" else typed
            # Among the best claims is counted how they are rated, so more of them are looked for than shown.
            results = search(text, user=user, kinds=[one], limit=MANY if kind or one == "claim" else SOME)
            # Conditions like "rating:" belong to claims; that is no news where claims are among what is searched.
            notes += [note for note in results.notes if kind or one == "claim" or results.hits]
            found = _with_rows(results, NOUNS[one], user)
            if one == "claim":
                ratings = _ratings(found, rating, labels, parameters)
            if found:
                fits = MANY if kind else SOME
                is_more = (results.more or len(found) > fits) and not kind
                more = parameters.link(kind=one) if is_more else ""
                sections.append(Section(one, NAMES[one], found[:fits], more, MORE[one]))
        if results.more and kind:
            notes.append(
                _now("These are the best %(number)s; more words narrow them down.") % {"number": MANY}
            )
    return show(
        request,
        "articles/search/search.html",
        {
            "typed": typed,
            "kind": kind,
            "rating": rating,
            "kinds": [(_("Everything"), parameters.link(kind=None), not kind)]
            + [(name, parameters.link(kind=one), one == kind) for one, name in NAMES.items()],
            "ratings": ratings,
            "sections": sections,
            "notes": list(dict.fromkeys(notes)),
            "nothing": _nothing(typed, kind, rating, parameters, user)
            if typed.strip() and not sections
            else None,
        },
    )


def _with_rows(results: Results, noun: Any, user: Any) -> list[tuple[Hit, Any]]:
    rows = noun.objects.visible_to(user)
    if noun is Claim:
        rows = rows.with_current_verdict()
    found = rows.in_bulk([hit.id for hit in results.hits])
    return [(hit, found[hit.id]) for hit in results.hits if hit.id in found]


def _ratings(
    found: list[tuple[Hit, Claim]], rating: str, labels: Any, parameters: Parameters
) -> list[tuple[str, int, str, bool]]:
    """Return (label, number, address, is chosen) of the ratings of the claims found, in the order of the scale."""
    counted = Counter(
        claim.current_verdict.rating.slug
        for _hit, claim in found
        if claim.current_verdict and claim.current_verdict.rating
    )
    return [
        (label, counted[slug], parameters.link(rating=None if slug == rating else slug), slug == rating)
        for slug, label in labels.items()
        if slug in counted or slug == rating
    ]


def _nothing(typed: str, kind: str, rating: str, parameters: Parameters, user: Any) -> dict[str, Any]:
    """Return what else could be asked: other words, fewer conditions; and the newest claims."""
    meant = corrected(typed, user=user)
    asked = parse(typed)
    words = " ".join(term.text for term in asked.terms)
    return {
        "meant": meant,
        "meant_address": parameters.link(q=meant) if meant else "",
        "everywhere": parameters.link(kind=None, rating=None) if kind or rating else "",
        "words": words if asked.fields or asked.without else "",
        "words_address": parameters.link(q=words) if words else "",
        "latest": Claim.objects.visible_to(user).standing().for_listing().order_by("-pk")[:LATEST],
    }
