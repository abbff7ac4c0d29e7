"""Two versions of a text as one: nothing is lost, and what stayed the same is folded."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from articles.comparing.folding import compared

LINES = st.lists(st.sampled_from(["one two", "three", "", " ", "four five six", "two"]), max_size=12).map(
    "\n".join
)


def said(text):
    return [line for line in text.split("\n") if line.strip()]


def sides(stretches):
    """Return the words of the old and of the new text, without spaces."""
    old = new = ""
    for stretch in stretches:
        for paragraph in stretch.paragraphs:
            old += "".join(piece.text for piece in paragraph if piece.kind != "added")
            new += "".join(piece.text for piece in paragraph if piece.kind != "removed")
    return "".join(old.split()), "".join(new.split())


@given(LINES, LINES)
def test_every_word_of_both_texts_is_there_in_order(old, new):
    assert sides(compared(old, new)) == ("".join(old.split()), "".join(new.split()))


@given(LINES, LINES)
def test_what_is_folded_has_not_changed(old, new):
    for stretch in compared(old, new):
        if stretch.is_folded:
            assert {piece.kind for paragraph in stretch.paragraphs for piece in paragraph} == {"same"}


def test_a_change_is_shown_with_its_neighbours_and_the_rest_is_folded():
    lines = [f"Line {number}." for number in range(20)]

    stretches = compared("\n\n".join(lines), "\n\n".join(lines).replace("Line 9.", "Line nine."))

    assert [(stretch.is_folded, len(stretch.paragraphs)) for stretch in stretches] == [
        (True, 8), (False, 3), (True, 9)
    ]  # fmt: skip
    (changed,) = (stretch for stretch in stretches if not stretch.is_folded)
    assert [piece.text for piece in changed.paragraphs[1] if piece.kind == "added"] == ["nine"]


def test_equal_texts_are_folded_whole():
    assert [stretch.is_folded for stretch in compared("a\n\nb", "a\nb")] == [True]
    assert compared("", " \n") == []
