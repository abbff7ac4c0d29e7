"""Matching with meaning: what it adds, and what it leaves as it was."""

from __future__ import annotations

import sys

import pytest

from articles.matching import fusion
from articles.matching.finding import Relation, match
from articles.matching.fusion import fused
from articles.matching.on_record import on_record
from articles.matching.reasons import ReasonCode
from articles.meaning.filling import fill
from tests import factories as f
from tests.meaning import tiny
from tests.query_counts import queries_of

STATEMENT = "The doctor shut the bridge in the village."
ASKED = "Physician closed crossing, hamlet"


def only(text, **more):
    (answer,) = match([text], **more)
    return answer


def test_rankings_are_fused_by_reciprocal_ranks():
    assert fused([1, 2, 3], [3, 4]) == [3, 1, 2, 4]
    assert fused([1, 2], []) == [1, 2] and fused([], []) == []
    assert fused([5, 6], [6, 5]) == [5, 6]
    # Far down in both is more than first in one, and the constant says how far.
    tail = list(range(100, 100 + fusion.CONSTANT))
    assert fused([1, *tail, 9], [2, *tail[::-1], 9])[-2:] != [1, 2]
    assert fused([1, *tail[:50], 9], [2, *tail[:50], 9])[0] == tail[0]


def test_a_claim_that_shares_no_word_is_found_as_related(meaning):
    claim = f.ClaimFactory(statement=STATEMENT, rating="supported")
    assert only(ASKED).matches == []
    fill(meaning)
    (found,) = only(ASKED).matches
    assert (found.claim, found.relation, found.verdict) == (claim.pk, Relation.RELATED, "supported")
    assert [reason.code for reason in found.reasons] == [ReasonCode.MEANING]
    assert not only(ASKED).already_checked and not only(ASKED).on_record
    (looked,) = on_record([ASKED], user=None)
    assert looked.matches[0].is_near
    assert looked.matches[0].why == ["A language model finds the two close in meaning."]


def test_word_for_word_it_is_the_same_as_without(meaning, settings):
    f.ClaimFactory(statement=STATEMENT, rating="supported")
    f.ClaimFactory(statement="A mayor bought bread for the doctor of the village by the stream.")
    without = only(STATEMENT)
    fill(meaning)
    answer = only(STATEMENT)
    assert answer.already_checked and answer.on_record and without.already_checked
    assert answer.matches[0].relation is Relation.SAME and answer.matches[0].score == without.matches[0].score
    assert answer.matches[0].reasons[-1].code is ReasonCode.MEANING


def test_no_yes_comes_or_goes(meaning, settings):
    """Many claims are closer in meaning than the one that says the same; with few places that one still has its own."""
    names = [f"Harrow {word}" for word in ("Mill", "Quay", "Gate", "Lane", "Hill", "Park")]
    for name in names:
        f.ClaimFactory(statement=f"Doctor doctor village of {name}: physician, hamlet.", rating="supported")
    claim = f.ClaimFactory(statement="The zinc ferry sank near a doctor in May 2014.", rating="contradicted")
    contrary = f.ClaimFactory(statement="The tin barge did not sink near a bridge in June 2013.")
    texts = [
        "The zinc ferry sank near a doctor in May 2014", "The tin barge did sink near a bridge in June 2013",
        "A doctor in the village", "Nothing of the kind",
    ]  # fmt: skip
    folder = settings.MEANING_MODEL
    for limit in (1, 2, 5):
        settings.MEANING_MODEL = ""
        without = match(texts, limit=limit)
        settings.MEANING_MODEL = folder
        fill(meaning)
        answers = match(texts, limit=limit)
        for one, other in zip(without, answers, strict=True):
            assert (one.already_checked, one.on_record) == (other.already_checked, other.on_record)
            told = {(x.claim, x.relation, x.score) for x in one.matches if x.relation is not Relation.RELATED}
            assert told == {(x.claim, x.relation, x.score) for x in other.matches if x.relation != "related"}
            assert len(other.matches) <= limit
        assert answers[0].matches[0].claim == claim.pk and answers[0].already_checked
        assert contrary.pk in [one.claim for one in answers[1].matches]


