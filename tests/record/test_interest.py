"""Who has declared a conflict of interest on a claim sees it, and keeps their hands off it at every door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.models import (
    Assessment,
    Assignment,
    Claim,
    ClaimRelation,
    Complaint,
    ConflictOfInterest,
    Contact,
    Evidence,
    ResearchStep,
    ReviewTask,
    VerdictDraft,
)
from articles.publishing import obstacles
from articles.refusals import NotAllowed, NotPublishable, Refused
from tests import factories as f
from tests.query_counts import queries_of
from tests.record.refusing import last_seq, refuses

pytestmark = pytest.mark.django_db
SENTENCE = r"You declared a conflict of interest on this claim on \d+ \w+ \d{4}; somebody else must do this\."


@pytest.fixture
def claim(editor):
    claim = f.ClaimFactory()
    ConflictOfInterest.declare(editor, claim, "A relative works there.")
    return claim


def submitted(claim):
    return f.VerdictDraftFactory(claim=claim, state="submitted")


def scheduled(claim):
    draft = submitted(claim)
    draft.schedule(f.UserFactory(role="editor"), timezone.now() + timedelta(hours=1))
    return draft


def assigned(claim):
    Assignment.give(None, claim, f.some_reporter())
    return claim


def error_on(claim):
    return f.SubmissionFactory(kind="error", about=f"/claims/{claim.pk}/v/1/")


def call_known(claim, by):
    earlier = f.SubmissionFactory(kind="error")
    error_on(claim).mark_duplicate(by, earlier)


def proposal_on(claim, is_dismissed=False):
    proposal = f.AnchorProposalFactory(appearance=f.AppearanceFactory(claim=claim, by=None))
    if is_dismissed:
        proposal.dismiss(None)
    return proposal


VERBS = {
    "revise": lambda claim, by: claim.revise(by, statement="New."),
    "set_topics": lambda claim, by: claim.set_topics(by, []),
    "start_checking": lambda claim, by: claim.start_checking(by),
    "not_checkable": lambda claim, by: claim.declare_not_checkable(by, "x"),
    "dismiss": lambda claim, by: claim.dismiss(by, "x"),
    "merge": lambda claim, by: claim.merge_into(f.ClaimFactory(), by),
    "merge another into it": lambda claim, by: f.ClaimFactory().merge_into(claim, by),
    "relate": lambda claim, by: ClaimRelation.relate(by, claim, "updates", f.ClaimFactory()),
    "relate another to it": lambda claim, by: ClaimRelation.relate(by, f.ClaimFactory(), "updates", claim),
    "unrelate": lambda claim, by: f.ClaimRelationFactory(second=claim).take_back(by),
    "add evidence": lambda claim, by: Evidence.add(by, claim, f.SourceVersionFactory(), "supports", note="x"),
    "revise evidence": lambda claim, by: f.EvidenceFactory(claim=claim).revise(by, note="x"),
    "replace evidence": lambda claim, by: f.EvidenceFactory(claim=claim).replace(by, note="x"),
    "open evidence": lambda claim, by: f.EvidenceFactory(claim=claim).open_to_readers(by),
    "take evidence back": lambda claim, by: f.EvidenceFactory(claim=claim).take_back(by),
    "add a step": lambda claim, by: ResearchStep.add(by, claim, question="x", place="x", outcome="found"),
    "revise a step": lambda claim, by: f.ResearchStepFactory(claim=claim).revise(by, note="x"),
    "open a step": lambda claim, by: f.ResearchStepFactory(claim=claim).open_to_readers(by),
    "ask somebody": lambda claim, by: Contact.add(by, claim, addressee="x", question="x", channel="letter"),
    "record a reply": lambda claim, by: f.ContactFactory(claim=claim).record_reply(by, "Yes."),
    "assign": lambda claim, by: Assignment.give(by, claim, f.some_reporter()),
    "assign oneself": lambda claim, by: Assignment.give(by, claim, by),
    "ask to read it again": lambda claim, by: ReviewTask.ask_again(by, claim, "x"),
    "carry a quotation on": lambda claim, by: proposal_on(claim).accept(by),
    "start a draft": lambda claim, by: VerdictDraft.start(by, claim),
    "revise a draft": lambda claim, by: f.VerdictDraftFactory(claim=claim).revise(by, summary="x"),
    "submit a draft": lambda claim, by: f.VerdictDraftFactory(claim=claim).submit(by),
    "drop a draft": lambda claim, by: f.VerdictDraftFactory(claim=claim).drop(by),
    "hand back": lambda claim, by: submitted(claim).hand_back(by, "x"),
    "review": lambda claim, by: submitted(claim).ask_to_review(by, f.UserFactory(role="editor")),
    "unschedule": lambda claim, by: scheduled(claim).unschedule(by),
    "withdraw": lambda claim, by: f.VerdictFactory(claim=claim).withdraw(by, "x"),
    "give back for somebody": lambda claim, by: Assignment.lift(by, assigned(claim)),
    "close a reading": lambda claim, by: f.ReviewTaskFactory(claim=claim).close(by, "It stands."),
    "dismiss a quotation": lambda claim, by: proposal_on(claim).dismiss(by),
    "ask about it again": lambda claim, by: proposal_on(claim, is_dismissed=True).reopen(by),
    "call off an assessment": lambda claim, by: f.AssessmentFactory(by=None, draft=submitted(claim)).withdraw(
        by
    ),
    "accept a reader's word": lambda claim, by: f.SubmissionFactory(kind="error").accept(by, claim=claim),
    "decline an error on its page": lambda claim, by: error_on(claim).decline(
        by, "It says what the record says."
    ),
    "call an error on its page known": lambda claim, by: call_known(claim, by),
    "call a reader's claim this one": lambda claim, by: f.SubmissionFactory().mark_duplicate(by, claim),
    "complain": lambda claim, by: Complaint.receive(by, claim=claim, said="x"),
    "take a complaint": lambda claim, by: f.ComplaintFactory(by=None, claim=claim).assign(by, by),
    "decide on a complaint": lambda claim, by: f.ComplaintFactory(by=None, claim=claim).decide(
        by, "rejected", "x"
    ),
    "erase a complaint": lambda claim, by: f.ComplaintFactory(by=None, claim=claim, state="withdrawn").forget(
        by
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_they_change_nothing(claim, editor, second_editor, verb):
    with pytest.raises(NotAllowed, match=SENTENCE):
        VERBS[verb](claim, editor)


@pytest.mark.parametrize("verb", VERBS)
def test_others_do(claim, second_editor, verb):
    VERBS[verb](claim, second_editor)


def test_they_still_see_it(claim, editor):
    assert claim in Claim.objects.visible_to(editor)
    assert claim not in Claim.objects.editable_by(editor)


def test_they_publish_nothing_on_it(claim, editor, second_editor):
    draft = submitted(claim)
    assert "conflict_of_interest" in {one.code for one in obstacles(draft, editor)}
    assert draft not in VerdictDraft.objects.publishable_by(editor)
    with pytest.raises(NotPublishable, match="You declared a conflict of interest"):
        draft.publish(editor)
    assert draft in VerdictDraft.objects.publishable_by(second_editor)
    draft.publish(second_editor)


def test_a_draft_of_theirs_waits_for_somebody_to_take_it_over(reporter, editor, second_editor):
    draft = f.VerdictDraftFactory(author=reporter, state="submitted")
    ConflictOfInterest.declare(reporter, draft.claim, "A relative works there.")
    assert "author_conflict" in {one.code for one in obstacles(draft, editor)}
    draft.revise(second_editor, summary="Read and reworded.")
    draft.refresh_from_db()
    assert draft.author == reporter
    assert "author_conflict" not in {one.code for one in obstacles(draft, editor)}


def test_nothing_is_given_to_them(claim, editor, second_editor):
    complaint, draft = f.ComplaintFactory(claim=claim), submitted(claim)
    for give in (
        lambda: Assignment.give(second_editor, claim, editor),
        lambda: complaint.assign(second_editor, editor),
        lambda: draft.ask_to_review(second_editor, editor),
    ):
        with refuses("conflict", "has a conflict of interest on this claim; ask "):
            give()


def test_what_they_had_to_do_is_lifted(editor, second_editor):
    claim, other = f.ClaimFactory(), f.ClaimFactory()
    for one in (claim, other):
        Assignment.give(second_editor, one, editor)
        f.ComplaintFactory(claim=one).assign(second_editor, editor)
        draft = submitted(one)
        draft.ask_to_review(second_editor, editor)
        f.AssessmentFactory(by=second_editor, draft=draft, assessor=editor)
    before = last_seq()
    ConflictOfInterest.declare(editor, claim, "A relative works there.")
    assert [one.claim for one in Assignment.objects.of(editor)] == [other]
    assert [one.claim for one in Complaint.objects.of(editor)] == [other]
    assert [one.claim for one in VerdictDraft.objects.filter(reviewer=editor)] == [other]
    assert [one.draft.claim for one in Assessment.objects.asked_of(editor)] == [other]
    assert last_seq() == before, "what somebody has at stake is no matter of the ledger"


def test_what_is_merged_is_one(claim, editor, second_editor):
    survivor, follower = f.ClaimFactory(), f.ClaimFactory()
    claim.merge_into(survivor, second_editor)
    follower.merge_into(survivor, second_editor)
    for one in (claim, follower):
        with pytest.raises(NotAllowed, match=SENTENCE):
            one.unmerge(editor)
    for one in (f.ContactFactory(claim=survivor), survivor):
        assert not type(one).objects.editable_by(editor).filter(pk=one.pk).exists()
        with pytest.raises(NotAllowed, match=SENTENCE):
            one.revise(editor, language="de") if one == survivor else one.revise(editor, question="x")


def test_declared_twice_it_stands_as_it_was(claim, editor):
    first = ConflictOfInterest.objects.get()
    assert ConflictOfInterest.declare(editor, claim, "Something else.") == first
    assert ConflictOfInterest.objects.get().interest == "A relative works there."


def test_it_says_what(editor):
    with pytest.raises(ValidationError):
        ConflictOfInterest.declare(editor, f.ClaimFactory(), "  ")


def test_for_others_only_administrators_declare(editor, reporter, administrator):
    claim = f.ClaimFactory()
    with pytest.raises(NotAllowed, match="Only an administrator"):
        ConflictOfInterest.declare(editor, claim, "x", reporter)
    ConflictOfInterest.declare(administrator, claim, "x", reporter)
    with pytest.raises(NotAllowed, match="A conflict of interest of yours on this claim is on file since"):
        claim.revise(reporter, statement="New.")


def test_over_it_keeps_nobody_out(claim, editor, administrator):
    row = ConflictOfInterest.objects.get()
    row.end(administrator)
    row.end(administrator)
    claim.revise(editor, statement="New.")
    ConflictOfInterest.declare(editor, claim, "Again.")
    assert ConflictOfInterest.objects.count() == 2


def test_nobody_ends_their_own(administrator):
    row = f.ConflictOfInterestFactory(person=administrator)
    assert not ConflictOfInterest.objects.endable_by(administrator).exists()
    with pytest.raises(Refused, match="ask another administrator"):
        row.end(administrator)
    f.newsroom().revise(None, allows_self_approval=True)
    row.end(administrator)


def test_it_costs_no_query_more(claim, second_editor):
    assert len(queries_of(lambda: list(Claim.objects.editable_by(second_editor)))) == 1
    assert len(queries_of(lambda: list(Evidence.objects.editable_by(second_editor)))) == 1
