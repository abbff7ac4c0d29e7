from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.attribution.quotations import quotations

any_text = st.lists(
    st.sampled_from(["“", "”", '"', "'", "‘", "’", "''", " ", "s", "no", ".", ", ", "90"])
).map("".join)


def _quoted(text: str) -> list[str]:
    return [span.of(text) for span in quotations(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“One,” she said, “and two.”", ["“One,”", "“and two.”"]),
        ('"One," she said, "and two."', ['"One,"', '"and two."']),
        ("''One,'' she said, ``and two.''", ["''One,''", "``and two.''"]),
        ("«One», she said.", ["«One»"]),
        ("‘One,’ she said.", ["‘One,’"]),
        ("'One,' she said, 'and two.'", ["'One,'", "'and two.'"]),
        ("“He said ‘no’ and left,” she said.", ["“He said ‘no’ and left,”"]),
        ("‘The boys’ bikes are gone,’ she said.", ["‘The boys’ bikes are gone,’"]),
    ],
)
def test_quotations_are_found_whatever_their_marks(text: str, quoted: list[str]) -> None:
    assert _quoted(text) == quoted


@pytest.mark.parametrize(
    "text",
    [
        "The baker’s oven and the bakers' ovens.",
        "Rock 'n' roll of the '90s, he'd say.",
        'A board of 5\' 10" by 2" is long.',
        "It ended” there.",
        'A 12"pipe is thick.',
    ],
)
def test_an_apostrophe_or_an_inch_opens_nothing(text: str) -> None:
    assert _quoted(text) == []


def test_a_quotation_that_is_not_closed_goes_to_the_end() -> None:
    assert _quoted("She said: “The roof leaks. \n") == ["“The roof leaks."]


def test_where_two_straight_marks_open_the_first_was_never_closed() -> None:
    assert _quoted('She said "no. Then he said "yes."') == ['"no. Then he said', '"yes."']


def test_only_the_asked_stretch_is_read() -> None:
    text = "“One” “two” “three”"
    assert [span.of(text) for span in quotations(text, 6, 11)] == ["“two”"]


@settings(max_examples=200, deadline=None)
@given(any_text)
def test_quotations_are_in_order_and_do_not_overlap(text: str) -> None:
    found = quotations(text, 0, len(text))
    end = 0
    for span in found:
        assert end <= span.start < span.end <= len(text)
        end = span.end
