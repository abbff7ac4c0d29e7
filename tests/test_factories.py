"""Every model has a factory, and what the factories make is what the verbs make."""

import inspect

import factory
import pytest
from django.apps import apps

from articles.models import Change, ChangeRow, Claim, Source
from articles.models.ledger import recorded_models
from tests import factories, hostile

FACTORIES = {
    one._meta.model: one
    for _, one in inspect.getmembers(factories, inspect.isclass)
    if issubclass(one, factory.django.DjangoModelFactory) and one._meta.model is not None
}
# Written by the ledger itself.
WITHOUT = {"change", "changerow", "ledgerhead"}


def test_every_model_has_a_factory():
    models = {
        model
        for model in apps.get_app_config("articles").get_models()
        if model._meta.model_name not in WITHOUT
    }
    assert models - set(FACTORIES) == set()


@pytest.mark.parametrize(
    "model", sorted(FACTORIES, key=lambda model: model.__name__), ids=lambda model: model.__name__
)
def test_defaults_make_a_valid_row(db, model):
    if model.__name__ in ("Redaction", "RedactedText"):
        factories.ClaimFactory()
    row = FACTORIES[model]()
    assert isinstance(row, model)
    row.refresh_from_db()
    row.full_clean()


def test_ledger_agrees_with_what_factories_made(db):
    factories.ClaimFactory(rating="supported", topics=[factories.TopicFactory()])
    factories.AppearanceFactory(attributions=[{"described_as": "two people briefed on the plan"}])
    factories.ClaimFactory(status="merged")
    seen = 0
    for model in recorded_models():
        for row in model._base_manager.all():
            last = ChangeRow.objects.filter(object_type=model._meta.model_name, object_id=row.pk).latest("pk")
            assert factories_image(last) == row.image(), row
            seen += 1
    assert seen > 20 and Change.objects.count() > 5


def factories_image(row: ChangeRow) -> dict:
    import json

    return json.loads(row.payload)["image"]


@pytest.mark.parametrize("status", ["open", "checking", "not_checkable", "dismissed", "merged"])
def test_claim_reaches_status(db, status):
    assert Claim.objects.get(pk=factories.ClaimFactory(status=status).pk).status == status


def test_series(db):
    claim = factories.ClaimFactory()
    rows = factories.make_series(
        claim,
        [
            ("verdict", "supported", "2024-01-10", None, "2024-03-01"),
            ("update", "contradicted", "2024-03-02", "2024-03-02"),
            ("affects_rating", "supported", "2024-03-05"),
            ("withdrawal", "2024-04-01"),
        ],
    )
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert [row.published_at.date().isoformat() for row in rows] == [
        "2024-01-10",
        "2024-03-02",
        "2024-03-05",
        "2024-04-01",
    ]
    assert claim.current_verdict is None


def test_kinds_of_source(db):
    from articles.vocabulary import SourceKind

    for kind in SourceKind:
        assert Source.objects.get(pk=factories.SourceFactory(kind=kind).pk).kind == kind


def test_names_of_hostile_inputs_are_told_apart():
    groups = {name: group for name, group in vars(hostile).items() if name.isupper()}
    assert len(groups) > 8
    for name, group in groups.items():
        names = [one.name for one in group]
        assert len(names) == len(set(names)) and len(names) > 3, name
