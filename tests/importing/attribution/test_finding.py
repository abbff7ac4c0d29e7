from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.attribution import find
from articles.spans import Span
from articles.vocabulary import ClaimantKind
from tests.importing.attribution.reported import attributions, lines, reported
from tests.pace import within

_pieces = [
    "said",
    "according to",
    "“",
    "”",
    '"',
    "'",
    ", ",
    ". ",
    "\n",
    " ",
    "that ",
    "Ada Lomax ",
    "the report ",
    "by ",
]
any_text = st.lists(st.sampled_from(_pieces) | st.characters(exclude_categories=["Cs"]), max_size=60).map(
    "".join
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "“The bakery will open in May,” said Ada Lomax, its owner.",
            ("Ada Lomax, its owner", "said", "“The bakery will open in May,”"),
        ),
        (
            "“The bakery,” Lomax said, “will open in May.”",
            ("Lomax", "said", "“The bakery,” … “will open in May.”"),
        ),
        (
            "Lomax said the bakery would open in May.",
            ("Lomax", "said", "the bakery would open in May"),
        ),
        (
            "“It rained for a week. Nobody went out. The river rose,” Okafor said.",
            ("Okafor", "said", "“It rained for a week. Nobody went out. The river rose,”"),
        ),
        (
            "“We lost the map,” Okafor said. “Then we lost the compass.”",
            ("Okafor", "said", "“We lost the map,” … “Then we lost the compass.”"),
        ),
        (
            "'The lake is clean,' said Ines Okafor, who swims there.",
            ("Ines Okafor, who swims there", "said", "'The lake is clean,'"),
        ),
        (
            "He called the orchestra “a fine machine” and left.",
            ("He", "called", "the orchestra “a fine machine”"),
        ),
    ],
)
def test_direct_and_mixed_quotations_are_given_to_their_speakers(
    text: str, found: tuple[str, str, str]
) -> None:
    assert reported(text) == [found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "According to the Harbour Gazette, the bridge was painted twice.",
            ("the Harbour Gazette", "According to", "the bridge was painted twice"),
        ),
        (
            "The bridge was painted twice, according to a report by the harbour office.",
            ("a report by the harbour office", "according to", "The bridge was painted twice"),
        ),
        (
            "The new ferry is slower than the old one, said three people who rode it.",
            ("three people who rode it", "said", "The new ferry is slower than the old one"),
        ),
        (
            "The committee told reporters that the lake had frozen.",
            ("The committee", "told", "that the lake had frozen"),
        ),
        (
            "Residents were told that the library would close.",
            ("", "were told", "that the library would close"),
        ),
        (
            "The paper published the plan, citing a person close to the museum.",
            ("a person close to the museum", "citing", "The paper published the plan"),
        ),
        (
            "A claim by the museum that the vase is older was tested.",
            ("the museum", "claim", "that the vase is older was tested"),
        ),
        (
            "The clock, the editor wrote, was right.",
            ("the editor", "wrote", "The clock … was right"),
        ),
        (
            "She believes the comet will return.",
            ("She", "believes", "the comet will return"),
        ),
        (
            "Okafor points out that the tower leans.",
            ("Okafor", "points out", "that the tower leans"),
        ),
    ],
)
def test_indirect_speech_is_given_to_its_source(text: str, found: tuple[str, str, str]) -> None:
    assert found in reported(text)


def test_who_confirms_something_in_passing_is_its_source() -> None:
    (source, cue, content) = reported("The plan, confirmed by several teachers, includes a new garden.")[0]
    assert (source, cue) == ("several teachers", "confirmed")
    assert content.startswith("The plan")


def test_words_between_commas_are_not_taken_for_what_was_said() -> None:
    assert reported("Lomax, a baker, said the oven failed twice.") == [
        ("Lomax", "said", "the oven failed twice")
    ]


def test_what_a_paper_says_that_others_said_is_two_attributions_one_within_the_other() -> None:
    outer, inner = attributions("The Gazette reported that officials said the ferry was late.")
    assert outer.content[0].holds(inner.source[0])
    assert outer.content[0].holds(inner.content[0])


def test_two_cues_for_the_same_words_are_one_attribution() -> None:
    text = "Lomax has claimed and argued that the gate is shut for the winter."
    assert [content for _, _, content in reported(text)] == ["that the gate is shut for the winter"]


def test_a_line_of_nothing_but_cues_is_no_sentence() -> None:
    text = "he said that " * 1000
    assert len(find(text, [Span(0, len(text))], [[Span(0, len(text))]])) <= 60


