"""What narrows every list, and the ways of narrowing that several nouns share; the filters of each noun are in
`api.filtering`. Relations are followed only along rows that the asker may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, Q
from rest_framework.filters import BaseFilterBackend

from api import parameters, searching
from api.counting import Hiding
from api.parameters import Parameter, Unreadable
from articles.models import Rating
from articles.models.article import Visibility
from articles.models.recorded import at_desk
from articles.vocabulary import ScaleClass

# How many rows can be asked for by their ids at once: as many as a page has at most.
MOST_IDS = 100


class NarrowedByParameters(BaseFilterBackend):
    """Applies what the view has read from the address; see `api.views.reading.RecordViewSet`."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        if view.kwargs.get(view.lookup_field) is not None:
            return queryset  # one row, by its address
        for parameter in view.narrowing():
            if parameter.name in view.asked and parameter.apply is not None:
                queryset = parameter.apply(queryset, view.asked[parameter.name], request.user)
        queryset = view.narrowed_together(queryset)
        if view.searched:
            view.found = searching.look_for(view.searched, view.asked, request.user)
            if view.found is not None:
                view.narrowed = queryset
                queryset = queryset.filter(pk__in=view.found.ids)
        view.unhidden = queryset
        for hiding in view.hiding():
            queryset = hiding.without(queryset)
        return queryset


# Ways of narrowing.


def equals(column: str) -> parameters.Applier:
    return lambda rows, value, user: rows.filter(**{column: value})


def among(column: str) -> parameters.Applier:
    return lambda rows, values, user: rows.filter(**{f"{column}__in": values})


def names_its_own(column: str) -> parameters.Applier:
    """Narrow by a relation to another row of the same noun, where the asker may see that one."""

    def apply(rows: Any, pk: int, user: Any) -> Any:
        other = rows.model.objects.visible_to(user).filter(pk=pk)
        return rows.filter(**{f"{column}__in": other.order_by().values("pk")})

    return apply


def where_seen(model: type[Any], apply: parameters.Applier) -> parameters.Applier:
    """Narrow by another row where the asker may see that one: by one they may not see nothing is found, though a row
    that was merged into it may be public."""

    def narrow(rows: Any, pk: int, user: Any) -> Any:
        if not at_desk(user):
            rows = rows.filter(Exists(model.objects.visible_to(user).filter(pk=pk)))
        return apply(rows, pk, user)

    return narrow


def in_language(column: str = "language") -> parameters.Applier:
    def apply(rows: Any, tag: str, user: Any) -> Any:
        return rows.filter(Q(**{f"{column}__iexact": tag}) | Q(**{f"{column}__istartswith": f"{tag}-"}))

    return apply


def between_days(name: str, told: str, earliest: str, latest: str) -> tuple[Parameter, ...]:
    """Return `<name>_after` and `<name>_before` for a date of the world, which may be known in part."""

    def after(rows: Any, day: date, user: Any) -> Any:
        """Keep what can have been on that day or later; a date of which nothing is known never matches."""
        open_end = Q(**{latest: None, f"{earliest}__isnull": False})
        return rows.filter(Q(**{f"{latest}__gte": day}) | open_end)

    def before(rows: Any, day: date, user: Any) -> Any:
        open_start = Q(**{earliest: None, f"{latest}__isnull": False})
        return rows.filter(Q(**{f"{earliest}__lte": day}) | open_start)

    return (
        parameters.day(
            f"{name}_after",
            f"{told} on this day or later, as far as known; what has no date at all is left out.",
            after,
        ),
        parameters.day(f"{name}_before", f"{told} on this day or earlier, as far as known.", before),
    )


def between_moments(name: str, told: str, column: str) -> tuple[Parameter, ...]:
    """Return `<name>_after` and `<name>_before` for a moment of our own."""
    return (
        parameters.moment(
            f"{name}_after",
            f"{told} at this moment or later; a day counts from its first moment, UTC.",
            lambda rows, when, user: rows.filter(**{f"{column}__gte": parameters.start_of(when)}),
        ),
        parameters.moment(
            f"{name}_before",
            f"{told} at this moment or earlier; a day counts to its last moment, UTC.",
            lambda rows, when, user: rows.filter(**{f"{column}__lte": parameters.end_of(when)}),
        ),
    )


PUBLISHED = between_days("published", "Published", "published_earliest", "published_latest")
CREATED = between_moments("created", "Put on record", "created_at")
VISIBILITY = parameters.word(
    "visibility", "Whether readers see it, or the desk alone.", Visibility.values, equals("visibility")
)

# Slugs that some scale has. Ratings are never deleted, so one found once is there for good.
_known_slugs: set[str] = set()


def read_slugs(value: str) -> list[str]:
    """Read slugs of ratings, on any scale; a slug that no scale has is a slip, not an empty list."""
    given = sorted(set(value.split(",")))
    if not _known_slugs.issuperset(given):
        _known_slugs.update(Rating.objects.order_by("slug").values_list("slug", flat=True).distinct())
        if not _known_slugs:
            raise Unreadable("this newsroom has adopted no ratings yet.")
        reader = parameters.one_of(sorted(_known_slugs))
        for part in given:
            reader(part)
    return given


def rating(description: str, apply: parameters.Applier | None = None) -> Parameter:
    schema = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    return Parameter("rating", f"{description} Several by commas.", read_slugs, schema, apply, many=True)


def rating_class(description: str, apply: parameters.Applier | None = None) -> Parameter:
    """What a rating means to a program, on whatever scale."""
    return parameters.words("class", description, ScaleClass, apply)


# What lists have beside the filters of their noun.

IDS = parameters.ids(
    "ids",
    "Only the rows of these ids; which of them are not there `missing` says. Nothing is hidden by default then.",
    MOST_IDS,
    among("pk"),
)
CHANGED_AFTER = Parameter(
    "changed_after",
    "What readers see of it was changed by a later entry of the ledger than this one: its `public_seq` is greater.",
    parameters.read_count,
    {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
    lambda rows, seq, user: rows.filter(public_seq__gt=seq),
)


def including(hidings: Sequence[Hiding]) -> Parameter:
    """Return the parameter that shows what a list hides by default."""
    told = " ".join(f"`{one.name}`: {one.told}" for one in hidings)
    return parameters.words(
        "include",
        f"Shows also what the list leaves out by default; `hidden` says how much that is. {told}",
        [one.name for one in hidings],
    )


MERGED = Hiding(
    "merged",
    "rows that were merged into another, which has all that is said of them.",
    # A bound and not “is not null”: that no engine's index is asked for.
    only=lambda rows: rows.filter(merged_into__gt=0),
    without=lambda rows: rows.filter(merged_into=None),
    lifted_by=lambda asked: "merged_into" in asked,
)
MERGED_INTO = parameters.number(
    "merged_into", "The id of the row it was merged into.", names_its_own("merged_into")
)
