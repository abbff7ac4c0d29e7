"""Where a source and its family stand in a drawing: origins on the left, what repeats them further right. No Django in
here.

The drawing is made of boxes in columns and of lines between neighbouring columns. A line that passes a column takes a
lane of its own there, so that no line runs behind a box. The same family always gives the same drawing.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Tie = Literal["stated", "inferred", "part"]

# In units of the drawing, which are pixels where nothing scales it.
BOX_WIDTH, BOX_HEIGHT = 208, 74
BETWEEN_COLUMNS, BETWEEN_ROWS, LANE = 56, 16, 12
MARGIN = 10
# Within a box: the space beside the words, and where the lines of the title stand.
PADDING, FIRST_LINE, LINE_HEIGHT = 12, 42, 18
# Lines of one title in its box, and how many letters of middling width each takes.
TITLE_LINES, LETTERS = 2, 24
# Where a box may be tied to another twice, the second line ends so much lower.
BESIDE = 14
_SWEEPS = 6
_JOINER = "\u200d"
# They would turn round the rest of a line, or are not drawn at all.
_UNDRAWN = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Edge:
    """`later` derives from `earlier`, as somebody states or we infer, or is a part of it."""

    earlier: int
    later: int
    tie: Tie


@dataclass(frozen=True, slots=True)
class Box:
    """A source in the drawing: its id, its left upper corner, and its title in lines that fit."""

    id: int
    x: int
    y: int
    lines: tuple[str, ...]
    right_to_left: bool

    width = BOX_WIDTH
    height = BOX_HEIGHT

    @property
    def middle(self) -> int:
        return self.y + BOX_HEIGHT // 2

    @property
    def texts(self) -> list[tuple[int, int, str]]:
        """Return (x, y, words) for each line of the title, counted from the corner of the box.

        Words that run from right to left begin at the right.
        """
        x = BOX_WIDTH - PADDING if self.right_to_left else PADDING
        return [(x, FIRST_LINE + at * LINE_HEIGHT, words) for at, words in enumerate(self.lines)]


@dataclass(frozen=True, slots=True)
class Line:
    """A tie in the drawing. `points` lead from the right side of one box to the left side of another.

    Where the family runs in a circle one line of it is drawn against the stream: its arrow is at its beginning.
    """

    edge: Edge
    points: tuple[tuple[int, int], ...]
    backwards: bool = False

    @property
    def path(self) -> str:
        """Return the line as an SVG path: level where it passes a column, curved in between."""
        drawn = ["M{} {}".format(*self.points[0])]
        for (x, y), (to_x, to_y) in pairwise(self.points):
            half = (x + to_x) // 2
            drawn.append(f"H{to_x}" if y == to_y else f"C{half} {y} {half} {to_y} {to_x} {to_y}")
        return "".join(drawn)

    @property
    def end(self) -> tuple[int, int]:
        """Return where the line meets the later of the two."""
        return self.points[0] if self.backwards else self.points[-1]

    @property
    def arrow(self) -> str:
        """Return the head of the arrow, at the later of the two."""
        x, y = self.end
        back = 8 if self.backwards else -8
        return f"M{x} {y}l{back} -4v8z"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and lines, all within `width` × `height`."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


@dataclass(slots=True)
class _Spot:
    """A place in a column: a box, or the lane of a line that passes."""

    column: int
    order: int
    height: int
    y: float = 0.0

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def draw(titles: Mapping[int, str], edges: Iterable[Edge]) -> Drawing:
    """Return the drawing of these sources (id → title). Edges to sources that are not among them are left out, and
    those of a source to itself."""
    ids = sorted(titles)
    kept = sorted(
        {
            edge
            for edge in edges
            if edge.earlier in titles and edge.later in titles and edge.earlier != edge.later
        },
        key=lambda edge: (edge.earlier, edge.later, edge.tie),
    )
    turned = _circular(ids, kept)
    stream = [(edge.later, edge.earlier) if edge in turned else (edge.earlier, edge.later) for edge in kept]
    columns = _columns(ids, stream)
    spots = {one: _Spot(columns[one], 0, BOX_HEIGHT) for one in ids}
    # A line that passes columns has a spot in each: they are numbered below all ids.
    routes: list[list[int]] = []
    unused = min(ids, default=0) - 1
    for left, right in stream:
        route = [left]
        for column in range(columns[left] + 1, columns[right]):
            spots[unused] = _Spot(column, 0, LANE)
            route.append(unused)
            unused -= 1
        routes.append([*route, right])
    _arrange(spots, routes)
    return _drawing(titles, kept, turned, spots, routes)


def _circular(ids: Sequence[int], edges: Sequence[Edge]) -> set[Edge]:
    """Return the edges that close a circle: turned round, they leave none."""
    onward: dict[int, list[Edge]] = defaultdict(list)
    for one in edges:
        onward[one.earlier].append(one)
    closing: set[Edge] = set()
    done: set[int] = set()
    within: set[int] = set()
    for start in ids:
        if start in done:
            continue
        within.add(start)
        path = [(start, iter(onward[start]))]
        while path:
            source, following = path[-1]
            edge = next(following, None)
            if edge is None:
                path.pop()
                within.discard(source)
                done.add(source)
            elif edge.later in within:
                closing.add(edge)
            elif edge.later not in done:
                within.add(edge.later)
                path.append((edge.later, iter(onward[edge.later])))
    return closing


def _columns(ids: Sequence[int], stream: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Return id → column: right of all that a source comes from; an origin stands close to what first repeats it."""
    before, after = _neighbours(stream)
    columns: dict[int, int] = {}
    waiting = {one: len(before[one]) for one in ids}
    free = [one for one in ids if not waiting[one]]
    for one in free:
        columns[one] = max((columns[left] + 1 for left in before[one]), default=0)
        for right in after[one]:
            waiting[right] -= 1
            if not waiting[right]:
                free.append(right)
    for one in ids:
        if not before[one] and after[one]:
            columns[one] = min(columns[right] for right in after[one]) - 1
    return columns