def test_words_held_at_arms_length_are_nobodys_quotation() -> None:
    assert attributions("The so-called “glass garden” opened on Friday next to his “office”.") == []


def test_a_quotation_goes_on_in_the_next_paragraph_until_it_is_closed() -> None:
    text = (
        "“The roof leaks,” Okafor said. “The walls are damp.\n"
        "“We cannot store the books here at all.\n"
        "“And we shall not try to do it.”\n"
        "Nothing was decided."
    )
    (found,) = attributions(text)
    assert [piece.of(text) for piece in found.content] == [
        "“The roof leaks,”",
        "“The walls are damp.",
        "“We cannot store the books here at all.",
        "“And we shall not try to do it.”",
    ]


def test_a_quotation_behind_a_colon_may_stand_in_the_next_paragraph() -> None:
    text = "Okafor wrote in a letter:\n“The roof leaks. We cannot store the books here.”"
    assert reported(text) == [("Okafor", "wrote", "“The roof leaks. We cannot store the books here.”")]


def test_a_name_behind_a_dash_signs_the_quotation() -> None:
    assert reported("“The soup was cold and the bread was old.” — Ada Lomax") == [
        ("Ada Lomax", "", "“The soup was cold and the bread was old.”")
    ]


def test_a_long_quotation_without_a_speaker_is_still_found() -> None:
    text = "The sign is old.\n“Visitors are kindly asked to close the gate behind them.”"
    found = attributions(text)
    assert [(one.source, one.content[0].of(text), one.verbatim) for one in found] == [
        ((), "“Visitors are kindly asked to close the gate behind them.”", True)
    ]


@pytest.mark.parametrize(
    ("text", "unnamed", "kind"),
    [
        ("Two people briefed on the plan said the gate was shut.", True, ClaimantKind.GROUP),
        ("A senior official who asked not to be named said the gate was shut.", True, ClaimantKind.PERSON),
        ("Okafor said the gate was shut.", False, ClaimantKind.PERSON),
        ("The Harbour Gazette said the gate was shut.", False, ClaimantKind.ORGANISATION),
        ("She said the gate was shut.", False, None),
    ],
)
def test_an_attribution_tells_what_kind_of_source_it_has(
    text: str, unnamed: bool, kind: ClaimantKind | None
) -> None:
    found = attributions(text)[0]
    assert (found.unnamed, found.kind) == (unnamed, kind)


@pytest.mark.parametrize(
    ("text", "asserts"),
    [
        ("The director said that the vase was broken.", True),
        ("The director denied that the vase was broken.", False),
        ("The director didn’t say that the vase was broken.", False),
        ("The director promised to sell the vase.", False),
        ("The director asked visitors to leave the bridge.", False),
        ("I said that the vase was broken.", False),
        ("Nobody said that the vase was broken.", False),
        ("“Leave the bridge before it breaks,” she ordered.", True),
    ],
)
def test_only_who_holds_the_content_true_asserts_it(text: str, asserts: bool) -> None:
    found = attributions(text)
    assert found
    assert any(one.asserts for one in found) is asserts


def test_plain_prose_has_no_attributions() -> None:
    text = "The mill stands by the river. It has four wheels, and two of them turn. The road to it is narrow."
    assert attributions(text) == []


def test_no_paragraphs_have_no_attributions() -> None:
    assert find("", [], []) == []


def test_a_headline_in_capitals_does_not_hide_the_cue() -> None:
    text = "Lomax Says the Bakery Will Open in May"
    assert reported(text)[0][0] == "Lomax"


@settings(max_examples=100, deadline=None)
@given(any_text)
def test_any_text_is_read_and_every_span_has_words_of_it(text: str) -> None:
    found = attributions(text)
    whole = Span(0, len(text))
    for one in found:
        assert one.content
        for part in (one.content, one.cue, one.source):
            assert all(whole.holds(piece) and piece.of(text).strip() for piece in part)
            assert all(first.end <= second.start for first, second in pairwise(part))
    starts = [min(one.content + one.cue + one.source) for one in found]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    "unit",
    [
        "(",
        ".",
        '"',
        "“",
        "'",
        "said ",
        "he said that ",
        "“no,” he said. ",
        "‘s’ ",
        "''a ",
        "according to the ",
    ],
)
def test_the_longest_line_is_read_in_a_moment(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    with within(2):
        find(text, [Span(0, len(text))], [[Span(0, len(text))]])


def test_lines_of_the_tests_are_those_of_the_text() -> None:
    assert [line.of("a\n\nb c\n") for line in lines("a\n\nb c\n")] == ["a", "b c"]
