from __future__ import annotations

from pathlib import Path

import pytest

from articles.importing.attribution import Attribution, Link, chain, find
from articles.importing.sentences.splitting import split
from articles.spans import Span
from articles.vocabulary import ClaimantKind
from tests.importing.attribution.reported import attributions, lines

SEEDS = Path(__file__).parents[3] / "seeds"
FIRST, SECOND = SEEDS / "000_a7328bbeb998593a.txt", SEEDS / "003_83fdf76cc6024f85.txt"
# Where the label under the block quotation of the first sample text names the paper.
LABEL = Span(2595, 2598)


def _links(text: str, span: Span | None = None, said_by: Span | None = None) -> list[str]:
    """Return the words of the chain of a stretch, the whole text where none is given."""
    whole = Span(0, len(text)) if span is None else span
    return [text[link.start : link.end] for link in chain(whole, attributions(text), said_by)]


def _seed(path: Path) -> tuple[str, list[Attribution]]:
    text = path.read_text(encoding="utf-8")
    paragraphs = lines(text)
    return text, find(text, paragraphs, [split(text, *paragraph) for paragraph in paragraphs])


@pytest.mark.parametrize(
    ("start", "end", "quoted", "expected"),
    [
        (683, 790, False, ["Wall Street Journal"]),
        (792, 947, True, []),
        (948, 1104, True, ["several current and former U.S., European and Russian officials"]),
        (1105, 1299, True, ["two people briefed on the request"]),
        (1300, 1449, True, []),
        (1450, 1688, True, []),
        (1689, 1867, True, ["some in the current administration"]),
        (1868, 2031, True, []),
        (2032, 2185, True, []),
        (2186, 2273, True, []),
        (2274, 2361, True, []),
        (2362, 2424, True, ["Several White House officials"]),
        (2425, 2587, True, []),
        (2601, 2732, False, ["WSJ"]),
        (2733, 2934, False, []),
        (3374, 3459, False, ["Y’all"]),
    ],
)
def test_the_first_sample_text_says_who_asserts_its_sentences(
    start: int, end: int, quoted: bool, expected: list[str]
) -> None:
    text, found = _seed(FIRST)
    links = chain(Span(start, end), found, LABEL if quoted else None)
    assert [text[link.start : link.end] for link in links] == (["WSJ"] if quoted else []) + expected


@pytest.mark.parametrize(
    ("start", "end"), [(948, 1104), (1105, 1299), (1689, 1867), (2362, 2424), (3374, 3459)]
)
def test_the_groups_of_the_first_sample_text_stay_unnamed(start: int, end: int) -> None:
    _, found = _seed(FIRST)
    assert [(link.unnamed, link.kind) for link in chain(Span(start, end), found)] == [
        (True, ClaimantKind.GROUP)
    ]


def test_the_second_sample_text_says_who_tells_of_the_community() -> None:
    text, found = _seed(SECOND)
    links = chain(Span(262, 514), found)
    assert [(text[link.start : link.end], link.verbatim) for link in links] == [("He", True)]


@pytest.mark.parametrize(("path", "start", "end"), [(FIRST, 17, 126), (SECOND, 55, 165)])
def test_scare_quotes_of_the_sample_texts_have_no_source(path: Path, start: int, end: int) -> None:
    _, found = _seed(path)
    assert chain(Span(start, end), found) == ()
    assert not any(one.verbatim and piece.meets((start, end)) for one in found for piece in one.content)


def test_the_articles_own_voice_has_no_links() -> None:
    assert _links("The mill stands by the river.") == []
    assert _links("I said that the mill stands by the river.") == []


def test_a_report_of_a_statement_is_told_through_both() -> None:
    assert _links("The Gazette reported that officials said the ferry was late.") == [
        "The Gazette",
        "officials",
    ]


def test_the_label_of_a_block_quotation_comes_first() -> None:
    text = "Gazette\nOkafor said the ferry was late."
    assert _links(text, Span(8, len(text)), Span(0, 7)) == ["Gazette", "Okafor"]


def test_who_only_asks_or_denies_is_no_link() -> None:
    assert _links("The keeper asked visitors to leave the bridge.") == []
    assert _links("The director denied that the painting had been sold.") == []


def test_who_points_something_out_asserts_it_and_who_points_at_it_does_not() -> None:
    assert _links("Okafor pointed out that the tower leans.") == ["Okafor"]
    assert _links("There are many cases that the lawyers can point to as a reason to go on.") == []


def test_an_aside_does_not_speak_for_the_whole_sentence() -> None:
    text = (
        "The harbour, which has four cranes and a railway of its own, was rebuilt by the town in the spring after the "
        "flood, and a fisherman said it looks new."
    )
    assert _links(text) == []
    assert _links(text, Span(text.rindex("and a"), len(text))) == ["a fisherman"]


def _made(content: Span, source: Span, asserts: bool = True) -> Attribution:
    return Attribution((content,), (), (source,), False, None, False, asserts)


def test_links_are_ordered_from_the_widest_content_to_the_narrowest() -> None:
    inner, outer = _made(Span(30, 60), Span(20, 25)), _made(Span(20, 60), Span(0, 10))
    assert [link.start for link in chain(Span(30, 60), [inner, outer])] == [0, 20]


def test_of_two_that_stand_side_by_side_one_is_taken() -> None:
    one, other = _made(Span(10, 40), Span(0, 5)), _made(Span(10, 30), Span(41, 45))
    assert [link.start for link in chain(Span(10, 40), [one, other])] == [0]


def test_a_link_keeps_what_the_attribution_knows() -> None:
    found = Attribution((Span(10, 40),), (), (Span(0, 5),), True, ClaimantKind.GROUP, True)
    assert chain(Span(10, 40), [found]) == (Link(0, 5, True, ClaimantKind.GROUP, True),)


def test_what_the_source_does_not_assert_is_no_link() -> None:
    assert chain(Span(10, 40), [_made(Span(10, 40), Span(0, 5), asserts=False)]) == ()
