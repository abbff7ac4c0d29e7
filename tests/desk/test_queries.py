"""Lists and pages cost the same number of queries however long the record grows."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles import models
from tests import factories
from tests.desk.conftest import list_of, page_of
from tests.desk.test_doors import NOUNS
from tests.query_counts import MANY, assert_same_queries, queries_of

# Session, account, newsroom, count and rows; what a list loads beside them is named here.
BUDGET = {"Claim": 11, "Article": 6, "Change": 7, "ChangeRow": 6, "RedactedText": 6, "ManifestItem": 6}
SINGLE = (models.Newsroom, models.LedgerHead, models.RatingScale, models.Rating)


def grow(model, number):
    for _ in range(number):
        if model in (models.Change, models.ChangeRow):
            factories.TopicFactory()
        elif model in (models.Redaction, models.RedactedText):
            factories.SourceVersionFactory()
            factories.RedactionFactory(words="four million dollars")
        elif model is models.Claim:
            claim = factories.ClaimFactory(rating="supported", topics=[factories.TopicFactory()])
            factories.AppearanceFactory(claim=claim, attributions=[{"claimant": factories.ClaimantFactory()}])
        elif model is models.Correction:
            factories.CorrectionFactory(claim=factories.ClaimFactory(rating="supported"))
        else:
            getattr(factories, f"{model.__name__}Factory")()


@pytest.mark.parametrize(
    "model", [one for one in NOUNS if one not in SINGLE], ids=lambda model: model.__name__
)
def test_lists(sign_in, model):
    client = sign_in("administrator" if model is models.GuessCount else "editor")
    assert_same_queries(
        lambda number: grow(model, number),
        lambda: client.get(list_of(model)),
        at_most=BUDGET.get(model.__name__, 5),
    )


def test_no_list_may_cost_twelve():
    assert all(allowed < 12 for allowed in BUDGET.values())


@pytest.mark.parametrize("model", SINGLE, ids=lambda model: model.__name__)
def test_short_lists(sign_in, model):
    client = sign_in("editor")
    assert len(queries_of(lambda: client.get(list_of(model)))) <= 5


def test_claim_page(sign_in):
    client, claim = sign_in("editor"), factories.ClaimFactory()

    def grow(number):
        for _ in range(number):
            factories.EvidenceFactory(claim=claim)
            factories.AppearanceFactory(claim=claim)
            factories.ClaimRelationFactory(first=claim)
            factories.ClaimFactory(merged_into=claim)
            factories.VerdictFactory(claim=claim, evidence=[factories.EvidenceFactory(claim=claim)])

    assert_same_queries(grow, lambda: client.get(page_of(claim)), at_most=16)


def test_source_page(sign_in):
    client, source = sign_in("editor"), factories.SourceFactory()

    def grow(number):
        for _ in range(number):
            version = factories.SourceVersionFactory(source=source)
            factories.EvidenceFactory(source_version=version)
            factories.DerivationFactory(source=source)
            factories.DerivationFactory(origin=source)

    assert_same_queries(grow, lambda: client.get(page_of(source)), at_most=24)


def test_draft_page_with_its_gate(sign_in):
    """The gate asks two questions of each piece of evidence, which a verdict cites a handful of."""
    client, draft = sign_in("editor"), factories.VerdictDraftFactory(state="submitted")

    def grow(number):
        for _ in range(number):
            factories.EvidenceFactory(claim=draft.claim)

    assert_same_queries(grow, lambda: client.get(page_of(draft)), at_most=22)


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("evidence", "claim"), ("evidence", "source_version"), ("appearance", "article_version"),
        ("claim", "topics"), ("attribution", "claimant"), ("derivation", "origin"), ("copy", "article"),
    ],
)  # fmt: skip
def test_searches_behind_a_field(sign_in, model, field):
    client = sign_in("editor")
    wanted = {"app_label": "articles", "model_name": model, "field_name": field}
    target = models.__dict__[model.title().replace("_", "")]._meta.get_field(field).related_model
    found = lambda: client.get(reverse("admin:autocomplete"), wanted)  # noqa: E731
    assert_same_queries(lambda number: grow(target, number), found, at_most=7)
    assert len(found().json()["results"]) == MANY
