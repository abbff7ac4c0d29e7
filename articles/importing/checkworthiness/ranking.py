"""How well scores rank what was labelled yes above what was not. No Django in here.

Labels and scores are of the same length and in the order of the document; equal scores keep that order.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby


def average_precision(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Return the mean, over what was labelled yes, of the precision down to it; 0 where nothing was."""
    found = 0
    total = 0.0
    for rank, at in enumerate(_ranked(scores), start=1):
        if labels[at]:
            found += 1
            total += found / rank
    return total / found if found else 0.0


def precision_at(top: int, labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Return which share of the `top` highest was labelled yes."""
    return sum(labels[at] for at in _ranked(scores)[:top]) / top


def area_under_curve(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Return how often a yes is above a no, a tie counting half; 0.5 where one of the two is missing."""
    yes = sum(labels)
    no = len(labels) - yes
    if not yes or not no:
        return 0.5
    below = 0
    won = 0.0
    pairs = sorted(zip(scores, labels, strict=True))
    for _, group in groupby(pairs, key=lambda pair: pair[0]):
        tied = [label for _, label in group]
        won += sum(tied) * (below + (len(tied) - sum(tied)) / 2)
        below += len(tied) - sum(tied)
    return won / (yes * no)


def f1(labels: Sequence[bool], scores: Sequence[float], threshold: float) -> float:
    """Return the harmonic mean of precision and recall of the scores from `threshold` up; 0 where none is right."""
    right = sum(label for label, score in zip(labels, scores, strict=True) if score >= threshold)
    told = sum(score >= threshold for score in scores)
    return 2 * right / (told + sum(labels)) if right else 0.0


def best_threshold(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Return the score from which up F1 is highest; 0 where there are no scores."""
    best, threshold = -1.0, 0.0
    right = 0
    yes = sum(labels)
    for told, at in enumerate(_ranked(scores), start=1):
        right += labels[at]
        value = 2 * right / (told + yes)
        if value > best:
            best, threshold = value, scores[at]
    return threshold


def _ranked(scores: Sequence[float]) -> list[int]:
    return sorted(range(len(scores)), key=lambda at: -scores[at])
