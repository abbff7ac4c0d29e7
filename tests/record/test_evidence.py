"""What ties a passage of a source to a claim, until a verdict cites it and afterwards."""

from __future__ import annotations

import pytest

from articles.models import Change, Evidence, Source
from articles.refusals import NotAllowed, Stale
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    ResearchStepFactory,
    SourceFactory,
    SourceVersionFactory,
    VerdictDraftFactory,
    VerdictFactory,
    some_reporter,
)
from tests.record.refusing import everything, invalid, last_seq, refuses

pytestmark = pytest.mark.django_db
TEXT = "The council met. It paid four million. It adjourned."


@pytest.fixture
def version():
    return SourceVersionFactory(text=TEXT)


class TestAdd:
    def test_passage_found_in_the_stored_text_is_verified(self, reporter, version):
        evidence = Evidence.add(reporter, ClaimFactory(), version, "supports", passage="paid four million")
        assert evidence.passage_state == "verified"
        assert TEXT[evidence.start : evidence.end] == evidence.passage
        assert (evidence.visibility, evidence.created_by) == ("desk", reporter)

    def test_passage_not_found_is_transcribed(self, reporter, version):
        evidence = Evidence.add(reporter, ClaimFactory(), version, "refutes", passage="paid three million")
        assert (evidence.passage_state, evidence.start, evidence.end) == ("transcribed", None, None)

    def test_passage_of_a_source_without_stored_text(self, reporter):
        evidence = Evidence.add(
            reporter,
            ClaimFactory(),
            SourceVersionFactory(text=None),
            "supports",
            passage="As seen.",
            locator="p. 4",
        )
        assert evidence.passage_state == "transcribed"

    def test_note_alone(self, reporter, version):
        evidence = Evidence.add(reporter, ClaimFactory(), version, "context", note="Shows the bridge.")
        assert evidence.passage_state == "none" and str(evidence) == "context: Shows the bridge."

    def test_nobody_says_its_passage_is_verified(self, reporter, version):
        evidence = Evidence.add(
            reporter,
            ClaimFactory(),
            version,
            "supports",
            passage="invented",
            passage_state="verified",
            start=0,
            end=8,
        )
        assert (evidence.passage_state, evidence.start) == ("transcribed", None)

    def test_refused(self, reporter, stranger, version):
        claim = ClaimFactory()
        with refuses("not_allowed", kind=NotAllowed):
            Evidence.add(stranger, claim, version, "supports", note="x")
        with invalid("stance"):
            Evidence.add(reporter, claim, version, "proves", note="x")
        with invalid("__all__", "Give the source's words, or say in yours"):
            Evidence.add(reporter, claim, version, "supports")
        with invalid("posture", "Only evidence from a court case"):
            Evidence.add(reporter, claim, version, "supports", note="x", posture="found")

    def test_merged_claim_takes_none(self, reporter, version):
        claim = ClaimFactory(status="merged")
        with refuses("not_allowed", kind=NotAllowed):
            Evidence.add(reporter, claim, version, "supports", note="x")

    def test_posture_of_a_court(self, reporter):
        version = SourceVersionFactory(source=SourceFactory(kind="court_filing"))
        evidence = Evidence.add(reporter, ClaimFactory(), version, "supports", note="x", posture="ordered")
        assert evidence.get_posture_display() == "ordered"


class TestRevise:
    def test_passage_is_placed_again(self, reporter, version):
        evidence = EvidenceFactory(source_version=version, passage="paid four million")
        evidence.revise(reporter, passage="It adjourned.")
        evidence.refresh_from_db()
        assert TEXT[evidence.start : evidence.end] == "It adjourned."
        evidence.revise(reporter, passage="It slept.")
        evidence.refresh_from_db()
        assert (evidence.passage_state, evidence.start, evidence.end) == ("transcribed", None, None)
        evidence.revise(reporter, passage="", note="Says that it adjourned.")
        evidence.refresh_from_db()
        assert (evidence.passage_state, evidence.revision) == ("none", 4)

    def test_other_version_of_the_source(self, reporter, version):
        evidence = EvidenceFactory(source_version=version, passage="four million")
        other = SourceVersionFactory(source=version.source, text="Nothing of the kind.")
        evidence.revise(reporter, source_version=other)
        evidence.refresh_from_db()
        assert evidence.passage_state == "transcribed"

    def test_refused_once_cited(self, reporter, stranger):
        evidence = EvidenceFactory()
        with refuses("not_allowed", kind=NotAllowed):
            evidence.revise(stranger, note="x")
        VerdictFactory(claim=evidence.claim, evidence=[evidence])
        evidence.refresh_from_db()
        assert evidence.is_cited
        with refuses("cited", "Replace it instead"):
            evidence.revise(reporter, note="x")
        with refuses("cited"):
            evidence.take_back(reporter)

    def test_stale(self, reporter):
        evidence = EvidenceFactory()
        evidence.revise(reporter, note="First.")
        ours = Evidence.objects.get()
        with refuses("stale", "stands at revision 2 now", Stale):
            ours.revise(reporter, expected=1, note="Second.")

    @pytest.mark.parametrize(
        "verb", [lambda one, by: one.revise(by, note="x"), lambda one, by: one.take_back(by)]
    )
    def test_is_asked_once_nobody_else_can_act(self, reporter, verb, django_assert_max_num_queries):
        """A question before the lock could be answered by somebody else's publishing meanwhile."""
        evidence = EvidenceFactory()
        with django_assert_max_num_queries(60) as asked:
            verb(evidence, reporter)
        statements = [one["sql"] for one in asked.captured_queries]
        lock = next(number for number, one in enumerate(statements) if "articles_ledgerhead" in one)
        question = [number for number, one in enumerate(statements) if "articles_citation" in one]
        assert question and min(question) > lock

    def test_cited_between_reading_and_writing(self, reporter):
        """The check before the act saw it uncited; what the database holds decides."""
        evidence = EvidenceFactory()
        ours = Evidence.objects.get()
        VerdictFactory(claim=evidence.claim, evidence=[evidence])
        with refuses("cited"):
            ours.revise(reporter, note="x")


