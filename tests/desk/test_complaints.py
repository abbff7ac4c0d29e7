"""Complaints and conflicts of interest at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles.models import Claim, Complaint, ConflictOfInterest, Submission
from tests import factories as f
from tests.desk.conftest import add_to, as_loaded, button_of, list_of, page_of
from tests.query_counts import assert_same_queries

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode()


def press(client, row, verb, follow=True, **fields):
    seen = {"seen": row.revision} if hasattr(row, "revision") else {}
    return client.post(button_of(row, verb), {**seen, **fields}, follow=follow)


class TestReceiving:
    def test_by_hand_from_the_page_of_what_it_is_about(self, sign_in, reporter):
        client, verdict = sign_in(reporter), f.VerdictFactory()
        form = client.get(add_to(Complaint), {"verdict": verdict.pk, "claim": verdict.claim_id})
        sent = as_loaded(form) | {
            "said": "Not so.", "complainant": "A keeper", "received_at_0": "2024-01-10", "received_at_1": "12:00",
        }  # fmt: skip
        answer = client.post(add_to(Complaint), sent, follow=True)
        row = Complaint.objects.get()
        assert (row.verdict, row.claim, row.said, row.received_by) == (
            verdict,
            verdict.claim,
            "Not so.",
            reporter,
        )
        assert row.received_at.year == 2024 and "Not so." in text(answer)

    def test_about_nothing_it_says_so_and_loses_nothing(self, sign_in):
        client = sign_in("reporter")
        sent = as_loaded(client.get(add_to(Complaint))) | {
            "said": "What I typed.", "received_at_0": "2024-01-10", "received_at_1": "12:00",
        }  # fmt: skip
        answer = client.post(add_to(Complaint), sent)
        assert "Say what it is about" in text(answer) and "What I typed." in text(answer)
        assert not Complaint.objects.exists()

    def test_in_one_click_from_what_a_reader_sent(self, sign_in, reporter):
        claim = f.ClaimFactory()
        sent = f.SubmissionFactory(kind="error", about=claim.get_absolute_url(), text="It is 40.")
        client = sign_in(reporter)
        assert "About which claim" not in text(client.get(page_of(sent)))
        answer = press(client, sent, "complaint", kind="take_down")
        row = Complaint.objects.get()
        assert answer.redirect_chain[-1][0] == page_of(row)
        assert (row.claim, row.submission, row.kind) == (claim, sent, "take_down")
        assert "It is 40." in text(answer)
        sent = Submission.objects.get()
        assert "Make it a complaint" not in text(client.get(page_of(sent)))

    def test_it_asks_for_a_claim_where_the_page_says_none(self, sign_in, reporter):
        sent, client = f.SubmissionFactory(kind="error", about="/methodology/"), sign_in(reporter)
        assert "About which claim" in text(client.get(page_of(sent)))
        assert press(client, sent, "complaint", kind="other").status_code == 400
        press(client, sent, "complaint", kind="other", claim=(claim := f.ClaimFactory()).pk)
        assert Complaint.objects.get().claim == claim


class TestDeciding:
    def test_look_at_it_decide_and_take_it_back(self, sign_in, editor):
        row, client, correction = f.ComplaintFactory(), sign_in(editor), f.CorrectionFactory()
        press(client, row, "take")
        row.refresh_from_db()
        assert (row.state, row.assigned_to) == ("taken", editor)
        answer = press(
            client, row, "decide", state="partly", outcome="A figure was wrong.", corrections=[correction.pk]
        )
        row.refresh_from_db()
        assert row.state == "partly" and list(row.corrections.all()) == [correction]
        assert button_of(row, "reopen") in text(answer), "the way back is beside the word that it is done"
        assert correction.note in text(answer)
        press(client, row, "reopen")
        row.refresh_from_db()
        assert row.state == "taken"

    def test_upheld_with_nothing_that_followed_is_asked_again_and_keeps_the_words(self, sign_in, editor):
        row = f.ComplaintFactory()
        answer = press(sign_in(editor), row, "decide", state="upheld", outcome="My words.")
        assert answer.status_code == 409 and "My words." in text(answer)
        assert "say why nothing did" in text(answer)

    def test_who_approved_the_verdict_is_told_to_leave_it(self, sign_in):
        verdict = f.VerdictFactory()
        row = f.ComplaintFactory(verdict=verdict)
        answer = press(sign_in(verdict.approver), row, "decide", state="rejected", outcome="x")
        assert answer.status_code == 403 and "another editor must decide" in text(answer)

    def test_assigned_by_name(self, sign_in, editor, second_editor):
        row = f.ComplaintFactory()
        press(sign_in(editor), row, "assign", person="edwin")
        row.refresh_from_db()
        assert row.assigned_to == second_editor

    def test_somebody_elses_step_is_not_overwritten(self, sign_in, editor, second_editor):
        row = f.ComplaintFactory()
        seen = row.revision
        Complaint.objects.get().assign(second_editor, second_editor)
        answer = sign_in(editor).post(button_of(row, "take"), {"seen": seen}, follow=True)
        assert "Somebody else changed this complaint" in text(answer)
        row.refresh_from_db()
        assert row.assigned_to == second_editor

    def test_what_followed_later_is_tied(self, sign_in, editor):
        row, correction = f.ComplaintFactory(state="upheld"), f.CorrectionFactory()
        press(sign_in(editor), row, "tie", corrections=[correction.pk])
        assert list(row.corrections.all()) == [correction]

    def test_erased(self, sign_in, editor):
        row = f.ComplaintFactory(state="rejected", said="Rumpelstilz")
        assert "Rumpelstilz" not in text(press(sign_in(editor), row, "forget"))


class TestLists:
    def test_what_is_overdue(self, sign_in):
        late, later = f.ComplaintFactory(due_on="2024-01-01"), f.ComplaintFactory(due_on="2999-01-01")
        page = text(sign_in("editor").get(list_of(Complaint), {"time": "overdue"}))
        assert page_of(late) in page and page_of(later) not in page

    def test_a_page_costs_the_same_however_much_followed(self, sign_in):
        client, row = sign_in("editor"), f.ComplaintFactory()

        def grow(number):
            for _ in range(number):
                row.tie(None, f.CorrectionFactory())
                f.ComplaintFactory(claim=row.claim)

        assert_same_queries(grow, lambda: client.get(page_of(row)), at_most=12)

    def test_readers_get_numbers_and_no_words(self, client, newsroom):
        row = f.ComplaintFactory(said="Rumpelstilz pays.")
        assert "we received 1 complaint and upheld 0" in " ".join(text(client.get("/methodology/")).split())
        f.ComplaintFactory(state="partly")
        assert "we received 2 complaints and upheld 1" in " ".join(text(client.get("/methodology/")).split())
        pages = [row.claim.get_absolute_url(), "/corrections/", "/methodology/"]
        assert all("umpelstilz" not in text(client.get(page)) for page in pages)


class TestConflicts:
    def workbench(self, claim: Claim) -> str:
        return reverse("admin:articles_claim_workbench", args=[claim.pk])

    def test_declared_on_the_page_of_the_claim(self, sign_in, editor):
        claim, client = f.ClaimFactory(), sign_in(editor)
        assert "I have a conflict of interest" in text(client.get(self.workbench(claim)))
        press(client, claim, "declare-conflict", interest="A relative works there.")
        row = ConflictOfInterest.objects.get()
        assert (row.person, row.declared_by) == (editor, editor)
        page = client.get(self.workbench(claim))
        assert page.status_code == 200 and "A relative works there." in text(page)

    def test_from_then_on_the_desk_says_why_not(self, sign_in, editor):
        claim = f.ConflictOfInterestFactory(person=editor).claim
        answer = press(sign_in(editor), claim, "check")
        assert answer.status_code == 403
        assert "You declared a conflict of interest on this claim on" in text(answer)

    def test_the_api_says_it_too(self, client, editor):
        claim = f.ConflictOfInterestFactory(person=editor).claim
        key = f.ApiKeyFactory(owner=editor, scopes=["publish"])
        answer = client.patch(
            f"/api/v1/claims/{claim.pk}/", {"statement": "New."}, content_type="application/json",
            headers={"Authorization": f"Bearer {key.token}", "If-Match": f'"claim-{claim.pk}-r{claim.revision}"'},
        )  # fmt: skip
        assert answer.status_code == 403, answer.content
        assert "You declared a conflict of interest" in text(answer)

    def test_administrators_declare_for_others_and_end_it(self, sign_in, administrator, reporter):
        claim, client = f.ClaimFactory(), sign_in(administrator)
        press(client, claim, "declare-conflict", interest="They told me.", person="rita")
        row = ConflictOfInterest.objects.get()
        assert (row.person, row.declared_by) == (reporter, administrator)
        press(client, row, "end")
        row.refresh_from_db()
        assert row.ended_by == administrator

    def test_nobody_else_ends_it(self, sign_in, editor):
        row = f.ConflictOfInterestFactory(person=editor)
        assert press(sign_in(editor), row, "end").status_code == 403


def test_they_stand_on_the_page_of_what_they_are_about(sign_in):
    client, verdict = sign_in("editor"), f.VerdictFactory()
    for row in (f.ArticleFactory(), f.SourceFactory(), verdict, verdict.claim):
        name = row._meta.model_name
        complaint = f.ComplaintFactory(**{name: row, "said": f"About this {name}."})
        address = (
            reverse("admin:articles_claim_workbench", args=[row.pk]) if name == "claim" else page_of(row)
        )
        assert page_of(complaint) in text(client.get(address)), name
