"""Links to exact words on somebody else's page: what a browser reads out of them again."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.formats.text_fragment import MOST_CHARACTERS, link_to_words, text_fragment

PAGE = "https://news.example/bridge"
LONG = "The bridge over the river cost the city four million dollars in all, which is one million more than planned."


def read(fragment: str) -> dict[str, str]:
    """Take a directive apart as the specification says, and decode its parts."""
    assert fragment.startswith("text=")
    parts = fragment.removeprefix("text=").split(",")
    found = {}
    if parts[0].endswith("-"):
        found["prefix"] = unquote(parts.pop(0)[:-1])
    if parts[-1].startswith("-"):
        found["suffix"] = unquote(parts.pop()[1:])
    assert len(parts) in (1, 2), fragment
    found["start"] = unquote(parts[0])
    if len(parts) == 2:
        found["end"] = unquote(parts[1])
    return found


def test_few_words_are_named_whole_with_what_stands_beside_them():
    fragment = text_fragment("four million", "It is said that it cost ", " dollars, they say now")

    assert read(fragment) == {
        "prefix": "that it cost",
        "start": "four million",
        "suffix": "dollars, they say",
    }


def test_many_words_are_named_by_their_beginning_and_their_end():
    assert read(text_fragment(LONG)) == {
        "start": "The bridge over the river cost",
        "end": "is one million more than planned.",
    }


def test_words_of_two_paragraphs_are_named_by_both():
    assert read(text_fragment("It cost four million.\n\nSo they say.")) == {
        "start": "It cost four million.",
        "end": "So they say.",
    }


def test_what_has_a_meaning_in_a_directive_is_encoded():
    assert text_fragment("a-b, c & d") == "text=a%2Db%2C%20c%20%26%20d"


def test_a_word_that_may_have_been_cut_is_left_out():
    fragment = text_fragment("four million", "idge cost ", " doll")

    assert read(fragment) == {"prefix": "cost", "start": "four million"}


def test_words_of_the_paragraph_beside_are_left_out():
    assert read(text_fragment("four", "Above.\n\nIt cost ", " then.\nBelow")) == {
        "prefix": "It cost",
        "start": "four",
        "suffix": "then.",
    }


def test_the_anchor_of_an_address_stays_and_another_directive_goes():
    assert link_to_words(f"{PAGE}#part:~:text=old", "four") == f"{PAGE}#part:~:text=four"
    assert link_to_words(PAGE, "four") == f"{PAGE}#:~:text=four"


@pytest.mark.parametrize(
    "address", ["", "javascript:alert(1)", "ftp://news.example/", "data:text/html,x", "/here"]
)
def test_only_what_a_browser_opens_is_a_link(address):
    assert link_to_words(address, "four") == ""


WORDS = st.text(
    alphabet=st.characters(exclude_categories=["Cs"]),
    max_size=400,
)


@given(exact=WORDS, before=WORDS, after=WORDS)
def test_whatever_the_words_a_browser_finds_them_again(exact, before, after):
    fragment = text_fragment(exact, before, after)

    if not exact.strip():
        assert fragment == ""
        return
    assert fragment.isascii() and "&" not in fragment and "#" not in fragment and " " not in fragment
    parts = read(fragment)
    words = " ".join(exact.split())
    assert words.startswith(parts["start"])
    assert words.endswith(parts.get("end", parts["start"]))
    if "end" not in parts:
        assert parts["start"] == words
    assert all(len(part) <= MOST_CHARACTERS for part in parts.values())
    assert parts.get("prefix", "") in " ".join(before.split())
    assert parts.get("suffix", "") in " ".join(after.split())


@given(fragment=WORDS)
def test_an_address_keeps_its_page(fragment):
    link = link_to_words(f"{PAGE}#{fragment}", "four")

    assert link.startswith(f"{PAGE}#") and link.endswith(":~:text=four")
    assert link.count(":~:") == 1
