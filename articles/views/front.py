"""The front page, and the pages about the newsroom itself."""

from __future__ import annotations

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.models import Article, Claim, Correction, Newsroom, Rating, RatingScale, Verdict
from articles.views.page import page, show, viewer
from articles.views.paging import newest_first
from articles.views.parameters import Parameters


@page
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the newest of everything."""
    user = viewer(request)
    claims = Claim.objects.visible_to(user)
    return show(
        request,
        "articles/home.html",
        {
            "verdicts": Verdict.objects.visible_to(user).seen_today().for_listing()[:6],
            "corrections": Correction.objects.visible_to(user).for_listing()[:4],
            "open_claims": claims.unchecked().standing().for_listing().order_by("-pk")[:6],
            "articles": Article.objects.visible_to(user).for_listing()[:6],
        },
    )


@page
def corrections(request: HttpRequest) -> HttpResponse:
    """Everything we corrected, updated or withdrew, newest first."""
    parameters = Parameters(request, {"after"})
    rows = Correction.objects.visible_to(viewer(request)).for_listing()
    return show(request, "articles/corrections.html", {"page": newest_first(rows, parameters)})


@page
def about(request: HttpRequest) -> HttpResponse:
    """Who we are, what our ratings mean, and how the record proves itself."""
    user = viewer(request)
    scales = RatingScale.objects.visible_to(user).prefetch_related(
        Prefetch("ratings", Rating.objects.visible_to(user).select_related("replaced_by"))
    )
    return show(request, "articles/about.html", {"policies": Newsroom.current(), "scales": list(scales)})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks the database nothing."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
