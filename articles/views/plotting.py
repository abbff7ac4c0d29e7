"""The geometry of plots: where the pieces of a bar begin and how wide they are, and the ticks of an axis.

Shares of a width, in per cent, so that a plot fits any screen; no pixels, no words and no Django in here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# An axis has so many steps at most: more numbers would run into each other on a phone.
MOST_STEPS = 4


@dataclass(frozen=True)
class Piece:
    """One piece of a stacked bar: which of the values it shows, and its place in per cent of the plot."""

    index: int
    value: int
    x: float
    width: float


@dataclass(frozen=True)
class Tick:
    """A number on the axis, and its place in per cent of the plot."""

    value: int
    x: float


def axis(highest: int) -> tuple[Tick, ...]:
    """Return ticks from 0 to a round number not below `highest`: steps of 1, 2 or 5 times a power of ten."""
    step = 1
    while step * MOST_STEPS < highest:
        leading = int(str(step)[0])
        step = step * 5 // 2 if leading == 2 else step * 2
    steps = max(1, -(-highest // step))
    return tuple(Tick(step * n, round(100 * n / steps, 3)) for n in range(steps + 1))


def stacked(values: Sequence[int], end: int) -> tuple[Piece, ...]:
    """Return the pieces of a bar whose values follow one another; `end` is what the whole width stands for."""
    pieces = []
    before = 0
    for index, value in enumerate(values):
        if value:
            x, right = round(100 * before / end, 3), round(100 * (before + value) / end, 3)
            pieces.append(Piece(index, value, x, round(right - x, 3)))
        before += value
    return tuple(pieces)
