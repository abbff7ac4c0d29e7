from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.comparing.notices import Notice, called_out
from articles.comparing.wording import NoticeKind
from tests.pace import within

telling = st.lists(
    st.sampled_from(
        [
            "not",
            "never",
            "don't",
            "Anna",
            "Berg",
            "BNX",
            "may",
            "in",
            "May",
            "3",
            "3.5",
            "million",
            "two",
            "%",
            "“",
            "”",
            '"',
            "the",
            "boat",
            ".",
            "\n",
            "at",
            "least",
            "Monday",
            "No",
            "cannot",
            "won't",
        ]
    ),
    max_size=25,
).map(" ".join)


def _sentences(old: str, new: str) -> list[str]:
    return [notice.sentence for notice in called_out(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("It cost 3.5 marks.", "It cost 8.5 marks.", ["The number 3.5 became 8.5."]),
        ("It cost 3.5 million.", "It cost 3.5 billion.", ["The number 3.5 million became 3.5 billion."]),
        ("It cost 3.5.", "It cost 3.5 million.", ["The number 3.5 became 3.5 million."]),
        ("About 5 percent left.", "About 7% left.", ["The number 5 percent became 7%."]),
        ("They have two boats.", "They have three boats.", ["The number two became three."]),
        ("They have twenty-two boats.", "They have boats.", ["The number twenty-two was taken out."]),
        ("They won $40 then.", "They won €40 then.", ["The number $40 became €40."]),
        ("It was half full.", "It was full.", ["The number half was taken out."]),
    ],
)
def test_numbers(old: str, new: str, sentences: list[str]) -> None:
    assert _sentences(old, new) == sentences


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("It sank on March 3.", "It sank on May 3, 1920.", ["The date March 3 became May 3, 1920."]),
        ("It sank on Monday.", "It sank on Tuesday.", ["The date Monday became Tuesday."]),
        ("It sank in May.", "It sank in June.", ["The date May became June."]),
        ("It sank on 1920-05-03.", "It sank on 1920-05-04.", ["The date 1920-05-03 became 1920-05-04."]),
        ("It sank yesterday at six.", "It sank at six.", ["The date yesterday was taken out."]),
    ],
)
def test_dates(old: str, new: str, sentences: list[str]) -> None:
    assert _sentences(old, new) == sentences


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("The rule does apply.", "The rule does not apply.", ["“not” was put in."]),
        ("The rule doesn't apply.", "The rule does apply.", ["“doesn't” was taken out."]),
        ("He never swims.", "He swims.", ["“never” was taken out."]),
        ("He cannot swim.", "He can swim.", ["“cannot” was taken out."]),
        ("They won’t come.", "They will come.", ["“won’t” was taken out."]),
        ("She left without a word.", "She left with a word.", ["“without” was taken out."]),
        ("She refused to sign.", "She agreed to sign.", ["“refused” was taken out."]),
        ("Neither came.", "Both came.", ["“Neither” was taken out."]),
        ("He has no dog.", "He has never a dog.", ["“no” became “never”."]),
        ("It is on page No. 5 there.", "It is on page 5 there.", []),
    ],
)
def test_negations(old: str, new: str, sentences: list[str]) -> None:
    assert _sentences(old, new) == sentences


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("A boat of Berg came.", "A boat of Borg came.", ["The name Berg became Borg."]),
        ("Then Anna Berg came.", "Then Berg came.", ["The name Anna Berg became Berg."]),
        ("Anna Berg came.", "Anna Borg came.", ["The name Anna Berg became Anna Borg."]),
        ("The BNX paid.", "The QNX paid.", ["The name BNX became QNX."]),
        ("We saw Ms. Berg there.", "We saw her there.", ["The name Ms. Berg was taken out."]),
        ("The keeper’s boat came.", "Berg’s boat came, said Berg.", ["The name Berg was put in."]),
        (
            "Bob Ray met Ann Lee.",
            "Ann Lee met Bob Ray.",
            ["The name Bob Ray became Ann Lee.", "The name Ann Lee became Bob Ray."],
        ),
        ("He came. Others left.", "He came. Boats left.", []),
        ("BNX paid.", "QNX paid.", ["The name BNX became QNX."]),
        ("Berg came. We saw Berg.", "Rook came. We saw Berg.", ["The name Berg was taken out."]),
        ("We saw Berg’s boat.", "We saw Borg’s boat.", ["The name Berg became Borg."]),
        ("He came to Berg. Anna left.", "He came to Berg. Vera left.", []),
        ("We saw J. Berg there.", "We saw K. Berg there.", ["The name J. Berg became K. Berg."]),
        ("He came to Berg.\nHe left.", "He came to Berg.\nThey left.", []),
    ],
)
def test_names(old: str, new: str, sentences: list[str]) -> None:
    assert _sentences(old, new) == sentences


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("He allegedly sold it.", "He sold it.", ["“allegedly” was taken out."]),
        ("It will rain.", "It may rain.", ["“will” became “may”."]),
        ("It has rained, reportedly.", "It has rained.", ["“reportedly” was taken out."]),
        ("All boats sank.", "Some boats sank.", ["“All” became “Some”."]),
        ("At least 4 sank.", "At most 4 sank.", ["“At least” became “At most”."]),
        ("They sailed over 40 miles.", "They sailed 40 miles.", ["“over” was taken out."]),
        ("They sailed over the bay.", "They sailed in the bay.", []),
    ],
)
def test_hedges(old: str, new: str, sentences: list[str]) -> None:
    assert _sentences(old, new) == sentences


