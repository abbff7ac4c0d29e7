"""Searches and questions at the desk: added from a form, opened by editors, answers written down by buttons."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from articles.models import Claim, Contact, ResearchStep
from tests import factories
from tests.desk.conftest import add_to, as_loaded, button_of, list_of, page_of
from tests.query_counts import assert_same_queries

pytestmark = pytest.mark.django_db


class TestResearchStep:
    def test_is_added(self, sign_in):
        claim, client = factories.ClaimFactory(), sign_in("reporter")
        assert client.get(f"{add_to(ResearchStep)}?claim={claim.pk}").status_code == 200
        sent = {"claim": claim.pk, "question": "The invoice.", "place": "The archive", "outcome": "not_found"}
        assert client.post(add_to(ResearchStep), sent).status_code == 302
        step = ResearchStep.objects.get()
        assert (step.claim, step.outcome, step.is_public) == (claim, "not_found", False)

    def test_is_changed_with_its_revision(self, sign_in):
        step, client = factories.ResearchStepFactory(), sign_in("reporter")
        sent = as_loaded(client.get(page_of(step))) | {"note": "The shelf is empty."}
        step.revise(None, note="Another's words.")
        answer = client.post(page_of(step), sent)
        assert answer.status_code == 409 and "Another’s words." in answer.content.decode().replace(
            "&#x27;", "’"
        )
        sent = as_loaded(client.get(page_of(step))) | {"note": "The shelf is empty."}
        assert client.post(page_of(step), sent).status_code == 302
        assert ResearchStep.objects.get().note == "The shelf is empty."

    def test_is_opened_and_closed_by_editors(self, sign_in):
        step = factories.ResearchStepFactory()
        reporter, editor = sign_in("reporter"), sign_in("editor")
        assert "Open to readers" not in reporter.get(page_of(step)).content.decode()
        assert reporter.post(button_of(step, "open"), {"seen": step.revision}).status_code == 403
        assert "Open to readers" in editor.get(page_of(step)).content.decode()
        editor.post(button_of(step, "open"), {"seen": step.revision})
        assert ResearchStep.objects.visible_to(None).get() == step
        editor.post(button_of(step, "close"), {"seen": step.revision + 1})
        assert not ResearchStep.objects.visible_to(None).exists()

    def test_says_why_it_stays_at_the_desk(self, sign_in):
        evidence = factories.EvidenceFactory()
        step = factories.ResearchStepFactory(claim=evidence.claim, outcome="found", evidence=evidence)
        answer = sign_in("editor").post(button_of(step, "open"), {"seen": step.revision})
        assert answer.status_code == 409 and "Open it to them first" in answer.content.decode()


class TestContact:
    def test_is_added(self, sign_in):
        claim, client = factories.ClaimFactory(), sign_in("reporter")
        sent = {
            "claim": claim.pk, "addressee": "The council", "question": "What did it cost?", "channel": "e_mail",
            "reach": "press@council.example", "asked_at_0": "2024-01-10", "asked_at_1": "12:00",
            "deadline_0": "2024-01-12", "deadline_1": "12:00",
        }  # fmt: skip
        answer = client.post(add_to(Contact), sent)
        assert answer.status_code == 302, answer.context["errors"]
        contact = Contact.objects.get()
        assert (contact.addressee, contact.reach) == ("The council", "press@council.example")
        assert contact.deadline == datetime(2024, 1, 12, 12, tzinfo=UTC)

    def test_nobody_is_no_addressee(self, sign_in):
        sent = {"claim": factories.ClaimFactory().pk, "question": "What?", "channel": "letter",
                "asked_at_0": "2024-01-10", "asked_at_1": "12:00"}  # fmt: skip
        answer = sign_in("reporter").post(add_to(Contact), sent)
        assert "Say who was asked" in answer.content.decode() and not Contact.objects.exists()

    def test_reply(self, sign_in):
        contact, client = factories.ContactFactory(), sign_in("reporter")
        sent = {"seen": contact.revision, "reply": "Four million.", "at_0": "2024-01-11", "at_1": "09:30"}
        assert client.post(button_of(contact, "reply"), sent).status_code == 302
        contact.refresh_from_db()
        assert (contact.reply_state, contact.reply) == ("replied", "Four million.")
        assert contact.replied_at == datetime(2024, 1, 11, 9, 30, tzinfo=UTC)
        page = client.get(page_of(contact)).content.decode()
        assert "Record the reply" not in page and "They did not reply" not in page

    def test_reply_on_top_of_what_was_seen(self, sign_in):
        contact, client = factories.ContactFactory(), sign_in("reporter")
        contact.revise(None, question="What did the bridge cost, and who paid?")
        answer = client.post(button_of(contact, "reply"), {"seen": 1, "reply": "Four million."})
        assert answer.status_code == 409 and not Contact.objects.get().is_answered

    def test_decline_without_words(self, sign_in):
        contact = factories.ContactFactory()
        sign_in("reporter").post(button_of(contact, "decline"), {"seen": contact.revision})
        assert Contact.objects.get().reply_state == "declined"

    def test_no_reply_before_and_after_their_time(self, sign_in):
        client = sign_in("reporter")
        early, late = factories.ContactFactory(deadline="2999-01-01"), factories.ContactFactory()
        answer = client.post(button_of(early, "no-reply"), {"seen": early.revision}, follow=True)
        assert "They may still answer" in answer.content.decode()
        client.post(button_of(late, "no-reply"), {"seen": late.revision})
        assert list(Contact.objects.waiting()) == [early]

    def test_who_is_late(self, sign_in):
        late = factories.ContactFactory(addressee="The late office")
        factories.ContactFactory(addressee="The patient office", deadline="2999-01-01")
        factories.ContactFactory(addressee="The quick office", reply_state="replied")
        client = sign_in("reporter")
        page = client.get(f"{list_of(Contact)}?time=overdue").content.decode()
        assert late.addressee in page and "patient" not in page and "quick" not in page
        page = client.get(f"{list_of(Contact)}?time=waiting").content.decode()
        assert "late office" in page and "patient" in page and "quick" not in page


@pytest.mark.parametrize("factory", [factories.ResearchStepFactory, factories.ContactFactory])
def test_pages_cost_the_same(sign_in, factory):
    client, row = sign_in("editor"), factory()

    def grow(number):
        for _ in range(number):
            factory(claim=Claim.objects.get(pk=row.claim_id))

    assert_same_queries(grow, lambda: client.get(page_of(row)), at_most=10)
