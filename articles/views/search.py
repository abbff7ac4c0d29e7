"""The search page: what was typed, what of the record says it, and where to go from nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from articles.graph import AmongKeys, Gathered, Graph, Together
from articles.models import Article, Claim, Claimant, LedgerHead, Source
from articles.models.counting import TOLD
from articles.models.recorded import at_desk
from articles.search import Ask, Hit, Results, corrected, find_each, marked, parse
from articles.search.documents import KINDS
from articles.search.finding import places_of, texts, texts_of
from articles.views.conditions import RATING, labels_of, rating_labels, ratings
from articles.views.facets import Tally, count
from articles.views.page import Follow, page, show, viewer
from articles.views.parameters import BadParameter, Parameters, shown

NAMES = {"claim": _("Claims"), "article": _("Articles"), "source": _("Sources"), "claimant": _("Who says it")}
MORE = {
    "claim": _("More claims"),
    "article": _("More articles"),
    "source": _("More sources"),
    "claimant": _("More of who says it"),
}
# What is shown of each kind, by one statement.
ROWS = {
    "claim": Graph(lambda user: Claim.objects.visible_to(user).with_current_verdict()),
    "article": Graph(lambda user: Article.objects.visible_to(user)),
    "source": Graph(lambda user: Source.objects.visible_to(user)),
    "claimant": Graph(lambda user: Claimant.objects.visible_to(user)),
}
RATINGS = Graph(ratings)
HEADS = Graph(lambda user: LedgerHead.objects.order_by())
# The texts of documents, among these; and what is found whatever rating was chosen.
TEXTS, ANY_RATING, HEAD = "texts", "any rating", "head"
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
    rating = parameters.text("rating")
    labels: Mapping[str, str] = {}
    asked = [kind] if kind else ["claim"] if rating else KINDS
    found: dict[str, Results] = {}
    rows: Mapping[str, Mapping[int, Any]] = {}
    head: LedgerHead | None = None
    if typed.strip():
        # What is not shown is counted all the same, so that each tab says what is behind it.
        asks = {
            one: Ask(
                with_rating(typed, rating) if one == "claim" else typed,
                [one],
                limit=0 if one not in asked else MANY if kind else SOME,
                chosen=rating,
            )
            for one in KINDS
        }
        if rating and "claim" in asked:
            asks[ANY_RATING] = Ask(typed, ["claim"], limit=0)
        found, rows, labels, head = _found(asks, user, needs_labels=bool(rating))
        refuse_unless_known(rating, labels)
    sections, notes = [], []
    for one in asked if found else ():
        results = found[one]
        # Conditions like "rating:" belong to claims; that is no news where claims are among what is searched.
        notes += [note for note in results.notes if kind or one == "claim" or results.hits]
        shown_rows = [(hit, rows[one][hit.id]) for hit in results.hits if hit.id in rows[one]]
        if shown_rows:
            more = parameters.link(kind=one) if results.more and not kind else ""
            sections.append(Section(one, NAMES[one], shown_rows, more, MORE[one]))
        if results.more and kind:
            notes.append(
                _now("These are the best %(number)s; more words narrow them down.") % {"number": MANY}
            )
    nothing = _nothing(typed, kind, rating, parameters, user) if found and not sections else None
    head = head or (nothing or {}).get("head")
    return show(
        request,
        "articles/search/search.html",
        {
            # Where the record stands comes with the rows, where these were asked for.
            **({"state_house": head.house, "newest_entry": head} if head else {}),
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
            "ratings": _ratings(rating, found, labels, parameters, user)
            if "claim" in asked and found
            else [],
            "sections": sections,
            # What is followed are the claims found.
            "follow": Follow("feed_search", parameters.canonical("kind"), _("Claims found by this search"))
            if "claim" in asked and found and parse(typed)
            else None,
            "notes": list(dict.fromkeys(notes)),
            "nothing": nothing,
        },
    )


def asked_rating(parameters: Parameters, user: Any) -> tuple[str, str]:
    """Return the rating that the address asks for, and its label; both empty where it asks for none. Refuses any other
    word."""
    rating = parameters.text("rating")
    if not rating:
        return "", ""
    labels = rating_labels([], user)
    refuse_unless_known(rating, labels)
    return rating, labels[rating]


def refuse_unless_known(rating: str, labels: Mapping[str, str]) -> None:
    """Raise BadParameter where a rating was asked for and none is called so."""
    if rating and rating not in labels:
        raise BadParameter(_now("rating is %(value)s; no rating is called so.") % {"value": shown(rating)})


def with_rating(typed: str, rating: str) -> str:
    """Return what was typed with the rating that was chosen beside it."""
    return f"{typed} rating:{rating}" if rating else typed


def _kept(kind: str, rating: str) -> dict[str, str]:
    return {"rating": rating if kind == "claim" else ""}


def _told(results: Results) -> str:
    """Return how many rows were found, as a reader reads it: "12", "12+" where there may be more, "1,000+"."""
    number = len(results.ids)
    return Tally(number, {}).words(number, results.is_whole or not number)


def _found(
    asks: Mapping[str, Ask], user: Any, *, needs_labels: bool
) -> tuple[dict[str, Results], Mapping[str, Mapping[int, Any]], Mapping[str, str], LedgerHead | None]:
    """Return what is found for each, the rows that are shown by kind and id, the labels of all ratings, and with them
    the head of the ledger.

    Two statements for readers, where nothing has to be looked for again; and for PostgreSQL one that marks the words.
    """
    found = find_each(asks.values(), user, TOLD)
    ids: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for one in found:
        for kind, pk, _score in one.shown():
            ids[kind].append(pk)
    if not any(ids.values()) and not needs_labels:
        return dict(zip(asks, marked(found, [], user), strict=True)), {kind: {} for kind in KINDS}, {}, None
    if at_desk(user):
        # What the desk sees may hang on who asks.
        rows = {kind: graph.rows(user).in_bulk(ids[kind]) for kind, graph in ROWS.items()}
        said, known, head = list(texts_of(found, user)), list(ratings(user)), None
    else:
        # Long texts go as they are: to write them as JSON and read it takes as long as all else.
        is_long = bool(ids["article"]) and not ids["claim"]
        loaded = _together().ask({**ids, TEXTS: () if is_long else places_of(found, user)})
        rows = {kind: {row.pk: row for row in loaded[kind]} for kind in KINDS}
        said = list(texts_of(found, user)) if is_long else loaded[TEXTS]
        known, head = loaded[RATING.name], next(iter(loaded[HEAD]), None)
    results = marked(found, said, user)
    return dict(zip(asks, results, strict=True)), rows, labels_of(known), head


@cache
def _together() -> Together:
    """Return what asks for all rows that a page shows."""
    sets = {kind: graph.gathered() for kind, graph in ROWS.items()}
    sets[TEXTS] = Gathered.of(texts().filter(AmongKeys(F("pk"))))
    sets[RATING.name] = RATINGS.gathered(whole=True)
    sets[HEAD] = HEADS.gathered(whole=True)
    return Together(sets)


def _newest(user: Any) -> Any:
    """Return the newest claims, with what a list shows of them."""
    return Claim.objects.visible_to(user).standing().for_listing().order_by("-pk")[:LATEST]


@cache
def _latest() -> Together:
    return Together({"claim": Graph(_newest).gathered(whole=True), HEAD: HEADS.gathered(whole=True)})


def _ratings(
    rating: str,
    found: Mapping[str, Results],
    labels: Mapping[str, str],
    parameters: Parameters,
    user: Any,
) -> list[tuple[str, str, str, bool]]:
    """Return (label, number, address, is chosen) of the ratings of the claims found, in the order of the scale.

    One statement counts them, among the claims that were counted: where these are not all, a number is what there are
    at least. Where one is chosen, among the claims that are found without it.
    """
    among = found[ANY_RATING if rating else "claim"]
    counted: dict[str, int] = {}
    tally = Tally(0, {})
    if among.ids:
        tally = count({"": Claim.objects.filter(pk__in=among.ids)}, [(RATING.name, "", RATING)], user)
        counted = tally.values[RATING.name]
    return [
        (
            label,
            _told(found["claim"]) if slug == rating else tally.words(counted[slug], among.is_whole),
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
    latest = {"claim": list(_newest(user))} if at_desk(user) else _latest().ask({})
    return {
        "meant": meant,
        "meant_address": parameters.link(q=meant) if meant else "",
        "everywhere": parameters.link(kind=None, rating=None) if kind or rating else "",
        "words": words if asked.fields or asked.without else "",
        "words_address": parameters.link(q=words) if words else "",
        "latest": latest["claim"],
        "head": next(iter(latest.get(HEAD, ())), None),
    }
