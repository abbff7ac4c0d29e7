"""Who asserts something, and what: the list of them, and the page of one."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from articles.graph import Graph
from articles.keeping import with_state
from articles.models import Claim, Claimant, LedgerHead
from articles.models.choices import LABELS
from articles.models.recorded import at_desk
from articles.views.conditions import asserted, asserted_by, passed_on
from articles.views.facets import Facet, browse, lengths, told
from articles.views.page import elsewhere, find_in, kept, page, show, viewer
from articles.views.paging import by_name, newest_claims_first
from articles.views.parameters import Parameters
from articles.views.scoreboard import boards
from articles.vocabulary import ClaimantKind

KIND = Facet(
    name="kind",
    title=_("Kind"),
    phrase=_("of the kind “%(value)s”"),
    narrow=lambda rows, kind, user: rows.filter(kind=kind),
    column=F("kind"),
    labels={kind.value: LABELS[kind.value] for kind in ClaimantKind},
)


@page
def listing(request: HttpRequest) -> HttpResponse:
    """Whoever says something that readers can see, by name."""
    user = viewer(request)
    parameters = Parameters(request, {"kind", "after"})
    rows = Claimant.objects.visible_to(user).standing()
    browsed = browse(rows, [KIND], parameters, user)
    shown = by_name(browsed.rows, parameters)
    claims = Claim.objects.visible_to(user).standing()
    counted = {} if at_desk(user) else {one.pk: told(one.claims_said) for one in shown if one.is_counted}
    counts = counted | lengths(
        {one.pk: asserted_by(claims, one, user) for one in shown if one.pk not in counted}
    )
    return show(
        request,
        "articles/claimants/claimants.html",
        {
            "page": shown,
            "browsed": browsed,
            "canonical_query": parameters.canonical(),
            "listed": [(one, counts[one.pk]) for one in shown],
        },
    )


# What the page of a claimant shows of them, beside their claims.
PAGE = Graph(
    lambda user: with_state(Claimant.objects.visible_to(user), None),
    lambda user, claimant: {
        "also": Claimant.objects.visible_to(user).filter(merged_into=claimant).order_by("name", "pk")[:50],
        "head": LedgerHead.objects.filter(pk=1)[:1],
    },
)


@page
def claimant(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """Who somebody is, what we found of what they assert and of what they pass on, and the claims themselves."""
    found = find_in(PAGE, request, Claimant, pk)
    return elsewhere(request, found) or _shown(request, found)


def _shown(request: HttpRequest, found: Any) -> HttpResponse:
    user = viewer(request)
    parameters = Parameters(request, {"after"}, strict=False)
    claims = Claim.objects.visible_to(user).standing()
    counted = boards(
        {
            "": (asserted(claims, found, user), {"claimant": found.pk, "part": "asserts"}),
            "passed_on": (passed_on(claims, found, user), {"claimant": found.pk, "part": "passes_on"}),
        },
        user,
    )
    return show(
        request,
        "articles/claimants/claimant.html",
        {
            "claimant": found,
            "state_house": found.state_house,
            "newest_entry": found.shown.head,
            "also": found.shown.also,
            "asserts": counted[""],
            "passes_on": counted["passed_on"],
            "page": newest_claims_first(asserted_by(claims, found, user), parameters, user),
        },
    )


KEPT = kept(Claimant, "/claimants/", PAGE.find, _shown)
