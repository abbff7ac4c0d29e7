"""How much of a text was looked at: counted in sentences, without the lines that are none."""

from __future__ import annotations

import pytest

from articles.views.coverage import HEIGHT, LENGTH, MOST_PARTS, Coverage, coverage
from articles.views.highlighting import Role

TEXT = "Title\n\nOne is short. Two is, too. Three closes.\n\nCredit: nobody\n\nFour stands alone."


def covered(checked=(), unchecked=(), apart=("Title", "Credit: nobody")):
    def place(words):
        start = TEXT.index(words)
        return start, start + len(words)

    roles = [Role(*place(words), "x") for words in apart]
    return coverage(TEXT, [place(one) for one in checked], [place(one) for one in unchecked], roles)


def test_each_sentence_is_told_by_what_lies_on_it():
    found = covered(checked=["short. Two"], unchecked=["Two is", "stands alone"])

    assert found.sentences == (2, 2, 0, 1)
    assert (found.total, found.carrying, found.unmarked, found.apart) == (4, 3, 1, 2)


def test_structural_lines_are_no_sentences():
    assert covered(apart=()).total == 6
    assert covered().total == 4
    # A line within a paragraph cuts it; what stands on both sides of it still counts.
    assert covered(apart=("Title", "Two is, too.", "Credit: nobody")).total == 3


def test_what_only_touches_a_sentence_does_not_lie_on_it():
    assert covered(checked=["One is short."]).sentences == (2, 0, 0, 0)
    assert covered(checked=["Three closes.\n\nCredit: nobody\n\n"]).sentences == (0, 0, 2, 0)


@pytest.mark.parametrize("text", ["", "\n\n \n", "…", "\u200b"])
def test_a_text_without_sentences_is_no_trouble(text):
    found = coverage(text, [(0, 1)], [], [])

    assert found.carrying <= found.total <= 1
    assert sum(bar.length for bar in found.strip) in (0, LENGTH)


@pytest.mark.parametrize("total", [1, 2, 7, MOST_PARTS, MOST_PARTS + 1, 5_000])
def test_the_strip_covers_the_whole_text_in_few_parts(total):
    strip = Coverage(tuple(number % 3 for number in range(total))).strip

    assert len(strip) <= MOST_PARTS
    at = 0
    for bar in strip:
        assert bar.start == at and bar.length > 0
        assert 0 <= bar.unchecked_from <= bar.checked_from <= HEIGHT
        at += bar.length
    assert at == LENGTH


def test_the_strip_stands_as_high_as_sentences_carry_claims():
    strip = Coverage((2, 2, 0, 1)).strip

    assert [(bar.length, bar.checked, bar.unchecked) for bar in strip] == [
        (500, HEIGHT, 0), (250, 0, 0), (250, 0, HEIGHT)
    ]  # fmt: skip


def test_in_the_strip_of_a_long_text_one_sentence_is_seen_and_does_not_stand_for_its_neighbours():
    states = [0] * 5_000
    states[3_000] = 2

    assert [bar.checked for bar in Coverage(tuple(states)).strip] == [0, 1, 0]
    assert {bar.checked for bar in Coverage((2, 0) * 2_400).strip} == {HEIGHT // 2}
