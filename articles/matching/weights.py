"""What was fitted, as weights.json holds it. No Django in here.

`tests/bench/matching_fit.py` made the file; its "provenance" says from what.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("weights.json")


@dataclass(frozen=True, slots=True)
class Weights:
    """rarity: stem → how rare it is in claims, 0 (in all) to 1; `unknown` for stems that are not listed.

    quick, full: feature → weight in log-odds, for the first look at all candidates and for the second at the best.
    strangers: what the best claims that do not say the same score, best first. calibration: how a score and its
    distance from the others become a probability. threshold: from which probability on the answer is yes.
    """

    rarity: Mapping[str, float]
    unknown: float
    quick: Mapping[str, float]
    full: Mapping[str, float]
    strangers: tuple[float, ...]
    calibration: Mapping[str, float]
    threshold: float


@functools.cache
def load() -> Weights:
    """Return the weights that come with the program."""
    return parse(FILE.read_bytes())


def parse(data: bytes) -> Weights:
    """Return the weights that a file holds. Raises ValueError or KeyError where it is not a file of weights."""
    content = json.loads(data)
    return Weights(
        rarity=content["rarity"],
        unknown=content["unknown"],
        quick=content["quick"],
        full=content["full"],
        strangers=tuple(content["strangers"]),
        calibration=content["calibration"],
        threshold=content["threshold"],
    )