def test_quotation_marks() -> None:
    with_marks, without = "He called it “a fine boat” then.", "He called it a fine boat then."

    assert _sentences(with_marks, without) == ["Quotation marks were taken away from “a fine boat”."]
    assert _sentences(without, with_marks) == ["Quotation marks were put around “a fine boat”."]
    assert _sentences(without, with_marks.replace("“", "'").replace("”", "'")) == [
        "Quotation marks were put around “a fine boat”."
    ]
    assert called_out(with_marks, with_marks.replace("“", '"').replace("”", '"')) == ()
    assert called_out("The boys' boat", "The boys boat") == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("They don't swim.", "They do not swim."),
        ("They don't swim.", "They don’t swim."),
        ("It won't float.", "It will not float."),
        ("It holds 2 million litres.", "It holds 2,000,000 litres."),
        ("It holds five percent.", "It holds 5%."),
        ("It might rain.", "It may rain."),
        ("The red boat came.", "The green boat came."),
        ("Berg came. We saw Berg.", "Then Berg came. We saw Berg."),
    ],
)
def test_other_spellings_of_the_same_are_not_called_out(old: str, new: str) -> None:
    assert called_out(old, new) == ()


def test_what_moved_as_a_whole_is_not_called_out() -> None:
    first = "Anna Berg did not sell the 3 boats on Monday.\n"
    rest = "The keeper saw it all from the mole.\nHe told the others in the evening, over soup.\n"

    assert called_out(first + rest, rest + first) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("He said that they did not see the boat.", "He did not say that they saw the boat."),
        ("They did not say it and did go.", "They did say it and did not go."),
    ],
)
def test_a_negation_that_moved_is_called_out(old: str, new: str) -> None:
    assert [notice.kind for notice in called_out(old, new)] == [NoticeKind.NEGATION] * 2


def test_what_changed_in_two_places_of_one_date_is_one_change() -> None:
    assert _sentences("It sank on March 3, 1920 there.", "It sank on April 3, 1921 or Monday there.") == [
        "The date March 3, 1920 was taken out.",
        "The date April 3, 1921 was put in.",
        "The date Monday was put in.",
    ]


def test_notices_come_in_the_order_of_the_text_and_once() -> None:
    old = "On Monday 3 boats came. On Monday 3 boats left, though not all."
    new = "On Friday 4 boats came. On Friday 4 boats left, though all."

    assert called_out(old, new) == (
        Notice(NoticeKind.DATE, "Monday", "Friday"),
        Notice(NoticeKind.NUMBER, "3", "4"),
        Notice(NoticeKind.NEGATION, "not", ""),
    )


def test_where_counts_differ_nothing_is_said_to_have_become_something() -> None:
    assert _sentences("It has 3 boats there.", "It has 6 or 7 boats there.") == [
        "The number 3 was taken out.",
        "The number 6 was put in.",
        "The number 7 was put in.",
    ]


@given(telling | st.text(max_size=60))
def test_equal_texts_give_nothing(text: str) -> None:
    assert called_out(text, text) == ()


@given(telling, telling)
def test_notices_are_about_words_of_the_texts(old: str, new: str) -> None:
    found = called_out(old, new)

    assert found == called_out(old, new)
    assert len(set(found)) == len(found)
    for notice in found:
        assert notice.before or notice.after
        assert notice.before != notice.after
        assert notice.before in ("will", old) or notice.before.removesuffix("…") in old
        assert notice.after in ("will", new) or notice.after.removesuffix("…") in new


@given(telling, telling)
def test_a_negation_more_is_never_overlooked(before: str, after: str) -> None:
    old, new = f"{before} boat {after}", f"{before} boat never {after}"

    kinds = {notice.kind for notice in called_out(old, new)}

    assert NoticeKind.NEGATION in kinds or after.startswith("never")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(" * 50_000, ")" * 50_000),
        ("1 " * 25_000, "2 " * 25_000),
        ("Ab " * 15_000, "Cd Ab " * 7_000),
        ("million " * 6_000, "billion " * 6_000),
        ('"a' * 25_000, "'a" * 25_000),
        ("." * 50_000, ". " * 25_000),
        ("1" * 50_000, "1," * 25_000),
        ("not " * 12_000, "not never " * 5_000),
        ("$" * 50_000, "$1" * 25_000),
        ("a" * 50_000, "n't" * 15_000),
    ],
    ids=[
        "brackets",
        "numbers",
        "names",
        "units",
        "quotes",
        "dots",
        "digits",
        "negations",
        "money",
        "letters",
    ],
)
def test_hostile_texts_take_no_longer(old: str, new: str) -> None:
    with within(2):
        called_out(old, new)
