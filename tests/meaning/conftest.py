"""A database that meaning is switched on for, with the tiny model."""

from __future__ import annotations

import os

import pytest
from django.db import connection

from articles import tasks  # noqa: F401 - while no model is named: what comes back is said when it is imported
from articles.meaning import finding, model, sqlite
from articles.meaning.keeping import engine
from tests.meaning import tiny


def pytest_collection_modifyitems(config, items):
    """Leave out what needs pgvector, where nobody says that it is there; `test_pgvector` runs it where it is."""
    here = [one for one in items if "tests/meaning/" in one.nodeid]
    if connection.vendor == "postgresql" and not os.environ.get("FACTCHECK_PGVECTOR"):
        elsewhere = {one for one in here if {"meaning", "pgvector"} & set(one.fixturenames)}
        config.hook.pytest_deselected(items=list(elsewhere))
        items[:] = [one for one in items if one not in elsewhere]


@pytest.fixture(autouse=True)
def _as_if_just_started():
    """Each test's rows are taken back and their numbers given again, which no process of a real record sees."""
    yield
    model.close()
    sqlite.forget()
    finding._told.clear()


@pytest.fixture
def meaning(db, settings, tmp_path):
    """The model, switched on; the place of vectors is there already."""
    settings.MEANING_MODEL = str(tiny.make(tmp_path / "model"))
    found = model.load(settings.MEANING_MODEL)
    engine().install(found.dimensions)
    return found


@pytest.fixture
def pgvector():
    """Asked for by what needs pgvector and not this test database."""
