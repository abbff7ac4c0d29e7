from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.comparing.alignment import Match, align
from tests.pace import within

few_tokens = st.lists(st.sampled_from("abcde"), max_size=30)


def test_what_stands_around_a_change_is_matched() -> None:
    assert align(["the", "old", "bridge"], ["the", "very", "old", "bridge"]) == [
        Match(0, 0, 1),
        Match(1, 2, 2),
    ]


def test_equal_and_unlike_sequences() -> None:
    assert align("abc", "abc") == [Match(0, 0, 3)]
    assert align("abc", "xyz") == []
    assert align("", "xyz") == []


def test_rare_tokens_are_matched_among_many_common_ones() -> None:
    chance = random.Random(1)
    keels = [f"keel {number}" for number in range(40)]
    old, new = (
        [token for keel in keels for token in [*chance.choices(["the", "a"], k=50), keel]] for _ in range(2)
    )

    matched = [token for match in align(old, new) for token in old[match.in_old : match.in_old + match.size]]

    assert [token for token in matched if token.startswith("keel")] == keels


def test_common_tokens_between_two_changes_are_matched() -> None:
    def told(verb: str) -> list[str]:
        return [
            token
            for number in range(300)
            for token in (f"keel {number}", "the", verb, "the", "a", verb, "the")
        ]

    found = align(told("was"), told("is"))

    assert sum(match.size for match in found) == 300 * 5


def test_short_sequences_are_compared_whole() -> None:
    old, new = "abbaababbabaabbabbaab", "babbabaabababbababbba"

    assert sum(match.size for match in align(old, new)) >= 16


def test_of_what_changed_places_the_longer_part_is_kept() -> None:
    assert align("xyzabcdefg", "abcdefgxyz") == [Match(3, 0, 7)]


@given(few_tokens, few_tokens)
def test_matches_are_equal_rise_and_do_not_touch(old: list[str], new: list[str]) -> None:
    found = align(old, new)

    for match in found:
        assert match.size > 0
        ours = old[match.in_old : match.in_old + match.size]
        assert ours == new[match.in_new : match.in_new + match.size]
    for one, other in pairwise(found):
        gaps = other.in_old - one.in_old - one.size, other.in_new - one.in_new - one.size
        assert min(gaps) >= 0
        assert max(gaps) > 0


@given(few_tokens, few_tokens, few_tokens)
def test_an_insertion_leaves_the_rest_matched(before: list[str], put: list[str], after: list[str]) -> None:
    found = align(before + after, before + put + after)

    assert sum(match.size for match in found) == len(before + after)


@pytest.mark.parametrize("letters", ["a", "ab", "abcdefghij"])
def test_long_sequences_of_few_tokens_take_no_longer(letters: str) -> None:
    chance = random.Random(3)
    old, new = (chance.choices(letters, k=60_000) for _ in range(2))

    with within(1):
        align(old, new)
