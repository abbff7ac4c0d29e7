"""What readers send: who may make what of it, that it is one however often it is sent, and that it can be erased."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from articles.models import Claim, LedgerHead, ReviewTask, Submission, SubmissionState
from articles.models.submission import WORDS
from articles.tasks import forget_submissions
from articles.vocabulary import Origin, ReviewReason
from tests import factories as f
from tests.record.refusing import refuses

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


class TestSending:
    def test_the_token_leads_to_it_and_is_kept_nowhere(self):
        sent = f.SubmissionFactory(token="a" * 43)
        assert Submission.objects.found("a" * 43) == sent
        assert "a" * 43 not in str(Submission.objects.values().get())
        for other in ("", "a" * 42, "A" * 43, sent.hash, "ä", "\udc00", "a" * 100_000):
            assert Submission.objects.found(other) is None

    def test_sent_twice_with_one_token_it_is_one(self):
        first = Submission.submit("t", "claim", text="A statement.", at=NOW)
        again = Submission.submit("t", "claim", text="A statement.", at=NOW + 9 * DAY)
        assert first == again and Submission.objects.count() == 1

    def test_what_was_added_the_second_time_is_taken_in(self):
        Submission.submit("t", "claim", text="A statement.")
        facts = {"contact": "reader@mail.example", "consent": True, "reason": "All say so."}
        Submission.submit("t", "claim", text="A statement.", **facts)
        kept = Submission.objects.get()
        assert (kept.contact, kept.reason) == ("reader@mail.example", "All say so.") and kept.consent_at

    def test_the_same_words_from_somebody_else_are_known_for_a_day(self):
        Submission.submit("t", "claim", text="A  statement.\nOf two lines.", at=NOW)
        other = "a statement. Of two LINES."
        assert Submission.submit("u", "claim", text=other, at=NOW + DAY - timedelta(seconds=1)) is None
        assert Submission.submit("u", "article", text=other, at=NOW) is not None
        assert Submission.submit("v", "claim", text=other, at=NOW + DAY) is not None

    def test_what_was_erased_may_be_sent_again(self):
        f.SubmissionFactory(text="A statement.").withdraw()
        assert Submission.submit("u", "claim", text="A statement.") is not None

    def test_an_address_needs_consent(self):
        with pytest.raises(ValidationError, match="only if you agree"):
            Submission.submit("t", "claim", text="x", contact="reader@mail.example")
        assert not Submission.objects.exists()

    def test_nothing_is_no_submission(self):
        with pytest.raises(ValidationError, match="Write what you want to tell us"):
            Submission.submit("t", "article", text=" \n")

    def test_the_ledger_says_nothing_of_it(self):
        before = LedgerHead.objects.get().seq
        sent = f.SubmissionFactory()
        sent.take(f.some_reporter())
        sent.decline(f.some_editor(), "No.")
        sent.forget(f.some_editor())
        assert LedgerHead.objects.get().seq == before


class TestDeciding:
    def test_a_claim_to_check_becomes_a_claim(self):
        sent, editor = f.SubmissionFactory(), f.some_editor()
        claim = sent.accept(
            editor, statement=" The pool holds 300 litres. ", language="es", reply="Thank you."
        )
        assert (claim.statement, claim.origin, claim.language) == (
            "The pool holds 300 litres.", Origin.READER, "es",
        )  # fmt: skip
        sent.refresh_from_db()
        assert (sent.state, sent.claim, sent.closed_by, sent.reply) == (
            "accepted",
            claim,
            editor,
            "Thank you.",
        )

    def test_a_claim_without_words_stays_open(self):
        sent = f.SubmissionFactory()
        with pytest.raises(ValidationError):
            sent.accept(f.some_editor(), statement=" ")
        sent.refresh_from_db()
        assert sent.is_open and not Claim.objects.exists()

    def test_an_article_is_handed_in_first(self):
        sent, article = f.SubmissionFactory(kind="article"), f.ArticleFactory()
        f.some_editor()
        with refuses("no_article", "Hand the article in first"):
            sent.accept(f.some_editor())
        assert sent.accept(f.some_editor(), article=article) == article

    def test_an_error_asks_for_the_verdict_to_be_read_again(self):
        claim = f.ClaimFactory(rating="supported")
        sent = f.SubmissionFactory(kind="error", about=claim.get_absolute_url())
        sent.accept(f.some_editor(), claim=claim)
        task = ReviewTask.objects.get()
        assert (task.claim, task.reason, sent.review_task) == (claim, ReviewReason.READER_REPORT, task)
        # The reader's words can be erased, so they stand nowhere else.
        assert sent.text not in task.note

    def test_an_error_elsewhere_asks_for_nothing(self):
        sent = f.SubmissionFactory(kind="error")
        assert sent.accept(f.some_editor(), claim=f.ClaimFactory()) and not ReviewTask.objects.exists()
        assert f.SubmissionFactory(kind="error").accept(f.some_editor()).state == "accepted"

    @pytest.mark.parametrize("state", ["accepted", "declined", "duplicate", "withdrawn"])
    def test_decided_once(self, state):
        sent, editor = f.SubmissionFactory(state=state), f.some_editor()
        claim = f.ClaimFactory()
        for verb in (
            lambda: sent.take(editor),
            lambda: sent.accept(editor, statement="x"),
            lambda: sent.decline(editor, "x"),
            lambda: sent.mark_duplicate(editor, claim),
        ):
            with refuses("decided", "This was decided already"):
                verb()

    def test_declining_says_why(self):
        sent, editor = f.SubmissionFactory(), f.some_editor()
        with refuses("no_reply", "Say why"):
            sent.decline(editor, " ")

    @pytest.mark.parametrize("of", [f.ClaimFactory, f.ArticleFactory, f.SubmissionFactory])
    def test_known_already(self, of):
        known = of()
        sent = f.SubmissionFactory()
        sent.mark_duplicate(f.some_editor(), known)
        sent.refresh_from_db()
        assert known in (sent.claim, sent.article, sent.duplicate_of)

    def test_a_decision_is_taken_back(self):
        for state in ("declined", "duplicate"):
            sent = f.SubmissionFactory(state=state)
            sent.reopen(f.some_editor())
            sent.refresh_from_db()
            assert (sent.state, sent.claim, sent.closed_at) == (SubmissionState.TAKEN, None, None)
        accepted = f.SubmissionFactory(state="accepted")
        with refuses("not_closed", "Only what was declined"):
            accepted.reopen(f.some_editor())

    def test_two_people_do_not_overwrite_each_other(self):
        sent = f.SubmissionFactory()
        seen, editor = sent.revision, f.some_editor()
        Submission.objects.get().take(f.some_reporter())
        with refuses("stale"):
            sent.decline(editor, "No.", expected=seen)

    def test_an_answer_from_before_stays(self):
        sent = f.SubmissionFactory()
        sent.revise(f.some_reporter(), reply="We ask around.", note="Ask Rita.")
        sent.accept(f.some_editor(), statement="x")
        sent.refresh_from_db()
        assert (sent.reply, sent.note) == ("We ask around.", "Ask Rita.")


class TestErasing:
    def full(self, **more):
        return f.SubmissionFactory(
            url="https://paper.example/", reason="x", contact="reader@mail.example", consent=True, **more
        )

    def test_taking_it_back_erases_it(self):
        sent = self.full()
        sent.revise(f.some_editor(), reply="Well.", note="Hm.")
        sent.withdraw()
        sent.refresh_from_db()
        assert {name: getattr(sent, name) for name in WORDS} == dict.fromkeys(WORDS, "")
        assert sent.state == "withdrawn" and sent.consent_at is None and sent.forgotten_at == sent.closed_at
        before = sent.revision
        sent.withdraw()
        sent.refresh_from_db()
        assert sent.revision == before

    def test_what_was_decided_stays_decided(self):
        sent = self.full(state="accepted")
        sent.withdraw()
        sent.refresh_from_db()
        assert sent.state == "accepted" and sent.claim and sent.is_forgotten and sent.text == ""

    def test_what_waits_keeps_its_words(self):
        sent = self.full()
        f.some_editor()
        with refuses("still_open", "Decide on it first"):
            sent.forget(f.some_editor())

    def test_after_its_time(self, settings):
        settings.SUBMISSIONS_KEPT_DAYS = 30
        old, fresh, waiting = self.full(state="declined"), self.full(state="declined"), self.full()
        now = datetime.now(UTC)
        Submission.objects.filter(pk=old.pk).update(closed_at=now - 31 * DAY)
        Submission.objects.filter(pk=fresh.pk).update(closed_at=now - 29 * DAY)
        Submission.objects.filter(pk=waiting.pk).update(at=now - 900 * DAY)
        assert forget_submissions.func() == 1
        left = {row.pk: row.is_forgotten for row in Submission.objects.all()}
        assert left == {old.pk: True, fresh.pk: False, waiting.pk: False}
        assert forget_submissions.func() == 0

    def test_by_hand(self):
        self.full(state="declined")
        said = StringIO()
        call_command("forget_submissions", days=0, stdout=said)
        assert said.getvalue() == "Submissions erased: 1.\n" and Submission.objects.get().is_forgotten
        with pytest.raises(CommandError, match="use a number from 0"):
            call_command("forget_submissions", days=-1)

    def test_a_redaction_masks_it_and_leaves_it_whole(self):
        f.SubmissionFactory(kind="article", text="", url="https://paper.example/rumpelstilz")
        f.SubmissionFactory(text="Rumpelstilz said so.", state="declined")
        from articles.models import Redaction

        Redaction.everywhere(f.some_administrator(), "Rumpelstilz", "A private matter.")
        assert not any("umpelstilz" in row.text + row.url for row in Submission.objects.all())
        for row in Submission.objects.all():
            row.revise(f.some_editor(), note="Seen.")
