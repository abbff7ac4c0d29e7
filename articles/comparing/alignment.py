"""Which words of one text stand in another, in the same order. No Django in here.

Made for prose of any length: the time grows little faster than the texts do, whatever they hold. The price is
that the longest common sequence is not promised where words repeat very often.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple, TypeVar

# Pairs of equal tokens looked at, for each token of the two stretches (short ones are looked at whole), and how
# often what lies between the pairs is looked at again. Together they bound the work.
_PAIRS_PER_TOKEN = 4
_FEWEST_PAIRS = 400
_DEEPEST = 8

_Token = TypeVar("_Token", bound=Hashable)


class Match(NamedTuple):
    """old[in_old : in_old + size] equals new[in_new : in_new + size]; offsets count tokens."""

    in_old: int
    in_new: int
    size: int


class _Region(NamedTuple):
    """What is still to be compared: old[old_start:old_end] with new[new_start:new_end]."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int
    depth: int


def align(old: Sequence[_Token], new: Sequence[_Token]) -> list[Match]:
    """Return the stretches that two sequences have in common, in order, none overlapping or touching another.

    Rare tokens decide first: of two places where "the" may match, the one beside a name that stands once in
    both is right.
    """
    pairs: list[tuple[int, int]] = []
    regions = [_Region(0, len(old), 0, len(new), 0)]
    while regions:
        region = regions.pop()
        inner = _strip_ends(old, new, region, pairs)
        if inner.old_start == inner.old_end or inner.new_start == inner.new_end or inner.depth == _DEEPEST:
            continue
        anchors = _anchors(old, new, inner)
        pairs += anchors
        regions += _between(anchors, inner) if anchors else ()
    return _matches(sorted(pairs))


def _strip_ends(
    old: Sequence[_Token], new: Sequence[_Token], region: _Region, pairs: list[tuple[int, int]]
) -> _Region:
    """Return the region without what is equal at its beginning and at its end; that goes to the pairs."""
    old_start, old_end, new_start, new_end, depth = region
    while old_start < old_end and new_start < new_end and old[old_start] == new[new_start]:
        pairs.append((old_start, new_start))
        old_start += 1
        new_start += 1
    while old_start < old_end and new_start < new_end and old[old_end - 1] == new[new_end - 1]:
        old_end -= 1
        new_end -= 1
        pairs.append((old_end, new_end))
    return _Region(old_start, old_end, new_start, new_end, depth)


def _anchors(old: Sequence[_Token], new: Sequence[_Token], region: _Region) -> list[tuple[int, int]]:
    """Return the longest rising chain of pairs of equal tokens, of the rarest tokens that the bound admits."""
    in_old = Counter(old[region.old_start : region.old_end])
    in_new = Counter(new[region.new_start : region.new_end])
    # A Counter keeps the order of the text and sorting is stable, so the same texts give the same answer.
    rarest = sorted(
        (token for token in in_old if token in in_new), key=lambda token: in_old[token] * in_new[token]
    )
    left = max(_FEWEST_PAIRS, _PAIRS_PER_TOKEN * (in_old.total() + in_new.total()))
    places: dict[_Token, list[int]] = {}
    for token in rarest:
        left -= in_old[token] * in_new[token]
        if left < 0:
            break
        places[token] = []
    for at in range(region.new_start, region.new_end):
        if new[at] in places:
            places[new[at]].append(at)
    return _longest_rising(
        [
            (at, place)
            for at in range(region.old_start, region.old_end)
            # From the last to the first, so that no chain takes two pairs of one old token.
            for place in reversed(places.get(old[at], ()))
        ]
    )


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest chain of pairs that rises in both numbers; the pairs come sorted by the first."""
    # For each length of a chain, the pair at which the best one of that length ends; and for each pair, the
    # one before it in its chain.
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect.bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [index]
    chain = []
    index = last[-1] if last else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _between(anchors: Sequence[tuple[int, int]], region: _Region) -> Iterator[_Region]:
    """Yield what lies before, between and after the anchors where both sides hold something."""
    old_start, new_start = region.old_start, region.new_start
    for in_old, in_new in [*anchors, (region.old_end, region.new_end)]:
        if in_old > old_start and in_new > new_start:
            yield _Region(old_start, in_old, new_start, in_new, region.depth + 1)
        old_start, new_start = in_old + 1, in_new + 1


def _matches(pairs: Sequence[tuple[int, int]]) -> list[Match]:
    """Return the pairs, sorted, as stretches."""
    found: list[Match] = []
    for in_old, in_new in pairs:
        if (
            found
            and found[-1].in_old + found[-1].size == in_old
            and found[-1].in_new + found[-1].size == in_new
        ):
            found[-1] = found[-1]._replace(size=found[-1].size + 1)
        else:
            found.append(Match(in_old, in_new, 1))
    return found
