"""Searches that somebody comes back to."""

from __future__ import annotations

from typing import Any

import factory

from articles.models import SavedSearch
from tests.factories.people import VerbFactory, some_administrator


class SavedSearchFactory(VerbFactory):
    """A search of the administrator's, whom every page of it is for; or of whoever is given as `by`."""

    class Meta:
        model = SavedSearch

    by = factory.LazyFunction(some_administrator)
    name = factory.Sequence(lambda number: f"Bridges {number + 1}")
    q = "bridge"

    @classmethod
    def enter(cls, by: Any, **facts: Any) -> SavedSearch:
        return SavedSearch.add(by, **facts)
