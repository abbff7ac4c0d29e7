"""The door: which claims, for whom, with what relation and reasons, at what price; and that no text breaks it."""

from unittest import mock

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from articles.matching.finding import Relation, match
from articles.matching.scoring import BEST
from tests import factories as f
from tests.hostile import LONG, QUERIES, TEXTS, UNSTORABLE, each

STATEMENT = "The Harrow river bridge was closed for repairs in the spring of 2014."
POST = "Did you know?? The Harrow river bridge was closed for repairs in the spring of 2014 https://example.org/x"

pytestmark = pytest.mark.django_db


def only(text, **more):
    (answer,) = match([text], **more)
    return answer


def found(text, **more):
    return [one.claim for one in only(text, **more).matches]


def test_a_post_finds_its_claim_with_verdict_and_reasons():
    claim = f.ClaimFactory(statement=STATEMENT, rating="contradicted")
    f.ClaimFactory(statement="A bridge festival drew visitors to the valley.")
    answer = only(POST)
    first = answer.matches[0]
    assert (first.claim, first.relation, first.verdict) == (claim.pk, Relation.SAME, "contradicted")
    assert 0.9 < first.score <= 1
    assert answer.already_checked and answer.on_record and answer.notes == []
    assert {"shared_phrase", "shared_names"} <= {reason.code for reason in first.reasons}
    assert all(reason.sentence.endswith(".") and "“" in reason.sentence for reason in first.reasons)


def test_on_record_is_not_checked():
    f.ClaimFactory(statement=STATEMENT)
    answer = only(POST)
    assert answer.on_record and not answer.already_checked
    assert answer.matches[0].verdict is None


def test_opposites_are_never_the_same():
    claim = f.ClaimFactory(statement="The rule does not apply to village schools.", rating="supported")
    answer = only("The rule does apply to village schools.")
    assert [(one.claim, one.relation) for one in answer.matches] == [(claim.pk, Relation.OPPOSITE)]
    assert not answer.already_checked and not answer.on_record
    assert answer.matches[0].score < 0.2
    assert answer.matches[0].reasons[0].code == "negation"


def test_other_numbers_are_never_the_same():
    f.ClaimFactory(statement="The Harrow tower is 3.5 metres taller than the church.", rating="supported")
    answer = only("The Harrow tower is 8.5 metres taller than the church.")
    assert answer.matches[0].relation == Relation.OPPOSITE
    assert answer.matches[0].reasons[0].words == ("8.5", "3.5")
    assert not answer.already_checked


def test_strangers_are_only_related():
    f.ClaimFactory(statement="The council of Harrow bought nine buses.", rating="supported")
    answer = only("A river festival in Harrow drew nine thousand visitors, the mayor said.")
    assert all(one.relation == Relation.RELATED for one in answer.matches)
    assert not answer.already_checked


def test_small_words_in_common_are_no_reason():
    """Where nothing else of a text is on record, the index finds whoever says “about” too."""
    f.ClaimFactory(statement="It was about him and what he would do.", rating="supported")
    answer = only("A post about the tower, and what it would cost.")
    assert [(one.relation, one.reasons) for one in answer.matches] == [(Relation.RELATED, [])]
    assert only("It was about him, and what he would do!").already_checked


def test_dismissed_claims_are_for_the_desk(reporter):
    claim = f.ClaimFactory(statement=STATEMENT, status="dismissed")
    assert found(POST) == found(POST, user=AnonymousUser()) == []
    assert found(POST, user=reporter) == [claim.pk]


def test_merged_claims_answer_through_their_survivor():
    survivor = f.ClaimFactory(statement="Repairs shut a crossing over the Harrow.", rating="supported")
    f.ClaimFactory(statement=STATEMENT, merged_into=survivor)
    first = only(POST).matches[0]
    assert (first.claim, first.relation, first.verdict) == (survivor.pk, Relation.SAME, "supported")


def test_verdicts_of_merged_claims_count():
    survivor = f.ClaimFactory(statement=STATEMENT)
    f.ClaimFactory(
        statement="Repairs shut a crossing over the Harrow.", rating="supported", merged_into=survivor
    )
    assert only(POST).matches[0].verdict == "supported"


def test_words_quoted_from_closed_articles_find_nothing():
    claim = f.ClaimFactory(statement="A crossing was shut.")
    version = f.ArticleVersionFactory(text=f"{STATEMENT}\n", article=f.ArticleFactory(public=False))
    f.AppearanceFactory(claim=claim, article_version=version, words=STATEMENT)
    assert all(one.relation == Relation.RELATED for one in only(POST).matches)


def test_checked_only():
    f.ClaimFactory(statement=STATEMENT)
    checked = f.ClaimFactory(statement=f"{STATEMENT} Or so.", rating="supported")
    assert found(POST, checked_only=True) == [checked.pk]
    assert len(found(POST)) == 2


def test_without_and_limit():
    claims = [f.ClaimFactory(statement=f"{STATEMENT} Part {number}.") for number in range(4)]
    left = found(POST, without=[claims[0].pk])
    assert claims[0].pk not in left and len(left) == 3
    assert len(found(POST, limit=2)) == 2
    assert found(POST, limit=0) == []
    assert len(found(POST, limit=1000)) == 4 <= BEST


def test_a_batch_costs_the_same_queries_beside_the_index():
    for number in range(12):
        f.ClaimFactory(statement=f"{STATEMENT} Part {number}.", rating="supported" if number % 2 else None)

    def queries(texts):
        with (
            mock.patch("articles.matching.finding._candidates", side_effect=lambda *_: list(range(1, 500))),
            CaptureQueriesContext(connection) as captured,
        ):
            answers = match(texts)
        assert len(answers) == len(texts)
        return len(captured)

    few, many = queries([POST] * 2), queries([f"{POST} {number}" for number in range(40)])
    assert few == many <= 6


def test_each_answer_is_for_its_text():
    f.ClaimFactory(statement=STATEMENT)
    texts = ["", POST, "zebra", POST]
    answers = match(texts)
    assert [one.text for one in answers] == texts
    assert [bool(one.matches) for one in answers] == [False, True, False, True]
    assert match([]) == []


@pytest.mark.parametrize("text", each(UNSTORABLE, TEXTS, LONG, QUERIES))
def test_no_text_breaks_it(text):
    f.ClaimFactory(statement="A word of the bridge, line by line, invoice and all.")
    assert 0 <= len(only(text).matches) <= 1


@pytest.mark.parametrize(
    "text", ["bridge " * 150_000, "\x00" * 1_000_000, "#" * 1_000_000, "@a " * 400_000, "— (@a) " * 150_000]
)
def test_a_megabyte_is_cut(text):
    f.ClaimFactory(statement="bridge " * 150)
    answer = only(text)
    assert answer.notes and "10,000 characters" in answer.notes[0]


def test_nothing_to_compare_is_said():
    for text in ("", "https://example.org/a", "🙂🙂", "\ud800"):
        assert only(text).notes == ["There are no words in this text to compare."]


@given(st.text(max_size=300))
def test_any_text(text):
    answer = only(text)
    assert answer.text == text and not answer.already_checked
