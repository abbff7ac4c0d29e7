"""How many claims of somebody, or about something, stand where: counted in one statement, as `facets` counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from articles import addresses
from articles.models import Rating
from articles.views import standing
from articles.views.conditions import RATING, STATUS
from articles.views.facets import count
from articles.views.standing import Standing


@dataclass(frozen=True)
class Line:
    """Where claims stand, how many of them in words, and where they are listed."""

    standing: Standing
    count: str
    address: str


@dataclass(frozen=True)
class Board:
    """A scoreboard; false where there is nothing to count. `total` is in words: "12", "1,000+"."""

    lines: list[Line]
    number: int
    total: str
    address: str
    is_whole: bool

    def __bool__(self) -> bool:
        return self.number > 0


def boards(sets: Mapping[str, tuple[Any, Mapping[str, Any]]], user: Any) -> dict[str, Board]:
    """Count sets of claims by how they stand. Two queries, however many sets.

    `sets` are, by name and "" among them, the claims and the parameters by which the list of claims shows them.
    """
    asked = [((name, facet.name), name, facet) for name in sets for facet in (RATING, STATUS)]
    keyed = [(f"{facet}:{name}", whole, one) for (name, facet), whole, one in asked]
    tally = count({name: claims for name, (claims, _query) in sets.items()}, keyed, user)
    ratings: dict[str, Rating] = {}
    for rating in Rating.objects.visible_to(user).order_by("-scale__number", "position"):
        ratings.setdefault(rating.slug, rating)
    listed = addresses.address("claims")
    made = {}
    for name, (_claims, query) in sets.items():
        number = tally.values[""][name]
        whole = tally.is_whole_of(name)

        def line(stands: Standing, number: int, whole: bool = whole, **more: str) -> Line:
            return Line(stands, tally.words(number, whole), f"{listed}?{urlencode({**query, **more})}")  # noqa: B023

        rated = tally.values[f"rating:{name}"]
        stood = tally.values[f"status:{name}"]
        lines = [
            line(standing.of_rating(rating), rated[slug], rating=slug)
            for slug, rating in ratings.items()
            if slug in rated
        ]
        unrated = [standing.no_verdict_yet(), Standing("not_checkable", _("Not checkable"))]
        lines += [
            line(stands, stood[stands.look], status=stands.look) for stands in unrated if stands.look in stood
        ]
        made[name] = Board(lines, number, tally.words(number, whole), f"{listed}?{urlencode(query)}", whole)
    return made
