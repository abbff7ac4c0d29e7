"""Contacts: who was asked about a claim, and what they answered."""

from __future__ import annotations

from typing import Any

from api.writing.bodies import Body, RowOf, Text, Word
from api.writing.parts import Moment, optional
from api.writing.verbs import Adds, Changes, verb
from articles.models import Channel, Claim, Claimant, Contact, Scope

QUESTION = "What they were asked. Private people are described, not named."


class ContactChanged(Body):
    """What is different now about a contact."""

    claimant = RowOf(
        Claimant, required=False, allow_null=True, help_text="Who was asked, where they are on record."
    )
    addressee = optional(300, help_text="Who was asked, in words. Private people are described, not named.")
    asked_at = Moment(required=False, help_text="Default: now.")
    question = Text(required=False, help_text=QUESTION)
    channel = Word(Channel, required=False)
    reach = optional(500, help_text="The address or number they were reached at. Readers never see it.")
    deadline = Moment(required=False, allow_null=True, help_text="By when they could answer.")
    reply = optional(help_text="What they said, where it was taken down wrongly.")


class ContactGiven(Body):
    """Somebody who was asked about a claim: a claimant on record, or somebody in words."""

    claim = RowOf(Claim)
    claimant = RowOf(
        Claimant, required=False, allow_null=True, help_text="Who was asked, where they are on record."
    )
    addressee = optional(300, help_text="Who was asked, in words. Private people are described, not named.")
    asked_at = Moment(required=False, help_text="Default: now.")
    question = Text(help_text=QUESTION)
    channel = Word(Channel)
    reach = optional(500, help_text="The address or number they were reached at. Readers never see it.")
    deadline = Moment(required=False, allow_null=True, help_text="By when they could answer.")


class ReplyGiven(Body):
    """What they said, and when."""

    reply = Text(help_text="Readers see it once the contact is opened to them.")
    replied_at = Moment(required=False, help_text="Default: now.")


class DeclineGiven(Body):
    """That they do not want to comment, in their own words where they gave any."""

    reply = optional(help_text="Their words, if any.")
    replied_at = Moment(required=False, help_text="Default: now.")


class WritesContacts(Adds, Changes):
    """What programs say of those who were asked."""

    adding = ContactGiven
    changing = ContactChanged

    def add(self, by: Any, given: dict[str, Any]) -> Contact:
        """Note that somebody was asked, at the desk only until an editor opens it."""
        return Contact.add(by, **given)

    @verb(ReplyGiven)
    def record_reply(self, by: Any, contact: Contact, given: dict[str, Any]) -> None:
        """Write down what they said. A late reply counts, also after “did not reply”."""
        contact.record_reply(by, given["reply"], given.get("replied_at"), self.seen)

    @verb(DeclineGiven)
    def record_decline(self, by: Any, contact: Contact, given: dict[str, Any]) -> None:
        """Note that they do not want to comment."""
        contact.record_decline(by, given.get("reply", ""), given.get("replied_at"), self.seen)

    @verb()
    def record_no_reply(self, by: Any, contact: Contact, given: dict[str, Any]) -> None:
        """Note that their time is over and nothing came; refused before the deadline."""
        contact.record_no_reply(by, expected=self.seen)

    @verb(needs=Scope.PUBLISH)
    def open_to_readers(self, by: Any, contact: Contact, given: dict[str, Any]) -> None:
        """Show readers of the claim that somebody was asked, and what they answered."""
        contact.open_to_readers(by)

    @verb(needs=Scope.PUBLISH)
    def close_to_readers(self, by: Any, contact: Contact, given: dict[str, Any]) -> None:
        """Take the contact out of readers' sight again."""
        contact.close_to_readers(by)
