"""The search page: what was typed, what of the record says it, and where to go from nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Claim, Claimant, Source
from articles.models.counting import TOLD
from articles.search import Hit, Results, corrected, parse, search
from articles.search.documents import KINDS
from articles.views.conditions import RATING, rating_labels
from articles.views.facets import Tally, count
from articles.views.page import Follow, page, show, viewer
from articles.views.paging import CLAIMS
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
    rating, labels = asked_rating(parameters, user) if typed.strip() else (parameters.text("rating"), {})
    asked = [kind] if kind else ["claim"] if rating else KINDS
    found: dict[str, Results] = {}
    if typed.strip():
        # What is not shown is counted all the same, so that each tab says what is behind it.
        for one in KINDS:
            text = with_rating(typed, rating) if one == "claim" else typed
            limit = 0 if one not in asked else MANY if kind else SOME
            found[one] = search(text, user=user, kinds=[one], limit=limit, counting=TOLD)
    sections, notes = [], []
    for one in asked if found else ():
        results = found[one]
        # Conditions like "rating:" belong to claims; that is no news where claims are among what is searched.
        notes += [note for note in results.notes if kind or one == "claim" or results.hits]
        rows = _with_rows(results, NOUNS[one], user)
        if rows:
            more = parameters.link(kind=one) if results.more and not kind else ""
            sections.append(Section(one, NAMES[one], rows, more, MORE[one]))
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
            "kinds": [(_("Everything"), "", parameters.link(kind=None), not kind)]
            + [
                # A rating is a condition on claims, and left behind by whoever goes on to something else.
                (name, _told(found[one]), parameters.link(kind=one, **_kept(one, rating)), one == kind)
                for one, name in NAMES.items()
                if found
            ],
            "ratings": _ratings(typed, rating, found["claim"], labels, parameters, user)
            if "claim" in asked and found
            else [],
            "sections": sections,
            # What is followed are the claims found.
            "follow": Follow("feed_search", parameters.canonical("kind"), _("Claims found by this search"))
            if "claim" in asked and found and parse(typed)
            else None,
            "notes": list(dict.fromkeys(notes)),
            "nothing": _nothing(typed, kind, rating, parameters, user) if found and not sections else None,
        },
    )


def asked_rating(parameters: Parameters, user: Any) -> tuple[str, Mapping[str, str]]:
    """Return the rating that the address asks for, empty where none, and the labels of all; refuses any other word."""
    rating, labels = parameters.text("rating"), rating_labels([], user)
    if rating and rating not in labels:
        raise BadParameter(_now("rating is %(value)s; no rating is called so.") % {"value": shown(rating)})
    return rating, labels


def with_rating(typed: str, rating: str) -> str:
    """Return what was typed with the rating that was chosen beside it."""
    return f"{typed} rating:{rating}" if rating else typed


def _kept(kind: str, rating: str) -> dict[str, str]:
    return {"rating": rating if kind == "claim" else ""}


def _told(results: Results) -> str:
    """Return how many rows were found, as a reader reads it: "12", "12+" where there may be more, "1,000+"."""
    number = len(results.ids)
    return Tally(number, {}).words(number, results.is_whole or not number)


def _with_rows(results: Results, noun: Any, user: Any) -> list[tuple[Hit, Any]]:
    rows = noun.objects.visible_to(user)
    if noun is Claim:
        rows = rows.with_current_verdict()
    found = rows.in_bulk([hit.id for hit in results.hits])
    return [(hit, found[hit.id]) for hit in results.hits if hit.id in found]


def _ratings(
    typed: str, rating: str, found: Results, labels: Mapping[str, str], parameters: Parameters, user: Any
) -> list[tuple[str, str, str, bool]]:
    """Return (label, number, address, is chosen) of the ratings of the claims found, in the order of the scale.

    One statement counts them, among the claims that were counted: where these are not all, a number is what there are
    at least. Where one is chosen, the claims are looked for once more without it.
    """
    if rating:
        among = search(typed, user=user, kinds=["claim"], limit=0, counting=TOLD)
    else:
        among = found
    counted: dict[str, int] = {}
    tally = Tally(0, {})
    if among.ids:
        tally = count({"": Claim.objects.filter(pk__in=among.ids)}, [(RATING.name, "", RATING)], user)
        counted = tally.values[RATING.name]
    return [
        (
            label,
            _told(found) if slug == rating else tally.words(counted[slug], among.is_whole),
            parameters.link(rating=None if slug == rating else slug),
            slug == rating,
        )
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
        "latest": CLAIMS.find_many(
            list(
                Claim.objects.visible_to(user)
                .standing()
                .order_by("-pk")
                .values_list("pk", flat=True)[:LATEST]
            ),
            user,
        ),
    }
