from __future__ import annotations

from articles.importing.checkworthiness.lexicon import Cue
from articles.importing.checkworthiness.reading import (
    DAY,
    MONEY,
    NAME,
    NUMBER,
    ORDINAL,
    YEAR,
    Reading,
    names_of,
    read,
    tokens,
)


def _read(text: str) -> Reading:
    return read(tokens(text))


def test_a_run_of_names_is_one_name_and_gives_no_words() -> None:
    reading = _read("The harbour of Port Ansel lies north of Quillon.")
    assert reading.names == ["Port Ansel", "Quillon"]
    assert reading.words == ["the", "harbour", "of", NAME, "lies", "north", "of", NAME]
    assert reading.length == 9


def test_a_comma_parts_two_names() -> None:
    assert _read("They went to Ansel, Quillon and Brome.").names == ["Ansel", "Quillon", "Brome"]


def test_a_capital_at_the_beginning_tells_nothing_by_itself() -> None:
    assert _read("Bakers rise early.").names == []
    assert _read("He said: “Bakers rise early.”").names == []


def test_a_word_that_is_a_name_elsewhere_is_one_at_the_beginning_too() -> None:
    document = [tokens("Quillon sells tea."), tokens("We went to Quillon.")]
    assert names_of(document) == {"Quillon"}
    assert read(document[0], names_of(document)).names == ["Quillon"]


def test_a_word_that_is_also_written_small_is_no_name() -> None:
    assert (
        names_of([tokens("We went to Market Street."), tokens("A market and a street are there.")]) == set()
    )


def test_headlines_have_capitals_but_no_names() -> None:
    assert _read("Town Opens New Bridge After Long Delay").names == []


def test_words_written_large_for_emphasis_are_no_names() -> None:
    reading = _read("The soup was TERRIBLE and the staff did NOT care about the NQRA rules.")
    assert reading.names == ["NQRA"]
    assert reading.acronyms == ["NQRA"]
    assert reading.cues[Cue.JUDGEMENT] == ["TERRIBLE"]


def test_numbers_years_days_and_ordinals_are_told_apart() -> None:
    reading = _read("On 3 June 1998, in its 4th year, it sold 1,200 boats for $5.")
    assert reading.words[:9] == ["on", DAY, "june", YEAR, "in", "its", ORDINAL, "year", "it"]
    assert reading.words[9:] == ["sold", NUMBER, "boats", "for", MONEY, NUMBER]
    assert (reading.numbers, reading.years, reading.days) == (["1,200", "5"], ["1998"], ["3"])


def test_a_day_may_stand_behind_its_month() -> None:
    reading = _read("It opened on Oct 31 2019.")
    assert (reading.numbers, reading.years, reading.days) == ([], ["2019"], ["31"])


def test_curly_and_straight_apostrophes_read_the_same() -> None:
    assert _read("We don’t know.").words == _read("We don't know.").words
    assert Cue.NEGATION in _read("We don’t know.").cues


def test_pairs_of_words_give_their_own_cue() -> None:
    assert _read("It is dry according to locals.").cues[Cue.REPORT] == ["according", "according"]
    assert Cue.OBLIGATION in _read("They have to leave.").cues
