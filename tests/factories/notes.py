"""What colleagues tell each other."""

from __future__ import annotations

from typing import Any

import factory

from articles.models import Note
from tests.factories.claims import ClaimFactory
from tests.factories.people import VerbFactory, some_administrator


class NoteFactory(VerbFactory):
    """A note of the administrator's, whom every verb of it is for."""

    class Meta:
        model = Note

    by = factory.LazyFunction(some_administrator)
    claim = factory.SubFactory(ClaimFactory)
    text = "The archive opens *again* on Monday."

    @classmethod
    def enter(cls, by: Any, **facts: Any) -> Note:
        return Note.add(by, **facts)
