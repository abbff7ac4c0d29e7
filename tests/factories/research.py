"""What was done for a claim before there is a verdict: searches, and questions to those concerned."""

from __future__ import annotations

from typing import Any

import factory

from articles.models import Channel, Contact, ReplyState, ResearchOutcome, ResearchStep
from tests.factories.claims import ClaimFactory
from tests.factories.people import VerbFactory, moment_of, some_editor, some_reporter


class ResearchStepFactory(VerbFactory):
    """A search that found nothing. `public` opens it to readers."""

    class Meta:
        model = ResearchStep

    by = factory.LazyFunction(some_reporter)
    claim = factory.SubFactory(ClaimFactory)
    question = "The invoice for the bridge."
    place = "The city archive, reading room"
    outcome = ResearchOutcome.NOT_FOUND
    public = False

    @classmethod
    def enter(cls, by: Any, public: bool, **facts: Any) -> ResearchStep:
        step = ResearchStep.add(by, **facts)
        if public:
            step.open_to_readers(some_editor())
        step.refresh_from_db()
        return step


class ContactFactory(VerbFactory):
    """Somebody asked on 10 January 2024 who had two days; brought to `reply_state`. `public` opens it to readers."""

    class Meta:
        model = Contact

    by = factory.LazyFunction(some_reporter)
    claim = factory.SubFactory(ClaimFactory)
    addressee = "The press office of the council"
    question = "What did the bridge cost?"
    channel = Channel.E_MAIL
    reach = "press@council.example"
    asked_at = "2024-01-10"
    deadline = "2024-01-12"
    reply_state = ReplyState.WAITING
    reply = ""
    replied_at = None
    public = False

    @classmethod
    def enter(
        cls, by: Any, asked_at: Any, deadline: Any, reply_state: str, reply: str, replied_at: Any, public: bool,
        **facts: Any,
    ) -> Contact:  # fmt: skip
        contact = Contact.add(by, asked_at=moment_of(asked_at), deadline=moment_of(deadline), **facts)
        if reply_state == ReplyState.REPLIED:
            contact.record_reply(by, reply or "Four million dollars.", moment_of(replied_at))
        elif reply_state == ReplyState.DECLINED:
            contact.record_decline(by, reply, moment_of(replied_at))
        elif reply_state == ReplyState.NO_REPLY:
            contact.record_no_reply(by)
        if public:
            contact.open_to_readers(some_editor())
        contact.refresh_from_db()
        return contact
