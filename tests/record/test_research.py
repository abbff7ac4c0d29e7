"""What was looked for in order to check a claim: kept at the desk, opened by editors, true to its claim."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from articles.models import ChangeRow, Claim, Evidence, ResearchStep
from articles.refusals import NotAllowed
from articles.verification import verify
from tests.factories import ClaimFactory, EvidenceFactory, ResearchStepFactory
from tests.record.redacting import NAME, dump, redact, spellings
from tests.record.refusing import invalid, last_seq, refuses

pytestmark = pytest.mark.django_db


def readers_of(row):
    """Return what the last act that wrote a row made of it to readers."""
    rows = ChangeRow.objects.filter(object_type=row._meta.model_name, object_id=row.pk)
    return rows.latest("pk").readers


class TestAdd:
    def test_at_the_desk_only(self, reporter, stranger):
        claim = ClaimFactory()
        step = ResearchStep.add(
            reporter, claim, question="The invoice.", place="The archive", outcome="not_found",
            done_on=date(2024, 1, 10),
        )  # fmt: skip
        step.refresh_from_db()
        assert (step.claim, step.created_by, step.is_public, step.revision) == (claim, reporter, False, 1)
        assert not ResearchStep.objects.visible_to(stranger).exists()
        assert ResearchStep.objects.visible_to(reporter).get() == step
        assert readers_of(step) == "hidden"
        assert str(step) == "not found: The invoice."

    @pytest.mark.parametrize("field", ["question", "place"])
    def test_says_what_and_where(self, reporter, field):
        given = {"question": "The invoice.", "place": "The archive", "outcome": "found", field: "  "}
        claim = ClaimFactory()
        with invalid(field):
            ResearchStep.add(reporter, claim, **given)

    def test_not_before_it_is_done(self, reporter):
        tomorrow = timezone.localdate() + timedelta(days=1)
        step = ResearchStepFactory()
        with invalid("done_on", "yet to come"):
            step.revise(reporter, done_on=tomorrow)

    def test_not_on_a_merged_claim(self, reporter):
        merged = ClaimFactory(status="merged")
        with refuses("not_allowed", "may not change this claim", NotAllowed):
            ResearchStep.add(reporter, merged, question="x", place="x", outcome="found")


class TestEvidence:
    def test_of_the_same_claim(self, reporter):
        step = ResearchStepFactory(outcome="found")
        step.revise(reporter, evidence=EvidenceFactory(claim=step.claim))
        other = EvidenceFactory()
        with invalid("evidence", "on another claim"):
            step.revise(reporter, evidence=other)

    def test_of_a_claim_merged_into_it(self, reporter):
        survivor = ClaimFactory()
        evidence = EvidenceFactory()
        evidence.claim.merge_into(survivor, None)
        evidence.refresh_from_db()
        step = ResearchStepFactory(claim=survivor, outcome="found")
        step.revise(reporter, evidence=evidence)
        assert ResearchStep.objects.get().evidence == evidence

    def test_is_not_taken_back_under_it(self, reporter):
        evidence = EvidenceFactory()
        step = ResearchStepFactory(claim=evidence.claim, outcome="found", evidence=evidence)
        with refuses("in_research", "change the step first"):
            evidence.take_back(reporter)
        step.revise(reporter, evidence=None)
        Evidence.objects.get(pk=evidence.pk).take_back(reporter)
        assert not Evidence.objects.exists()

    def test_that_readers_do_not_see_keeps_the_step_at_the_desk(self, editor):
        evidence = EvidenceFactory()
        step = ResearchStepFactory(claim=evidence.claim, outcome="found", evidence=evidence)
        with invalid("evidence", "Open it to them first"):
            step.open_to_readers(editor)
        evidence.open_to_readers(editor)
        step = ResearchStep.objects.get()
        step.open_to_readers(editor)
        assert ResearchStep.objects.visible_to(None).get() == step

    def test_nor_is_it_named_later(self, reporter):
        evidence = EvidenceFactory()
        step = ResearchStepFactory(claim=evidence.claim, outcome="found", public=True)
        with invalid("evidence", "Open it to them first"):
            step.revise(reporter, evidence=evidence)


class TestReaders:
    def test_opened_and_closed_again(self, editor, stranger):
        step = ResearchStepFactory()
        claim = Claim.objects.get(pk=step.claim_id)
        step.open_to_readers(editor)
        assert ResearchStep.objects.visible_to(stranger).get() == step and readers_of(step) == "shown"
        assert Claim.objects.get(pk=claim.pk).public_seq == last_seq()
        step.close_to_readers(editor)
        assert not ResearchStep.objects.visible_to(stranger).exists() and readers_of(step) == "gone"
        assert Claim.objects.get(pk=claim.pk).public_seq == last_seq()

    def test_opened_twice(self, editor):
        step = ResearchStepFactory(public=True)
        seq = last_seq()
        step.open_to_readers(editor)
        assert last_seq() == seq

    def test_by_editors(self, reporter):
        step = ResearchStepFactory()
        with refuses("not_allowed", "Only an editor decides which research steps readers see", NotAllowed):
            step.open_to_readers(reporter)

    def test_nothing_of_a_dismissed_claim(self, stranger):
        step = ResearchStepFactory(public=True)
        step.claim.dismiss(None, "A duplicate.")
        assert not ResearchStep.objects.visible_to(stranger).exists() and readers_of(step) == "gone"
        step.claim.reopen(None)
        assert ResearchStep.objects.visible_to(stranger).exists() and readers_of(step) == "shown"

    def test_what_the_ledger_holds(self):
        step = ResearchStepFactory(public=True)
        row = ChangeRow.objects.filter(object_type="researchstep", object_id=step.pk).latest("pk")
        assert set(json.loads(row.payload)["image"]) == {
            "id", "claim_id", "question", "place", "outcome", "note", "done_on", "evidence_id", "visibility",
            "created_by_id", "revision",
        }  # fmt: skip


def test_words():
    found, lost = ResearchStepFactory(outcome="found"), ResearchStepFactory(outcome="no_access")
    assert list(ResearchStep.objects.fruitless()) == [lost]
    found.claim.merge_into(lost.claim, None)
    assert set(ResearchStep.objects.on(lost.claim)) == {found, lost}
    assert list(ResearchStep.objects.on(found.claim)) == [found]


def test_a_redaction_reaches_its_words():
    ResearchStepFactory(
        question=f"A letter of {NAME}.", place=f"Cellar of {NAME}", note=f"{NAME} was out.", public=True
    )
    assert spellings(dump(), NAME)
    redact()
    assert spellings(dump(), NAME) == [] and verify() == []
