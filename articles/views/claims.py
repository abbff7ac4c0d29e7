"""Claims: the list of them, narrowed down by what its address says."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from articles.graph import Several
from articles.models import Article, Claim, Claimant
from articles.views import conditions
from articles.views.facets import browse, isolated
from articles.views.page import Follow, page, show, viewer
from articles.views.paging import latest_verdict_first, newest_claims_first, oldest_claims_first
from articles.views.parameters import Parameters

ORDERS = {
    "newest": _("Newest on record"),
    "verdict": _("Latest verdict"),
    "oldest": _("Oldest on record"),
}
# What somebody has to do with a claim: all of it, what they assert, what they only pass on.
PARTS: dict[str, Any] = {
    "": (conditions.asserted_by, _("said by %(name)s")),
    "asserts": (conditions.asserted, _("asserted by %(name)s")),
    "passes_on": (conditions.passed_on, _("that %(name)s only passes on from others")),
}
# The rows that an address may name besides facets.
_NOUNS: dict[str, Any] = {"claimant": Claimant, "article": Article}
NAMED = Several(lambda user, name: _NOUNS[name].objects.visible_to(user).order_by())
# The parameters that say which claims are listed.
NARROWING = {*(facet.name for facet in conditions.FACETS), "claimant", "part", "article"}


@page
def listing(request: HttpRequest) -> HttpResponse:
    """The claims, narrowed down and ordered by what the address says."""
    user = viewer(request)
    parameters = Parameters(request, {*NARROWING, "sort", "after"})
    sort = parameters.choice("sort", ORDERS, default="newest")
    rows, besides = besides_facets(parameters, user)
    browsed = browse(rows, conditions.FACETS, parameters, user, besides)
    if sort == "verdict":
        shown = latest_verdict_first(browsed.rows, parameters, user, browsed.tally.is_whole)
    else:
        order = oldest_claims_first if sort == "oldest" else newest_claims_first
        shown = order(browsed.rows, parameters, user)
    return show(
        request,
        "articles/claims/claims.html",
        {
            **shown.stands,
            "page": shown,
            "browsed": browsed,
            "canonical_query": parameters.canonical(),
            "follow": Follow("feed_claims", parameters.canonical("sort"), _("Claims as narrowed down here")),
            "orders": [
                (label, parameters.link(sort=None if value == "newest" else value, after=None), value == sort)
                for value, label in ORDERS.items()
            ],
            "sort": sort,
        },
    )


def besides_facets(parameters: Parameters, user: Any) -> tuple[Any, list[tuple[str, str]]]:
    """Return the claims that the viewer may see, narrowed down by what is no facet, and (phrase, address without it)
    of each such condition."""
    rows = Claim.objects.visible_to(user).standing()
    besides = []
    named = parameters.rows(NAMED, _NOUNS, user)
    claimant, article = named.get("claimant"), named.get("article")
    part = parameters.choice("part", [part for part in PARTS if part])
    if claimant:
        narrow, phrase = PARTS[part]
        rows = narrow(rows, claimant, user)
        without = parameters.link(claimant=None, part=None, after=None)
        besides.append((phrase % {"name": isolated(claimant.name)}, without))
    if article:
        rows = conditions.made_in(rows, user, article_version__article=article)
        phrase = _now("made in “%(title)s”") % {"title": isolated(str(article))}
        besides.append((phrase, parameters.link(article=None, after=None)))
    return rows, besides
