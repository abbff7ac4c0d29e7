"""What claims are about: the list of topics, and the page of one."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse

from articles.graph import Graph
from articles.keeping import with_state
from articles.models import Claim, LedgerHead, Topic
from articles.views.conditions import about
from articles.views.facets import lengths, told
from articles.views.page import elsewhere, find_in, page, show, viewer
from articles.views.paging import by_name, latest_verdicts_and_newest_claims
from articles.views.parameters import Parameters
from articles.views.scoreboard import boards

# How many of the latest verdicts the page of a topic shows.
LATEST = 6


@page
def listing(request: HttpRequest) -> HttpResponse:
    """The topics of the claims that readers can see, by name."""
    user = viewer(request)
    parameters = Parameters(request, {"after"})
    shown = by_name(Topic.objects.visible_to(user), parameters, size=50)
    known = {topic.pk: topic.known_claim_count(user) for topic in shown}
    claims = Exists(Claim.objects.visible_to(user).standing().filter(pk=OuterRef("claim")))
    through = Claim.topics.through.objects.filter(claims)
    counts = lengths({pk: through.filter(topic=pk) for pk, count in known.items() if count is None})
    counts |= {pk: told(count) for pk, count in known.items() if count is not None}
    return show(
        request,
        "articles/topics/topics.html",
        {"page": shown, "listed": [(topic, counts[topic.pk]) for topic in shown]},
    )


# A topic, and what its page depends on.
PAGE = Graph(
    lambda user: with_state(Topic.objects.visible_to(user), None),
    lambda user, topic: {"head": LedgerHead.objects.filter(pk=1)[:1]},
)


@page
def topic(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """What we found about a topic: how its claims stand, the latest verdicts, and what is still open."""
    user = viewer(request)
    found = find_in(PAGE, request, Topic, pk)
    redirect = elsewhere(request, found)
    if redirect is not None:
        return redirect
    parameters = Parameters(request, {"after"}, strict=False)
    claims = about(Claim.objects.visible_to(user).standing(), found, user)
    board = boards({"": (claims, {"topic": found.pk})}, user)[""]
    latest, has_more, unchecked = latest_verdicts_and_newest_claims(
        claims, claims.unchecked(), parameters, user, board.is_whole, LATEST
    )
    return show(
        request,
        "articles/topics/topic.html",
        {
            "topic": found,
            "state_house": found.state_house,
            "newest_entry": found.shown.head,
            "board": board,
            "latest": latest,
            "has_more_verdicts": has_more,
            "page": unchecked,
        },
    )
