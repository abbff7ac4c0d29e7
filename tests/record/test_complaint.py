"""Complaints: received, looked at, decided by somebody else than whoever is complained about, erased in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.models import Change, Claim, Complaint, Redaction, Submission
from articles.models.complaint import WORDS
from articles.refusals import NotAllowed, Refused
from articles.tasks import forget_complaints
from tests import factories as f
from tests.record.refusing import last_seq, refuses

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def decide(row, by, state="upheld", **more):
    row.decide(by, state, "It was wrong.", **{"nothing_followed": "It was mended before.", **more})


class TestReceiving:
    def test_it_waits_and_nothing_of_it_is_in_the_ledger(self, reporter):
        before = last_seq()
        row = Complaint.receive(
            reporter, claim=(claim := f.ClaimFactory()), said="Not so.", complainant="A keeper"
        )
        assert (row.state, row.received_by, row.claim) == ("open", reporter, claim)
        assert last_seq() == before + 1 and Change.objects.last().verb == "add"

    def test_about_a_verdict_it_is_about_its_claim(self, reporter):
        verdict = f.VerdictFactory()
        row = Complaint.receive(reporter, verdict=verdict, said="Not so.")
        assert row.claim == verdict.claim
        with pytest.raises(ValidationError, match="another claim"):
            row.revise(reporter, claim=f.ClaimFactory())
        row.revise(reporter, verdict=(other := f.VerdictFactory()))
        assert row.claim == other.claim

    def test_about_nothing_it_is_none(self, reporter):
        with pytest.raises(ValidationError, match="what it is about"):
            Complaint.receive(reporter, said="Not so.")

    def test_found_by_what_it_is_about(self):
        article, source, verdict = f.ArticleFactory(), f.SourceFactory(), f.VerdictFactory()
        rows = [f.ComplaintFactory(article=article), f.ComplaintFactory(source=source)]
        about = f.ComplaintFactory(verdict=verdict)
        assert [Complaint.objects.about(one).get() for one in (article, source)] == rows
        assert Complaint.objects.about(verdict).get() == Complaint.objects.about(verdict.claim).get() == about
        survivor = f.ClaimFactory()
        verdict.claim.merge_into(survivor, None)
        assert Complaint.objects.about(survivor).get() == about


class TestDeciding:
    def test_an_editor_decides_with_words_and_time(self, editor):
        row = f.ComplaintFactory()
        decide(row, editor, at=(now := timezone.now()))
        row.refresh_from_db()
        assert (row.state, row.decided_by, row.decided_at) == ("upheld", editor, now)
        with refuses("decided", "This was decided already: upheld."):
            decide(row, editor)

    @pytest.mark.parametrize("state", ["upheld", "partly"])
    def test_upheld_names_what_followed_or_says_why_nothing_did(self, editor, state):
        row = f.ComplaintFactory()
        with refuses("nothing_followed", "Name the correction"):
            row.decide(editor, state, "It was wrong.")
        row.decide(editor, state, "It was wrong.", corrections=[one := f.CorrectionFactory()])
        assert list(row.corrections.all()) == [one]

    def test_what_was_tied_before_is_enough_and_what_comes_later_is_tied_too(self, editor):
        row, correction = f.ComplaintFactory(), f.CorrectionFactory()
        row.tie(editor, correction)
        row.decide(editor, "upheld", "It was wrong.")
        redaction = f.RedactionFactory(words=correction.verdict.summary[:12])
        row.tie(editor, redaction)
        assert list(row.redactions.all()) == [redaction]
        with refuses("decided"):
            row.untie(editor, redaction)

    def test_words_are_needed(self, editor):
        row = f.ComplaintFactory()
        for state, words in (("rejected", " "), ("withdrawn", "x"), ("open", "x")):
            with refuses("no_outcome"):
                row.decide(editor, state, words)

    @pytest.mark.parametrize("who", ["author", "approver", "writer"])
    def test_who_answers_for_the_verdict_does_not_decide(self, who, administrator):
        people = {"author": f.UserFactory(role="editor"), "approver": f.UserFactory(role="editor")}
        claim = f.ClaimFactory()
        draft = f.VerdictDraftFactory(claim=claim, author=people["author"])
        people["writer"] = f.UserFactory(role="editor")
        draft.revise(people["writer"], summary="Reworded.")
        draft.submit(None)
        draft.publish(people["approver"])
        row = f.ComplaintFactory(claim=claim)
        assert not Complaint.objects.decidable_by(people[who]).exists()
        with pytest.raises(NotAllowed, match="You wrote or approved"):
            decide(row, people[who])
        row.refresh_from_db()
        assert row.state == "open"
        f.newsroom().revise(None, allows_self_approval=True)
        assert Complaint.objects.decidable_by(people[who]).exists()
        decide(row, people[who])

    def test_nor_do_they_close_it_as_taken_back(self, editor, second_editor):
        claim = f.VerdictFactory(approver=editor).claim
        row = f.ComplaintFactory(claim=claim)
        with pytest.raises(NotAllowed, match="You wrote or approved"):
            row.note_withdrawal(editor)
        row.refresh_from_db()
        assert row.state == "open"
        row.note_withdrawal(second_editor)

    def test_nor_take_a_decision_back(self, editor, second_editor):
        row = f.ComplaintFactory(by=None, claim=f.VerdictFactory(approver=editor).claim)
        row.decide(second_editor, "upheld", "So it was.", nothing_followed="It was mended already.")
        with pytest.raises(NotAllowed, match="You wrote or approved"):
            row.reopen(editor)
        row.refresh_from_db()
        assert row.state == "upheld"

    def test_nor_say_that_it_is_about_something_else(self, editor, second_editor):
        """Of which they could then decide."""
        row, other = f.ComplaintFactory(claim=f.VerdictFactory(approver=editor).claim), f.ClaimFactory()
        with pytest.raises(NotAllowed, match="You wrote or approved"):
            row.revise(editor, claim=other)
        row.refresh_from_db()
        row.revise(editor, note="They telephoned again.", claim=row.claim)
        row.revise(second_editor, claim=other)
        assert row.claim == other

    def test_reopened_it_waits_again(self, editor):
        row = f.ComplaintFactory(state="rejected")
        row.reopen(editor)
        row.refresh_from_db()
        assert (row.state, row.decided_at, row.decided_by) == ("open", None, None)
        with refuses("not_closed"):
            row.reopen(editor)

    def test_second_of_two_decisions_is_refused(self, editor, second_editor):
        row = f.ComplaintFactory()
        seen = row.revision
        Complaint.objects.get().assign(second_editor, second_editor)
        with refuses("stale"):
            decide(row, editor, expected=seen)

    def test_decided_it_is_changed_by_nobody(self, editor):
        row = f.ComplaintFactory(state="rejected")
        with pytest.raises(NotAllowed, match="Reopen it first"):
            row.revise(editor, note="x")


class TestOfAReader:
    @pytest.fixture
    def sent(self):
        claim = f.ClaimFactory()
        return f.SubmissionFactory(kind="error", about=claim.get_absolute_url(), text="It is 40.")

    def received(self, sent, by):
        return Complaint.receive(by, submission=sent, claim=Claim.objects.get())

    @pytest.mark.parametrize(("state", "told"), [("upheld", "accepted"), ("rejected", "declined")])
    def test_they_are_told(self, sent, reporter, editor, state, told):
        row = self.received(sent, reporter)
        sent.refresh_from_db()
        assert (sent.state, row.words, row.received_at) == ("taken", "It is 40.", sent.at)
        decide(row, editor, state)
        sent = Submission.objects.get()
        assert (sent.state, sent.reply, sent.closed_by) == (told, "It was wrong.", editor)
        row.reopen(editor)
        assert Submission.objects.get().state == "taken"

    def test_once(self, sent, reporter):
        self.received(sent, reporter)
        with refuses("complaint_already"):
            self.received(sent, reporter)

    def test_taken_back_it_is_withdrawn_and_its_words_are_gone(self, sent, reporter):
        row = self.received(sent, reporter)
        Submission.objects.get().withdraw()
        row = Complaint.objects.get()
        assert (row.state, row.words, row.decided_by) == ("withdrawn", "", None)

    def test_closed_before_it_is_none(self, sent, reporter, editor):
        sent.decline(editor, "No.")
        with pytest.raises(Refused):
            self.received(sent, reporter)
        assert not Complaint.objects.exists()


class TestErasing:
    def test_words_go_and_the_outcome_stays(self, editor):
        row = f.ComplaintFactory(note="Rang twice.", state="rejected")
        row.forget(editor)
        row.refresh_from_db()
        assert [getattr(row, name) for name in WORDS] == ["", "", "", ""]
        assert row.outcome and row.is_forgotten
        with refuses("not_closed"):
            row.reopen(editor)

    def test_what_waits_keeps_them(self, editor):
        row = f.ComplaintFactory()
        with refuses("still_open"):
            row.forget(editor)

    def test_in_time_by_themselves(self, settings):
        settings.SUBMISSIONS_KEPT_DAYS = 30
        old, fresh, waiting = (f.ComplaintFactory(state=one) for one in ("rejected", "rejected", "open"))
        now = timezone.now()
        Complaint.objects.filter(pk=old.pk).update(decided_at=now - 31 * DAY)
        Complaint.objects.filter(pk=fresh.pk).update(decided_at=now - 29 * DAY)
        assert forget_complaints.func() == 1
        left = {row.pk: row.is_forgotten for row in Complaint.objects.all()}
        assert left == {old.pk: True, fresh.pk: False, waiting.pk: False}

    def test_a_redaction_takes_words_out_of_it(self, administrator):
        row = f.ComplaintFactory(
            said="Rumpelstilz lives there.", complainant="Rumpelstilz", note="Rumpelstilz!"
        )
        row.decide(f.some_editor(), "rejected", "Rumpelstilz does not.")
        Redaction.everywhere(administrator, "Rumpelstilz", "A private person.")
        row.refresh_from_db()
        assert not any("umpel" in one for one in (row.said, row.complainant, row.note, row.outcome))


def test_due_first_comes_first():
    days = [None, date(2030, 1, 2), date(2030, 1, 1)]
    rows = [f.ComplaintFactory(due_on=day) for day in days]
    assert list(Complaint.objects.waiting()) == rows[::-1]
    assert list(Complaint.objects.due_by(date(2030, 1, 1))) == [rows[2]]
    assert rows[2].is_overdue(date(2030, 1, 2)) and not rows[2].is_overdue(date(2030, 1, 1))


def test_readers_get_numbers():
    now = timezone.now()
    for state in ("upheld", "partly", "rejected", "open"):
        f.ComplaintFactory(state=state)
    f.ComplaintFactory(state="upheld", received_at=now - 400 * DAY)
    later = timezone.now()
    assert Complaint.counted(now - 365 * DAY, later) == {"received": 4, "upheld": 2}
