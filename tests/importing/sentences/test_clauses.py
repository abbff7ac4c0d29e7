from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.sentences.clauses import clauses
from tests.pace import within

_joints = ["and", "but", "while", "which", "who", "that", "because", "after", "If", "While", "not"]
_marks = [",", ";", "(", ")", "“", "”", '"', "''", ".", "?"]
_others = ["the", "baker", "he", "they", "was", "is", "has", "won", "sold", "bread", "claims", "did"]
_words = st.sampled_from(_joints + _marks + _others)
joined = st.lists(_words | st.text(max_size=4), max_size=50).map(" ".join)


def _parts(sentence: str) -> list[str]:
    return [span.of(sentence) for span in clauses(sentence, 0, len(sentence))]


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        (
            "The baker sold forty loaves on Monday, and the miller has closed his mill.",
            ["The baker sold forty loaves on Monday", "the miller has closed his mill"],
        ),
        (
            "The ferry was cleaned by all of its crew and the bridge has not been open for days.",
            ["The ferry was cleaned by all of its crew", "the bridge has not been open for days"],
        ),
        (
            "At first the club was paying its singers, then the club started giving away tickets.",
            ["At first the club was paying its singers", "the club started giving away tickets"],
        ),
        (
            "The river rose by two metres; the old bridge was closed at noon.",
            ["The river rose by two metres", "the old bridge was closed at noon"],
        ),
        (
            "The town never paid for the fountain, but Ada Roe and Tom Poe did pay the mason.",
            ["The town never paid for the fountain", "Ada Roe and Tom Poe did pay the mason"],
        ),
        (
            "While the mill has stood still for years, its owner could open it again.",
            ["the mill has stood still for years", "its owner could open it again"],
        ),
        (
            "Seven rowers were taken to the shore after the new boat failed to start.",
            ["Seven rowers were taken to the shore", "the new boat failed to start"],
        ),
        (
            "Acme, which operates the ferry, won a contract in 2021 and is the town’s largest employer.",
            [
                "Acme, which operates the ferry, won a contract in 2021",
                "which operates the ferry",
                "is the town’s largest employer",
            ],
        ),
        (
            "The prize went to Ada Roe, who was the first to cross the lake.",
            ["The prize went to Ada Roe", "who was the first to cross the lake"],
        ),
        (
            "The prize went to Ada Roe, who said that the two boats, and hers above all, must be painted.",
            [
                "The prize went to Ada Roe",
                "who said that the two boats, and hers above all, must be painted",
            ],
        ),
        (
            "They were pictured in the house which they now own thanks to the lottery.",
            ["They were pictured in the house", "which they now own thanks to the lottery"],
        ),
        (
            "He sued the paper for printing claims that the old lighthouse was sold for one crown.",
            ["He sued the paper for printing claims", "the old lighthouse was sold for one crown"],
        ),
        (
            "The editor apologized to the baker and the Lake Street Press stopped selling the book.",
            ["The editor apologized to the baker", "the Lake Street Press stopped selling the book"],
        ),
        (
            "The baker took an apprentice in May and sold the shop in June.",
            ["The baker took an apprentice in May", "sold the shop in June"],
        ),
    ],
)
def test_a_sentence_of_two_claims_is_parted(sentence: str, parts: list[str]) -> None:
    assert _parts(sentence) == parts


@pytest.mark.parametrize(
    "sentence",
    [
        "The baker sold bread, cakes and rolls to all the people of the town.",
        "The old man and the young guard were released on the same morning.",
        "She said the bakery, the mill, and the ferry were closed for the winter.",
        "He said that the dogs and the cats were fed every morning by a neighbour.",
        "If the river rises again, the bridge is closed and the ferry has to stop.",
        "The bridge is closed if the river rises and the ferry has to stop.",
        "Did the baker sell the shop, and has the miller closed his mill?",
        "He left the town because of the rain and the long winter in the hills.",
        "The club met three weeks after the boat was lost on the lake.",
        "Not because the mill was old, but for its dust the town wanted it gone.",
        "Men accused of theft and jailed for a year are waiting for the judge.",
        "The report said that the mill is old and that the ferry is in need of paint.",
        "The town in which they now live has a mill, a ferry and an old bridge.",
        "Singers came back tired and moved during the last song of the evening.",
        "It rained, and it did.",
        "The baker sold the shop, and the miller has closed his mill?",
        "When the river was high, the bridge was closed, and the ferry had to stop.",
        "The bread made in May and the cake were sold on the market.",
        "The thieves were found by a neighbour and brought to the judge.",
    ],
)
def test_a_sentence_that_makes_one_claim_stays_whole(sentence: str) -> None:
    assert _parts(sentence) == []


def test_a_quotation_is_not_cut_in_half() -> None:
    sentence = "“The baker sold the shop, and the miller has closed his mill,” she said of it."

    assert _parts(sentence) == []
    sentence = "The sign says “the bakery is closed and the mill is open” to all, but the ferry was late."
    assert _parts(sentence) == [
        "The sign says “the bakery is closed and the mill is open” to all",
        "the ferry was late",
    ]


def test_marks_without_a_partner_are_left_at_the_edges() -> None:
    sentence = "The boats were to be cleaned after the new harbour master failed to come back.”."

    assert _parts(sentence) == ["The boats were to be cleaned", "the new harbour master failed to come back"]


def test_line_breaks_count_as_spaces_and_offsets_stay_those_of_the_text() -> None:
    text = "Noon. The river\nrose by two metres;\nthe old bridge\nwas closed. Night."
    found = clauses(text, 6, len(text) - 7)

    assert [span.of(text) for span in found] == [
        "The river\nrose by two metres",
        "the old bridge\nwas closed",
    ]


@given(joined)
@settings(max_examples=200)
def test_parts_are_exact_in_order_and_clean_at_their_edges(sentence: str) -> None:
    found = clauses(sentence, 0, len(sentence))

    assert len(found) != 1
    assert found == sorted(set(found), key=lambda span: (span.start, -span.end))
    for span in found:
        words = span.of(sentence)
        assert 0 <= span.start < span.end <= len(sentence)
        assert words == words.strip(" ,;:.!?…—–-")
        assert len(words.split()) >= 3
    for one, other in pairwise(found):
        assert one.holds(other) or not one.meets(other)


@pytest.mark.parametrize(
    "piece", ["and ", ", and the ", "the baker and ", "which who ", "; ", "“", "(", "he was, "]
)
def test_hostile_sentences_are_read_in_time_that_grows_with_their_length(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    short = text[:1400]
    with within(1):
        clauses(text, 0, len(text))
        clauses(short, 0, len(short))
