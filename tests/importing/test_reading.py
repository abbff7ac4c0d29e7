"""A text read from its layout to its suggestions: the sample texts, and any text whatsoever."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.checkworthiness.ranking import area_under_curve
from articles.importing.layout import Laid
from articles.importing.reading import READER, Reading, read
from articles.importing.text import TextError, read_text
from articles.vocabulary import TELLING_ROLES, BlockRole
from tests.importing.checkworthiness.test_seeds import UNWORTHY, WORTHY
from tests.pace import within

SEEDS = Path(__file__).parents[2] / "seeds"
A = "000_a7328bbeb998593a.txt"
PIECES = [
    "The bridge cost 3.5 million, ", "said two people. ", "“We paid,” ", "he said", "\n", "\n\n", "# ", "> ", "- ",
    "[From Post]\n",     "By Ann Roe\n", "2024-03-05", "Dr. ", "U.S. ", "?", "!", "…", "\u00a0", "🌉", "e\u0301",
    "http://a.example/x", "*", "(PDF link)",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join)


def seed(name: str) -> tuple[str, Reading]:
    text = (SEEDS / name).read_text(encoding="utf-8")
    return text, read(text)


def test_what_can_be_checked_in_the_samples_ranks_above_what_nobody_can_check() -> None:
    labels: list[bool] = []
    scores: list[float] = []
    for name in WORTHY:
        _text, reading = seed(name)
        for one in reading.suggestions:
            span = (one.start, one.end)
            assert (span in WORTHY[name]) != (span in UNWORTHY[name])
            labels.append(span in WORTHY[name])
            scores.append(one.score)
    # Both sets together are every sentence of the two texts, but for a title and two sub-headings.
    assert len(labels) == sum(len(spans) for sets in (WORTHY, UNWORTHY) for spans in sets.values()) - 2
    assert area_under_curve(labels, scores) >= 0.85


def test_structural_lines_are_never_suggested() -> None:
    for name in WORTHY:
        _text, reading = seed(name)
        structural = [block for block in reading.blocks if block.role not in TELLING_ROLES]
        assert structural
        for one in reading.suggestions:
            assert not any(one.start < block.end and block.start < one.end for block in structural)


@pytest.mark.parametrize(
    ("start", "speakers"),
    [
        (948, ["WSJ", "several current and former U.S., European and Russian officials"]),
        (1105, ["WSJ", "two people briefed on the request"]),
        (1689, ["WSJ", "some in the current administration"]),
        (2032, ["WSJ"]),
        (2362, ["WSJ", "Several White House officials"]),
        (2601, ["WSJ"]),
        (17, []),
    ],
)
def test_who_says_it_is_a_chain_of_places_in_the_text(start: int, speakers: list[str]) -> None:
    text, reading = seed(A)
    one = next(one for one in reading.suggestions if one.start == start)
    assert [text[link.start : link.end] for link in one.chain] == speakers


def test_what_a_sentence_rests_on_is_found_in_it() -> None:
    _text, reading = seed("003_83fdf76cc6024f85.txt")
    found = {(one.start, reference.name) for one in reading.suggestions for reference in one.rests_on}
    assert (6756, "Section 230 of the Telecommunication Act") in found
    assert any(start == 6520 for start, _name in found)


def test_marks_of_lists_and_quotations_are_no_part_of_a_suggestion() -> None:
    text = (
        "The council met on Monday.\n\n- The bridge cost 3.5 million.\n- The toll rose.\n\n> It was late.\n"
    )
    words = [text[one.start : one.end] for one in read(text).suggestions]
    assert "The bridge cost 3.5 million." in words and "It was late." in words


def test_blocks_that_somebody_named_are_kept() -> None:
    text = "The bridge cost 3.5 million.\n\nThe toll rose to 40 crowns in May.\n"
    caption = Laid(BlockRole.CREDIT, 0, 28)
    reading = read(text, [caption])
    assert caption in reading.blocks and [one.start for one in reading.suggestions] == [30]


def test_who_read_it_is_named() -> None:
    assert "weights" in READER and len(READER) <= 100


@settings(max_examples=150, deadline=None)
@given(texts)
def test_any_text_is_read_and_everything_stands_where_it_is_said_to(given_text: str) -> None:
    try:
        text = read_text(given_text.encode("utf-8", "surrogatepass")).text
    except TextError:
        return
    reading = read(text)
    covered = [block for block in reading.blocks for _ in range(block.start, block.end)]
    assert len(covered) >= sum(not char.isspace() for char in text)
    before = 0
    for block in reading.blocks:
        assert before <= block.start < block.end <= len(text)
        assert not text[before : block.start].strip()
        before = block.end
    assert not text[before:].strip()
    before = 0
    for one in reading.suggestions:
        words = text[one.start : one.end]
        assert before <= one.start and words == words.strip() != "" and 0 <= one.score <= 1
        before = one.end
        for span in (*one.clauses, *((each.start, each.end) for each in one.rests_on)):
            assert one.start <= span[0] < span[1] <= max(one.end, span[1])
        for link in one.chain:
            assert text[link.start : link.end].strip()
        # What is stored is JSON.
        json.dumps([asdict(reason) for reason in one.reasons])


@pytest.mark.parametrize(
    "text",
    [
        "(" * 50_000,
        "word " * 10_000,
        "." * 50_000,
        "“" * 20_000,
        "said " * 10_000,
        "a\n" * 25_000,
        "1 U.S. 1 " * 3_000,
    ],
    ids=["brackets", "one sentence", "dots", "quotes", "said", "lines", "citations"],
)
def test_no_text_takes_long(text: str) -> None:

    # A second for 50 kB of the worst there is; ordinary prose of that size takes a fifth.
    with within(10):
        read(text)
