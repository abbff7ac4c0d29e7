"""What the list of claims can be narrowed by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef

from api import filters, parameters
from articles.models import Appearance, Claimant, Evidence, Source, Verdict
from articles.vocabulary import ClaimKind, ClaimStatus, Origin, Stance

# Sets of ids where a relation leads to few rows, so that a database begins there; EXISTS where it leads to most.


def _checked(rows: Any, wanted: bool, user: Any) -> Any:
    return rows.checked() if wanted else rows.without_verdict()


def by_verdict(rows: Any, asked: Mapping[str, Any], user: Any) -> Any:
    """Narrow by what the current verdict says, its own or that of a claim merged into it: all of it at once, because
    to find what readers see of a claim is dear."""
    which: dict[str, Any] = {}
    if "rating" in asked:
        which["rating__slug__in"] = asked["rating"]
    if "class" in asked:
        which["rating__machine_class__in"] = asked["class"]
    if "verdict_published_after" in asked:
        which["published_at__gte"] = parameters.start_of(asked["verdict_published_after"])
    if "verdict_published_before" in asked:
        which["published_at__lte"] = parameters.end_of(asked["verdict_published_before"])
    if not which:
        return rows
    return rows.with_such_a_verdict(**which)


def _made_by(rows: Any, claimant: int, user: Any) -> Any:
    # Attributions are as visible as their appearance.
    one = Claimant.objects.one_with(claimant).values("pk")
    words = Appearance.objects.visible_to(user).filter(attributions__claimant__in=one)
    return rows.filter(pk__in=words.order_by().values("claim"))


def _in_articles(rows: Any, user: Any, **which: Any) -> Any:
    words = Appearance.objects.visible_to(user).filter(**which)
    return rows.filter(pk__in=words.order_by().values("claim"))


def _tied_to(rows: Any, source: Any, user: Any) -> Any:
    one = Source.objects.one_with(source).values("pk")
    evidence = Evidence.objects.visible_to(user).filter(source_version__source__in=one)
    return rows.filter(pk__in=evidence.order_by().values("claim"))


def _about(rows: Any, topic: int, user: Any) -> Any:
    through = rows.model.topics.through.objects.filter(topic=topic)
    return rows.filter(pk__in=through.values("claim"))


def _with_stance(rows: Any, stances: list[str], user: Any) -> Any:
    """All of them, each from evidence of its own: `supports,refutes` finds what is disputed."""
    for stance in stances:
        evidence = Evidence.objects.visible_to(user).standing().filter(stance=stance)
        rows = rows.filter(Exists(evidence.filter(claim=OuterRef("pk"))))
    return rows


def _with(rows: Any, wanted: list[str], user: Any) -> Any:
    words = Appearance.objects.visible_to(user).filter(claim=OuterRef("pk"))
    conditions = {
        "appearances": words,
        "claimants": words.filter(attributions__claimant__isnull=False),
        "evidence": Evidence.objects.visible_to(user).filter(claim=OuterRef("pk")),
        "topics": rows.model.topics.through.objects.filter(claim=OuterRef("pk")),
        "verdicts": Verdict.objects.visible_to(user).filter(claim=OuterRef("pk")),
    }
    return rows.filter(*(Exists(conditions[word]) for word in wanted))


def _related_to(rows: Any, claim: int, user: Any) -> Any:
    tied = rows.related_to(claim)
    return tied.filter(Exists(rows.model.objects.visible_to(user).filter(pk=claim)))


def _asks_for_merged(asked: Mapping[str, Any]) -> bool:
    return "merged_into" in asked or ClaimStatus.MERGED in asked.get("status", ())


# By status, which an index knows; that a merged claim names its survivor, the database holds.
MERGED = replace(
    filters.MERGED,
    only=lambda rows: rows.filter(status=ClaimStatus.MERGED),
    without=lambda rows: rows.exclude(status=ClaimStatus.MERGED),
    lifted_by=_asks_for_merged,
)

FILTERS = (
    parameters.words(
        "status",
        "Its editorial status; with merged, merged claims are shown.",
        ClaimStatus,
        filters.among("status"),
    ),
    parameters.flag("checked", "Whether it has a current verdict.", _checked),
    parameters.words("kind", "What kind of statement it is.", ClaimKind, filters.among("kind")),
    filters.rating("Its current verdict has this rating."),
    filters.rating_class(
        "The rating of its current verdict means this, on whatever scale."
    ),
    parameters.moment(
        "verdict_published_after",
        "Its current verdict was published at this moment or later; a day counts from its first moment, UTC.",
    ),
    parameters.moment(
        "verdict_published_before",
        "Its current verdict was published at this moment or earlier; a day counts to its last moment, UTC.",
    ),
    parameters.number("topic", "The id of a topic it is about.", _about),
    parameters.number(
        "claimant", "The id of a claimant who makes it, at any link of an attribution.", _made_by
    ),
    parameters.number(
        "article",
        "The id of an article that makes it.",
        lambda rows, pk, user: _in_articles(rows, user, article_version__article=pk),
    ),
    parameters.text(
        "publisher",
        "Who published an article that makes it, exactly as on record.",
        300,
        lambda rows, name, user: _in_articles(rows, user, article_version__article__publisher=name),
    ),
    parameters.number("source", "The id of a source that evidence on it comes from.", _tied_to),
    parameters.words(
        "stance", "It has evidence of this stance that nothing replaced; of each, where several are named.",
        Stance, _with_stance,
    ),
    parameters.words(
        "has", "What it has; all of it, where several are named.",
        ("appearances", "claimants", "evidence", "topics", "verdicts"), _with,
    ),
    parameters.number(
        "related_to", "The id of a claim that a relation ties it to.", _related_to
    ),
    parameters.language(filters.in_language()),
    parameters.words("origin", "How it came on record.", Origin, filters.among("origin")),
    *filters.between_days("asserted", "Asserted", "asserted_earliest", "asserted_latest"),
    *filters.CREATED,
    filters.MERGED_INTO,
)  # fmt: skip
