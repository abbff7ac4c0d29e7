"""Texts that are close and say opposite things are called so, and only those."""

import pytest

from articles.matching.opposites import clash
from articles.matching.reading import wordings

OPPOSITE = [
    ("The rule does apply to schools.", "The rule does not apply to schools."),
    ("The rule doesn't apply to schools.", "The rule applies to schools."),
    ("The mayor never signed the contract.", "The mayor signed the contract."),
    ("Unemployment in the valley increased last year.", "Unemployment in the valley decreased last year."),
    ("Bus fares rose in the old town.", "Bus fares fell in the old town."),
    ("The river bridge is safe for lorries.", "The river bridge is unsafe for lorries."),
    ("The council banned plastic bags.", "The council allowed plastic bags."),
    ("The plant was built without a permit.", "The plant was built with a permit."),
    ("The museum refused to return the painting.", "The museum returned the painting."),
    ("The tower is 3.5 metres taller than the church.", "The tower is 8.5 metres taller than the church."),
    ("The bridge cost $4 million to build.", "The bridge cost $9 million to build."),
    ("Turnout in the district was 40 percent.", "Turnout in the district was 70%."),
    ("Nobody was injured when the crane collapsed.", "Somebody was injured when the crane collapsed."),
    ("The photograph of the flooded market is real.", "The photograph of the flooded market is fake."),
    ("I saw it myself! The rule does not apply to schools. Ask them.", "The rule does apply to schools."),
]
NOT_OPPOSITE = [
    ("The factory employs 2 million people.", "The factory employs 2,000,000 people."),
    ("The bridge cost $4.1 million.", "The bridge cost about $4 million."),
    ("The fund paid $400k to the farmers.", "The fund paid 400,000 dollars to the farmers."),
    ("Two ships sank in the harbour.", "2 ships sank in the harbour."),
    ("The council did not approve the plan.", "The council rejected the plan."),
    ("Prices did not increase in the valley.", "Prices in the valley decreased."),
    ("The rule does not apply to schools.", "The rule never applies to schools."),
    ("Not only the mayor signed the contract.", "The mayor signed the contract."),
    ("The mayor signed the contract.", "The mayor signed the contract."),
    ("The lake has no fish, but the council sold 300 licences.", "A festival in the lake town drew a crowd."),
    ("The bridge has 4 lanes and cost $4 million.", "The bridge cost $4 million."),
    ("", "The rule does not apply to schools."),
    ("The rule does not apply to schools.", ""),
]


def met(text, *claim):
    return clash(text, wordings(claim).each)


@pytest.mark.parametrize(("text", "claim"), OPPOSITE)
def test_opposite(text, claim):
    assert met(text, claim).is_opposite
    assert met(claim, text).is_opposite or "!" in text


@pytest.mark.parametrize(("text", "claim"), NOT_OPPOSITE)
def test_not_opposite(text, claim):
    assert not met(text, claim)
    assert not met(claim, text)


def test_another_year_is_not_the_same():
    found = met("The dam was opened in 2014.", "The dam was opened in 2019.")
    assert found and not found.is_opposite
    assert found.years == (("2014", "2019"),)


def test_numbers_are_named_as_they_stand():
    found = met("The tower is 3.5 metres taller.", "The tower is 8.5 metres taller.")
    assert found.numbers == (("3.5", "8.5"),)


def test_one_wording_met_without_a_clash_is_enough():
    assert not met(
        "The rule does apply to schools.",
        "The rule does not apply to schools.",
        "The rule does apply to schools.",
    )
