"""The drawing of a family of sources: nothing upon another, every line at its boxes, all within the picture."""

from __future__ import annotations

import re
import unicodedata
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.views.genealogy import (
    BOX_HEIGHT,
    BOX_WIDTH,
    LETTERS,
    Edge,
    clusters,
    draw,
    fitted,
    is_right_to_left,
)
from tests import hostile

IDS = st.integers(1, 25)
EDGES = st.lists(
    st.builds(Edge, IDS, IDS, st.sampled_from(["stated", "inferred", "part"])), max_size=45
)  # fmt: skip
FAMILIES = st.tuples(st.sets(IDS, min_size=1), EDGES)


def drawn(ids, edges):
    return draw({one: f"Source {one}" for one in ids}, edges)


def overlap(one, other):
    return (
        abs(one.x - other.x) < BOX_WIDTH
        and abs(one.y - other.y) < BOX_HEIGHT
    )  # fmt: skip


@given(FAMILIES)
def test_no_two_boxes_overlap(family):
    boxes = drawn(*family).boxes

    assert not [pair for pair in combinations(boxes, 2) if overlap(*pair)]


@given(FAMILIES)
def test_every_source_is_drawn_once_and_every_tie_among_them(family):
    ids, edges = family
    drawing = drawn(ids, edges)

    assert sorted(box.id for box in drawing.boxes) == sorted(ids)
    among = {one for one in edges if {one.earlier, one.later} <= ids and one.earlier != one.later}
    assert {line.edge for line in drawing.lines} == among
    assert len(drawing.lines) == len(among)


@given(FAMILIES)
def test_every_line_joins_its_two_boxes_and_ends_at_the_later(family):
    drawing = drawn(*family)
    boxes = {box.id: box for box in drawing.boxes}

    for line in drawing.lines:
        earlier, later = boxes[line.edge.earlier], boxes[line.edge.later]
        left, right = (later, earlier) if line.backwards else (earlier, later)
        (x, y), (to_x, to_y) = line.points[0], line.points[-1]
        assert x == left.x + BOX_WIDTH and left.y < y < left.y + BOX_HEIGHT
        assert to_x == right.x and right.y < to_y < right.y + BOX_HEIGHT
        assert line.end == ((x, y) if line.backwards else (to_x, to_y))


@given(FAMILIES)
def test_no_line_runs_behind_a_box(family):
    drawing = drawn(*family)

    for line in drawing.lines:
        for (x, y), (to_x, to_y) in pairwise(line.points):
            if y != to_y:
                # Curved, so between two columns.
                assert not [box for box in drawing.boxes if x < box.x + BOX_WIDTH and box.x < to_x]
                continue
            for box in drawing.boxes:
                beside = to_x <= box.x or x >= box.x + BOX_WIDTH
                assert beside or y <= box.y or y >= box.y + BOX_HEIGHT


@given(FAMILIES)
def test_all_of_it_lies_within_the_picture(family):
    drawing = drawn(*family)

    for box in drawing.boxes:
        assert box.x >= 0 and box.x + BOX_WIDTH <= drawing.width
        assert box.y >= 0 and box.y + BOX_HEIGHT <= drawing.height
    for line in drawing.lines:
        # A curve stays between its ends, so the numbers of its path are its bounds.
        for x, y in line.points:
            assert 0 <= x <= drawing.width and 4 <= y <= drawing.height - 4


@given(FAMILIES, st.randoms(use_true_random=False))
def test_the_same_family_gives_the_same_drawing(family, chance):
    ids, edges = family
    shuffled = list(edges)
    chance.shuffle(shuffled)

    assert drawn(ids, edges) == drawn(sorted(ids, reverse=True), shuffled)


@given(FAMILIES)
def test_origins_stand_left_of_what_derives_from_them(family):
    drawing = drawn(*family)
    boxes = {box.id: box for box in drawing.boxes}

    for line in drawing.lines:
        if not line.backwards:
            assert boxes[line.edge.earlier].x < boxes[line.edge.later].x


