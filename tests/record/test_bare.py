"""Rows without instances: what a graph would have loaded, a statement for each relation, and nothing asked later."""

from __future__ import annotations

import pytest
from django.db.models import Prefetch

from api.serializers import CLAIM_ROWS, CLAIMS, VERDICTS
from articles.graph import Graph, bare
from articles.graph.bare import bare_of
from articles.models import Claim, Topic, Verdict
from tests import factories as f

pytestmark = pytest.mark.django_db


def claims():
    return bare_of(CLAIM_ROWS.showing(["topics", "current_verdict", "merged_into"]))


def test_rows_come_in_the_order_of_their_ids_as_far_as_one_may_see_them(reporter):
    first, second = f.ClaimFactory(), f.ClaimFactory()
    dismissed = f.ClaimFactory(status="dismissed", status_reason="A joke.")
    asked = [second.pk, dismissed.pk, first.pk, 10**9]
    assert [one.pk for one in claims().find_many(asked)] == [second.pk, first.pk]
    assert [one.pk for one in claims().find_many(asked, reporter)] == [second.pk, dismissed.pk, first.pk]
    assert claims().find_many([]) == []


def test_a_stand_in_has_what_the_model_says_of_itself():
    topics = [f.TopicFactory(name="Roads"), f.TopicFactory(name="Bridges")]
    claim = f.ClaimFactory(topics=topics)
    verdict = f.VerdictFactory(claim=claim)
    survivor = f.ClaimFactory()
    merged = f.ClaimFactory(merged_into=survivor)
    (one, other) = claims().find_many([claim.pk, merged.pk])
    assert one.get_absolute_url() == claim.get_absolute_url()
    assert (one.created_at, one.asserted.edtf()) == (claim.created_at, claim.asserted.edtf())
    assert [topic.name for topic in one.topics] == ["Bridges", "Roads"]
    assert (one.current_verdict.pk, one.current_verdict.rating.labels) == (verdict.pk, verdict.rating.labels)
    assert (other.merged_into.statement, one.merged_into) == (survivor.statement, None)


def test_what_many_share_is_made_once():
    topic = f.TopicFactory()
    pair = claims().find_many([f.ClaimFactory(topics=[topic]).pk for _ in range(2)])
    assert pair[0].topics[0] is pair[1].topics[0]


def test_what_many_share_is_converted_once(monkeypatch):
    rating, converted = f.RatingFactory(), []

    def converter(field, vendor):
        change = usual(field, vendor)
        if field.name != "labels":
            return change
        return lambda value: converted.append(value) or change(value)

    usual = bare._converter
    monkeypatch.setattr(bare, "_converter", converter)
    bare_of.cache_clear()
    several = [f.VerdictFactory(rating=rating).claim.pk for _ in range(3)]
    found = claims().find_many(several)
    bare_of.cache_clear()
    assert {str(one.current_verdict.rating.labels) for one in found} == {str(rating.labels)}
    assert len(converted) == 1


def test_what_was_not_loaded_is_told_and_not_asked(django_assert_num_queries):
    claim = f.ClaimFactory()
    rows = bare_of(CLAIM_ROWS.showing(["statement"]))
    rows.find_many([claim.pk])
    with django_assert_num_queries(1):
        (one,) = rows.find_many([claim.pk])
    for name in ("topics", "created_by", "evidence"):
        with pytest.raises(AttributeError):
            getattr(one, name)


def test_a_one_to_one_that_is_not_there_is_no_attribute():
    first = f.VerdictFactory()
    (one,) = bare_of(VERDICTS.showing(["claim", "correction"])).find_many([first.pk])
    assert getattr(one, "correction", None) is None
    assert one.claim.statement == first.claim.statement


def test_rows_with_sets_of_their_own_are_left_to_the_graph():
    assert bare_of(CLAIMS.showing(["evidence"])) is None
    assert bare_of(Graph(lambda user: Claim.objects.all(), lambda user, row: {})) is not None


def test_a_relation_it_cannot_follow_is_told_when_it_is_compiled():
    rows = Topic.objects.prefetch_related(Prefetch("claims", Claim.objects.all()))
    with pytest.raises(TypeError, match="cannot follow"):
        bare_of(Graph(lambda user: rows)).find_many([1])


def test_a_queryset_that_finds_nothing():
    assert bare_of(Graph(lambda user: Verdict.objects.none())).find_many([1]) == []
