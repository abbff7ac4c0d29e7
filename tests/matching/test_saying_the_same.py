"""What looks alike and is not the same: denials in a part, and texts that share numbers and little else."""

from __future__ import annotations

import pytest

from articles.matching.finding import Relation, match
from articles.matching.opposites import clash
from articles.matching.reading import read
from articles.matching.reasons import ReasonCode
from tests import factories

CITIZEN = "Readers pointed out that the mayor of Saltmarsh is technically a dual citizen of two countries."


def test_a_denial_of_a_part_of_a_claim_is_never_the_same(db, newsroom):
    factories.ClaimFactory(statement=CITIZEN, rating="supported")
    (answer,) = match(["The mayor of Saltmarsh is not a dual citizen."])
    (found,) = answer.matches
    assert found.relation is Relation.RELATED and not answer.already_checked and not answer.on_record
    assert found.score <= 0.1
    first = found.reasons[0]
    assert (first.code, first.words) == (ReasonCode.DENIAL, ("not",))
    assert first.sentence == "One of them denies something: “not”."


def test_without_the_denial_it_is(db, newsroom):
    factories.ClaimFactory(statement=CITIZEN, rating="supported")
    (answer,) = match(["The mayor of Saltmarsh is technically a dual citizen of two countries."])
    assert answer.matches[0].relation is Relation.SAME and answer.already_checked


@pytest.mark.parametrize(
    "text",
    ["Two painters said four million people came.", "Four million people and two painters came in May."],
)
def test_numbers_alone_are_not_the_same(db, newsroom, text):
    factories.ClaimFactory(
        statement="Two officials said the pool holds four million litres.", rating="supported"
    )
    (answer,) = match([text])
    assert not answer.already_checked and not answer.on_record
    assert all(one.relation is Relation.RELATED and one.score <= 0.1 for one in answer.matches)


def test_a_wording_that_is_met_leaves_no_doubt():
    text = "The mayor is not a dual citizen."
    denied = read("Readers pointed out that the mayor is not a dual citizen of two countries at all.")
    assert clash(text, [read(CITIZEN), denied]).denial == ()
    assert clash(
        text, [read("Readers pointed out that the mayor is a dual citizen of two countries.")]
    ).denial == ("not",)