def _neighbours(stream: Iterable[tuple[int, int]]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    before: dict[int, list[int]] = defaultdict(list)
    after: dict[int, list[int]] = defaultdict(list)
    for left, right in stream:
        before[right].append(left)
        after[left].append(right)
    return before, after


def _arrange(spots: dict[int, _Spot], routes: Sequence[Sequence[int]]) -> None:
    """Give each spot its order and its height in its column: near what it is tied to, none upon another."""
    before, after = _neighbours(step for route in routes for step in pairwise(route))
    columns: dict[int, list[int]] = defaultdict(list)
    for one in sorted(spots, key=lambda one: (one < 0, abs(one))):
        columns[spots[one].column].append(one)
    for column in columns.values():
        _number(spots, column)
    there_and_back = [*sorted(columns), *sorted(columns, reverse=True)]
    for sweep in range(_SWEEPS):
        for at in there_and_back:
            tied = before if sweep % 2 == 0 else after

            def wanted(one: int, tied: dict[int, list[int]] = tied) -> tuple[float, int]:
                orders = [spots[other].order for other in tied[one]]
                return (sum(orders) / len(orders) if orders else spots[one].order, spots[one].order)

            columns[at].sort(key=wanted)
            _number(spots, columns[at])
    for column in columns.values():
        _settle(spots, column, [0.0] * len(column))
    for at in there_and_back * 2:
        _settle(spots, columns[at], [_drawn_to(spots, one, before, after) for one in columns[at]])
    top = min((spot.y for spot in spots.values()), default=0.0)
    for spot in spots.values():
        spot.y -= top


def _number(spots: dict[int, _Spot], column: Sequence[int]) -> None:
    for order, one in enumerate(column):
        spots[one].order = order


def _drawn_to(
    spots: dict[int, _Spot], one: int, before: dict[int, list[int]], after: dict[int, list[int]]
) -> float:
    """Return where the top of a spot would be if nothing else stood in its column."""
    middles = [spots[other].middle for other in (*before[one], *after[one])]
    middle = sum(middles) / len(middles) if middles else spots[one].middle
    return middle - spots[one].height / 2


def _settle(spots: dict[int, _Spot], column: Sequence[int], wanted: Sequence[float]) -> None:
    """Put the spots of a column as near as can be to where they want to be, in their order and apart from each other.

    Neighbours that would run into one another are moved together to the middle of what they want.
    """
    heaps: list[tuple[list[int], float, float]] = []  # who, the sum of what they want of the first, height
    for one, top in zip(column, wanted, strict=True):
        members, total, height = [one], top, float(spots[one].height + BETWEEN_ROWS)
        while heaps and _start(heaps[-1]) + heaps[-1][2] > total / len(members):
            others, their_total, their_height = heaps.pop()
            total = their_total + total - their_height * len(members)
            members, height = [*others, *members], their_height + height
        heaps.append((members, total, height))
    for heap in heaps:
        y = _start(heap)
        for one in heap[0]:
            spots[one].y = y
            y += spots[one].height + BETWEEN_ROWS


def _start(heap: tuple[list[int], float, float]) -> float:
    return heap[1] / len(heap[0])


def _drawing(
    titles: Mapping[int, str],
    edges: Sequence[Edge],
    turned: set[Edge],
    spots: dict[int, _Spot],
    routes: Sequence[Sequence[int]],
) -> Drawing:
    step = BOX_WIDTH + BETWEEN_COLUMNS
    first = min((spot.column for spot in spots.values()), default=0)

    def left(one: int) -> int:
        return MARGIN + (spots[one].column - first) * step

    boxes = tuple(
        Box(one, left(one), MARGIN + round(spots[one].y), fitted(titles[one]), is_right_to_left(titles[one]))
        for one in sorted(titles, key=lambda one: (spots[one].column, spots[one].order))
    )
    middles = {box.id: box.middle for box in boxes}
    lines = []
    for edge, route in zip(edges, routes, strict=True):
        lower = BESIDE if edge.tie == "part" else 0
        points = [(left(route[0]) + BOX_WIDTH, middles[route[0]] + lower)]
        for one in route[1:-1]:
            y = MARGIN + round(spots[one].middle)
            points += [(left(one), y), (left(one) + BOX_WIDTH, y)]
        points.append((left(route[-1]), middles[route[-1]] + lower))
        lines.append(Line(edge, tuple(points), edge in turned))
    last = max((spot.column for spot in spots.values()), default=first)
    return Drawing(
        width=2 * MARGIN + (last - first) * step + BOX_WIDTH,
        height=2 * MARGIN + round(max((spot.y + spot.height for spot in spots.values()), default=0)),
        boxes=boxes,
        lines=tuple(lines),
    )


def fitted(words: str, lines: int = TITLE_LINES, letters: int = LETTERS) -> tuple[str, ...]:
    """Return a text in at most so many lines, each about as wide as so many letters; "…" says that it goes on.

    Breaks stand between words; a word that is wider than a line is broken, never within a letter and its marks.
    """
    found: list[str] = []
    line, room = "", float(letters)
    waiting = _words(words, letters)
    for at, word in enumerate(waiting):
        width = _width(word)
        gap = 0.5 if line else 0.0
        if line and width + gap > room:
            if len(found) == lines - 1:
                return (*found, _ended(line, letters))
            found.append(line)
            line, room, gap = "", float(letters), 0.0
        line += (" " if line else "") + word
        room -= width + gap
        if len(found) == lines - 1 and at + 1 < len(waiting) and room <= 0:
            return (*found, _ended(line, letters))
    return (*found, line) if line else tuple(found)


def _ended(line: str, letters: int) -> str:
    kept = list(clusters(line))
    while kept and _width("".join(kept)) > letters - 1:
        kept.pop()
    return "".join(kept).rstrip() + "…"


def _words(text: str, letters: int) -> list[str]:
    """Return the words of a text, those too wide for a line in pieces; no more than any box could hold."""
    found = []
    for word in _drawable(text[: 40 * letters]).split():
        piece = ""
        for cluster in clusters(word):
            if piece and _width(piece + cluster) > letters:
                found.append(piece)
                piece = ""
            piece += cluster
        found.append(piece)
    return found


def _drawable(text: str) -> str:
    return "".join(
        " " if unicodedata.category(letter) in _UNDRAWN else letter
        for letter in text
        if letter not in _TURNING
    )


def clusters(text: str) -> Iterable[str]:
    """Yield the letters of a text, each with the marks on it and whatever is joined to it."""
    cluster = ""
    for letter in text:
        if cluster and not (_is_mark(letter) or cluster.endswith(_JOINER)):
            yield cluster
            cluster = ""
        # A pile of marks is cut: it would reach into the lines above.
        if len(cluster) < 12:
            cluster += letter
    if cluster:
        yield cluster


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter) in {"Mn", "Mc", "Me", "Cf"} or 0x1F3FB <= ord(letter) <= 0x1F3FF


def _width(text: str) -> float:
    """Return the width of a text in letters of middling width."""
    total = 0.0
    for cluster in clusters(text):
        letter = cluster[0]
        if unicodedata.east_asian_width(letter) in "WF" or ord(letter) >= 0x1F000:
            total += 1.9
        elif letter in "ijlIt.,:;'|!()[] ":
            total += 0.6
        elif letter.isupper() or letter in "mw%@—…":
            total += 1.35
        else:
            total += 1.0
    return total


def is_right_to_left(text: str) -> bool:
    """Does the first letter that has a direction run from right to left?"""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False
