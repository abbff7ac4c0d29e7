"""One verdict as it was published, for good at its own address."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from articles.addresses import address
from articles.graph import Graph
from articles.keeping import with_state
from articles.models import Appearance, Change, ChangeRow, Claim, LedgerHead, Verdict
from articles.models.recorded import deeper
from articles.views import exhibits, standing
from articles.views.claim import OF_THE_SAME_CLAIM, with_scale
from articles.views.comparison import compared
from articles.views.page import find_in, page, show, viewer
from articles.views.validity import periods


def _around(user: Any, claim: Any) -> dict[str, Any]:
    """Name what a page shows beside a verdict: the series it stands in, in short, and where the claim is made."""
    return {
        "series": Verdict.objects.in_series_of(claim)
        .in_order_of_publication()
        .select_related("correction")
        .defer("claim_wording", "summary", "reasoning", "snapshot"),
        "appearances": Appearance.objects.visible_to(user)
        .making(claim)
        .not_carried_on()
        .with_articles()
        .select_related("claim")
        .defer(*OF_THE_SAME_CLAIM),
    }


def _entry(verdict: Any) -> Any:
    """Return the acts that wrote a verdict; `verdict` is a row, or an `OuterRef`."""
    of = deeper(verdict)
    return Change.objects.filter(
        seq__in=ChangeRow.objects.about(Verdict, [getattr(of, "pk", of)]).values("change_id")
    )


# The claim whose series a verdict stands in. Who is led to a survivor by a merged claim sees that of it.
PAGE = Graph(
    lambda user: with_state(Claim.objects.visible_to(user), None),
    lambda user, claim: {**_around(user, claim), "head": LedgerHead.objects.filter(pk=1)[:1]},
)
SURVIVOR = Graph(lambda user: Claim.objects.all(), _around)
# Verdicts with all that was published with them.
VERDICTS = Graph(
    lambda user: with_scale(Verdict.objects.visible_to(user)).select_related(
        "rating__scale", "author", "approver", "correction"
    ),
    lambda user, verdict: {"entry": _entry(verdict).visible_to(user).order_by("seq")[:1]},
)


@page
def verdict(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One row of a claim's series as it was published, and what changed from and to its neighbours. Two statements,
    three where the claim was merged into another."""
    user = viewer(request)
    found = find_in(PAGE, request, Claim, pk)
    survivor = SURVIVOR.find_for(found.merged_into_id, user) if found.merged_into_id else found
    series = survivor.shown.series
    last = series[-1] if series else None
    current = last if last is not None and not last.is_withdrawal else None
    row, before, following = _with_neighbours(found, series, number, user)
    held, image = periods(series), row.as_published
    return show(
        request,
        "articles/claims/verdict.html",
        {
            "base": f"{request.scheme}://{request.get_host()}",
            "state_house": found.state_house,
            "newest_entry": found.shown.head,
            "claim": found,
            "feed": address("feed_claim", survivor.pk, "atom"),
            "survivor": survivor,
            "verdict": row,
            "current": current,
            # What was followed by another is no review for programs to keep.
            "reviewed": row if row == current else None,
            "appearances": survivor.shown.appearances,
            "exhibits": exhibits.as_published(row),
            "image": image,
            "entry": row.shown.entry,
            "periods": held,
            # Corrected, withdrawn, or followed for all its days.
            "holds_no_more": not row.is_withdrawal and all(one.verdict.pk != row.pk for one in held),
            "badge_as_published": standing.as_published(image["rating"]) if image["rating"] else None,
            "following": following,
            "since": compared(row, following),
            "before": compared(before, row),
        },
    )


def _with_neighbours(found: Claim, series: list[Any], number: int, user: Any) -> tuple[Any, Any, Any]:
    """Return the verdict of this number in full, the one before it and the one that followed it, where there are.
    Raises Http404. One statement."""
    short = next((one for one in series if one.claim_id == found.pk and one.number == number), None)
    if short is None:
        raise Http404("There is no verdict of this number on this claim.")
    next_one = next((one for one in series if one.supersedes_id == short.pk), None)
    ids = [short.supersedes_id, short.pk, next_one and next_one.pk]
    whole = {one.pk: one for one in VERDICTS.find_many([pk for pk in ids if pk], user)}
    row, before, following = (whole.get(pk) for pk in (short.pk, short.supersedes_id, ids[-1]))
    if row is None:
        raise Http404("There is no verdict of this number on this claim.")
    row.claim = found
    if before is not None:
        row.supersedes = before
    return row, before, following
