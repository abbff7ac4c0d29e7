"""What was learnt of attribution: word classes, cues, and the weights of each decision. No Django in here."""

from __future__ import annotations

import functools
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from articles.importing.attribution.sources import Option

#: Where the weights lie; `fitting` writes the file.
WEIGHTS = Path(__file__).with_name("weights.json")

#: The name of this method in the record; a new one wherever the same text may give other attributions.
MODEL = f"attribution 1 (weights {hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:12]})"


@dataclass(frozen=True, slots=True)
class Model:
    """The weights of linear models, by the features' names.

    `classes` gives the class of a word, `stems` the stem of each word that may be a cue. `ways` and `shape` hold
    one weight for each of WAYS and SHAPES.
    """

    classes: Mapping[str, str]
    stems: Mapping[str, str]
    cue: Mapping[str, float]
    source: Mapping[str, float]
    ways: Mapping[str, Sequence[float]]
    shape: Mapping[str, Sequence[float]]
    left: Mapping[str, float]
    right: Mapping[str, float]
    end: Mapping[str, float]
    extension: Mapping[str, float]


def model_of(stored: Mapping[str, Mapping[str, object]]) -> Model:
    """Return the model that the contents of a weights file hold.

    `classes` and `stems` are stored the other way round: the words of each class and stem in one string.
    """
    parts = {name: stored[name] for name in Model.__slots__ if name not in ("classes", "stems")}
    turned = {
        name: {word: key for key, words in stored[name].items() for word in str(words).split()}
        for name in ("classes", "stems")
    }
    return Model(**turned, **parts)  # type: ignore[arg-type]


@functools.cache
def shipped() -> Model:
    """Return the model that comes with the program."""
    return model_of(json.loads(WEIGHTS.read_text(encoding="utf-8")))


def total(weights: Mapping[str, float], features: Sequence[str]) -> float:
    """Return the sum of the features' weights."""
    get = weights.get
    return sum([get(feature, 0.0) for feature in features])


def totals(weights: Mapping[str, Sequence[float]], features: Sequence[str], size: int) -> list[float]:
    """Return the sums of the features' weights for each of `size` answers."""
    sums = [0.0] * size
    for feature in features:
        found = weights.get(feature)
        if found is not None:
            for index in range(size):
                sums[index] += found[index]
    return sums


def probability(score: float) -> float:
    """Return the logistic function of a score."""
    return 1 / (1 + math.exp(-min(max(score, -30.0), 30.0)))


def best(weights: Mapping[str, float], options: Sequence[Option], bases: Mapping[str, float]) -> Option:
    """Return the option with the highest score. `bases` holds what all options of a way have in common.

    There must be at least one option.
    """
    get = weights.get
    carried: dict[str, float] = dict(bases)
    chosen, highest = options[0], -math.inf
    for option in options:
        score = carried.get(option.way, 0.0)
        if option.carried:
            for feature in option.carried:
                score += get(feature, 0.0)
            carried[option.way] = score
        for feature in option.own:
            score += get(feature, 0.0)
        if score > highest:
            chosen, highest = option, score
    return chosen
