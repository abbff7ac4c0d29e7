"""Claims: the list, and the page of one with all the record says about it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from articles.models import (
    Appearance,
    Article,
    Attribution,
    Change,
    Claim,
    Claimant,
    ClaimRelation,
    Evidence,
    Topic,
    Verdict,
)
from articles.views import exhibits, history
from articles.views.page import elsewhere, find, page, show, viewer
from articles.views.paging import newest_first
from articles.views.parameters import BadParameter, Parameters
from articles.vocabulary import ClaimKind, ClaimStatus

STATUSES = {
    "all": "All",
    "checked": "Checked",
    "open": "Open",
    "not_checkable": "Not checkable",
}
FILTERS = {"status", "kind", "topic", "claimant", "article", "after"}


@page
def listing(request: HttpRequest) -> HttpResponse:
    """The claims, newest first, narrowed down by what the address says."""
    user = viewer(request)
    parameters = Parameters(request, FILTERS)
    status = parameters.choice("status", STATUSES, default="all")
    kind = parameters.choice("kind", [kind.value for kind in ClaimKind])
    topic = parameters.row("topic", Topic.objects.visible_to(user))
    claimant = parameters.row("claimant", Claimant.objects.visible_to(user))
    article = parameters.row("article", Article.objects.visible_to(user))
    rows = Claim.objects.visible_to(user).standing()
    if status == "checked":
        rows = rows.checked()
    elif status == "open":
        rows = rows.unchecked()
    elif status == "not_checkable":
        rows = rows.filter(status=ClaimStatus.NOT_CHECKABLE)
    if kind:
        rows = rows.filter(kind=kind)
    if topic:
        rows = rows.filter(topics=topic)
    if claimant:
        rows = asserted_by(rows, claimant, user)
    if article:
        made = Appearance.objects.visible_to(user).filter(article_version__article=article)
        rows = rows.filter(Exists(made.filter(claim=OuterRef("pk"))))
    return show(
        request,
        "articles/claims.html",
        {
            "page": newest_first(rows.for_listing(), parameters),
            "statuses": [
                (
                    label,
                    parameters.link(status=value if value != "all" else None, after=None),
                    value == status,
                )
                for value, label in STATUSES.items()
            ],
            "status": status,
            "kind": kind,
            "kinds": Claim._meta.get_field("kind").choices,
            "topic": topic,
            "topics": Topic.objects.visible_to(user),
            "narrowed": [
                ("said by", claimant, parameters.link(claimant=None, after=None)),
                ("in", article, parameters.link(article=None, after=None)),
            ],
            "claimant": claimant,
            "article": article,
        },
    )


def asserted_by(claims: Any, claimant: Claimant, user: Any) -> Any:
    """Narrow claims down to those which, in words the viewer may see, this claimant asserts or passes on."""
    said = Attribution.objects.visible_to(user).by(claimant)
    return claims.filter(Exists(said.filter(appearance__claim=OuterRef("pk"))))


@page
def claim(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """A claim and our verdict on it: as of today, as readers saw it on a day, or as it holds for a day."""
    user = viewer(request)
    found = find(request, Claim, pk)
    redirect = elsewhere(request, found)
    if redirect is not None:
        return redirect
    parameters = Parameters(request, {"as_of", "held_on"}, strict=False)
    as_of, held_on = parameters.day("as_of"), parameters.day("held_on")
    current = found.current_verdict
    if as_of and held_on:
        raise BadParameter(
            "as_of and held_on are two questions: what did readers see on a day, and what holds for a day? "
            "Ask one of them."
        )
    if as_of or held_on:
        verdict = _as_of(found, as_of) if as_of else found.held_on(held_on)
        evidence = exhibits.as_published(verdict) if verdict else None
    else:
        verdict, evidence = current, exhibits.as_of_today(found, current, user)
    return show(
        request,
        "articles/claim.html",
        {
            "claim": found,
            "current": current,
            "verdict": verdict,
            "exhibits": evidence,
            "as_of": as_of,
            "held_on": held_on,
            **_around(found, user),
        },
    )


def _as_of(claim: Claim, day: date) -> Verdict | None:
    """Return what readers saw when this day ended. Of days to come nobody can say that."""
    if day > timezone.now().date():
        raise BadParameter(f"as_of is {day.isoformat()}; that day is still to come.")
    return claim.as_of(datetime.combine(day, time.max, tzinfo=UTC))


def _around(claim: Claim, user: Any) -> dict[str, Any]:
    """Return what the page shows beside the verdict: who says it and where, the series, relations, history."""
    appearances = list(
        Appearance.objects.visible_to(user)
        .making(claim)
        .not_carried_on()
        .with_articles()
        .select_related("claim")
    )
    series = list(
        claim.verdict_series()
        .visible_to(user)
        .select_related("rating__scale", "author", "approver", "correction", "claim", "supersedes")
    )
    evidence = Evidence.objects.visible_to(user).on(claim)
    return {
        "appearances": appearances,
        "first": appearances[0] if appearances else None,
        "series": series[::-1],
        "topics": claim.topics.all(),
        "related": _related(claim, user),
        "history": history.told(user, claim, *series, *evidence, *appearances),
    }


def _related(claim: Claim, user: Any) -> list[tuple[str, Claim]]:
    """Return each related claim that the viewer may see, after the word for the relation."""
    relations = ClaimRelation.objects.visible_to(user).of(claim).select_related("low", "high")
    pairs = [relation.seen_from(claim) for relation in relations]
    others = Claim.objects.visible_to(user).for_listing().in_bulk([other.pk for _, other in pairs])
    return [(word, others[other.pk]) for word, other in pairs if other.pk in others]


@page
def verdict(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One row of a claim's series as it was published, for good at this address."""
    user = viewer(request)
    found = find(request, Claim, pk, "merged_into")
    rows = Verdict.objects.visible_to(user).filter(claim=found)
    rows = rows.select_related("rating__scale", "author", "approver", "correction", "supersedes")
    row = get_object_or_404(rows, number=number)
    return show(
        request,
        "articles/verdict.html",
        {
            "claim": found,
            "survivor": found.surviving(),
            "verdict": row,
            "current": found.surviving().current_verdict,
            "exhibits": exhibits.as_published(row),
            "image": row.as_published,
            "entry": Change.objects.visible_to(user).about(row).first(),
        },
    )
