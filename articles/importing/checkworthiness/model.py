"""The weights, and what a sentence weighs by them. No Django and no numpy in here.

The score is a logistic regression over `features`, tempered by kind and by the sentences around it, then
calibrated. `fitting` made weights.json; its "provenance" says from what.
"""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from types import MappingProxyType

from articles.importing.checkworthiness.features import WORDING, traits, wording
from articles.importing.checkworthiness.kinds import (
    Subject,
    Tense,
    begins_with_request,
    kind_of,
    subject_of,
    tense_of,
)
from articles.importing.checkworthiness.lexicon import Cue
from articles.importing.checkworthiness.reading import Reading
from articles.importing.checkworthiness.reasons import ReasonCode, about
from articles.importing.checkworthiness.sentence import Sentence
from articles.vocabulary import ClaimKind

WEIGHTS = Path(__file__).with_name("weights.json")

#: How much of the mean log-odds of its neighbours a sentence takes on: claims stand together.
NEIGHBOURS = 0.24

#: What kinds take off the log-odds beyond what was learnt. Annotators of speeches hold promises to be claims;
#: whoever checks an article cannot check them. Measured: this costs the speeches little and the debates nothing.
TEMPER: Mapping[ClaimKind, float] = MappingProxyType(
    {ClaimKind.PREDICTION: -0.5, ClaimKind.OPINION: -0.25, ClaimKind.OTHER: -0.5}
)

#: What earlier steps found out. No labelled set has these: they are set by judgement, to about what the model
#: learnt for the words that mean the same.
FLAGS: Mapping[str, float] = MappingProxyType({"attributed": 0.3, "legal": 0.3})


@dataclass(frozen=True, slots=True)
class Weights:
    """What was fitted.

    features: by name, in log-odds. usual_length: what the features of length add on average. slope and
    offset: calibration, score = 1 / (1 + exp(-(slope * log-odds + offset))). digest: SHA-256 of the file,
    lower-case hex.
    """

    features: Mapping[str, float]
    intercept: float
    usual_length: float
    slope: float
    offset: float
    digest: str


@dataclass(slots=True)
class Weighed:
    """A sentence and what it weighs: log-odds before its neighbours, and the share of each thing in them.

    best: the feature of wording that moved them most.
    """

    sentence: Sentence
    reading: Reading
    kind: ClaimKind
    log_odds: float
    shares: dict[ReasonCode, float]
    best: str

    def add(self, code: ReasonCode, log_odds: float) -> None:
        """Count towards a reason what was added to the log-odds."""
        self.shares[code] = self.shares.get(code, 0.0) + log_odds


@functools.cache
def load() -> Weights:
    """Return the weights that come with the program."""
    return parse(WEIGHTS.read_bytes())


def parse(data: bytes) -> Weights:
    """Return the weights that a file holds. Raises ValueError or KeyError where it is not a file of weights."""
    content = json.loads(data)
    features: dict[str, float] = content["features"]
    return Weights(
        features=features,
        intercept=content["intercept"],
        usual_length=content["usual_length"],
        slope=content["calibration"]["slope"],
        offset=content["calibration"]["offset"],
        digest=hashlib.sha256(data).hexdigest(),
    )


def forms_of(sentence: Sentence, reading: Reading) -> tuple[ClaimKind, Tense, Subject]:
    """Return the kind, the tense and the subject of a sentence."""
    tense = tense_of(reading)
    return kind_of(sentence, reading, tense), tense, subject_of(reading)


def weigh(sentence: Sentence, reading: Reading, weights: Weights) -> Weighed:
    """Return what a sentence weighs by itself."""
    kind, tense, subject = forms_of(sentence, reading)
    features = weights.features
    shares: dict[ReasonCode, float] = {}
    for trait in traits(reading, kind, tense, subject):
        weight = features.get(trait)
        if weight is not None:
            code = _about(trait) if trait != "kind:other" else emptiness(reading)
            shares[code] = shares.get(code, 0.0) + weight
    for flag, weight in FLAGS.items():
        if getattr(sentence, flag):
            code = _about(f"flag:{flag}")
            shares[code] = shares.get(code, 0.0) + weight
    if kind in TEMPER:
        code = emptiness(reading) if kind == ClaimKind.OTHER else _about(f"kind:{kind}")
        shares[code] = shares.get(code, 0.0) + TEMPER[kind]
    total, best = _wording(reading, features)
    shares[ReasonCode.WORDING] = shares.get(ReasonCode.WORDING, 0.0) + total
    return Weighed(sentence, reading, kind, weights.intercept + sum(shares.values()), shares, best)


def with_neighbours(log_odds: Sequence[float]) -> list[float]:
    """Return the log-odds of a document's sentences, in order, after each has heard its neighbours."""
    heard = []
    for at, own in enumerate(log_odds):
        around = [*log_odds[max(0, at - 1) : at], *log_odds[at + 1 : at + 2]]
        heard.append(own + NEIGHBOURS * sum(around) / len(around) if around else own)
    return heard


def held_down(log_odds: Sequence[float], kinds: Sequence[ClaimKind]) -> list[float]:
    """Return the log-odds, those of what says nothing brought down to the middle of the document.

    Questions, greetings, applause and requests are never suggested before half of the rest.
    """
    if not log_odds:
        return []
    middle = median_low(log_odds)
    return [
        min(own, middle) if kind == ClaimKind.OTHER else own
        for own, kind in zip(log_odds, kinds, strict=True)
    ]


def settle(log_odds: Sequence[float], kinds: Sequence[ClaimKind]) -> list[float]:
    """Return the log-odds of a document's sentences, in order, as the score is made from them."""
    return held_down(with_neighbours(log_odds), kinds)


def calibrate(log_odds: float, weights: Weights) -> float:
    """Return the score, from 0 to 1."""
    return 1.0 / (1.0 + math.exp(-(weights.slope * log_odds + weights.offset)))


_about = functools.cache(about)


def emptiness(reading: Reading) -> ReasonCode:
    """Return why a sentence of the kind "other" says nothing."""
    if "?" in reading.marks:
        return ReasonCode.QUESTION
    if Cue.COURTESY in reading.cues:
        return ReasonCode.COURTESY
    return ReasonCode.REQUEST if begins_with_request(reading) else ReasonCode.SHORT


def _wording(reading: Reading, features: Mapping[str, float]) -> tuple[float, str]:
    """Return what the words of a sentence add to its log-odds, and the one that does most of it."""
    found = wording(reading)
    if not found:
        return 0.0, ""
    value = WORDING / math.sqrt(len(found))
    total = 0.0
    highest = lowest = (0.0, "")
    for feature in found:
        weight = features.get(feature)
        if weight is not None:
            total += weight
            # The name settles ties, so that the order of a set does not show.
            if weight > highest[0] or (weight == highest[0] and feature < highest[1]):
                highest = (weight, feature)
            elif weight < lowest[0] or (weight == lowest[0] and feature < lowest[1]):
                lowest = (weight, feature)
    return total * value, highest[1] if total > 0 else lowest[1]
