"""The front page."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.models import Article, Claim, Correction, Verdict
from articles.models.counting import TOLD
from articles.views.page import page, show, viewer
from articles.views.paging import CLAIMS

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
    some = rows.order_by("-pk").values("pk")[:SOME]
    asked = rows.each_seen_today().filter(pk__in=some)
    found: list[Any] = list(
        asked.annotate(has_more=Exists(rows.order_by()[SOME : SOME + 1])).for_listing()[:VERDICTS]
    )
    if len(found) < VERDICTS and (not found or found[0].has_more):
        return list(rows.seen_today().for_listing()[:VERDICTS])
    return found


def _open_claims(user: Any) -> list[Claim]:
    """Return the newest claims without a verdict."""
    rows = Claim.objects.visible_to(user).standing().unchecked().order_by("-pk")
    return CLAIMS.find_many(list(rows.values_list("pk", flat=True)[:OPEN]), user)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks the database nothing."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
