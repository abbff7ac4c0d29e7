"""The pages on which a newsroom says who it is and how it works, and its logo."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from articles.graph import Graph
from articles.models import Complaint, LedgerHead, Newsroom, Rating, RatingScale
from articles.views.page import page, show, viewer

# Over what time readers are told how many complaints came.
LATELY = timedelta(days=365)
# An address of the logo names its content, so it may be kept for a year.
A_YEAR = 365 * 24 * 60 * 60

# How far the record goes, who keeps it, and what verdicts can say; one statement.
PAGE = Graph(
    lambda user: LedgerHead.objects.all(),
    lambda user, head: {
        "newsroom": Newsroom.objects.visible_to(user).order_by("pk")[:1],
        "scales": RatingScale.objects.visible_to(user).prefetch_related(
            Prefetch("ratings", Rating.objects.visible_to(user).select_related("replaced_by"))
        ),
    },
)


@page
def methodology(request: HttpRequest) -> HttpResponse:
    """Who we are, what our ratings mean, and how the record proves itself."""
    now = timezone.now()
    return show(
        request,
        "articles/newsroom/methodology.html",
        {**_policies(request), "complaints": Complaint.counted(now - LATELY, now)},
    )


@page
def privacy(request: HttpRequest) -> HttpResponse:
    """What this site keeps of those who read it and write to it."""
    return show(
        request,
        "articles/newsroom/privacy.html",
        {**_policies(request), "days_kept": settings.SUBMISSIONS_KEPT_DAYS},
    )


def _policies(request: HttpRequest) -> dict[str, object]:
    user = viewer(request)
    head = PAGE.find_for(1, user)
    return {
        "state_house": head.house,
        "newest_entry": head,
        "policies": head.shown.newsroom or Newsroom(pk=1, name=""),
        "scales": head.shown.scales,
        # Who may write what is not written yet is shown the way.
        "may_write": bool(user and Newsroom.objects.editable_by(user).exists()),
    }


@page
def logo(request: HttpRequest) -> HttpResponse:
    """The newsroom's logo. With the beginning of its hash in the query it may be kept for good."""
    picture = Newsroom.current().picture
    if picture is None or not default_storage.exists(picture.name):
        raise Http404
    with default_storage.open(picture.name) as file:
        answer = HttpResponse(file.read(), content_type=picture.kind)
    named = request.GET.get("v") == picture.short
    answer["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if named else "public, no-cache"
    return answer
