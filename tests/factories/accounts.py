"""What is kept of who came in."""

from __future__ import annotations

from typing import Any

import factory

from articles.models import AuditEntry, AuditVerb, GuessCount, GuessKind, User
from articles.models.guessing import Guessed
from tests.factories.people import VerbFactory, moment_of, some_reporter


class AuditEntryFactory(VerbFactory):
    """Something that happened to the reporter's account."""

    class Meta:
        model = AuditEntry

    verb = AuditVerb.SIGNED_IN
    whom = factory.LazyFunction(some_reporter)
    actor = factory.SelfAttribute("whom")
    detail = ""
    at = None

    @classmethod
    def enter(cls, at: Any, **given: Any) -> AuditEntry:
        return AuditEntry.note(at=moment_of(at), **given)


class GuessCountFactory(VerbFactory):
    """`tries` wrong passwords for an account."""

    class Meta:
        model = GuessCount

    person = factory.LazyFunction(some_reporter)
    what = factory.Sequence("name {}".format)
    tries = 1

    @classmethod
    def enter(cls, person: User, what: str, tries: int) -> GuessCount:
        from django.utils import timezone

        guessed = Guessed(GuessKind.NAME, what, person)
        for _try in range(tries):
            GuessCount.count([guessed], timezone.now())
        return GuessCount.objects.get(key=guessed.key)
