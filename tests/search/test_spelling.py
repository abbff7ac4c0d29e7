"""Which words look alike, and how that is found out."""

from __future__ import annotations

import pytest

from articles.search import corrected
from articles.search.spelling import nearest, slips
from tests import factories as f
from tests.search.test_finding import HOSTILE


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("bridge", "bridge", 0), ("brigde", "bridge", 1), ("bridg", "bridge", 1), ("bxidge", "bridge", 1),
     ("suspendid", "suspended", 1), ("abcdef", "uvwxyz", 3), ("a", "abc", 2)],
)  # fmt: skip
def test_slips_are_counted_up_to_a_limit(one, other, expected):
    assert slips(one, other, 2) == expected
    assert slips(other, one, 2) == expected


def test_a_short_word_allows_one_slip_and_a_long_one_two():
    assert nearest("bredgo", {"bridge"}) == ""
    assert nearest("bridgo", {"bridge", "bride"}) == "bridge"
    assert nearest("suspendidd", {"suspended"}) == "suspended"
    assert nearest("wombat", set()) == ""


@pytest.mark.django_db
def test_only_words_are_replaced_and_conditions_stay(newsroom):
    f.ClaimFactory(statement="The bridge was closed.", rating="supported")

    assert corrected("brigde rating:supported") == "bridge rating:supported"
    assert corrected("brigde rating:contradicted") == ""
    assert corrected("brig*") == ""


@pytest.mark.django_db
def test_a_word_of_the_desk_is_not_suggested_beside_one_of_readers(newsroom):
    f.SourceFactory(title="The Quillfeather minutes")
    f.ClaimFactory(statement="The bridge was closed.")

    assert corrected("brigde quilfeather") == "bridge quilfeather"
    assert corrected("brigde quilfeather", user=f.some_editor()) == "bridge quillfeather"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", HOSTILE, ids=lambda one: ascii(one)[:20])
def test_any_text_is_looked_at(typed, newsroom):
    f.ClaimFactory(statement="a b the of and é x")

    assert isinstance(corrected(typed), str)
