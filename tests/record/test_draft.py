"""Verdict drafts: written, used, submitted, handed back, dropped."""

from __future__ import annotations

from datetime import date

import pytest

from articles.models import HandBack, Newsroom, VerdictDraft
from articles.refusals import NotAllowed, Stale
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    UserFactory,
    VerdictDraftFactory,
    VerdictFactory,
    rating_called,
)
from tests.record.refusing import invalid, last_seq, refuses

pytestmark = pytest.mark.django_db


class TestStart:
    def test_by_its_author(self, reporter):
        claim = ClaimFactory()
        one, two = EvidenceFactory(claim=claim), EvidenceFactory(claim=claim)
        draft = VerdictDraft.start(reporter, claim, evidence=[two, one], summary="Yes.")
        assert (draft.author, draft.state, draft.summary, draft.is_open) == (
            reporter,
            "writing",
            "Yes.",
            True,
        )
        assert draft.cited_evidence() == [two, one]

    def test_leaves_no_trace_in_the_ledger(self, reporter):
        claim = ClaimFactory()
        seq = last_seq()
        draft = VerdictDraft.start(reporter, claim)
        draft.revise(reporter, summary="x")
        draft.submit(reporter)
        assert last_seq() == seq

    def test_refused(self, reporter, stranger, editor):
        claim = ClaimFactory()
        foreign = EvidenceFactory()
        with refuses("not_allowed", kind=NotAllowed):
            VerdictDraft.start(stranger, claim)
        with refuses("evidence_of_other_claim", "evidence for its own claim"):
            VerdictDraft.start(reporter, claim, evidence=[foreign])
        with invalid("__all__", "would end before it begins"):
            VerdictDraft.start(reporter, claim, valid_from=date(2024, 2, 1), valid_to=date(2024, 1, 1))
        VerdictDraft.start(reporter, claim)
        with refuses("draft_open", f"open draft, number {VerdictDraft.objects.get().pk}; work on that one"):
            VerdictDraft.start(editor, claim)

    def test_not_on_a_merged_claim(self, reporter):
        claim = ClaimFactory(status="merged")
        with refuses("not_allowed", kind=NotAllowed):
            VerdictDraft.start(reporter, claim)

    def test_another_after_the_first_was_closed(self, reporter):
        draft = VerdictDraftFactory(state="dropped")
        VerdictDraftFactory(claim=draft.claim, state="published")
        assert VerdictDraft.start(reporter, draft.claim).is_open


class TestRevise:
    def test_fields(self, reporter):
        draft = VerdictDraftFactory(author=reporter)
        draft.revise(reporter, rating=rating_called("contradicted"), valid_from=date(2024, 1, 1))
        draft.refresh_from_db()
        assert (str(draft.rating), draft.valid_from, draft.revision) == ("Contradicted", date(2024, 1, 1), 2)

    def test_updated_at_follows(self, reporter):
        draft = VerdictDraftFactory(author=reporter)
        before = draft.updated_at
        draft.revise(reporter, summary="Said better.")
        assert VerdictDraft.objects.get().updated_at > before

    def test_of_nobody_is_adopted(self, reporter):
        draft = VerdictDraftFactory(author=None)
        draft.revise(reporter, summary="Read and changed.")
        draft.refresh_from_db()
        assert draft.author == reporter

    def test_saving_without_a_change_is_no_writing(self, reporter):
        draft = VerdictDraftFactory(author=None)
        draft.revise(reporter, summary=draft.summary)
        draft.refresh_from_db()
        assert draft.author is None and not draft.was_written_by(reporter)

    def test_what_is_refused_is_not_adopted(self, reporter):
        """Somebody whose change was refused has written nothing, so they answer for nothing."""
        draft = VerdictDraftFactory(author=None)
        with refuses("stale", kind=Stale):
            draft.revise(reporter, expected=7, summary="x")
        draft.refresh_from_db()
        with invalid("__all__"):
            draft.revise(reporter, valid_from=date(2024, 2, 1), valid_to=date(2024, 1, 1))
        draft.refresh_from_db()
        assert draft.author is None

    def test_refused(self, reporter, editor, stranger):
        draft = VerdictDraftFactory(author=reporter)
        other = UserFactory(role="reporter")
        for person in (other, stranger):
            with refuses("not_allowed", kind=NotAllowed):
                draft.revise(person, summary="x")
        draft.submit(reporter)
        with refuses("not_allowed", kind=NotAllowed):
            draft.revise(reporter, summary="x")
        draft.revise(editor, summary="By an editor.")

    @pytest.mark.parametrize("state", ["published", "dropped"])
    def test_closed(self, editor, state):
        draft = VerdictDraftFactory(state=state)
        with refuses("draft_closed", "start a new one"):
            draft.revise(editor, summary="x")
        with refuses("draft_closed"):
            draft.use_evidence(editor, [])
        with refuses("draft_closed"):
            draft.submit(editor)
        with refuses("draft_closed"):
            draft.drop(editor)


