from __future__ import annotations

import json
from pathlib import Path

import pytest

from articles.importing.references import outlets, references
from articles.importing.references.outlets import canonical
from articles.spans import Span
from articles.vocabulary import SourceKind
from tests.importing.references.found import found, only, words


@pytest.mark.parametrize(
    ("text", "said", "name"),
    [
        ("a new Wall Street Journal report", "Wall Street Journal", "The Wall Street Journal"),
        ("[From WSJ]", "WSJ", "The Wall Street Journal"),
        ("the WSJ’s reporters", "WSJ", "The Wall Street Journal"),
        ("Wall\nStreet Journal", "Wall\nStreet Journal", "The Wall Street Journal"),
        ("the agency dpa said", "dpa", "Deutsche Presse-Agentur"),
        ("according to Le Monde.", "Le Monde", "Le Monde"),
        ("a Reuters/Lamp poll", "Reuters", "Reuters"),
        ("told the BBC’s Lamp Hour", "BBC", "BBC"),
        ("PARIS (AP) — It rained.", "AP", "Associated Press"),
        ("the AP reported", "AP", "Associated Press"),
        ("She told the Guardian so.", "Guardian", "The Guardian"),
        ("the Sun reported it", "Sun", "The Sun"),
        ("Time magazine named it", "Time", "Time"),
        ("in an interview on ABC’s morning show", "ABC", "ABC"),
    ],
)
def test_outlets_are_found_under_all_their_names(text: str, said: str, name: str) -> None:
    (one,) = references(text, [Span(0, len(text))])

    assert (one.kind, one.span.of(text), one.name) == (SourceKind.NEWS_REPORT, said, name)
    assert dict(one.fields) == {"publisher": name}
    assert one.confirm == ""


@pytest.mark.parametrize(
    "text",
    [
        "Time flies, and the sun sets.",
        "The guardian said no.",
        "Time will tell; the Sun shines.",
        "He took an AP class.",
        "They met on Capitol Hill.",
        "The nation reported for work.",
        "A Post office opened; the Mail came.",
        "The CCTV showed it.",
        "He reads it on WSJ.com often.",
        "He mailed desk@BBC.example about it.",
        "The Bloomberg Tower and the Wall Street Journal Building",
        "The News of the day: it rained.",
        "Ada Fox sang.",
        "He thanked @CNN and #Reuters.",
        "She told Time Lamp so.",
    ],
)
def test_ordinary_words_and_addresses_are_no_outlets(text: str) -> None:
    assert found(text) == []


def test_a_short_form_means_the_outlet_named_before() -> None:
    text = "The Wall Street Journal had it.\nThe Journal said so; it was read in the Journal. Journal entries followed."

    assert [(one.span.of(text), one.name) for one in found(text)] == [
        ("Wall Street Journal", "The Wall Street Journal"),
        ("Journal", "The Wall Street Journal"),
        ("Journal", "The Wall Street Journal"),
    ]


def test_a_short_form_that_may_be_either_of_two_is_left_alone() -> None:
    text = "The New York Times and the Seattle Times differ, the Times said."

    assert words(text) == ["New York Times", "Seattle Times"]


def test_a_short_form_before_any_outlet_is_left_alone() -> None:
    assert found("The Journal lay on the table. The Daily News too.") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("According to the Cedar Valley Gazette, it rained.", "Cedar Valley Gazette"),
        ("The Lamp Bay Herald reported it.", "Lamp Bay Herald"),
        ("the newspaper Ny Tid wrote", "Ny Tid"),
        ("the broadcaster LTV’s reporters", "LTV"),
        ("The news agency Lampress said", "Lampress"),
        ("The German news magazine Leuchte wrote", "Leuchte"),
    ],
)
def test_outlets_nobody_listed_are_found_by_what_they_do(text: str, name: str) -> None:
    assert only(text).name == name


@pytest.mark.parametrize(
    "text", ["The Cedar Valley Gazette Building burned.", "the Cedar Star shone", "a daily Monday walk"]
)
def test_names_that_only_end_like_an_outlet_are_none(text: str) -> None:
    assert found(text) == []


def test_a_name_has_one_full_form() -> None:
    assert canonical("WSJ") == canonical("the Wall Street Journal") == "The Wall Street Journal"
    assert canonical("Lamp Bay Herald") == "Lamp Bay Herald"


def test_the_list_gives_every_form_one_meaning_and_no_address() -> None:
    data = json.loads(Path(outlets.__file__).with_name("outlets.json").read_text(encoding="utf-8"))

    forms = [form for group in data.values() for written in group.values() for form in written]

    assert set(data) == {"always", "where_reporting"}
    assert len(forms) == len(set(forms))
    assert not any(form.startswith("The ") or "://" in form for form in forms)
