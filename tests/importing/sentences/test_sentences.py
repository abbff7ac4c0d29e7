from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.sentences.splitting import split
from articles.spans import Span
from tests.pace import within

# What a splitter looks at, more often than chance would bring it.
_WORDS = ["Mr", "U.S", "The", "no", "5", "🎉"]
_marks = st.sampled_from(".!?…。؟।\"'“”‘’()[]«»&—-*, \n\t\u00a0\u2028") | st.sampled_from(_WORDS)
any_text = st.lists(_marks | st.characters(exclude_categories=["Cs"]), max_size=60).map("".join)


def _split(text: str) -> list[str]:
    return [span.of(text) for span in split(text, 0, len(text))]


@pytest.mark.parametrize(
    "sentence",
    [
        "Gov. Ada Roe met Sen. Tom Poe and Reps. Kim Doe and Lee Foe on Wednesday.",
        "The U.S. Forest Service and the U.K. Met Office agreed.",
        "See No. 5, p. 12, pp. 3-4 and § 3 of the rules.",
        "Acme Inc. Chairman Jane Roe and Ford & Co. President John Doe came.",
        "It happened at 9 a.m. Monday, at 7 p.m. EST and on Jan. 6 and Sept. 14.",
        "Roe v. Wade is older than 539 U.S. 244, 12 F. Supp. 2d 3 and 5 F.3d 7.",
        "J. R. R. Tolkien knew George W. Bush, J.-P. Sartre and É. Zola.",
        "Prices rose 1.8 percent to $2.50, or .5 points, in v1.2.3.",
        "Open notes.txt, www.example.org, https://example.org/a?b=c! and a.b@example.com now.",
        "He said the … Gardens … open in … Spring.",
        "“Really?” she asked.",
        "“Really?” Jane Roe asked.",
        "“What a day!” I said.",
        "“It rained.” — Jane Roe",
        "He paid approx. $5 to the mint.",
        "She teaches people. & groups how to swim.",
        "1. Cut the bread.",
        "Yahoo! Groups closed.",
        "The list (eggs, milk, etc.) is long.",
        "The case is closed. (see note 3)",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert _split(sentence) == [sentence]


@pytest.mark.parametrize(
    "sentences",
    [
        ["It rained.", "It stopped!", "Did it?", "5 boats left.", "$5 was paid."],
        ["He lives in the U.S.", "The U.S. Mint is near."],
        ["They met at 7 p.m.", "Swimmers came."],
        ["He works for Acme Inc.", "It sells bread."],
        ["The answer is no.", "Nobody knows."],
        ["He is No. 1.", "She is No. 2."],
        ["Oranges hold vitamin C.", "Bakers agree."],
        ["He said “Stop.”", "“Go on,” she said."],
        ['He said "Stop."', '"Go on," she said.'],
        ["“I came.", "I saw,” he said."],
        ["It closed (for good).", "(It was old.)", "[T]he end."],
        ["It closed.[1]", "It opened.²", "*(What to do then)"],
        ["“”It rained a lot.”.", "Boats left."],
        ["Sales rose.", "iPhone sales fell."],
        ["Great news! 🎉🎉", "We won. 🎉"],
        ["Wait…", "Here it comes."],
        ["He left. ”", "She stayed."],
        ["1. Cut the bread.", "2. Eat it."],
        ["“Really?”", "He shook his head."],
        ["वह आया।", "वह गया।"],
        ["هل جاء؟", "نعم."],
        ["वह गया।", "and he came."],
    ],
)
def test_sentences_are_cut_where_they_end(sentences: list[str]) -> None:
    assert _split(" ".join(sentences)) == sentences


def test_scripts_without_spaces_need_none() -> None:
    assert _split("我来了。你好吗？好！") == ["我来了。", "你好吗？", "好！"]


def test_a_quotation_that_is_named_after_its_stop_stays_with_its_speaker() -> None:
    assert _split("他说“走。”然后。") == ["他说“走。”然后。"]


def test_a_lost_space_is_found_again_where_a_word_begins_sentences() -> None:
    assert _split("The match ended.The crowd left.") == ["The match ended.", "The crowd left."]
    assert _split("Node.The is a name, and so is Node.js.") == ["Node.The is a name, and so is Node.js."]


def test_a_line_break_is_white_space_and_a_blank_line_is_an_end() -> None:
    assert _split("It rained\nall day. \n \n and night") == ["It rained\nall day.", "and night"]
    assert _split("It rained \n\n all day") == ["It rained", "all day"]


def test_only_the_block_is_read_and_its_edges_are_kept() -> None:
    text = "One. Two. Three. Four."

    assert split(text, 4, 16) == [Span(5, 9), Span(10, 16)]
    assert split(text, 4, 7) == [Span(5, 7)]
    assert split(text, 4, 5) == split("", 0, 0) == []


@given(any_text, st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=200)
def test_every_character_lies_in_exactly_one_sentence(text: str, start: int, length: int) -> None:
    end = min(start + length, len(text))
    spans = split(text, start, end)

    covered = [at for span in spans for at in range(*span)]
    assert covered == sorted(set(covered))
    assert (
        {at for at in range(start, end) if not text[at].isspace()} <= set(covered) <= set(range(start, end))
    )
    assert all(span.of(text) == span.of(text).strip() != "" for span in spans)


@pytest.mark.parametrize(
    "piece", ["(", ".", ". ", "“", '. "', "A. ", "\n ", "… ", "word ", ".[1", "x", ". 🎉", " ”"]
)
def test_hostile_texts_are_read_in_time_that_grows_with_their_length(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    with within(2):
        split(text, 0, len(text))