class TestEvidence:
    def test_numbers_are_the_order(self, reporter):
        draft = VerdictDraftFactory(author=reporter)
        (one,) = draft.cited_evidence()
        two = EvidenceFactory(claim=draft.claim)
        draft.use_evidence(reporter, [two, one], expected=1)
        assert draft.cited_evidence() == [two, one]
        assert VerdictDraft.objects.get().revision == 2

    def test_refused(self, reporter, stranger):
        draft = VerdictDraftFactory(author=reporter)
        foreign = EvidenceFactory()
        with refuses("evidence_of_other_claim"):
            draft.use_evidence(reporter, [foreign])
        draft.refresh_from_db()
        with refuses("not_allowed", kind=NotAllowed):
            draft.use_evidence(stranger, [])
        with refuses("stale", kind=Stale):
            draft.use_evidence(reporter, [], expected=7)

    def test_same_piece_twice_is_refused_with_a_sentence(self, reporter):
        draft = VerdictDraftFactory(author=reporter)
        (one,) = draft.cited_evidence()
        with refuses("evidence_twice", "twice"):
            draft.use_evidence(reporter, [one, one])


class TestSubmit:
    def test_waits_for_a_second_editor(self, reporter):
        draft = VerdictDraftFactory(author=reporter)
        draft.submit(reporter)
        draft.refresh_from_db()
        assert draft.state == "submitted" and draft.submitted_at

    def test_empty_draft_may_be_read_too(self, reporter):
        draft = VerdictDraft.start(reporter, ClaimFactory())
        draft.submit(reporter)
        assert draft.state == "submitted"

    def test_of_nobody_is_adopted(self, reporter):
        draft = VerdictDraftFactory(author=None)
        draft.submit(reporter)
        draft.refresh_from_db()
        assert draft.author == reporter

    def test_refused(self, reporter, editor):
        nobodys = VerdictDraftFactory(author=None)
        with refuses("no_author", "submit it from an account"):
            nobodys.submit(None)
        draft = VerdictDraftFactory(state="submitted", author=reporter)
        with refuses("not_writing", "waits for a second editor already"):
            draft.submit(editor)
        with refuses("not_allowed", kind=NotAllowed):
            draft.submit(reporter)


class TestHandBack:
    def test_with_what_is_to_be_done(self, editor):
        draft = VerdictDraftFactory(state="submitted")
        draft.hand_back(editor, "  Name the page. ")
        draft.refresh_from_db()
        assert (draft.state, draft.handed_back_by, draft.hand_back_note) == (
            "writing",
            editor,
            "Name the page.",
        )

    def test_refused(self, reporter, editor):
        draft = VerdictDraftFactory()
        with refuses("not_submitted", "does not wait for you"):
            draft.hand_back(editor, "x")
        draft.submit(None)
        with refuses("no_note", "Say what is to be done"):
            draft.hand_back(editor, " ")
        with refuses("not_allowed", "Only an editor hands drafts back", NotAllowed):
            draft.hand_back(reporter, "x")

    def test_each_is_kept(self, editor, second_editor, reporter):
        draft = VerdictDraftFactory(state="submitted", author=reporter)
        draft.hand_back(editor, "Name the page.")
        draft.submit(reporter)
        draft.hand_back(second_editor, "And the year.")
        assert [(one.by, one.note) for one in HandBack.objects.order_by("pk")] == [
            (editor, "Name the page."),
            (second_editor, "And the year."),
        ]


