"""Which words are marked, and that a snippet never says what the text does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search.snippets import WORD, alike, pieces

# Letters that meet, apostrophes of both kinds, and what parts words.
TEXTS = st.text(alphabet="ab sé'’_-.", max_size=40)


def marks(text, marked):
    return [piece for piece, is_marked in pieces(text, marked) if is_marked]


@given(TEXTS, st.sets(TEXTS.flatmap(lambda text: st.sampled_from(WORD.findall(text) or ["a"])), max_size=4))
def test_a_short_text_comes_back_whole_with_its_marked_words_marked(text, marked):
    assert "".join(piece for piece, _ in pieces(text, marked)) == text
    assert marks(text, marked) == [word for word in WORD.findall(text) if word in marked]


def test_letters_after_an_apostrophe_are_no_word_of_their_own():
    assert marks("Trump said. Trump's source(s) spoke.", {"Trump", "Trump's", "s"}) == [
        "Trump",
        "Trump's",
        "s",
    ]
    assert marks("Trump's", {"Trump", "s"}) == []


@given(st.text(alphabet="ab s'", min_size=300, max_size=600), st.sets(st.sampled_from(["a", "ab", "b's"])))
def test_of_a_long_text_the_pieces_are_a_part(text, marked):
    shown = "".join(piece for piece, _ in pieces(text, marked)).removeprefix("… ").removesuffix(" …")
    assert shown in text


@pytest.mark.parametrize(
    ("looked_for", "words", "kept"),
    [
        (["tax"], ["taxes", "levy", "Taxed"], ["taxes", "Taxed"]),
        (["éclair"], ["eclair", "cake"], ["eclair"]),
        (["#metoo"], ["metoo", "we"], ["metoo"]),
        (["$100"], ["100", "dollars"], ["100"]),
        (["'foo'"], ["foo", "bar"], ["foo"]),
        (["(tax reform"], ["tax", "reform", "law"], ["tax", "reform"]),
        (["tax"], ["éclair", "o'Tax", "law"], ["éclair", "o'Tax"]),
        (["–"], ["law"], ["law"]),
        ([], ["law"], ["law"]),
    ],
)
def test_only_words_that_begin_alike_are_tried(looked_for, words, kept):
    assert alike(words, looked_for) == kept
