from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.layout import lay_out
from articles.importing.layout.header import Found, Header, read_header

PROSE = "The bakery on Lake Street opened on Monday, and many people came to look at the new oven."


def _header(*lines: str) -> tuple[str, Header]:
    text = "\n\n".join([*lines, PROSE, PROSE])
    return text, read_header(text, lay_out(text))


def _date(line: str) -> Found | None:
    return _header(line)[1].date


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2024-10-25", date(2024, 10, 25)),
        ("2024-10-25T14:05:00Z", date(2024, 10, 25)),
        ("2024/10/25", date(2024, 10, 25)),
        ("October 25, 2024", date(2024, 10, 25)),
        ("Oct. 25 2024", date(2024, 10, 25)),
        ("Oct 25th, 2024", date(2024, 10, 25)),
        ("25 October 2024", date(2024, 10, 25)),
        ("25. October 2024", date(2024, 10, 25)),
        ("25-Oct-2024", date(2024, 10, 25)),
        ("Friday, 25 Oct. 2024 at 14:05", date(2024, 10, 25)),
        ("25.10.2024", date(2024, 10, 25)),
        ("10/25/2024", date(2024, 10, 25)),
        ("25/10/2024", date(2024, 10, 25)),
        ("05/05/2024", date(2024, 5, 5)),
        ("Published: Sept. 5, 2024, 5:00 PM ET", date(2024, 9, 5)),
        ("Feb. 29, 2024", date(2024, 2, 29)),
    ],
)
def test_a_date_line_names_its_day(line: str, day: date) -> None:
    found = _date(line)

    assert found is not None
    assert (found.earliest, found.latest, found.basis) == (day, day, f"the line “{line}”")


def test_a_month_is_a_range() -> None:
    found = _date("Published in February 2024".replace(" in", ":"))

    assert found is not None
    assert (found.earliest, found.latest) == (date(2024, 2, 1), date(2024, 2, 29))


def test_a_date_that_can_be_read_two_ways_holds_both() -> None:
    found = _date("03/04/2024")

    assert found is not None
    assert (found.earliest, found.latest) == (date(2024, 3, 4), date(2024, 4, 3))
    assert found.basis == "the line “03/04/2024”, whose day and month can be read either way"


@pytest.mark.parametrize(
    "line",
    [
        "Published 2024-02-30",
        "31.04.2024",
        "Feb. 29, 2023",
        "13/13/2024",
        "Updated 3 hours ago",
        "0024-10-25",
    ],
)
def test_a_day_that_no_calendar_has_is_no_date(line: str) -> None:
    assert _date(line) is None


def test_a_date_within_the_text_is_not_when_it_came_out() -> None:
    assert _date("The bakery opened on October 25, 2024, and closed again in May 2025.") is None
    _, header = _header(PROSE, PROSE, PROSE, "October 25, 2024")
    assert header.date is None


def test_when_a_text_came_out_goes_before_when_it_was_changed() -> None:
    text, header = _header("Updated Oct. 27, 2024", "Posted Oct. 25, 2024 | Modified Oct. 26, 2024")

    assert header.date is not None
    assert header.date.earliest == date(2024, 10, 25)
    assert text[header.date.start : header.date.end] == "Oct. 25, 2024"


def test_the_date_of_a_crawler_says_that_it_is_one() -> None:
    text = f" date 2024-10 {PROSE}"
    found = read_header(text, lay_out(text)).date

    assert found is not None
    assert text[found.start : found.end] == "2024-10"
    assert (found.earliest, found.latest) == (date(2024, 10, 1), date(2024, 10, 31))
    assert found.basis == "the line “date 2024-10”, which a crawler put before the text"
    text = f" date 2024-13 {PROSE}"
    assert read_header(text, lay_out(text)).date is None


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Roe", "Jane Roe"),
        ("By JANE ROE and JOHN DOE, Staff writers", "JANE ROE and JOHN DOE"),
        ("By Jane Roe | Oct. 25, 2024", "Jane Roe"),
        ("By Jane Roe, John Doe and Kim van der Poe", "Jane Roe, John Doe and Kim van der Poe"),
        ("By Jane Roe Jr.", "Jane Roe Jr."),
        ("By Jane Roe for The Lake Times", "Jane Roe for The Lake Times"),
        ("Written by Jane Roe", "Jane Roe"),
        ("Author: Jane Roe", "Jane Roe"),
        ("**By Jane Roe**", "Jane Roe"),
    ],
)
def test_a_byline_gives_the_names(line: str, names: str) -> None:
    text, header = _header(line)

    assert header.byline is not None
    assert header.byline.of(text) == names


def test_the_title_comes_without_its_marks() -> None:
    for title in ("# Bread for all", "**Bread for all**", "Bread for all\n=============", "Bread for all"):
        text, header = _header(title)
        assert header.title is not None
        assert header.title.of(text) == "Bread for all"


def test_front_matter_and_keyed_lines_are_read() -> None:
    front = '---\ntitle: "Bread for all"\nauthor: Jane Roe\ndate: 2024-10-25\n---'
    for lines in ([front], ["Title: Bread for all", "Author: Jane Roe", "Date: 2024-10-25"]):
        text, header = _header(*lines)
        assert header.title is not None
        assert header.byline is not None
        assert header.date is not None
        assert header.title.of(text) == "Bread for all"
        assert header.byline.of(text) == "Jane Roe"
        assert header.date.earliest == date(2024, 10, 25)


def test_a_text_without_header_lines_says_nothing_of_itself() -> None:
    assert _header()[1] == Header()
    assert read_header("", ()) == Header()


_pieces = st.sampled_from(
    [
        "By ",
        "Jane Roe",
        "\n",
        "\n\n",
        "Published ",
        "03/04/2024",
        "99.99.9999",
        "Oct. ",
        "31, 2024",
        "title: ",
        "---\n",
        "# ",
    ]
)


@given(st.lists(_pieces | st.text(max_size=5), max_size=15).map("".join))
@settings(max_examples=100, deadline=None)
def test_whatever_is_found_stands_in_the_text(text: str) -> None:
    header = read_header(text, lay_out(text))

    for span in (header.title, header.byline):
        assert span is None or span.of(text).strip() == span.of(text) != ""
    if header.date is not None:
        assert header.date.earliest is not None
        assert header.date.latest is not None
        assert header.date.earliest <= header.date.latest
        assert str(header.date.earliest.year) in text[header.date.start : header.date.end]
