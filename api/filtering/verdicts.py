"""What the lists of verdicts and of ratings can be narrowed by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from api import filters, parameters
from api.counting import Hiding
from articles.models import (
    Appearance,
    Citation,
    Claim,
    Correction,
    CorrectionKind,
    Evidence,
    Source,
    Verdict,
    VerdictKind,
)


def _of_claim(rows: Any, claim: int, user: Any) -> Any:
    return rows.in_series_of(claim)


def _seen_today(rows: Any, wanted: bool, user: Any) -> Any:
    return rows.seen_today() if wanted else rows.not_seen_today()


def _last_among(rows: Any, others: Any) -> Any:
    """Keep the rows after which none of the `others` follows in their series: that of the claim and of the claims
    merged with it, as they are merged today."""
    later = others.filter(pk__gt=OuterRef("pk")).order_by()
    survivor = OuterRef("claim__merged_into")
    return rows.filter(
        ~Exists(later.filter(claim=OuterRef("claim"))),
        ~Exists(later.filter(claim__merged_into=OuterRef("claim"))),
        ~Exists(later.filter(claim=survivor)),
        ~Exists(later.filter(claim__merged_into=survivor)),
    )


def _as_of(rows: Any, when: datetime | date, user: Any) -> Any:
    """Keep what readers saw then; `Claim.as_of` says it of one claim."""
    by_then = Verdict.objects.filter(published_at__lte=parameters.end_of(when))
    rows = rows.filter(published_at__lte=parameters.end_of(when), kind=VerdictKind.VERDICT)
    return _last_among(rows, by_then)


def _held_on(rows: Any, day: date, user: Any) -> Any:
    """Keep what, as we know today, holds for that day; `Claim.held_on` says it of one claim."""
    begun = Q(valid_from=None) | Q(valid_from__lte=day)
    holding = Q(valid_to=None) | Q(valid_to__gte=day)
    standing = Verdict.objects.standing().filter(begun, holding)
    return _last_among(rows.standing().filter(begun, holding), standing)


def _about(rows: Any, topic: int, user: Any) -> Any:
    through = Claim.topics.through.objects.filter(topic=topic)
    return rows.filter(claim__in=through.values("claim"))


def _on_claims_in(rows: Any, article: int, user: Any) -> Any:
    words = Appearance.objects.visible_to(user).filter(article_version__article=article)
    return rows.filter(claim__in=words.order_by().values("claim"))


def _citing(rows: Any, source: Any, user: Any) -> Any:
    one = Source.objects.one_with(source).values("pk")
    evidence = Evidence.objects.visible_to(user).filter(source_version__source__in=one)
    cited = Citation.objects.filter(evidence__in=evidence.order_by().values("pk"))
    return rows.filter(pk__in=cited.order_by().values("verdict"))


def _corrected(rows: Any, kinds: list[str], user: Any) -> Any:
    # Corrections are few beside verdicts.
    return rows.filter(pk__in=Correction.objects.filter(kind__in=kinds).order_by().values("verdict"))


FILTERS = (
    parameters.number("claim", "The id of a claim; verdicts on claims merged into it count.", _of_claim),
    parameters.word(
        "kind", "A verdict, or the withdrawal of one.", VerdictKind.values, filters.equals("kind")
    ),
    filters.rating("The rating it gives.", filters.among("rating__slug")),
    filters.rating_class("What its rating means, on whatever scale.", filters.among("rating__machine_class")),
    parameters.number(
        "scale", "The number of the version of the scale it was given on.", filters.equals("rating__scale__number")
    ),
    parameters.flag("current", "Whether it is what readers see of its claim today.", _seen_today),
    parameters.moment(
        "as_of",
        "What readers saw then: by the moment of publication, whatever was corrected since. "
        "Of a day, its last moment, UTC.",
        _as_of,
    ),
    parameters.day(
        "held_on",
        "What, as we know today, holds for that day: by `valid_from` and `valid_to`, whatever readers saw then.",
        _held_on,
    ),
    *filters.between_moments("published", "Published", "published_at"),
    parameters.words(
        "correction", "Why it followed another one.", CorrectionKind.values, _corrected
    ),
    parameters.number("topic", "The id of a topic its claim is about.", _about),
    parameters.number("article", "The id of an article that makes its claim.", _on_claims_in),
    parameters.number("source", "The id of a source that it cites.", _citing),
    parameters.language(filters.in_language("claim__language")),
    parameters.flag(
        "self_approved", "Whether its author published it, in a newsroom of one.", filters.equals("self_approved")
    ),
)  # fmt: skip

FILTERS_OF_RATINGS = (
    parameters.number("scale", "The number of a version of the scale.", filters.equals("scale__number")),
    filters.rating_class("What it means to a program.", filters.among("machine_class")),
    parameters.text("slug", "Its slug, on any version of the scale.", 60, filters.equals("slug")),
    parameters.flag(
        "current",
        "Whether it is on the newest scale and not retired: what new verdicts can say; with false, the others.",
        lambda rows, wanted, user: (
            rows.in_use() if wanted else rows.exclude(pk__in=rows.model.objects.in_use())
        ),
    ),
)
RETIRED = Hiding(
    "retired",
    "ratings that no new verdict can give.",
    only=lambda rows: rows.exclude(retired_at=None),
    without=lambda rows: rows.filter(retired_at=None),
    lifted_by=lambda asked: "current" in asked,
)
