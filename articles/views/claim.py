"""The page of one claim, with all the record says about it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from itertools import chain
from typing import Any

from django.db.models import JSONField, Max, Min, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from articles.addresses import address
from articles.graph import Graph
from articles.keeping import Kept, Made, with_state
from articles.models import (
    Appearance,
    ChangeRow,
    Claim,
    ClaimRelation,
    Contact,
    Evidence,
    Rating,
    ResearchStep,
    User,
    Verdict,
)
from articles.models.recorded import deeper
from articles.views import exhibits, groundwork, history
from articles.views.page import elsewhere, find, find_in, page, show, viewer
from articles.views.parameters import BadParameter, Parameters
from articles.views.surroundings import place_of, with_surroundings
from articles.views.validity import periods
from articles.vocabulary import ClaimStatus

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
    *(f"rating__{name}" for name in ("replaced_by", "revision", "scale__revision", "scale__adopted_at")),
)


def _rows(user: Any) -> Any:
    return with_state(Claim.objects.visible_to(user)).prefetch_related("topics")


def _sets(user: Any, claim: Any) -> dict[str, Any]:
    acts = ChangeRow.objects.telling(user)
    within = deeper(claim)
    return {
        "appearances": with_surroundings(_appearances(user, claim).with_articles())
        .select_related("claim")
        .defer(*OF_THE_SAME_CLAIM),
        "evidence": _evidence(user, claim).with_sources().with_is_replaced().defer(*OF_SOURCES),
        "series": with_scale(_series(user, claim))
        .in_order_of_publication()
        # PostgreSQL weighs the order of eight tables at most; beyond, it reads whole tables first.
        .select_related("author", "approver", "correction")
        .defer(*OF_VERDICTS)
        .prefetch_related("citations"),
        "relations": ClaimRelation.objects.visible_to(user).of(claim).select_related("low", "high"),
        "steps": ResearchStep.objects.visible_to(user).on(claim).defer("created_by").order_by("pk"),
        "contacts": Contact.objects.visible_to(user)
        .on(claim)
        .select_related("claimant")
        .defer("reach")
        .order_by("pk"),
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


def with_scale(series: Any) -> Any:
    """Say of each verdict how far its scale reaches, and what its rating is called since it was retired."""
    ranks = Rating.objects.filter(scale=OuterRef("rating__scale")).order_by().values("scale")
    instead = Rating.objects.filter(pk=OuterRef("rating__replaced_by")).values("labels")
    return series.annotate(
        worst_rank=Subquery(ranks.annotate(_=Min("rank")).values("_")),
        best_rank=Subquery(ranks.annotate(_=Max("rank")).values("_")),
        replaced_by_labels=Subquery(instead, output_field=JSONField()),
    )


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
    # The number alone leads elsewhere: then nothing is shown here.
    found = find_in(PAGE, request, Claim, pk) if slug else find(request, Claim, pk)
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


def with_another(request: HttpRequest, claim: Claim, verdict: Verdict, template: str) -> HttpResponse:
    """Show readers' page of a claim as it would be with one more verdict in its series, which is not in the database.

    `verdict` has its snapshot and, where it follows another, its correction. The template extends that of the page.
    """
    PAGE.load(claim, None)
    claim.shown.series = [*claim.shown.series, verdict]
    return _shown(request, claim, verdict, exhibits.as_published(verdict), template=template, as_reader=True)


def _shown(
    request: HttpRequest,
    claim: Claim,
    verdict: Verdict | None,
    evidence: exhibits.Exhibits | None,
    as_of: date | None = None,
    held_on: date | None = None,
    template: str = "articles/claims/claim.html",
    as_reader: bool = False,
) -> HttpResponse:
    shown, user = claim.shown, None if as_reader else viewer(request)
    acts = chain(shown.acts_on_claim, shown.acts_on_series, shown.acts_on_evidence, shown.acts_on_appearances)
    others = _related(user, claim) if claim.related else {}
    current = claim.current_verdict
    said_here = {one.claimant_id for appearance in shown.appearances for one in appearance.attributions.all()}
    return show(
        request,
        template,
        {
            "viewer": user,
            "base": f"{request.scheme}://{request.get_host()}",
            "claim": claim,
            "own_address": claim.get_absolute_url(),
            "feed": address("feed_claim", claim.pk, "atom"),
            "current": current,
            "verdict": verdict,
            # Of another day, with the names they had then.
            "signed": verdict.as_published if verdict and (as_of or held_on) else verdict,
            # What is true of one day only is no review for programs to keep.
            "reviewed": None if as_of or held_on else current,
            "exhibits": evidence,
            "as_of": as_of,
            "held_on": held_on,
            "appearances": shown.appearances,
            "places": [(one, place_of(one)) for one in shown.appearances],
            "series": shown.series[::-1],
            # What readers saw on a day says what held as it was known then.
            "periods": periods([one for one in shown.series if not as_of or _is_by(one, as_of)]),
            "is_on_record": not as_of or claim.created_at <= _end_of(as_of),
            "last": shown.series[-1] if shown.series else None,
            "withdrawn": _withdrawn(shown.series),
            "steps": groundwork.searched(shown.steps, evidence),
            "contacts": groundwork.asked(shown.contacts, said_here),
            "checking_since": _checking_since(claim),
            "state_house": getattr(claim, "state_house", None),
            "entry_hash": _entry_hash(shown.acts_on_series, current),
            "topics": claim.topics.all(),
            "related": [(one.words, others[one.claim.pk]) for one in claim.related if one.claim.pk in others],
            "history": history.told(acts),
        },
    )


def _entry_hash(acts: list[ChangeRow], verdict: Verdict | None) -> str:
    """Return the hash of the entry that published a verdict; empty where there is none."""
    if verdict is None:
        return ""
    return next((row.change.hash for row in acts if row.object_id == verdict.pk), "")


def _checking_since(claim: Claim) -> datetime | None:
    """Return when somebody began to check an open claim, where the ledger says so."""
    if claim.status != ClaimStatus.CHECKING:
        return None
    begun = (row.change.at for row in claim.shown.acts_on_claim if row.change.verb == "start_checking")
    return max(begun, default=None)


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
    return claim.as_of(_end_of(day))


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=UTC)


def _is_by(verdict: Verdict, day: date) -> bool:
    """Was it published before this day ended?"""
    return verdict.published_at <= _end_of(day)
