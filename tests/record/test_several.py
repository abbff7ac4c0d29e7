"""Rows of several nouns in one statement are what a query for each would have found."""

from __future__ import annotations

import pytest

from articles import feed, proof
from articles.models import Claim, Source
from articles.models.ledger import recorded_models
from tests import factories as f
from tests.pages.everything import everything
from tests.query_counts import queries_of

pytestmark = pytest.mark.django_db


def test_every_noun_as_readers_see_it():
    everything()
    models = {str(model._meta.model_name): model for model in recorded_models()}
    ids = {name: list(model._base_manager.values_list("pk", flat=True)) for name, model in models.items()}
    assert sum(map(bool, ids.values())) > 15
    found, opened = feed.SHOWN.find(ids), proof.SHOWN.find(ids)
    for name, model in models.items():
        by_query = {row.pk: row.as_shown() for row in model.for_readers()}
        assert {row.pk: row.as_shown() for row in found.get(name, ())} == by_query, name
        kept_back = {row.pk: list(row.kept_back()) for row in model.for_readers()}
        assert {row.pk: list(row.kept_back()) for row in opened.get(name, ())} == kept_back, name


def test_one_statement_and_none_where_nothing_is_asked():
    ids = {"claim": [f.ClaimFactory().pk], "source": [f.SourceFactory(public=True).pk], "verdict": []}
    assert feed.SHOWN.find({"claim": []}) == {}
    found = {}
    assert len(queries_of(lambda: found.update(feed.SHOWN.find(ids)))) == 1
    assert found == {"claim": [Claim.objects.get()], "source": [Source.objects.get()]}
    # As often as it is asked, in whatever company.
    assert feed.SHOWN.find({"claim": ids["claim"]}) == {"claim": [Claim.objects.get()]}


def test_who_may_not_see_a_row_gets_none():
    hidden = f.ClaimFactory(status="dismissed", status_reason="It says nothing.")
    assert feed.SHOWN.find({"claim": [hidden.pk]}) == {"claim": []}
