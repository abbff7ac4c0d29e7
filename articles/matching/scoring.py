"""How likely it is that claims say what a text says: a logistic regression over `features`. No Django in here.

Twice: a quick look at all candidates, a full one at the best of them. What comes out is weighed against the other
candidates: a claim that stands out says the same more probably than one of ten that are alike. Copies of a claim are
not held against it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from articles.matching.cleaning import Post
from articles.matching.features import FULL, QUICK, Asked, full, quick
from articles.matching.reading import Wordings, wordings
from articles.matching.weights import Weights, load

#: How many of the candidates are looked at twice.
BEST = 30
# With how many others a claim is compared.
_OTHERS = 10
# Claims that share so much of the shorter one's words are taken for copies.
_COPY = 0.7
# A text that is the claim word for word says the same, however few words it has.
_IDENTICAL = 0.99


@dataclass(frozen=True, slots=True)
class Scored:
    """A claim by its place among those given, its log-odds among them, and how probably it says the same, 0 to 1."""

    place: int
    log_odds: float
    probability: float


def scored(
    post: Post, claims: Sequence[tuple[str, ...]], *, limit: int = BEST, weights: Weights | None = None
) -> list[Scored]:
    """Return the claims that say most nearly what a post says, best first, at most BEST; each claim is its wordings.

    `limit`: no more are wanted; what the others score counts all the same.

    Of equals the one that was given first comes first. Never raises for any text.
    """
    weights = weights or load()
    asked = Asked(post)
    if not asked.said.tokens and not asked.author.tokens:
        return []
    read = [wordings(texts) for texts in claims]
    looked = [
        (weighed(values, QUICK, weights.quick), place, values)
        for place, values in enumerate(quick(asked, one) for one in read)
    ]
    # What is the text word for word comes first, however few words that are.
    told = {place for place, one in enumerate(read) if _is_told(asked, one)}
    looked.sort(key=lambda one: (one[1] not in told, -one[0], one[1]))
    found = [
        (weighed(full(asked, read[place], values), FULL, weights.full), place)
        for _, place, values in looked[:BEST]
    ]
    found.sort(key=lambda one: (one[1] not in told, -one[0], one[1]))
    best = [read[place] for _, place in found]
    odds = [one for one, _ in found]
    return [
        Scored(place, value, _probability(asked, best[at], stand_out(at, odds, best, weights), weights))
        for at, (value, place) in enumerate(found[: max(0, limit)])
    ]


def weighed(values: Sequence[float], names: Sequence[str], weights: Mapping[str, float]) -> float:
    return sum([value * weights[name] for name, value in zip(names, values, strict=True)])


def stand_out(
    at: int, odds: Sequence[float], claims: Sequence[Wordings], weights: Weights
) -> tuple[float, float, float]:
    """Return the log-odds of a claim, and by how much it exceeds the best of the others, and the others on average.

    Where there are few others, or poor ones, it has to exceed what strangers usually score in a large record: in a
    small one too, standing out must mean something.
    """
    others: list[float] = []
    for other, value in enumerate(odds):
        if len(others) == _OTHERS:
            break
        if other != at and not copies(claims[at], claims[other]):
            others.append(value)
    usual = weights.strangers
    raised = [
        max(others[place], least) if place < len(others) else least
        for place, least in enumerate(usual[:_OTHERS])
    ]
    return odds[at], odds[at] - raised[0], odds[at] - sum(raised) / len(raised)


def copies(one: Wordings, other: Wordings) -> bool:
    """Do two claims have nearly the same words?"""
    mine, theirs = one.all.rarity, other.all.rarity
    least = _COPY * min(len(mine), len(theirs))
    return len(mine.keys() & theirs.keys()) >= least


def _probability(
    asked: Asked, claim: Wordings, standing: tuple[float, float, float], weights: Weights
) -> float:
    given = weights.calibration
    own, ahead, above = standing
    value = given["offset"] + given["own"] * own + given["ahead"] * ahead + given["above"] * above
    probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))
    return max(_IDENTICAL, probability) if _is_told(asked, claim) else probability


def _is_told(asked: Asked, claim: Wordings) -> bool:
    """Is the text one of the claim's wordings, word for word?"""
    tokens = asked.said.tokens
    return bool(tokens) and any(tokens == one.tokens for one in claim.each)


__all__ = ["BEST", "Scored", "copies", "scored", "stand_out", "weighed"]
