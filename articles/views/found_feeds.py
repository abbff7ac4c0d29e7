"""Feeds of claims that were looked for: a search, or the list of claims narrowed down, followed by its own address.

An entry is a claim as it stands last: its verdict or withdrawal, where it has one. What can be asked is what the page
can be asked, and what readers see: nobody is signed in here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from articles.addresses import address
from articles.feeds import following, writing
from articles.feeds.entries import of_found, storable
from articles.feeds.following import Narrowed
from articles.feeds.told import tell
from articles.formats.direction import closed
from articles.search import NothingToLookFor, Sought
from articles.views import conditions
from articles.views.claims import NARROWING, besides_facets
from articles.views.facets import narrowed_by
from articles.views.feeds import kept, written
from articles.views.page import answered
from articles.views.parameters import BadParameter, Parameters
from articles.views.search import asked_rating, with_rating

# What was typed is named in a title as far as this.
LONGEST_TYPED = 100


@answered
def of_search(request: HttpRequest, form: str) -> HttpResponse:
    """The claims that a search finds, what came last first."""
    parameters = Parameters(request, {"q", "rating"})
    rating, label = asked_rating(parameters, None)
    typed = parameters.given.get("q", "")
    try:
        sought = Sought.read(with_rating(typed, rating) if typed.strip() else "", chosen=rating)
    except NothingToLookFor as nothing:
        raise BadParameter(str(nothing)) from nothing
    line = " ".join(typed.split())
    named = closed(line if len(line) <= LONGEST_TYPED else f"{line[: LONGEST_TYPED - 1].rstrip()}…")
    what = _("claims found by “%(typed)s”") % {"typed": named}
    if rating:
        what = _("%(claims)s, rated “%(rating)s”") % {"claims": what, "rating": label}
    return _feed(request, form, "feed_search", "search", parameters, what, lambda: sought)


@answered
def of_claims(request: HttpRequest, form: str) -> HttpResponse:
    """The claims in the list that was narrowed down, what came last first."""
    parameters = Parameters(request, NARROWING)
    rows, besides = besides_facets(parameters, None)
    rows, phrases = narrowed_by(rows, conditions.FACETS, parameters, None)
    chosen = ", ".join([*phrases, *(phrase for phrase, _without in besides)])
    what = _("claims %(conditions)s") % {"conditions": chosen} if chosen else _("claims on record")
    return _feed(request, form, "feed_claims", "claims", parameters, what, lambda: Narrowed(rows))


def _feed(
    request: HttpRequest,
    form: str,
    name: str,
    page: str,
    parameters: Parameters,
    what: str,
    look: Callable[[], Any],
) -> HttpResponse:
    """Answer with the feed of what `look` finds; `page` is the name of the page that shows the same to people."""
    if form not in writing.FORMS:
        raise Http404("A feed comes as atom or as json.")
    query = parameters.canonical()
    content_type, write = writing.FORMS[form]

    def make(base: str) -> bytes:
        claims, verdicts = following.last_said(look())
        told = tell(verdicts, claims)
        entries = of_found(told, following.ENTRIES, base)
        named = {"newsroom": storable(told.house.name) or _("Fact desk"), "what": storable(what)}
        title = _("%(newsroom)s: %(what)s") % named
        words = _("Each claim as it stands last: a new claim, and a new verdict on one, is a new entry.")
        about = address(page) + query
        feed = written(base, name, (), form, about, told, title, words, entries, query=query, is_part=False)
        return write(feed)

    return kept(request, "feed", content_type, make, query)
