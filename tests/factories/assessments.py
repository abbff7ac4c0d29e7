"""Second opinions on drafts, and the times a draft went back."""

from __future__ import annotations

from typing import Any

import factory

from articles.models import Assessment, HandBack, VerdictDraft
from tests.factories.claims import VerdictDraftFactory
from tests.factories.people import UserFactory, VerbFactory, rating_called, some_editor


class AssessmentFactory(VerbFactory):
    """Asked of a new colleague; `given` is the slug of the rating they give, `settled` the note that settles it."""

    class Meta:
        model = Assessment

    by = factory.LazyFunction(some_editor)
    draft = factory.SubFactory(VerdictDraftFactory, state="submitted")
    assessor = factory.SubFactory(UserFactory)
    given = ""
    settled = ""

    @classmethod
    def enter(cls, by: Any, draft: VerdictDraft, assessor: Any, given: str, settled: str) -> Assessment:
        asked = Assessment.ask(by, draft, assessor)
        if given:
            asked.give(assessor, rating_called(given), "So the minutes read to me.")
        if settled:
            asked.settle(some_editor(), settled)
        return asked


class HandBackFactory(VerbFactory):
    class Meta:
        model = HandBack

    by = factory.LazyFunction(some_editor)
    draft = factory.SubFactory(VerdictDraftFactory, state="submitted")
    note = "Name the page of the minutes."

    @classmethod
    def enter(cls, by: Any, draft: VerdictDraft, note: str) -> HandBack:
        draft.hand_back(by, note)
        return draft.hand_backs.latest("pk")