def test_opposites_found_by_meaning_are_marked(meaning, monkeypatch):
    claim = f.ClaimFactory(
        statement="The rule does not apply to village schools by the river.", rating="supported"
    )
    fill(meaning)
    # As if the index had not offered it, among a million others with the same words.
    monkeypatch.setattr("articles.matching.finding._candidates", lambda *_: [])
    answer = only("The rule does apply to village schools by the river.")
    (found,) = answer.matches
    assert (found.claim, found.relation) == (claim.pk, Relation.OPPOSITE)
    assert not answer.already_checked and not answer.on_record and found.score < 0.2


def test_what_the_index_does_not_offer_is_never_the_same(meaning, monkeypatch):
    f.ClaimFactory(statement=STATEMENT, rating="supported")
    fill(meaning)
    monkeypatch.setattr("articles.matching.finding._candidates", lambda *_: [])
    answer = only(STATEMENT)
    assert [one.relation for one in answer.matches] == [Relation.RELATED]
    assert answer.matches[0].score <= 0.1 and not answer.already_checked


def test_both_rankings_count(meaning):
    """What is close by both comes before what is closest by one."""
    far = f.ClaimFactory(statement="A tin whistle fell into the mill pond there, in Saltmarsh, on a Sunday.")
    near = f.ClaimFactory(statement="Saltmarsh: a physician in the shade.")
    last = f.ClaimFactory(statement="Saltmarsh: a zinc whistle in the shade.")
    asked = "In Saltmarsh there is a surgeon"
    assert only(asked).matches[0].claim == far.pk
    fill(meaning)
    assert {one.claim for one in only(asked).matches} == {far.pk, near.pk, last.pk}
    assert only(asked).matches[0].claim == near.pk


def test_what_may_not_be_seen_or_was_left_out_stays_out(meaning, reporter):
    hidden = f.ClaimFactory(statement=STATEMENT, status="dismissed")
    unchecked = f.ClaimFactory(statement=STATEMENT)
    checked = f.ClaimFactory(statement=STATEMENT, rating="supported")
    fill(meaning)

    def found(**more):
        return {one.claim for one in only(ASKED, **more).matches}

    assert found() == {unchecked.pk, checked.pk}
    assert found(user=reporter) == {hidden.pk, unchecked.pk, checked.pk}
    assert found(checked_only=True) == {checked.pk}
    assert found(without=[checked.pk]) == {unchecked.pk}
    assert found(limit=0) == set() and len(found(limit=1)) == 1


@pytest.mark.engine("sqlite")
def test_a_batch_costs_the_same_queries_beside_the_index(meaning, monkeypatch):
    for number in range(6):
        f.ClaimFactory(statement=f"{STATEMENT} Part {number}.", rating="supported" if number % 2 else None)
    fill(meaning)
    monkeypatch.setattr("articles.matching.finding._candidates", lambda *_: list(range(1, 500)))
    match([ASKED])
    few, many = (
        queries_of(lambda texts=texts: match(texts)) for texts in ([ASKED] * 2, [ASKED, STATEMENT] * 20)
    )
    assert len(few) == len(many) <= 9


class TestOff:
    def test_nothing_is_imported_and_nothing_asked(self, db, monkeypatch):
        f.ClaimFactory(statement=STATEMENT, rating="supported")
        for name in [one for one in sys.modules if one.startswith("articles.meaning")]:
            monkeypatch.setitem(sys.modules, name, None)
        asked = queries_of(lambda: match([STATEMENT, ASKED]))
        assert asked and not [one for one in asked if "claimvector" in str(one)]
        assert only(STATEMENT).already_checked

    def test_answers_are_those_of_before(self, meaning, settings):
        """What is kept from when it was on changes nothing."""
        for number in range(4):
            f.ClaimFactory(statement=f"{STATEMENT} Part {number}.", rating="supported")
        settings.MEANING_MODEL = ""
        texts = [STATEMENT, ASKED, f"{STATEMENT} Part 3."]
        before = match(texts)
        fill(meaning)
        assert match(texts) == before
        assert not [
            one for answer in before for x in answer.matches for one in x.reasons if one.code == "meaning"
        ]


def test_a_model_that_does_not_fit_breaks_no_answer(db, settings, tmp_path):
    settings.MEANING_MODEL = str(tmp_path / "none")
    f.ClaimFactory(statement=STATEMENT, rating="supported")
    assert only(STATEMENT).already_checked
    (tiny.make(tmp_path / "other") / "model.onnx").unlink()
    settings.MEANING_MODEL = str(tmp_path / "other")
    assert only(STATEMENT).already_checked
