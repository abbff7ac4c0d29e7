"""Articles: the list, and a text with its claims on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from articles.models import Appearance, Article, ArticleVersion, Block, Claim, Copy
from articles.views import highlighting, standing
from articles.views.page import elsewhere, find, page, show, viewer
from articles.views.paging import latest_published_first
from articles.views.parameters import Parameters
from articles.vocabulary import Rights


@page
def listing(request: HttpRequest) -> HttpResponse:
    parameters = Parameters(request, {"after"})
    rows = Article.objects.visible_to(viewer(request)).for_listing()
    return show(request, "articles/articles.html", {"page": latest_published_first(rows, parameters)})


@page
def article(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """One version of a text with its claims on it, the newest unless `version` names another."""
    user = viewer(request)
    parameters = Parameters(request, {"version"}, strict=False)
    found = find(request, Article, pk)
    redirect = elsewhere(request, found)
    if redirect is not None:
        return redirect
    rows = ArticleVersion.objects.visible_to(user).filter(article=found).defer("text")
    versions = list(rows.order_by("-number"))
    version = _chosen(versions, parameters.number("version"))
    appearances = list(
        Appearance.objects.visible_to(user)
        .filter(article_version=version)
        .select_related("claim")
        .prefetch_related("attributions__claimant")
    )
    noted = _noted(appearances, user)
    claims = list(dict.fromkeys(claim for _, claim in noted))
    numbers = {claim.pk: number for number, claim in enumerate(claims, start=1)}
    first = {claim.pk: appearance for appearance, claim in reversed(noted)}
    reading = None
    if found.rights == Rights.FULL:
        reading = highlighting.read(
            version.text,
            [
                highlighting.Mark(appearance.start, appearance.end, numbers[claim.pk], claim)
                for appearance, claim in noted
            ],
            [
                highlighting.Role(block.start, block.end, block.get_role_display())
                for block in Block.objects.visible_to(user).structural().filter(article_version=version)
            ],
        )
    return show(
        request,
        "articles/article.html",
        {
            "article": found,
            "version": version,
            "versions": versions,
            "is_newest": version == versions[0],
            "reading": reading,
            "quoted": [(numbers[claim.pk], claim, appearance) for appearance, claim in noted],
            "listed": [(numbers[claim.pk], claim, first[claim.pk]) for claim in claims],
            "claim_count": len(claims),
            "score": standing.score(claims),
            "copies": Copy.objects.visible_to(user).filter(article=found),
        },
    )


def _chosen(versions: list[ArticleVersion], number: int | None) -> ArticleVersion:
    """Return the version of this number, or the newest."""
    for version in versions:
        if number in (None, version.number):
            return version
    raise Http404("There is no such version of this text.")


def _noted(appearances: Iterable[Appearance], user: Any) -> list[tuple[Appearance, Claim]]:
    """Return each appearance with the claim a reader is led to: where it was merged, the survivor."""
    appearances = list(appearances)
    ids = {appearance.claim.merged_into_id or appearance.claim_id for appearance in appearances}
    claims = Claim.objects.visible_to(user).for_listing().in_bulk(list(ids))
    noted = []
    for appearance in appearances:
        claim = claims.get(appearance.claim.merged_into_id or appearance.claim_id)
        if claim is not None:
            noted.append((appearance, claim))
    return noted
