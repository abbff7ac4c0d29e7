"""What each list can be narrowed by. Relations are followed only along rows that the asker may see."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from rest_framework.filters import BaseFilterBackend

from api import parameters
from api.parameters import Parameter, Unreadable
from articles.models import Appearance, Attribution, Evidence, Rating, VerdictKind
from articles.vocabulary import ClaimKind, ClaimStatus, SourceKind


class NarrowedByParameters(BaseFilterBackend):
    """Applies what the view has read from the address; see `api.views.reading.Reading`."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        for parameter in view.filters:
            if parameter.name in view.asked and parameter.apply is not None:
                queryset = parameter.apply(queryset, view.asked[parameter.name], request.user)
        return queryset


def _equals(column: str) -> parameters.Applier:
    return lambda rows, value, user: rows.filter(**{column: value})


def _among(column: str) -> parameters.Applier:
    return lambda rows, values, user: rows.filter(**{f"{column}__in": values})


def _in_language(rows: Any, tag: str, user: Any) -> Any:
    return rows.filter(Q(language__iexact=tag) | Q(language__istartswith=f"{tag}-"))


def _published_after(rows: Any, day: date, user: Any) -> Any:
    """Keep what can have come out on that day or later; a date of which nothing is known never matches."""
    open_end = Q(published_latest=None, published_earliest__isnull=False)
    return rows.filter(Q(published_latest__gte=day) | open_end)


def _published_before(rows: Any, day: date, user: Any) -> Any:
    open_start = Q(published_earliest=None, published_latest__isnull=False)
    return rows.filter(Q(published_earliest__lte=day) | open_start)


PUBLISHED = (
    parameters.day(
        "published_after",
        "Published on this day or later, as far as known; what has no date at all is left out.",
        _published_after,
    ),
    parameters.day(
        "published_before", "Published on this day or earlier, as far as known.", _published_before
    ),
)


def _rating_slug(value: str) -> list[str]:
    """Read slugs of ratings, on any scale; a slug that no scale has is a slip, not an empty list."""
    known = list(Rating.objects.order_by("slug").values_list("slug", flat=True).distinct())
    if not known:
        raise Unreadable("this newsroom has adopted no ratings yet.")
    reader = parameters.one_of(known)
    return sorted({reader(part) for part in value.split(",")})


def rating(description: str, apply: parameters.Applier) -> Parameter:
    schema = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    return Parameter("rating", f"{description} Several by commas.", _rating_slug, schema, apply, many=True)


# Articles


def _at_address(rows: Any, url: str, user: Any) -> Any:
    from articles.models import Copy

    copies = Copy.objects.visible_to(user).filter(article=OuterRef("pk"), url=url)
    return rows.filter(Q(url=url) | Exists(copies))


ARTICLES = (
    parameters.text("publisher", "Who published it, exactly as on record.", 300, _equals("publisher")),
    parameters.language(_in_language),
    parameters.text("url", "Its address, or that of a known copy, exactly as on record.", 2000, _at_address),
    *PUBLISHED,
)

# Claims


def _checked(rows: Any, wanted: bool, user: Any) -> Any:
    return rows.checked() if wanted else rows.without_verdict()


def _made_by(rows: Any, claimant: int, user: Any) -> Any:
    said = Attribution.objects.visible_to(user).filter(appearance__claim=OuterRef("pk"))
    return rows.filter(Exists(said.by(claimant)))


def _made_in(rows: Any, article: int, user: Any) -> Any:
    words = Appearance.objects.visible_to(user).filter(claim=OuterRef("pk"))
    return rows.filter(Exists(words.filter(article_version__article=article)))


def _tied_to(rows: Any, source: Any, user: Any) -> Any:
    evidence = Evidence.objects.visible_to(user).resting_on(source)
    return rows.filter(Exists(evidence.filter(claim=OuterRef("pk"))))


def _about(rows: Any, topic: int, user: Any) -> Any:
    through = rows.model.topics.through.objects.filter(claim=OuterRef("pk"), topic=topic)
    return rows.filter(Exists(through))


CLAIMS = (
    parameters.words("status", "Its editorial status.", ClaimStatus, _among("status")),
    parameters.flag("checked", "Whether it has a current verdict.", _checked),
    parameters.words("kind", "What kind of statement it is.", ClaimKind, _among("kind")),
    rating("Its current verdict has this rating.", lambda rows, slugs, user: rows.rated(slugs)),
    parameters.number("topic", "The id of a topic it is about.", _about),
    parameters.number(
        "claimant", "The id of a claimant who makes it, at any link of an attribution.", _made_by
    ),
    parameters.number("article", "The id of an article that makes it.", _made_in),
    parameters.number("source", "The id of a source that evidence on it comes from.", _tied_to),
    parameters.language(_in_language),
)

# Sources


def _bearing_on(rows: Any, claim: Any, user: Any) -> Any:
    evidence = Evidence.objects.visible_to(user).on(claim)
    return rows.filter(Exists(evidence.filter(source_version__source=OuterRef("pk"))))


SOURCES = (
    parameters.words("kind", "What it is.", SourceKind, _among("kind")),
    parameters.text("publisher", "Who put it out, exactly as on record.", 300, _equals("publisher")),
    parameters.text("court", "The court, exactly as on record.", 300, _equals("court")),
    parameters.text(
        "docket_number", "The docket number, exactly as on record.", 100, _equals("docket_number")
    ),
    parameters.text("url", "Its address, exactly as on record.", 2000, _equals("url")),
    parameters.number("claim", "The id of a claim that evidence from it bears on.", _bearing_on),
    *PUBLISHED,
)

# Verdicts


def _of_claim(rows: Any, claim: int, user: Any) -> Any:
    return rows.filter(Q(claim=claim) | Q(claim__merged_into=claim))


def _seen_today(rows: Any, wanted: bool, user: Any) -> Any:
    return rows.seen_today() if wanted else rows.not_seen_today()


VERDICTS = (
    parameters.number("claim", "The id of a claim; verdicts on claims merged into it count.", _of_claim),
    parameters.word("kind", "A verdict, or the withdrawal of one.", VerdictKind.values, _equals("kind")),
    rating("The rating it gives.", _among("rating__slug")),
    parameters.flag("current", "Whether it is what readers see of its claim today.", _seen_today),
    parameters.moment(
        "published_after",
        "Published at this moment or later; a day counts from its first moment, UTC.",
        lambda rows, when, user: rows.filter(published_at__gte=parameters.start_of(when)),
    ),
    parameters.moment(
        "published_before",
        "Published at this moment or earlier; a day counts to its last moment, UTC.",
        lambda rows, when, user: rows.filter(published_at__lte=parameters.end_of(when)),
    ),
)

# Ratings


RATINGS = (
    parameters.number("scale", "The number of a version of the scale.", _equals("scale__number")),
    parameters.flag(
        "current",
        "Whether it is on the newest scale and not retired: what new verdicts can say.",
        lambda rows, wanted, user: (
            rows.in_use() if wanted else rows.exclude(pk__in=rows.model.objects.in_use())
        ),
    ),
)
