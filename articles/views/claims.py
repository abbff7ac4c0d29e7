"""Claims: the list, and the page of one with all the record says about it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from itertools import chain
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from articles.graph import Graph
from articles.keeping import Kept, Made, with_state
from articles.models import (
    Appearance,
    Article,
    Attribution,
    Change,
    ChangeRow,
    Claim,
    Claimant,
    ClaimRelation,
    Evidence,
    Topic,
    User,
    Verdict,
)
from articles.models.recorded import deeper
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


# Columns that the page does not show, of what it shows most of. A test counts the statements.
OF_THE_SAME_CLAIM = tuple(
    f"claim__{name}"
    for name in (
        "statement",
        "status_reason",
        "asserted_earliest",
        "asserted_latest",
        "asserted_basis",
        "origin",
    )
)
OF_SOURCES = tuple(
    f"source_version__source__{name}"
    for name in ("description", "part_of", "revision", "public_seq", "merged_into")
)
OF_VERDICTS = (
    *(f"{who}__{name}" for who in ("author", "approver") for name in User.UNSHOWN),
    *(
        f"rating__{name}"
        for name in ("retired_at", "replaced_by", "revision", "scale__revision", "scale__adopted_at")
    ),
)


def _rows(user: Any) -> Any:
    return with_state(Claim.objects.visible_to(user)).prefetch_related("topics")


def _sets(user: Any, claim: Any) -> dict[str, Any]:
    acts = ChangeRow.objects.telling(user)
    within = deeper(claim)
    return {
        "appearances": _appearances(user, claim)
        .with_articles()
        .select_related("claim")
        .defer(*OF_THE_SAME_CLAIM),
        "evidence": _evidence(user, claim).with_sources().with_is_replaced().defer(*OF_SOURCES),
        "series": _series(user, claim)
        .in_order_of_publication()
        # PostgreSQL weighs the order of eight tables at most; beyond, it reads whole tables first.
        .select_related("author", "approver", "correction")
        .defer(*OF_VERDICTS)
        .prefetch_related("citations"),
        "relations": ClaimRelation.objects.visible_to(user).of(claim).select_related("low", "high"),
        "acts_on_claim": acts.about(Claim, [getattr(claim, "pk", claim)]),
        "acts_on_series": acts.about(Verdict, _series(user, within).values("pk")),
        "acts_on_evidence": acts.about(Evidence, _evidence(user, within).values("pk")),
        "acts_on_appearances": acts.about(Appearance, _appearances(user, within).values("pk")),
    }


def _appearances(user: Any, claim: Any) -> Any:
    return Appearance.objects.visible_to(user).making(claim).not_carried_on()


def _evidence(user: Any, claim: Any) -> Any:
    return Evidence.objects.visible_to(user).on(claim)


def _series(user: Any, claim: Any) -> Any:
    return Verdict.objects.visible_to(user).in_series_of(claim)


# What the page of a claim shows of it.
PAGE = Graph(_rows, _sets)
# The claims beside it, as rows of a list. Most claims have none, and to look for them costs as much as all the rest.
RELATED = Graph(
    lambda user: Claim.objects.visible_to(user).only("pk"),
    lambda user, claim: {"claims": Claim.objects.visible_to(user).related_to(claim).for_listing()},
)


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
    if as_of and held_on:
        raise BadParameter(
            "as_of and held_on are two questions: what did readers see on a day, and what holds for a day? "
            "Ask one of them."
        )
    PAGE.load(found, user)
    if not as_of and not held_on:
        return _today(request, found)
    verdict = _as_of(found, as_of) if as_of else found.held_on(held_on)
    evidence = exhibits.as_published(verdict) if verdict else None
    return _shown(request, found, verdict, evidence, as_of=as_of, held_on=held_on)


def _kept(request: HttpRequest, pk: int, base: str) -> Made | None:
    """Make today's page of a claim as every reader gets it, by one statement, and another for related claims."""
    found = PAGE.find(pk)
    if found is None or found.merged_into_id or found.get_absolute_url() != request.path:
        return None
    return Made(found, _today(request, found).content)


KEPT = Kept(
    noun="page",
    pattern=re.compile(r"/claims/(?P<pk>[0-9]{1,18})/[^/]+/"),
    rows=Claim.objects.public,
    make=_kept,
    content_type="text/html; charset=utf-8",
)


def _today(request: HttpRequest, claim: Claim) -> HttpResponse:
    verdict = claim.current_verdict
    return _shown(request, claim, verdict, exhibits.as_of_today(claim.shown.evidence, verdict))


def _shown(
    request: HttpRequest,
    claim: Claim,
    verdict: Verdict | None,
    evidence: exhibits.Exhibits | None,
    as_of: date | None = None,
    held_on: date | None = None,
) -> HttpResponse:
    shown = claim.shown
    acts = chain(shown.acts_on_claim, shown.acts_on_series, shown.acts_on_evidence, shown.acts_on_appearances)
    others = _related(viewer(request), claim) if claim.related else {}
    return show(
        request,
        "articles/claim.html",
        {
            "claim": claim,
            "current": claim.current_verdict,
            "verdict": verdict,
            "exhibits": evidence,
            "as_of": as_of,
            "held_on": held_on,
            "appearances": shown.appearances,
            "first": shown.appearances[0] if shown.appearances else None,
            "series": shown.series[::-1],
            "last": shown.series[-1] if shown.series else None,
            "withdrawn": _withdrawn(shown.series),
            "state_house": getattr(claim, "state_house", None),
            "topics": claim.topics.all(),
            "related": [(one.words, others[one.claim.pk]) for one in claim.related if one.claim.pk in others],
            "history": history.told(acts),
        },
    )


def _related(user: Any, claim: Claim) -> dict[int, Claim]:
    """Return the claims that relations tie to this one, by their ids."""
    found = RELATED.find(claim.pk) if user is None else RELATED.find_by_queries(claim.pk, user)
    return {one.pk: one for one in found.shown.claims} if found else {}


def _withdrawn(series: list[Verdict]) -> Verdict | None:
    """Return the verdict that the last row of a series withdraws, where it withdraws one."""
    last = series[-1] if series else None
    if last is None or not last.is_withdrawal:
        return None
    return next((one for one in series if one.pk == last.supersedes_id), None)


def _as_of(claim: Claim, day: date) -> Verdict | None:
    """Return what readers saw when this day ended. Of days to come nobody can say that."""
    if day > timezone.now().date():
        raise BadParameter(f"as_of is {day.isoformat()}; that day is still to come.")
    return claim.as_of(datetime.combine(day, time.max, tzinfo=UTC))


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
