"""One verdict as it was published, for good at its own address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from articles.addresses import address
from articles.models import Appearance, Change, Claim, Verdict
from articles.views import exhibits, standing
from articles.views.claim import with_scale
from articles.views.comparison import compared
from articles.views.page import find, page, show, viewer
from articles.views.validity import periods


@page
def verdict(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One row of a claim's series as it was published, and what changed from and to its neighbours."""
    user = viewer(request)
    found = find(request, Claim, pk, "merged_into")
    rows = with_scale(Verdict.objects.visible_to(user).filter(claim=found))
    rows = rows.select_related(
        "rating__scale",
        "author",
        "approver",
        "correction",
        "supersedes__rating__scale",
    )
    row = get_object_or_404(rows, number=number)
    survivor = found.surviving()
    series = list(
        survivor.verdict_series()
        .select_related("correction")
        .defer("claim_wording", "summary", "reasoning", "snapshot")
    )
    last = series[-1] if series else None
    current = last if last is not None and not last.is_withdrawal else None
    held, image = periods(series), row.as_published
    following = next((one for one in series if one.supersedes_id == row.pk), None)
    return show(
        request,
        "articles/claims/verdict.html",
        {
            "base": f"{request.scheme}://{request.get_host()}",
            "claim": found,
            "feed": address("feed_claim", survivor.pk, "atom"),
            "survivor": survivor,
            "verdict": row,
            "current": current,
            # What was followed by another is no review for programs to keep.
            "reviewed": row if row == current else None,
            "appearances": _appearances(user, survivor),
            "exhibits": exhibits.as_published(row),
            "image": image,
            "entry": Change.objects.visible_to(user).about(row).first(),
            "periods": held,
            # Corrected, withdrawn, or followed for all its days.
            "holds_no_more": not row.is_withdrawal and all(one.verdict.pk != row.pk for one in held),
            "badge_as_published": standing.as_published(image["rating"]) if image["rating"] else None,
            "following": following,
            "since": compared(row, following),
            "before": compared(row.supersedes, row),
        },
    )


def _appearances(user: Any, claim: Claim) -> Any:
    return Appearance.objects.visible_to(user).making(claim).not_carried_on().with_articles()