class TestReviewer:
    def test_asked_by_the_author(self, reporter, editor):
        draft = VerdictDraftFactory(author=reporter, state="submitted")
        draft.ask_to_review(reporter, editor)
        draft.refresh_from_db()
        assert draft.reviewer == editor
        draft.ask_to_review(reporter, None)
        assert VerdictDraft.objects.get().reviewer is None

    def test_is_an_editor_who_did_not_write_it(self, reporter, editor, second_editor):
        draft, other = VerdictDraftFactory(state="submitted"), UserFactory()
        with refuses("no_editor", "is no editor"):
            draft.ask_to_review(editor, other)
        draft.revise(second_editor, summary="By another editor.")
        with refuses("wrote_it", "wrote this"):
            draft.ask_to_review(editor, second_editor)
        with refuses("not_allowed", kind=NotAllowed):
            draft.ask_to_review(other, editor)

    def test_on_top_of_what_was_read(self, editor, second_editor):
        draft = VerdictDraftFactory(state="submitted")
        draft.revise(second_editor, summary="Other words.")
        with refuses("stale", kind=Stale):
            draft.ask_to_review(editor, editor, expected=1)

    def test_waits_for_them_and_not_for_others(self, editor, second_editor):
        asked, anybodys = (VerdictDraftFactory(state="submitted") for _ in range(2))
        asked.ask_to_review(None, editor)
        assert set(VerdictDraft.objects.waiting_for(editor)) == {asked, anybodys}
        assert set(VerdictDraft.objects.waiting_for(second_editor)) == {anybodys}


class TestStartFrom:
    def test_begins_with_what_readers_see(self, reporter):
        verdict = VerdictFactory(valid_from=date(2024, 1, 1))
        draft = VerdictDraft.start_from(reporter, verdict)
        for name in ("claim", "rating", "summary", "reasoning", "valid_from"):
            assert getattr(draft, name) == getattr(verdict, name)
        assert draft.cited_evidence() == list(verdict.evidence.all())
        assert (draft.author, draft.correction_kind) == (reporter, "")

    def test_a_rating_that_is_retired_is_left_open(self, reporter, editor):
        verdict = VerdictFactory()
        verdict.rating.retire(None)
        assert VerdictDraft.start_from(reporter, verdict).rating is None


class TestDrop:
    def test_stays_readable_at_the_desk(self, reporter):
        draft = VerdictDraftFactory(author=reporter)
        draft.drop(reporter)
        assert VerdictDraft.objects.visible_to(reporter).get().state == "dropped"

    def test_refused(self, reporter):
        nobodys = VerdictDraftFactory(author=None)
        with refuses("not_allowed", "Only its author or an editor", NotAllowed):
            nobodys.drop(reporter)

    def test_editor_drops_any(self, editor):
        draft = VerdictDraftFactory(state="submitted")
        draft.drop(editor)
        assert draft.state == "dropped"


class TestWords:
    def test_desk_alone(self, stranger, reporter):
        VerdictDraftFactory()
        assert not VerdictDraft.objects.visible_to(stranger).exists()
        assert VerdictDraft.objects.visible_to(reporter).exists()

    def test_editable(self, stranger, reporter, editor):
        mine = VerdictDraftFactory(author=reporter)
        nobodys = VerdictDraftFactory(author=None)
        other = VerdictDraftFactory()
        submitted = VerdictDraftFactory(author=reporter, state="submitted")
        VerdictDraftFactory(author=reporter, state="published")
        VerdictDraftFactory(author=reporter, state="dropped")
        assert set(VerdictDraft.objects.editable_by(reporter)) == {mine, nobodys}
        assert set(VerdictDraft.objects.editable_by(editor)) == {mine, nobodys, other, submitted}
        assert set(VerdictDraft.objects.open()) == {mine, nobodys, other, submitted}
        assert not VerdictDraft.objects.editable_by(stranger).exists()

    def test_publishable(self, stranger, reporter, editor, administrator, newsroom):
        VerdictDraftFactory()
        submitted = VerdictDraftFactory(author=reporter, state="submitted")
        own = VerdictDraftFactory(author=editor, state="submitted")
        assert set(VerdictDraft.objects.publishable_by(editor)) == {submitted}
        assert set(VerdictDraft.objects.publishable_by(administrator)) == {submitted, own}
        for person in (stranger, None, reporter):
            assert not VerdictDraft.objects.publishable_by(person).exists()
        newsroom.revise(administrator, allows_self_approval=True)
        assert Newsroom.current().allows_self_approval
        assert set(VerdictDraft.objects.publishable_by(editor)) == {submitted, own}

    def test_publishable_without_an_author(self, editor):
        """Imported drafts have no author until somebody takes them over; NULL must not hide the others."""
        VerdictDraftFactory(author=None)
        submitted = VerdictDraftFactory(state="submitted")
        assert list(VerdictDraft.objects.publishable_by(editor)) == [submitted]
