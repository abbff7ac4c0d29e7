"""The front page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.models import Article, Claim, Correction, Verdict
from articles.models.counting import TOLD
from articles.views.page import page, show, viewer

# How many of each the front page shows.
VERDICTS, CORRECTIONS, OPEN, TEXTS = 6, 4, 6, 6
# Among how many of the newest these are looked for first.
SOME = 150


@page
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and the newest of everything."""
    user = viewer(request)
    return show(
        request,
        "articles/front/home.html",
        {
            "verdicts": _latest_verdicts(user),
            "corrections": Correction.objects.visible_to(user).newest(CORRECTIONS),
            "open_claims": _open_claims(user),
            "articles": Article.objects.visible_to(user).for_listing(most=TOLD + 1)[:TEXTS],
        },
    )


def _latest_verdicts(user: Any) -> list[Verdict]:
    """Return the verdicts published last, of those that readers see today.

    To ask that of all verdicts is dear, and most of the newest are seen; so it is asked of these first.
    """
    rows = Verdict.objects.visible_to(user)
    some = list(rows.order_by("-pk").values_list("pk", flat=True)[:SOME])
    found = list(rows.seen_today().filter(pk__in=some).for_listing()[:VERDICTS])
    if len(found) < VERDICTS and len(some) == SOME:
        return list(rows.seen_today().for_listing()[:VERDICTS])
    return found


def _open_claims(user: Any) -> Any:
    """Return the newest claims without a verdict."""
    return Claim.objects.visible_to(user).standing().unchecked().order_by("-pk").for_listing()[:OPEN]


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks the database nothing."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
