"""Complaints, declared conflicts of interest, and letters that somebody does not want.

ComplaintFactory()                          about a claim, open
ComplaintFactory(state="rejected")          … as the verbs leave it
ConflictOfInterestFactory(person=editor)    somebody keeps their hands off a claim
"""

from __future__ import annotations

from typing import Any

import factory

from articles.models import Complaint, ConflictOfInterest, MailRefusal
from tests.factories.claims import ClaimFactory
from tests.factories.people import UserFactory, VerbFactory, some_editor


class ComplaintFactory(VerbFactory):
    """A complaint about a claim. What is decided, an editor of its own has decided."""

    class Meta:
        model = Complaint

    by = factory.LazyFunction(some_editor)
    said = factory.Sequence("The pool holds {} litres, and you say otherwise.".format)
    complainant = "The keeper of the pool"
    reach = "keeper@pool.example"
    state = "open"

    @classmethod
    def enter(cls, by: Any, state: str, **given: Any) -> Complaint:
        if not {"claim", "verdict", "article", "source"} & given.keys():
            given["claim"] = ClaimFactory()
        row = Complaint.receive(by, **given)
        if state == "taken":
            row.assign(by, by)
        elif state == "withdrawn":
            row.note_withdrawal(by)
        elif state != "open":
            # Whoever it is has had no hand in a verdict on it.
            row.decide(
                UserFactory(role="editor"),
                state,
                "We looked into it.",
                nothing_followed="The words were right all the same.",
            )
        return row


class ConflictOfInterestFactory(VerbFactory):
    class Meta:
        model = ConflictOfInterest

    claim = factory.SubFactory(ClaimFactory)
    interest = "A relative works there."
    person = factory.LazyFunction(UserFactory)

    @classmethod
    def enter(cls, person: Any, by: Any = None, **given: Any) -> ConflictOfInterest:
        return ConflictOfInterest.declare(by or person, person=person, **given)


class MailRefusalFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MailRefusal

    person = factory.LazyFunction(UserFactory)
    kind = "comment"
