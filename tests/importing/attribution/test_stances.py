from __future__ import annotations

import pytest

from articles.importing.attribution.stances import denies, is_noun, may_assert, may_speak


@pytest.mark.parametrize("word", ["said", "reports", "claimed", "noting"])
def test_words_of_saying_assert(word: str) -> None:
    assert may_assert(word)


@pytest.mark.parametrize("word", ["wants", "promised", "demand", "ordered", "hopes"])
def test_words_of_wanting_do_not(word: str) -> None:
    assert not may_assert(word)


@pytest.mark.parametrize("words", [["declined", "to", "say"], ["didn't", "say"], ["never", "said"]])
def test_denials_are_known(words: list[str]) -> None:
    assert denies(words)


def test_a_plain_cue_denies_nothing() -> None:
    assert not denies(["has", "said"])


@pytest.mark.parametrize(
    ("words", "known", "speaks"),
    [
        (["she"], False, True),
        (["the", "report"], False, True),
        (["company", "records"], False, True),
        (["A"], True, True),
        (["the", "weather"], False, False),
        (["i"], False, False),
        (["we"], True, False),
        (["nobody"], True, False),
        (["which"], False, False),
        ([], False, False),
    ],
)
def test_people_and_documents_speak_and_the_writer_does_not(
    words: list[str], known: bool, speaks: bool
) -> None:
    assert may_speak(words, known) is speaks


def test_a_report_is_a_noun_and_said_is_not() -> None:
    assert is_noun("report")
    assert not is_noun("said")
