"""The page of one article: its text with its claims on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from articles.graph import Graph
from articles.keeping import with_state
from articles.models import Appearance, Article, ArticleVersion, Block, Claim, Copy, LedgerHead
from articles.views import coverage, highlighting, standing
from articles.views.page import elsewhere, find_in, kept, page, show, viewer
from articles.views.paging import CLAIMS
from articles.views.parameters import Parameters
from articles.vocabulary import ClaimStatus, Rights


@dataclass(frozen=True)
class Count:
    """How many claims stand so; `query` narrows the list of claims down to them, empty where it does not have them."""

    standing: standing.Standing
    claims: int
    query: str


# What the page of an article shows of it, and of one version of its text.
PAGE = Graph(
    lambda user: with_state(Article.objects.visible_to(user), None),
    lambda user, article: {
        "versions": _versions(article, user),
        "copies": Copy.objects.visible_to(user).filter(article=article),
        "head": LedgerHead.objects.filter(pk=1)[:1],
    },
)
VERSION = Graph(
    lambda user: ArticleVersion.objects.visible_to(user).only("text"),
    lambda user, version: {
        "appearances": Appearance.objects.visible_to(user)
        .filter(article_version=version)
        .select_related("claim")
        .prefetch_related("attributions__claimant"),
        "blocks": Block.objects.visible_to(user).structural().filter(article_version=version),
    },
)


@page
def article(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """One version of a text with its claims on it, the newest unless `version` names another."""
    parameters = Parameters(request, {"version"}, strict=False)
    found = find_in(PAGE, request, Article, pk)
    return elsewhere(request, found) or _shown(request, found, parameters.number("version"))


def _shown(request: HttpRequest, found: Any, number: int | None = None) -> HttpResponse:
    user = viewer(request)
    versions = found.shown.versions
    version = _chosen(versions, number)
    whole = VERSION.find_for(version.pk, user)
    noted = noted_claims(whole.shown.appearances, user)
    claims = list(dict.fromkeys(claim for _, claim in noted))
    numbers = {claim.pk: number for number, claim in enumerate(claims, start=1)}
    first = {claim.pk: appearance for appearance, claim in reversed(noted)}
    roles = [
        highlighting.Role(block.start, block.end, block.get_role_display()) for block in whole.shown.blocks
    ]
    reading = None
    if found.rights == Rights.FULL:
        marks = [
            highlighting.Mark(appearance.start, appearance.end, numbers[claim.pk], claim)
            for appearance, claim in noted
        ]
        reading = highlighting.read(whole.text, marks, roles)
    return show(
        request,
        "articles/articles/article.html",
        {
            "article": found,
            "state_house": found.state_house,
            "newest_entry": found.shown.head,
            "version": version,
            "versions": versions,
            "newest": versions[0],
            "is_newest": version == versions[0],
            "reading": reading,
            "quoted": [
                (numbers[claim.pk], claim, appearance, appearance is first[claim.pk])
                for appearance, claim in noted
            ],
            "listed": [(numbers[claim.pk], claim, first[claim.pk]) for claim in claims],
            "claim_count": len(claims),
            "waiting_count": sum(1 for claim in claims if _is_waiting(claim)),
            "score": _score(found, claims),
            "coverage": _coverage(whole.text, noted, roles),
            "copies": found.shown.copies,
        },
    )


def versions_of(found: Article, user: Any) -> list[ArticleVersion]:
    """Return the versions of an article that the viewer may see, the newest first, without their texts."""
    return list(_versions(found, user))


def _versions(found: Any, user: Any) -> Any:
    rows: Any = ArticleVersion.objects.visible_to(user).filter(article=found)
    return rows.with_is_redacted().defer("text", "offset_map").order_by("-number")


def _chosen(versions: list[ArticleVersion], number: int | None) -> ArticleVersion:
    """Return the version of this number, or the newest."""
    for version in versions:
        if number in (None, version.number):
            return version
    raise Http404("There is no such version of this text.")


def noted_claims(appearances: Iterable[Appearance], user: Any) -> list[tuple[Appearance, Claim]]:
    """Return each appearance with the claim a reader is led to: where it was merged, the survivor."""
    appearances = list(appearances)
    ids = {appearance.claim.merged_into_id or appearance.claim_id for appearance in appearances}
    claims = {claim.pk: claim for claim in CLAIMS.find_many(list(ids), user)}
    noted = []
    for appearance in appearances:
        claim = claims.get(appearance.claim.merged_into_id or appearance.claim_id)
        if claim is not None:
            noted.append((appearance, claim))
    return noted


def _is_checked(claim: Any) -> bool:
    return standing.of_claim(claim).is_rating


def _is_waiting(claim: Any) -> bool:
    return not _is_checked(claim) and claim.status in (ClaimStatus.OPEN, ClaimStatus.CHECKING)


def _score(found: Article, claims: Iterable[Any]) -> list[Count]:
    """Return how many of the claims stand where, in the order of the scale.

    One line for each list that a line leads to, so that its number is that of the list: a rating that two scales have
    is one, as the newer says it, and so is all that has no verdict yet.
    """
    counted: Counter[tuple[str, str]] = Counter()
    looks: dict[tuple[str, str], standing.Standing] = {}
    for claim in sorted(claims, key=_scale):
        condition = _condition(claim)
        stands = standing.no_verdict_yet() if _is_waiting(claim) else standing.of_claim(claim)
        line = (condition, "" if condition else str(stands.label))
        counted[line] += 1
        looks[line] = stands
    return [
        Count(looks[line], count, f"?article={found.pk}&{line[0]}" if line[0] else "")
        for line, count in sorted(counted.items(), key=lambda pair: looks[pair[0]].order)
    ]


def _scale(claim: Any) -> int:
    """Return the number of the scale that a claim was rated on."""
    return claim.current_verdict.rating.scale.number if _is_checked(claim) else 0


def _condition(claim: Any) -> str:
    """Return what the list of claims is narrowed down by, to claims that stand as this one does; nothing where no
    reader sees it there."""
    if _is_checked(claim):
        return f"rating={claim.current_verdict.rating.slug}"
    if _is_waiting(claim):
        return "status=open"
    return "status=not_checkable" if claim.status == ClaimStatus.NOT_CHECKABLE else ""


def _coverage(
    text: str, noted: Iterable[tuple[Appearance, Any]], roles: Sequence[highlighting.Role]
) -> coverage.Coverage:
    checked: list[tuple[int, int]] = []
    unchecked: list[tuple[int, int]] = []
    for appearance, claim in noted:
        (checked if _is_checked(claim) else unchecked).append((appearance.start, appearance.end))
    return coverage.coverage(text, checked, unchecked, roles)


KEPT = kept(Article, "/articles/", PAGE.find, _shown)
