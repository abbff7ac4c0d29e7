"""Who asserts something, and what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from articles.models import Claim, Claimant
from articles.views.claims import asserted_by
from articles.views.page import elsewhere, find, page, show, viewer
from articles.views.paging import newest_first
from articles.views.parameters import Parameters


@page
def claimant(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    user = viewer(request)
    found = find(request, Claimant, pk)
    redirect = elsewhere(request, found)
    if redirect is not None:
        return redirect
    parameters = Parameters(request, {"after"}, strict=False)
    claims = asserted_by(Claim.objects.visible_to(user).standing(), found, user)
    return show(
        request,
        "articles/claimant.html",
        {"claimant": found, "page": newest_first(claims.for_listing(), parameters)},
    )
