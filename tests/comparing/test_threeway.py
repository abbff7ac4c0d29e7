"""Two people, one text: what each did stays what they did, and only a person settles a clash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.comparing.threeway import merge

BEFORE = "The bridge cost four million dollars, says the mayor. It opened in May."


@pytest.mark.parametrize(
    ("mine", "theirs", "together"),
    [
        (BEFORE, BEFORE, BEFORE),
        (BEFORE.replace("four", "five"), BEFORE, BEFORE.replace("four", "five")),
        (BEFORE, BEFORE.replace("May", "June"), BEFORE.replace("May", "June")),
        (
            BEFORE.replace("four", "five"),
            BEFORE.replace("May", "June"),
            BEFORE.replace("four", "five").replace("May", "June"),
        ),
        # The same twice is once.
        (BEFORE.replace("four", "five"), BEFORE.replace("four", "five"), BEFORE.replace("four", "five")),
        (BEFORE.replace(" It opened in May.", ""), "Indeed: " + BEFORE, "Indeed: " + BEFORE[:53]),
    ],
)
def test_what_does_not_meet_is_put_together(mine, theirs, together):
    assert merge(BEFORE, mine, theirs).text == together


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (BEFORE.replace("four", "five"), BEFORE.replace("four", "three")),
        (
            BEFORE.replace("four million", "five million"),
            BEFORE.replace("cost four", "took four")[:0] + "Nothing.",
        ),
        # Both add at one place: in which order, nobody but a person knows.
        (BEFORE + " I saw it.", BEFORE + " She saw it."),
        # One rewrites the words that the other takes out.
        (BEFORE.replace("says the mayor", "says the minister"), BEFORE.replace(", says the mayor", "")),
    ],
)
def test_what_meets_is_left_to_a_person(mine, theirs):
    found = merge(BEFORE, mine, theirs)
    assert found.clashes
    assert found.text is None


words = st.lists(st.sampled_from(["a", "b", "c", ".", "\n", "four", "五"]), max_size=12).map(" ".join)


@given(words, words, words)
def test_the_three_texts_can_be_read_from_it(before, mine, theirs):
    found = merge(before, mine, theirs)
    for name, text in (("before", before), ("mine", mine), ("theirs", theirs)):
        assert "".join(getattr(one, name) for one in found.stretches) == text


@given(words, words)
def test_what_one_alone_did_is_kept(before, text):
    assert merge(before, text, before).text == text
    assert merge(before, before, text).text == text
    assert merge(before, text, text).text == text