def test_without_a_circle_no_line_runs_back():
    diamond = [Edge(1, 2, "stated"), Edge(1, 3, "inferred"), Edge(2, 4, "stated"), Edge(3, 4, "part")]

    assert not [line for line in drawn({1, 2, 3, 4}, diamond).lines if line.backwards]


def test_a_circle_is_drawn_with_one_line_back():
    circle = [Edge(1, 2, "stated"), Edge(2, 3, "stated"), Edge(3, 1, "part")]

    assert sum(line.backwards for line in drawn({1, 2, 3}, circle).lines) == 1


def test_a_long_chain_and_a_wide_fan_are_drawn():
    chain = [Edge(one, one + 1, "stated") for one in range(1, 400)]
    fan = [Edge(1, one, "stated") for one in range(2, 401)]

    assert len({box.x for box in drawn(range(1, 401), chain).boxes}) == 400
    assert len({box.x for box in drawn(range(1, 401), fan).boxes}) == 2


def test_a_line_that_passes_a_column_has_a_lane_there():
    """The last two stand in a column each; the line from the first to the third goes round the second."""
    edges = [Edge(1, 2, "stated"), Edge(2, 3, "stated"), Edge(1, 3, "stated")]
    drawing = drawn({1, 2, 3}, edges)

    (second,) = [box for box in drawing.boxes if box.id == 2]
    (past,) = [line for line in drawing.lines if (line.edge.earlier, line.edge.later) == (1, 3)]
    lane = [y for x, y in past.points if second.x <= x <= second.x + BOX_WIDTH]
    assert len(lane) == 2
    assert not [y for y in lane if second.y <= y <= second.y + BOX_HEIGHT]


def test_an_origin_stands_close_to_what_repeats_it():
    """Else the line from it would pass all columns between."""
    edges = [Edge(1, 2, "stated"), Edge(2, 3, "stated"), Edge(9, 3, "stated")]
    boxes = {box.id: box for box in drawn({1, 2, 3, 9}, edges).boxes}

    assert boxes[9].x == boxes[2].x


def test_nothing_gives_an_empty_drawing():
    assert draw({}, [Edge(1, 2, "stated")]).boxes == ()


def test_a_path_is_made_of_numbers_alone():
    (line,) = drawn({1, 2}, [Edge(1, 2, "stated")]).lines

    assert re.fullmatch(r"(?:[MHC][-\d .]+)+", line.path)


# Titles


@pytest.mark.parametrize("text", hostile.each(hostile.TEXTS, hostile.LONG))
def test_any_title_fits_its_box(text):
    lines = fitted(text)

    assert len(lines) <= 2
    for line in lines:
        # Nothing is wider than the letters of a line, whatever marks are piled on them.
        assert sum(1 for _one in clusters(line)) <= 2 * LETTERS
        assert len(line) <= 12 * 2 * LETTERS
        assert "\n" not in line and "\x00" not in line
        assert not any(unicodedata.bidirectional(one) in {"RLO", "LRO", "RLI", "LRI"} for one in line)


def test_a_short_title_is_shown_whole_and_a_long_one_says_that_it_goes_on():
    assert fitted("The minutes") == ("The minutes",)
    assert fitted("The minutes of the council on the bridge") == (
        "The minutes of the council", "on the bridge",
    )  # fmt: skip
    assert fitted("word " * 40)[-1].endswith("…")
    assert fitted("Donaudampfschifffahrtsgesellschaft" * 9)[-1].endswith("…")


def test_no_letter_is_parted_from_its_marks():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"

    for line in fitted(family * 40):
        assert set(clusters(line)) <= {family, "…"}


def test_the_direction_of_a_title_is_that_of_its_first_letter():
    assert is_right_to_left("(2024) \u05e9\u05dc\u05d5\u05dd report")
    assert not is_right_to_left("report \u05e9\u05dc\u05d5\u05dd")
    assert not is_right_to_left("2024")
