"""What the list of claims can be narrowed down by: how rows are chosen, counted and named for each facet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Substr
from django.db.models.lookups import Exact
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from articles.models import Appearance, Attribution, Claim, Rating, Topic, Verdict
from articles.models.choices import LABELS
from articles.models.counting import AmongFew
from articles.models.language import language_name
from articles.models.month import MonthOf, month_number
from articles.views.facets import Facet
from articles.views.parameters import BadParameter, shown
from articles.vocabulary import ClaimKind, ClaimStatus

STATUSES = {
    "checked": _("Checked"),
    "open": _("Open"),
    "not_checkable": _("Not checkable"),
}
PHRASES = {
    "checked": _("with a verdict"),
    "open": _("without a verdict yet"),
    "not_checkable": _("found not to be checkable"),
}
# Of these it is still to be seen what the record shows, unless a verdict says so.
OPEN = (ClaimStatus.OPEN, ClaimStatus.CHECKING)
# The claim that an appearance counts for: readers are led from a merged one to its survivor.
ROOT = Coalesce("claim__merged_into", "claim")
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


# Narrowing. Sets of ids where a relation leads to few rows, so that a database begins there.


def asserted_by(claims: Any, claimant: Any, user: Any) -> Any:
    """Narrow claims down to those which, in words the viewer may see, this claimant asserts or passes on."""
    return claims.filter(pk__in=_said_by(Attribution.objects.by(claimant), user))


def asserted(claims: Any, claimant: Any, user: Any) -> Any:
    """Narrow claims down to those which this claimant asserts: at the end of a chain, citing nobody for them."""
    cited = Attribution.objects.filter(appearance=OuterRef("appearance"), position__gt=OuterRef("position"))
    return claims.filter(pk__in=_said_by(Attribution.objects.by(claimant).filter(~Exists(cited)), user))


def _said_by(attributions: Any, user: Any) -> Any:
    # Attributions are as visible as their appearance.
    words = Appearance.objects.visible_to(user).filter(pk__in=attributions.order_by().values("appearance"))
    return words.order_by().values_list(ROOT)


def passed_on(claims: Any, claimant: Any, user: Any) -> Any:
    """Narrow claims down to those which this claimant only passes on from others, and never asserts."""
    own = asserted(Claim.objects.order_by(), claimant, user)
    return asserted_by(claims, claimant, user).exclude(pk__in=own.values("pk"))


def about(claims: Any, topic: Any, user: Any) -> Any:
    """Narrow claims down to those about a topic, or its id."""
    # A join, which PostgreSQL walks in the order of the list, and stops: a claim stands under a heading once.
    return claims.filter(topics=topic)


def made_in(claims: Any, user: Any, **which: Any) -> Any:
    """Narrow claims down to those that stand in such articles, in words the viewer may see."""
    made = Appearance.objects.visible_to(user).filter(**which)
    return claims.filter(pk__in=made.order_by().values_list(ROOT))


def _standing_as(claims: Any, status: str, user: Any) -> Any:
    if status == "checked":
        return claims.checked()
    if status == "open":
        return claims.unchecked()
    # Where another claim was merged into it, its verdict says more.
    return claims.without_verdict().filter(status=ClaimStatus.NOT_CHECKABLE)


def _said_in(claims: Any, month: str, user: Any) -> Any:
    if not MONTH.fullmatch(month):
        raise BadParameter(
            _now("said is %(value)s; it must be a month such as 2024-11.") % {"value": shown(month)}
        )
    year, number = int(month[:4]), int(month[5:])
    if not year:
        return claims.none()
    first = date(year, number, 1)
    after = date(year + number // 12, number % 12 + 1, 1) if year < 9999 else date(9999, 12, 31)
    # By the month as the index holds it: between two days, PostgreSQL would read all claims that came in after.
    within = Exact(MonthOf("asserted_earliest"), Value(month_number(first)))
    return claims.filter(within, asserted_latest__lt=after)


# Counting.


def _verdicts(among: Any) -> list[tuple[int, Any]]:
    """Return (1 or -1, verdicts) that together are the verdicts readers see on these claims.

    Nearly always they are the last ones of each claim. What merging changes about that is counted beside them, because
    asked of each verdict PostgreSQL would read all there are.
    """
    last = Verdict.objects.current().order_by()
    survivors = Claim.objects.filter(pk__in=among, merged__status=ClaimStatus.MERGED).order_by().values("pk")
    inherited = Verdict.objects.each_seen_today().order_by()
    return [
        (1, last.filter(claim__in=among)),
        (-1, Verdict.objects.each_overtaken().order_by().filter(claim__in=survivors)),
        (1, inherited.filter(_of_merged(among))),
    ]


def _of_merged(among: Any) -> AmongFew:
    """Return the condition that something hangs on a claim merged into one of these.

    They are found first: SQLite would ask each row of a table whether the claim it hangs on is such a one.
    """
    merged = Claim.objects.filter(status=ClaimStatus.MERGED, merged_into__in=among)
    return AmongFew(F("claim"), merged.order_by().values("pk"))


def _ratings(among: Any, user: Any) -> Sequence[Any]:
    return [_each(rows, F("rating__slug"), sign) for sign, rows in _verdicts(among)]


def _statuses(among: Any, user: Any) -> Sequence[Any]:
    """Return how many of these claims are checked, and how many of the others are open or not checkable.

    Nothing is asked of each claim: one with a verdict is counted as checked, and taken off what it is besides.
    """
    claims = Claim.objects.filter(pk__in=among).order_by()

    def kinds(claim: str = "") -> Case:
        put_aside = Q(**{f"{claim}status": ClaimStatus.NOT_CHECKABLE})
        if claim:
            put_aside |= Q(**{f"{claim}merged_into__status": ClaimStatus.NOT_CHECKABLE})
        return Case(When(put_aside, then=Value("not_checkable")), default=Value("open"))

    return [
        _each(claims, kinds()),
        *(_each(rows, Value("checked"), sign) for sign, rows in _verdicts(among)),
        *(_each(rows, kinds("claim__"), -sign) for sign, rows in _verdicts(among)),
    ]


def _topics(among: Any, user: Any) -> Any:
    return _each(Claim.topics.through.objects.filter(claim__in=among), F("topic"))


def _outlets(among: Any, user: Any) -> Sequence[Any]:
    """Return by whom the articles that make these claims were published, in the words of the few merged claims too."""
    publisher = "article_version__article__publisher"
    made = (
        Appearance.objects.visible_to(user).exclude(**{publisher: ""}).order_by().annotate(value=F(publisher))
    )
    own = Appearance.objects.visible_to(user).filter(
        claim=OuterRef("claim__merged_into"), **{publisher: OuterRef(publisher)}
    )
    inherited = made.filter(_of_merged(among))
    sets = ((made.filter(claim__in=among), "claim"), (inherited.filter(~Exists(own)), "claim__merged_into"))
    return [
        rows.values("value").annotate(count=Count(of, distinct=True)).values_list("value", "count")
        for rows, of in sets
    ]


def _each(rows: Any, value: Any, sign: int = 1) -> Any:
    # Not grouped here: all is added up afterwards.
    return rows.annotate(value=value).values_list("value", Value(sign))


def _month(of: str) -> Any:
    # Both engines write a date the same way. Their own words for a month are slow in one and differ in the other.
    return Substr(Cast(of, CharField()), 1, 7)


# Of a date of the world its month, where it is known as closely as that.
SAID = Case(
    When(Exact(_month("asserted_earliest"), _month("asserted_latest")), then=_month("asserted_earliest"))
)


# Words.


def rating_labels(values: list[str], user: Any) -> Mapping[str, str]:
    """Return the label of each rating of any scale by its slug, of the newest scale that has it, in their order."""
    return labels_of(ratings(user))


def ratings(user: Any) -> Any:
    """Return the ratings that the viewer sees, those of the newest scale first."""
    return Rating.objects.visible_to(user).order_by("-scale__number", "position")


def labels_of(known: Iterable[Any]) -> dict[str, str]:
    labels: dict[str, str] = {}
    for rating in known:
        labels.setdefault(rating.slug, rating.label)
    return labels


def language_labels(values: list[str], user: Any) -> Mapping[str, str]:
    return {value: capfirst(language_name(value)) for value in values}


def month_labels(values: list[str], user: Any) -> Mapping[str, str]:
    months = sorted((value for value in values if MONTH.fullmatch(value)), reverse=True)
    return {
        value: date_format(date(max(int(value[:4]), 1), int(value[5:]), 1), "YEAR_MONTH_FORMAT")
        for value in months
    }


def _topic_labels(values: list[str], user: Any) -> Mapping[str, str]:
    found = Topic.objects.visible_to(user).filter(pk__in=values)
    return {str(topic.pk): topic.name for topic in found}


STATUS = Facet(
    name="status", title=_("Status"), phrase=PHRASES, narrow=_standing_as,
    hanging=_statuses, labels=STATUSES, keeps_order=True,
)  # fmt: skip
RATING = Facet(
    name="rating", title=_("Our rating"), phrase=_("rated “%(value)s”"),
    narrow=lambda rows, slug, user: rows.rated([slug]),
    hanging=_ratings, labels=rating_labels, keeps_order=True,
)  # fmt: skip
FACETS = (
    STATUS,
    RATING,
    Facet(
        "topic", _("Topic"), _("about %(value)s"), about,
        hanging=_topics, labels=_topic_labels, by_number=True, is_ours=False, index="topics",
    ),
    Facet(
        "kind", _("Kind"), _("of the kind “%(value)s”"), lambda rows, kind, user: rows.filter(kind=kind),
        column=F("kind"), labels={kind.value: LABELS[kind.value] for kind in ClaimKind},
    ),
    Facet(
        "outlet", _("Published by"), _("published by %(value)s"),
        lambda rows, name, user: made_in(rows, user, article_version__article__publisher=name),
        hanging=_outlets, is_ours=False,
    ),
    Facet(
        "language", _("Language"), _("in %(value)s"), lambda rows, code, user: rows.filter(language=code),
        column=F("language"), labels=language_labels,
    ),
    Facet(
        "said", _("Said in"), _("said in %(value)s"), _said_in,
        column=SAID, labels=month_labels, keeps_order=True,
    ),
)  # fmt: skip
