"""What is typed into the search box, read without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search.query import LONGEST, MOST_PREFIXES, MOST_TERMS, Term, parse, passage


def words(query):
    return [[term.text for term in group] for group in query.groups]


@pytest.mark.parametrize(
    ("typed", "groups"),
    [
        ("tax reform", [["tax"], ["reform"]]),
        ('"tax  reform" law', [["tax reform"], ["law"]]),
        ("“tax reform”", [["tax reform"]]),
        ("tax OR levy law", [["tax", "levy"], ["law"]]),
        ("OR tax OR", [["tax"]]),
        ("tax or levy", [["tax"], ["levy"]]),
        ("the tax on land", [["tax"], ["land"]]),
        ("to be or not to be", [["to"], ["be"], ["or"], ["not"]]),
        ("tax tax Tax", [["tax"], ["Tax"]]),
        ('tax "unclosed phrase', [["tax"], ["unclosed phrase"]]),
        ("…  ?! *", []),
        ("", []),
        ("col:x", [["col:x"]]),
    ],
)
def test_words_phrases_and_alternatives(typed, groups):
    assert words(parse(typed)) == groups


def test_beginnings_of_words():
    assert parse("econom*").terms == (Term("econom", is_prefix=True),)
    assert parse("ec* e*").terms == (Term("ec"), Term("e"))


def test_only_some_beginnings_of_words():
    query = parse(" ".join(f"word{number}*" for number in range(MOST_PREFIXES + 2)))
    assert sum(term.is_prefix for term in query.terms) == MOST_PREFIXES
    assert len(query.terms) == MOST_PREFIXES + 2
    assert f"first {MOST_PREFIXES} words with a star" in " ".join(query.notes)


def test_what_to_leave_out():
    query = parse('tax -reform -"flat rate"')
    assert words(query) == [["tax"]]
    assert [term.text for term in query.without] == ["reform", "flat rate"]


def test_nothing_but_what_to_leave_out_is_told():
    query = parse("-tax")
    assert not query
    assert query.notes == ("Say also what you look for, not only what to leave out.",)


def test_conditions():
    query = parse('tax claimant:"Jane Roe" RATING:false before:2024-11-01 after:2023')
    assert query.texts("claimant") == ["Jane Roe"]
    assert query.texts("rating") == ["false"]
    assert query.days("before") == [date(2024, 11, 1)]
    assert query.days("after") == [date(2023, 1, 1)]
    assert not query.notes


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("before:soon", "“before:soon” names no day and was left out; write before:2024-11-01."),
        ("after:2024-13", "“after:2024-13” names no day and was left out; write after:2024."),
        ("rating:", "“rating:” needs a value, as in rating:false, and was left out."),
        ("-rating:false", "“-rating:” is not understood and was left out; only words can be excluded."),
    ],
)
def test_conditions_that_cannot_be_read_are_told(typed, told):
    query = parse(f"tax {typed}")
    assert words(query)[0] == ["tax"]
    assert query.notes == (told,)
    assert not query.fields


def test_more_than_anybody_types():
    assert "10,000 characters" in parse("x" * (LONGEST + 1)).notes[0]
    query = parse(" ".join(f"w{number}" for number in range(MOST_TERMS + 9)))
    assert len(query.terms) == MOST_TERMS
    assert query.notes == (f"Only the first {MOST_TERMS} different words were searched for.",)


def test_in_a_passage_nothing_is_an_operator():
    query = passage('He said: "-tax OR levy*" rating:false')
    assert words(query) == [["said", "tax", "levy", "rating", "false"]]
    assert not query.without and not query.fields
    assert words(passage("to be")) == [["to", "be"]]
    assert not passage(" … ")


@given(st.text(max_size=300) | st.text(alphabet='ab "-*:ORclaimant', max_size=200))
def test_any_text_is_read(typed):
    for query in (parse(typed), passage(typed)):
        assert len(query.terms) <= MOST_TERMS
        assert all(term.text.strip() and '"' not in term.text for term in query.terms)
        assert "\x00" not in "".join(term.text for term in (*query.terms, *query.without))


def test_a_rating_that_was_chosen_is_meant_by_its_slug():
    query = parse("bridge rating:supported rating:Untrue")
    assert query.choosing("supported").fields == (("chosen", "supported"), ("rating", "Untrue"))
    assert query.choosing("contradicted") == query
    # Nobody can type it.
    assert parse("chosen:supported").fields == ()
