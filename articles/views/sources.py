"""Sources: the list, and the page of one with everything that rests on it."""

from __future__ import annotations

from itertools import chain

from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from articles.models import ChangeRow, Claim, Derivation, Evidence, Source, SourceVersion
from articles.views import history
from articles.views.page import elsewhere, find, page, show, viewer
from articles.views.paging import by_title, newest_first
from articles.views.parameters import Parameters
from articles.vocabulary import SourceKind


@page
def listing(request: HttpRequest) -> HttpResponse:
    """The sources by title, of one kind where the address names it."""
    parameters = Parameters(request, {"kind", "after"})
    kind = parameters.choice("kind", [kind.value for kind in SourceKind])
    rows = Source.objects.visible_to(viewer(request)).standing().for_listing()
    return show(
        request,
        "articles/sources.html",
        {
            "page": by_title(rows.filter(kind=kind) if kind else rows, parameters),
            "kind": kind,
            "kinds": Source._meta.get_field("kind").choices,
        },
    )


@page
def source(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """What a source is, in which versions we hold it, what it comes from, and what rests on it."""
    user = viewer(request)
    found = find(request, Source, pk, "part_of")
    redirect = elsewhere(request, found)
    if redirect is not None:
        return redirect
    parameters = Parameters(request, {"after"}, strict=False)
    family = Q(source=found) | Q(source__merged_into=found)
    versions = list(SourceVersion.objects.visible_to(user).filter(family).order_by("source_id", "number"))
    rows = Evidence.objects.visible_to(user).resting_on(found).standing().select_related("source_version")
    resting = newest_first(rows, parameters)
    claims = Claim.objects.visible_to(user).for_listing().in_bulk([row.claim_id for row in resting])
    visible = Source.objects.visible_to(user).standing()
    chains = Derivation.objects.visible_to(user)
    acts = ChangeRow.objects.telling(user)
    return show(
        request,
        "articles/source.html",
        {
            "source": found,
            "whole": visible.filter(pk=found.part_of_id).first() if found.part_of_id else None,
            "parts": visible.filter(part_of=found).order_by("title", "pk"),
            "versions": versions,
            "origins": chains.filter(family).select_related("origin").order_by("pk"),
            "derivatives": chains.filter(Q(origin=found) | Q(origin__merged_into=found))
            .select_related("source")
            .order_by("pk"),
            "resting": resting,
            "rests": [(row, claims[row.claim_id]) for row in resting if row.claim_id in claims],
            "history": history.told(
                chain(acts.about(Source, [found.pk]), acts.about(SourceVersion, [one.pk for one in versions]))
            ),
        },
    )
