from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.dates import DateError, DateRange

days = st.dates(min_value=date(1000, 1, 1))


@st.composite
def ranges(draw: st.DrawFn) -> DateRange:
    """Ranges that are known at one end at least, with whole months and years more often than by chance."""
    first = draw(days)
    last = draw(st.dates(min_value=first))
    first = draw(st.sampled_from([first, first.replace(day=1), first.replace(month=1, day=1)]))
    last = draw(st.sampled_from([last, last.replace(month=12, day=31), _month_end(last), first]))
    open_end = draw(st.sampled_from(["", "", "first", "last"]))
    return DateRange(None if open_end == "first" else first, None if open_end == "last" else last)


def _month_end(day: date) -> date:
    later = day.replace(day=28)
    while (later + timedelta(days=1) if later < date.max else later).month == day.month and later < date.max:
        later += timedelta(days=1)
    return later


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-10-25", date(2024, 10, 25), date(2024, 10, 25)),
        ("2024-10-31/2024-11-03", date(2024, 10, 31), date(2024, 11, 3)),
        ("2023/2024-02", date(2023, 1, 1), date(2024, 2, 29)),
        ("../2024-11-03", None, date(2024, 11, 3)),
        ("../2024", None, date(2024, 12, 31)),
        ("2024-10/..", date(2024, 10, 1), None),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
        ("1000-01-01", date(1000, 1, 1), date(1000, 1, 1)),
    ],
)
def test_parse_reads_the_subset(text: str, earliest: date | None, latest: date | None) -> None:
    assert DateRange.parse(text, "a basis") == DateRange(earliest, latest, "a basis")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "..", "../..", "/", "2024/", "/2024", "2024/2025/2026", "24", "02024", "0000", "0999",
        "2024-1", "2024-13", "2024-00", "2023-02-29", "2024-10-32", "2024-10-00", "2024-10-25T12:00", " 2024",
        "2024\n", "2024-10-25\n", "2024?", "2024-1X", "201X", "٢٠٢٤", "yesterday", "25.10.2024",
        "2024-11/2024-10", "2024-10-25/2024-10-24", "-2024",
    ],
)  # fmt: skip
def test_parse_refuses_the_rest_with_a_sentence(text: str) -> None:
    with pytest.raises(DateError) as caught:
        DateRange.parse(text)

    assert str(caught.value).endswith((".", ")."))
    assert str(caught.value)[0] in "“TA"


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(DateError, match="“0999” is not a date: years run from 1000 to 9999"):
        DateRange.parse("0999")
    with pytest.raises(DateError, match="no month 13"):
        DateRange.parse("2024-13")
    with pytest.raises(DateError, match="February 2023 has the days 01 to 28"):
        DateRange.parse("2023-02-29")
    with pytest.raises(DateError, match="ends before it begins: 2024-10-31 is earlier than 2024-11-01"):
        DateRange.parse("2024-11/2024-10")
    with pytest.raises(DateError, match="at “soon”"):
        DateRange.parse("2024/soon")
    with pytest.raises(DateError) as caught:
        DateRange.parse("x" * 10_000)
    assert len(str(caught.value)) < 300


def test_a_range_cannot_be_built_wrong() -> None:
    with pytest.raises(DateError):
        DateRange(date(2024, 2, 1), date(2024, 1, 1))
    with pytest.raises(DateError):
        DateRange(date(999, 1, 1), None)


@given(ranges())
def test_edtf_is_read_back_as_the_same_range(known: DateRange) -> None:
    assert DateRange.parse(known.edtf()) == known


@given(ranges())
def test_edtf_is_the_shortest_form(known: DateRange) -> None:
    forms = [
        first if first == last else f"{first}/{last}"
        for first in _forms(known.earliest)
        for last in _forms(known.latest)
    ]
    equal = [form for form in forms if DateRange.parse(form) == known] if known.is_known else []

    assert len(known.edtf()) == min(map(len, equal))


def _forms(day: date | None) -> list[str]:
    if day is None:
        return [".."]
    return [form for length in (4, 7, 10) if _reads(form := day.isoformat()[:length])]


def _reads(form: str) -> bool:
    return bool(DateRange.parse(form))


@pytest.mark.parametrize(
    ("text", "edtf", "words"),
    [
        ("2024-10-25", "2024-10-25", "25 October 2024"),
        ("2024-10-01/2024-10-31", "2024-10", "October 2024"),
        ("2024-01-01/2024-12-31", "2024", "2024"),
        ("2024-02-01/2024-02-28", "2024-02/2024-02-28", "between 1 and 28 February 2024"),
        ("2024-10-31/2024-11-03", "2024-10-31/2024-11-03", "between 31 October and 3 November 2024"),
        ("2024-11-01/2024-11-03", "2024-11/2024-11-03", "between 1 and 3 November 2024"),
        ("2023-12-31/2024-01-02", "2023-12-31/2024-01-02", "between 31 December 2023 and 2 January 2024"),
        ("2024-10/2024-12", "2024-10/2024", "between October and December 2024"),
        ("2023-12/2024-01", "2023-12/2024-01", "between December 2023 and January 2024"),
        ("2022/2024", "2022/2024", "between 2022 and 2024"),
        ("../2024-11-03", "../2024-11-03", "on or before 3 November 2024"),
        ("../2024-11", "../2024-11", "in or before November 2024"),
        ("../2024-12-31", "../2024", "in or before 2024"),
        ("2024-10-31/..", "2024-10-31/..", "on or after 31 October 2024"),
        ("2024-10-01/..", "2024-10/..", "in or after October 2024"),
        ("2024/..", "2024/..", "in or after 2024"),
    ],
)
def test_edtf_and_words(text: str, edtf: str, words: str) -> None:
    assert DateRange.parse(text).edtf() == edtf
    assert DateRange.parse(text).words() == words


def test_nothing_known() -> None:
    unknown = DateRange(None, None)

    assert (unknown.edtf(), unknown.words(), unknown.is_known, unknown.is_day) == (
        "",
        "unknown",
        False,
        False,
    )


def test_is_known_and_is_day() -> None:
    assert DateRange.parse("2024-10-25").is_day
    assert DateRange.parse("2024-10-25/2024-10-25").is_day
    assert not DateRange.parse("2024-10").is_day
    assert not DateRange.parse("../2024-10-25").is_day
    assert DateRange.parse("../2024-10-25").is_known
