from __future__ import annotations

import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.comparing.differences import Piece, changes, differences
from tests.pace import within

words = st.text(alphabet="ab n'.,1\n “é漢", max_size=60)
any_text = st.text(max_size=60)


def _shown(old: str, new: str) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in differences(old, new))


def test_a_word_that_was_put_in() -> None:
    assert differences("The rule does apply.", "The rule does not apply.") == (
        Piece("same", "The rule does "),
        Piece("added", "not "),
        Piece("same", "apply."),
    )


def test_numbers_and_contractions_are_whole_words() -> None:
    assert _shown("It weighs 3.5 tons.", "It weighs 8.5 tons.") == "It weighs [-3.5-][+8.5+] tons."
    assert _shown("They don't swim.", "They don’t swim.") == "They [-don't-][+don’t+] swim."
    assert _shown("Read on,", "Read on.") == "Read on[-,-][+.+]"


def test_words_of_scripts_without_spaces_are_compared_one_by_one() -> None:
    assert _shown("橋は古い", "橋は新い") == "橋は[-古-][+新+]い"


def test_single_words_do_not_stand_alone_between_longer_changes() -> None:
    old = "The large brown horse of Marten slept in the stable."
    new = "A little grey donkey of Wenzel slept in the stable."

    assert _shown(old, new) == (
        "[-The large brown horse of Marten-][+A little grey donkey of Wenzel+] slept in the stable."
    )


def test_words_between_shorter_changes_stand_alone() -> None:
    assert _shown("I am probably no sailor.", "I was probably a sailor.") == (
        "I [-am-][+was+] probably [-no-][+a+] sailor."
    )


def test_changes_in_two_paragraphs_stay_apart() -> None:
    assert _shown("The sailors slept.\nThe bakers worked.", "Forty miners sang.\nEvery teacher danced.") == (
        "[-The sailors slept-][+Forty miners sang+].\n[-The bakers worked-][+Every teacher danced+]."
    )


def test_a_paragraph_that_was_put_in_is_one_piece() -> None:
    assert _shown("One.\n\nTwo.\n", "One.\n\nThis is new.\n\nTwo.\n") == "One.\n\n[+This is new.\n\n+]Two.\n"


def test_equal_and_empty_texts() -> None:
    assert differences("Same.", "Same.") == (Piece("same", "Same."),)
    assert differences("", "") == ()
    assert differences("", "New.") == (Piece("added", "New."),)
    assert differences("Old.", "") == (Piece("removed", "Old."),)


@given(words | any_text, words | any_text)
@example("a b", "a\nb")
def test_the_pieces_make_up_both_texts(old: str, new: str) -> None:
    pieces = differences(old, new)

    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert all(piece.text for piece in pieces)
    assert pieces == differences(old, new)


@given(words, words)
def test_no_word_is_cut(old: str, new: str) -> None:
    for change in changes(old, new):
        for text, span in ((old, change.old), (new, change.new)):
            for edge in span:
                around = text[max(0, edge - 1) : edge + 1]
                assert not (len(around) == 2 and around.isascii() and around.isalnum())


@given(words, words)
def test_between_changes_the_texts_are_equal(old: str, new: str) -> None:
    in_old = in_new = 0
    for change in changes(old, new):
        assert old[in_old : change.old.start] == new[in_new : change.new.start]
        assert change.old.of(old) != change.new.of(new)
        in_old, in_new = change.old.end, change.new.end
    assert old[in_old:] == new[in_new:]


def test_a_paragraph_more_in_a_long_text_is_found_quickly() -> None:
    chance = random.Random(7)
    paragraphs = [" ".join(chance.choices(["stone", "the", "river", "of", "a"], k=80)) for _ in range(120)]
    old = "\n\n".join(paragraphs)
    new = "\n\n".join([*paragraphs[:60], "A paragraph more.", *paragraphs[60:]])

    with within(0.3):
        pieces = differences(old, new)

    assert [piece.text for piece in pieces if piece.kind != "same"] == ["A paragraph more.\n\n"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(" * 200_000, "(" * 199_000 + ")" * 1000),
        ("one two " * 25_000, "two one two " * 17_000),
        ("a" * 200_000, "b" * 200_000),
        ("." * 200_000, ". " * 100_000),
        ("a\n" * 100_000, "\na" * 100_000),
        ("it's " * 40_000, "its' " * 40_000),
    ],
    ids=["brackets", "words", "letters", "dots", "lines", "apostrophes"],
)
def test_hostile_texts_take_no_longer(old: str, new: str) -> None:
    with within(2):
        differences(old, new)
