"""A verdict as schema.org's ClaimReview, and the few facts that other shapes of it share. What is unknown is absent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from articles.models.rating import in_language
from articles.vocabulary import ClaimantKind

# A group is unnamed people, in the words that describe them.
NAMED = [kind for kind in ClaimantKind if kind != ClaimantKind.GROUP]
# As schema.org calls them. An account may be anybody's.
KINDS = {ClaimantKind.PERSON: "Person", ClaimantKind.ORGANISATION: "Organization"}


def claim_review(
    base: str,
    verdict: Any,
    claim: Any,
    newsroom: Any,
    appearances: Iterable[Any] = (),
    ranks: tuple[int | None, int | None] = (None, None),
) -> dict[str, Any] | None:
    """Return what a page about a claim and its verdict says of itself to programs; None for a withdrawal.

    `base` begins every whole address. `appearances` are loaded by `with_articles`; `ranks` are the lowest and the
    highest of the verdict's scale.
    """
    if verdict is None or verdict.rating is None:
        return None
    rating = verdict.rating
    places = list(appearances)
    first = _first(places)
    return told(
        **{
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "@id": base + verdict.get_absolute_url(),
        },
        url=base + claim.get_absolute_url(),
        claimReviewed=verdict.claim_wording,
        datePublished=moment(verdict.published_at),
        inLanguage=newsroom.language,
        author=told(
            **{"@type": "Organization"}, name=newsroom.name, url=newsroom.url if is_web(newsroom.url) else ""
        ),
        reviewRating=told(
            **{"@type": "Rating"},
            # A rating off the scale has a word and no number.
            **(
                {"ratingValue": rating.rank, "worstRating": ranks[0], "bestRating": ranks[1]}
                if rating.rank is not None
                else {}
            ),
            alternateName=rating_word(rating.labels, rating.slug, newsroom.language),
            ratingExplanation=verdict.summary,
        ),
        itemReviewed=told(
            **{"@type": "Claim"},
            text=verdict.claim_wording,
            inLanguage=claim.language,
            author=_claimant(places),
            datePublished=_iso(day_said(claim.asserted_earliest, claim.asserted_latest)),
            firstAppearance=first and _work(base, first),
            appearance=_different(_work(base, one) for one in places if one is not first),
        ),
        license=newsroom.licence_url if is_web(newsroom.licence_url) else "",
    )


def told(**facts: Any) -> dict[str, Any]:
    """Return the facts that are known: whatever is empty is left out."""
    return {name: value for name, value in facts.items() if value not in (None, "", [], {})}


def moment(when: datetime | date | None) -> str | None:
    """Return a moment, or the first one of a day, to the second and in UTC: programs read it by that pattern."""
    if when is None:
        return None
    if isinstance(when, datetime):
        return f"{when.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    return f"{when.isoformat()}T00:00:00Z"


def day_said(earliest: date | None, latest: date | None) -> date | None:
    """Return the day on which something was said, where one is known: a day of a month would be a guess."""
    return earliest if earliest == latest else None


def rating_word(labels: dict[str, str], slug: str, language: str | None) -> str:
    """Return what a rating is called in a language."""
    return in_language(labels, language) or slug


def is_web(address: str) -> bool:
    return address.lower().startswith(("https://", "http://"))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _claimant(appearances: list[Any]) -> dict[str, Any] | None:
    """Return who says it: the innermost of a chain that has a name, in the first place that has one."""
    for appearance in appearances:
        for one in reversed(list(appearance.attributions.all())):
            claimant = one.claimant
            if claimant is not None and claimant.kind in NAMED:
                return told(
                    **{"@type": KINDS.get(ClaimantKind(claimant.kind), "Thing")},
                    name=claimant.name,
                    sameAs=claimant.url if is_web(claimant.url) else "",
                )
    return None


def _first(appearances: list[Any]) -> Any:
    """Return the appearance that is known to come first: the only one, or the one in the earliest article."""
    if len(appearances) == 1:
        return appearances[0]
    days = [
        day_said(one.article_version.article.published_earliest, one.article_version.article.published_latest)
        for one in appearances
    ]
    known = [day for day in days if day is not None]
    if not days or len(known) < len(days) or known.count(min(known)) > 1:
        return None
    return appearances[days.index(min(known))]


def _work(base: str, appearance: Any) -> dict[str, Any]:
    """Return the text that says it, at its own address or, where that is unknown, at ours."""
    article = appearance.article_version.article
    url = article.url if is_web(article.url) else base + article.get_absolute_url()
    return told(
        **{"@type": "CreativeWork"},
        name=article.title,
        url=url,
        inLanguage=article.language,
        datePublished=_iso(day_said(article.published_earliest, article.published_latest)),
    )


def _different(works: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each work once, though it says it in several places."""
    return list({work["url"]: work for work in works}.values())
