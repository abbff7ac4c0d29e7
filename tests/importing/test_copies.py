from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.copies import MOST_MARKS, likeness, marks
from tests.pace import within

ARTICLE = """The “Kestrel” came back to the harbour of Lindow on Thursday, eleven years after she had left it.

Two boys saw her first – a brown sail beyond the mole – and ran to tell the keeper, who didn’t believe them.
“She had no lamp lit,” he said, “and nobody stood at the wheel.”

By noon half the town was on the quay. The baker closed her shop, the school let the children go, and the band,
which had played together only once that year, tried to remember a tune that everybody knew.

The ship’s cook, the only one aboard who wanted to talk, said that they had wintered in the south, lost a mast,
bought another, and sold all the barrels but three. Those three are for the mayor.

Nobody knows yet whether she’ll sail again. The harbour office wants to see her papers, which are eleven years old,
and her owner has moved to a house without a view of the sea."""
OTHER = """A new path now leads from the mill to the upper pond, and those who laid it say that it will last.

It took nine weekends. Forty people carried gravel, six of them on every one of those days, and the club paid for
the bridge out of what its summer fair had earned. Nobody was hurt, though a wheelbarrow ended up in the water.

The pond itself stays as it is: no boats, no fires, no fishing before the first of June. The club will put up a
bench if somebody gives it one, and a second one in the shade if somebody gives it two."""
PARAGRAPH = (
    "\n\nThe band will play again on Sunday, this time with notes, in front of the chapel if it is dry."
)


def _changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


NEAR_COPIES = {
    "straight marks": ARTICLE.translate(str.maketrans("“”’–", '""\'-')),
    "one line": " ".join(ARTICLE.split()),
    "wrapped": ARTICLE.replace(" and ", "\nand "),
    "shouted": ARTICLE.upper(),
    "spaced": ARTICLE.replace(" ", "\u00a0").replace("\n", "\n\n"),
    "with captions": f"kestrel_harbour_04\n\n{ARTICLE}\n\nPhoto: the author\n\nShare\n\nkestrel_quay_2",
    "with header and footer": f"From the Example Wire, all rights reserved.\n\n{ARTICLE}\n\nMore news at eight.",
    "a paragraph more": ARTICLE + PARAGRAPH,
    "a paragraph less": "\n\n".join(ARTICLE.split("\n\n")[1:]),
    "edited": _changed(_changed(ARTICLE, "half the town", "most of the town"), "Two boys", "Two girls"),
    "another order": "\n\n".join(reversed(ARTICLE.split("\n\n"))),
}


@pytest.mark.parametrize("copy", NEAR_COPIES.values(), ids=NEAR_COPIES)
def test_near_copies_share_marks_and_are_called_so(copy: str) -> None:
    found = likeness(ARTICLE, copy)

    assert found.is_near_copy
    assert found.shared >= 0.6
    assert "near-copy" in found.sentence
    assert len(set(marks(ARTICLE)) & set(marks(copy))) > len(marks(ARTICLE)) / 3


def test_copies_that_differ_only_in_their_looks_share_everything() -> None:
    for name in ("straight marks", "one line", "wrapped", "shouted", "spaced", "with captions"):
        assert likeness(ARTICLE, NEAR_COPIES[name]).shared == 1
        assert marks(NEAR_COPIES[name]) == marks(ARTICLE)


def test_another_article_has_next_to_nothing_in_common() -> None:
    found = likeness(ARTICLE, OTHER)

    assert (found.shared, found.is_near_copy) == (0, False)
    assert found.sentence == "Not a copy: the two have next to nothing in common."
    assert not set(marks(ARTICLE)) & set(marks(OTHER))


def test_a_long_article_that_quotes_a_short_one_whole_is_no_copy() -> None:
    found = likeness(OTHER, f"{ARTICLE}\n\n{OTHER}\n\n{PARAGRAPH}")

    assert not found.is_near_copy
    assert found.of_old == 1
    assert found.shared == found.of_new < 0.5
    assert found.sentence == (
        f"Not a copy, but the new text holds 100 % of the old one, which makes up {int(100 * found.of_new)} % of "
        "it: it may quote it whole."
    )


