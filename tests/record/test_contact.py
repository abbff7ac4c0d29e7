"""The right of reply: who was asked, by when, what they said, and what readers never see of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import ChangeRow, Claim, Contact
from articles.refusals import NotAllowed, Stale
from articles.verification import verify
from tests.factories import ClaimantFactory, ClaimFactory, ContactFactory, moment_of
from tests.record.redacting import NAME, dump, redact, spellings
from tests.record.refusing import invalid, last_seq, refuses

pytestmark = pytest.mark.django_db

ASKED, DEADLINE = moment_of("2024-01-10"), moment_of("2024-01-12")


class TestAdd:
    def test_at_the_desk_only(self, reporter, stranger):
        claim, council = ClaimFactory(), ClaimantFactory(name="The council")
        contact = Contact.add(
            reporter, claim, claimant=council, question="What did it cost?", channel="telephone"
        )
        contact.refresh_from_db()
        assert (contact.claim, contact.created_by, contact.reply_state) == (claim, reporter, "waiting")
        assert not Contact.objects.visible_to(stranger).exists()
        assert Contact.objects.visible_to(reporter).get() == contact
        assert str(contact) == "The council: waiting"

    def test_words_go_before_the_name(self):
        contact = ContactFactory(claimant=ClaimantFactory(name="The council"), addressee="Its press office")
        assert contact.asked == "Its press office"

    def test_somebody_is_asked(self, reporter):
        claim = ClaimFactory()
        with invalid("__all__", "Say who was asked"):
            Contact.add(reporter, claim, question="What did it cost?", channel="letter")

    def test_not_in_time_to_come(self, reporter):
        contact = ContactFactory()
        with invalid("asked_at", "yet to come"):
            contact.revise(reporter, asked_at=timezone.now() + timedelta(hours=1), deadline=None)


class TestReply:
    def test_is_written_down(self, reporter):
        contact = ContactFactory()
        contact.record_reply(reporter, "  Four million. ", DEADLINE, contact.revision)
        contact.refresh_from_db()
        assert (contact.reply_state, contact.reply, contact.replied_at) == (
            "replied",
            "Four million.",
            DEADLINE,
        )
        assert contact.revision == 2 and contact.is_answered

    def test_now_where_nobody_says_when(self, reporter):
        contact = ContactFactory()
        before = timezone.now()
        contact.record_reply(reporter, "Four million.")
        assert before <= contact.replied_at <= timezone.now()

    @pytest.mark.parametrize("words", ["", "  \n"])
    def test_needs_words(self, reporter, words):
        contact = ContactFactory()
        with refuses("no_reply_text", "Write down what they said"):
            contact.record_reply(reporter, words)

    def test_not_before_they_were_asked_nor_in_time_to_come(self, reporter):
        contact = ContactFactory()
        with invalid("__all__", "cannot come before the question"):
            contact.record_reply(reporter, "Yes.", ASKED - timedelta(hours=1))
        contact = Contact.objects.get()
        with refuses("in_future", "yet to come"):
            contact.record_reply(reporter, "Yes.", timezone.now() + timedelta(hours=1))

    def test_once(self, reporter):
        contact = ContactFactory(reply_state="replied")
        with refuses("settled", "settled already: The press office of the council replied"):
            contact.record_reply(reporter, "Five million.")
        contact.revise(reporter, reply="Four million pesos.")
        assert Contact.objects.get().reply == "Four million pesos."

    def test_words_without_a_reply(self, reporter):
        contact = ContactFactory()
        with invalid("__all__", "record that they replied"):
            contact.revise(reporter, reply="Yes.")

    def test_late(self, reporter):
        contact = ContactFactory(reply_state="no_reply")
        contact.record_reply(reporter, "We were on holiday.", moment_of("2024-02-01"))
        assert Contact.objects.get().reply_state == "replied"

    def test_on_top_of_what_was_read(self, reporter):
        contact = ContactFactory()
        contact.revise(None, question="What did the bridge cost, and who paid?")
        with refuses("stale", "you were looking at revision 1", Stale):
            contact.record_reply(reporter, "Yes.", expected=1)

    def test_on_a_merged_claim(self, reporter):
        contact = ContactFactory()
        contact.claim.merge_into(ClaimFactory(), None)
        contact.record_reply(reporter, "Yes.")
        assert Contact.objects.get().is_answered


class TestDecline:
    @pytest.mark.parametrize("words", ["", "No comment."])
    def test_with_words_or_without(self, reporter, words):
        contact = ContactFactory()
        contact.record_decline(reporter, words, DEADLINE)
        contact.refresh_from_db()
        assert (contact.reply_state, contact.reply, contact.replied_at) == ("declined", words, DEADLINE)
        with refuses("settled", "declined to comment"):
            contact.record_decline(reporter)


class TestNoReply:
    def test_once_their_time_is_over(self, reporter):
        contact = ContactFactory()
        with refuses("too_early", "their time ends 2024-01-12 12:00 UTC"):
            contact.record_no_reply(reporter, DEADLINE)
        contact.record_no_reply(reporter, DEADLINE + timedelta(seconds=1))
        contact.refresh_from_db()
        assert (contact.reply_state, contact.replied_at) == ("no_reply", None)

    def test_not_without_a_deadline(self, reporter):
        contact = ContactFactory(deadline=None)
        with refuses("no_deadline", "They were given no deadline"):
            contact.record_no_reply(reporter)

    @pytest.mark.parametrize("state", ["replied", "declined", "no_reply"])
    def test_not_twice(self, reporter, state):
        contact = ContactFactory(reply_state=state)
        with refuses("settled", "settled already"):
            contact.record_no_reply(reporter)


class TestReaders:
    def test_opened_and_closed_again(self, editor, stranger):
        contact = ContactFactory(reply_state="replied")
        contact.open_to_readers(editor)
        assert Contact.objects.visible_to(stranger).get() == contact
        assert Claim.objects.get().public_seq == last_seq()
        contact.close_to_readers(editor)
        assert not Contact.objects.visible_to(stranger).exists()

    def test_by_editors(self, reporter):
        contact = ContactFactory()
        with refuses("not_allowed", "Only an editor decides which contacts readers see", NotAllowed):
            contact.open_to_readers(reporter)

    def test_the_ledger_never_has_the_address_or_number(self, reporter):
        contact = ContactFactory(public=True)
        contact.revise(reporter, reach="+00 000 0000")
        rows = ChangeRow.objects.filter(object_type="contact")
        assert rows.count() == 3
        for row in rows:
            assert "reach" not in json.loads(row.payload)["image"]
            assert "council.example" not in row.payload and "+00" not in row.payload
        assert verify() == []


def test_words(reporter):
    waiting = ContactFactory(deadline="2024-01-14")
    first = ContactFactory(deadline="2024-01-12")
    whenever = ContactFactory(deadline=None)
    ContactFactory(reply_state="replied")
    assert list(Contact.objects.waiting()) == [first, waiting, whenever]
    now = datetime(2024, 1, 13, tzinfo=UTC)
    assert list(Contact.objects.overdue(now)) == [first]
    assert [one.is_overdue(now) for one in (first, waiting, whenever)] == [True, False, False]


def test_a_redaction_reaches_its_words():
    ContactFactory(
        addressee=f"A friend of {NAME}", question=f"Did {NAME} pay?", reach=f"{NAME}@mail.example",
        reply_state="replied", reply=f"{NAME} did.", public=True,
    )  # fmt: skip
    assert spellings(dump(), NAME)
    redact()
    assert spellings(dump(), NAME) == [] and verify() == []