class TestReplace:
    def test_new_row_beside_the_old(self, reporter, editor):
        old = EvidenceFactory(cited=True, locator="p. 4")
        new = old.replace(reporter, note="Said better.", stance="context")
        assert (new.replaces, new.locator, new.stance, new.passage) == (old, "p. 4", "context", old.passage)
        assert new.is_public and not new.is_cited and new.created_by == reporter
        assert list(Evidence.objects.standing()) == [new]
        assert list(Evidence.objects.uncited()) == [new]

    def test_with_another_version(self, reporter):
        old = EvidenceFactory(public=True)
        version = SourceVersionFactory()
        new = old.replace(reporter, source_version=version, passage=version.text)
        assert new.passage_state == "verified"
        assert Source.objects.get(pk=version.source_id).visibility == "public"

    def test_refused(self, reporter, stranger):
        old = EvidenceFactory(cited=True)
        with refuses("not_allowed", kind=NotAllowed):
            old.replace(stranger, note="x")
        with invalid("stance"):
            old.replace(reporter, stance="proves")
        old.replace(reporter, note="x")
        with refuses("replaced", "replace the newest row"):
            old.replace(reporter, note="y")


class TestGone:
    """Somebody takes evidence back between somebody else's reading it and their writing."""

    def test_is_not_replaced(self, reporter):
        ours = EvidenceFactory()
        Evidence.objects.get().take_back(reporter)
        with refuses("gone", "was taken back already"):
            ours.replace(reporter, note="x")

    def test_is_not_cited(self, reporter, editor):
        kept = EvidenceFactory()
        ours = EvidenceFactory(claim=kept.claim)
        draft = VerdictDraftFactory(claim=kept.claim, evidence=[kept])
        Evidence.objects.get(pk=ours.pk).take_back(reporter)
        with refuses("gone", "was taken back"):
            draft.revise(editor, evidence=[kept, ours])
        assert draft.cited_evidence() == [kept]


class TestOpening:
    def test_opens_its_source(self, editor, stranger):
        evidence = EvidenceFactory()
        assert not Evidence.objects.visible_to(stranger).exists()
        evidence.open_to_readers(editor)
        assert Evidence.objects.visible_to(stranger).get().source_version.source in Source.objects.visible_to(
            stranger
        )
        before = everything()
        evidence.open_to_readers(editor)
        assert everything() == before

    def test_one_act(self, editor):
        evidence = EvidenceFactory()
        seq = last_seq()
        evidence.open_to_readers(editor)
        assert last_seq() == seq + 1
        assert Change.objects.latest("seq").object_type == "evidence"


class TestTakeBack:
    def test_removed_with_a_trace(self, reporter):
        evidence = EvidenceFactory(public=True)
        pk = evidence.pk
        evidence.take_back(reporter)
        assert not Evidence.objects.exists()
        change = Change.objects.latest("seq")
        row = change.change_rows.get(object_type="evidence", object_id=pk)
        assert (change.verb, change.public, row.readers) == ("remove_evidence", True, "gone")
        assert '"image":null' in row.payload

    def test_unseen_evidence_leaves_unseen(self, reporter, stranger):
        evidence = EvidenceFactory(claim=ClaimFactory(status="dismissed"))
        evidence.take_back(reporter)
        assert not Change.objects.visible_to(stranger).filter(verb="remove_evidence").exists()

    def test_refused(self, reporter, stranger):
        evidence = EvidenceFactory()
        with refuses("not_allowed", kind=NotAllowed):
            evidence.take_back(stranger)
        VerdictDraftFactory(claim=evidence.claim, evidence=[evidence])
        with refuses("in_draft", "take it out there first"):
            evidence.take_back(reporter)

    def test_refused_while_others_name_it(self, reporter):
        evidence = EvidenceFactory()
        newer = evidence.replace(reporter, note="Said better.")
        with refuses("replaced", "take that one back first"):
            evidence.take_back(reporter)
        ResearchStepFactory(claim=newer.claim, outcome="found", evidence=newer)
        with refuses("in_research", "change the step first"):
            newer.take_back(reporter)


class TestWords:
    def test_visible_and_editable(self, stranger, reporter):
        loose = EvidenceFactory()
        shown = EvidenceFactory(public=True)
        cited = EvidenceFactory(cited=True)
        hidden = EvidenceFactory(public=True)
        hidden.claim.dismiss(None, "Nobody said this.")
        merged = EvidenceFactory(claim=ClaimFactory())
        merged.claim.merge_into(ClaimFactory(), None)
        assert set(Evidence.objects.visible_to(stranger)) == {shown, cited}
        assert Evidence.objects.visible_to(reporter).count() == 5
        assert set(Evidence.objects.editable_by(reporter)) == {loose, shown, hidden}
        assert not Evidence.objects.editable_by(stranger).exists()

    def test_for_listing_costs_one_query(self, django_assert_num_queries):
        for _ in range(3):
            EvidenceFactory(by=some_reporter())
        with django_assert_num_queries(1):
            for evidence in Evidence.objects.for_listing():
                assert evidence.source_version.source.title and evidence.claim.statement