def test_a_short_article_taken_whole_from_a_long_one_is_no_copy() -> None:
    found = likeness(f"{ARTICLE}\n\n{OTHER}", OTHER)

    assert not found.is_near_copy
    assert found.of_new == 1
    assert found.sentence.startswith("Not a copy, but the old text holds 100 % of the new one")


def test_two_articles_with_the_same_agency_paragraph_are_no_copies() -> None:
    agency = "\n\n" + ARTICLE.split("\n\n")[2]

    found = likeness(OTHER + agency, PARAGRAPH * 3 + agency)

    assert not found.is_near_copy
    assert found.shared > 0.2
    assert found.sentence.startswith("Not a copy, but passages stand in both: ")


def test_a_share_is_never_rounded_up_to_all() -> None:
    text = " ".join(f"word{number}" for number in range(2000))

    found = likeness(text, text.replace("word999", "other"))

    assert found.shared < 1
    assert "99 %" in found.sentence


def test_lines_without_prose_leave_no_marks() -> None:
    assert marks("harbour_at_dawn_the_kestrel_comes_home_2") == marks("Share this") == ()
    assert marks(f"Advertisement\n{ARTICLE}\nmore_of_the_same_here_4") == marks(ARTICLE)


def test_short_lines_count_where_there_are_no_others() -> None:
    poem = "brown-red sail\nbeyond the mole\nno lamp lit\nnobody there\ncoming home"

    assert len(marks(poem)) == 8
    assert likeness(poem, poem.replace("\n", " / ")).shared == 1


def test_scripts_without_spaces_have_marks() -> None:
    text = "町の古い橋は千九百年に建てられた。今も使われている。"

    assert len(marks(text)) == len(text) - 2 - 5
    assert likeness(text, text.replace("。", "\n")).shared == 1


def test_very_short_and_empty_texts() -> None:
    assert marks("Five words are too few.") == marks("") == marks("...") == ()
    assert likeness("Too few.", "Too few!").shared == 1
    assert likeness("Too few.", "Others.").shared == 0
    assert likeness("...", "!!!").shared == 0
    assert likeness("", "").shared == 0
    assert likeness("", ARTICLE).shared == 0


def test_damaged_text_has_marks() -> None:
    assert marks("\ud800 " * 5 + "\udfff") != ()


def test_marks_are_the_same_in_every_process() -> None:
    # Python hashes words differently in every process; the database remembers.
    code = "import sys; from articles.importing.copies import marks; print(marks(sys.stdin.read()))"
    root = Path(__file__).parents[2]

    printed = subprocess.run(
        [sys.executable, "-c", code],
        input=ARTICLE,
        capture_output=True,
        check=True,
        cwd=root,
        encoding="utf-8",
    ).stdout

    assert printed.strip() == str(marks(ARTICLE))


@given(st.text() | st.text("ab c\n.", max_size=400))
def test_marks_are_few_rising_and_fit_the_database(text: str) -> None:
    found = marks(text)

    assert len(found) <= MOST_MARKS
    assert list(found) == sorted(set(found))
    assert all(0 <= mark < 2**63 for mark in found)


def test_a_long_text_has_no_more_marks() -> None:
    assert len(marks(" ".join(map(str, range(5000))))) == MOST_MARKS


@given(st.text(max_size=80) | st.text("ab c\n.", max_size=300), st.text("ab c\n.", max_size=300))
def test_shares_are_shares(old: str, new: str) -> None:
    found = likeness(old, new)
    back = likeness(new, old)

    assert 0 <= found.shared <= min(found.of_old, found.of_new) <= 1 or found.shared == 0
    assert (found.shared, found.of_old, found.of_new) == (back.shared, back.of_new, back.of_old)
    assert likeness(old, old).shared in (0, 1)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200_000,
        "a " * 100_000,
        "a" * 200_000,
        "." * 200_000,
        "a_" * 100_000,
        "\n" * 200_000,
        "\ufdfa" * 40_000,
    ],
    ids=["brackets", "words", "letters", "dots", "slug", "lines", "ligatures"],
)
def test_hostile_texts_take_no_longer(text: str) -> None:
    with within(3):
        marks(text)
        likeness(text, text[1:])


def test_the_marks_of_an_article_take_milliseconds() -> None:
    article = (ARTICLE + OTHER) * 4
    assert 5000 < len(article) < 6500

    with within(0.05):
        for _ in range(5):
            marks(article)
