"""A database that meaning is switched on for, with the tiny model."""

from __future__ import annotations

import pytest

from articles.meaning import finding, model, sqlite
from tests.meaning import tiny


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
    return model.load(settings.MEANING_MODEL)
