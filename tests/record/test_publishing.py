"""The publish gate: every obstacle by its own cause and by no other, and what goes out once none is left."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from articles.canonical import canonical
from articles.models import (
    Change,
    Claim,
    Evidence,
    Newsroom,
    Rating,
    RatingScale,
    Source,
    User,
    Verdict,
    VerdictDraft,
)
from articles.publishing import obstacles
from articles.refusals import NotAllowed, NotPublishable, Stale
from articles.vocabulary import Posture
from tests.factories import (
    AssessmentFactory,
    ClaimFactory,
    ConflictOfInterestFactory,
    EvidenceFactory,
    RatingFactory,
    RatingScaleFactory,
    SourceFactory,
    SourceVersionFactory,
    TopicFactory,
    VerdictDraftFactory,
    VerdictFactory,
    make_series,
    moment_of,
    rating_called,
)
from tests.record.refusing import last_seq, refuses

pytestmark = pytest.mark.django_db


def from_court(claim, posture):
    version = SourceVersionFactory(source=SourceFactory(kind="court_filing"))
    return EvidenceFactory(claim=claim, source_version=version, posture=posture)


def anonymous(claim):
    version = SourceVersionFactory(source=SourceFactory(kind="anonymous_source"), text=None)
    return EvidenceFactory(claim=claim, source_version=version, passage="", note="Says so.")


def with_evidence(*makers, **more):
    claim = ClaimFactory()
    return VerdictDraftFactory(
        claim=claim, state="submitted", evidence=[make(claim) for make in makers], **more
    )


def on_published(**correction):
    """A draft on a claim whose last verdict says “supported”."""
    facts = {
        "rating": "contradicted",
        "correction_kind": "update",
        "correction_note": "Minutes were released.",
    }
    return VerdictDraftFactory(
        claim=ClaimFactory(rating="supported"), state="submitted", **facts | correction
    )


# code → (a draft with this obstacle and no other, where it is mended)
def _not_submitted():
    return VerdictDraftFactory()


def _claim_not_open(status):
    def make():
        draft = VerdictDraftFactory(state="submitted")
        if status == "merged":
            draft.claim.merge_into(ClaimFactory(), None)
        elif status == "dismissed":
            draft.claim.dismiss(None, "Nobody said this.")
        else:
            draft.claim.declare_not_checkable(None, "An opinion.")
        return VerdictDraft.objects.get(pk=draft.pk)

    return make


def _no_author():
    draft = VerdictDraftFactory(author=None)
    VerdictDraft.objects.filter(pk=draft.pk).update(state="submitted")
    draft.refresh_from_db()
    return draft


def _rating_retired():
    draft = VerdictDraftFactory(state="submitted", rating="partly_supported")
    Rating.objects.get(slug="partly_supported").retire(None)
    draft.rating.refresh_from_db()
    return draft


def _rating_of_old_scale():
    draft = VerdictDraftFactory(state="submitted")
    RatingScaleFactory()
    return draft


def _evidence_replaced():
    draft = VerdictDraftFactory(state="submitted")
    draft.cited_evidence()[0].replace(None, note="Said better.")
    return draft


def _no_posture():
    """A court's evidence without a posture: the factory gives one, and an import may not."""
    draft = with_evidence(lambda claim: from_court(claim, ""))
    return draft


def _conflict(username):
    draft = VerdictDraftFactory(state="submitted")
    ConflictOfInterestFactory(person=User.objects.get(username=username), claim=draft.claim)
    return draft


CAUSES = {
    "not_submitted": (_not_submitted, "draft"),
    "embargo": (
        lambda: VerdictDraftFactory(state="submitted", embargo_until=timezone.now() + timedelta(hours=1)),
        "embargo_until",
    ),
    "assessment_open": (lambda: AssessmentFactory().draft, "assessments"),
    "assessment_differs": (lambda: AssessmentFactory(given="contradicted").draft, "assessments"),
    "conflict_of_interest": (lambda: _conflict("eda"), "draft"),
    "author_conflict": (lambda: _conflict("some_reporter"), "draft"),
    "claim_not_open": (_claim_not_open("dismissed"), "claim"),
    "claim_not_open, not checkable": (_claim_not_open("not_checkable"), "claim"),
    "claim_not_open, merged": (_claim_not_open("merged"), "claim"),
    "no_author": (_no_author, "draft"),
    "no_rating": (lambda: VerdictDraftFactory(state="submitted", rating=None), "rating"),
    "rating_retired": (_rating_retired, "rating"),
    "rating_of_old_scale": (_rating_of_old_scale, "rating"),
    "no_summary": (lambda: VerdictDraftFactory(state="submitted", summary="  "), "summary"),
    "no_reasoning": (lambda: VerdictDraftFactory(state="submitted", reasoning=" \n"), "reasoning"),
    "no_evidence": (lambda: VerdictDraftFactory(state="submitted", evidence=[], reasoning="So it is."), "evidence"),
    "citation_without_evidence": (
        lambda: VerdictDraftFactory(state="submitted", reasoning="As [1] and [2] say."), "reasoning"
    ),
    "citation_without_evidence, zero": (
        lambda: VerdictDraftFactory(state="submitted", reasoning="As [0] and [1] say."), "reasoning"
    ),
    "evidence_not_cited": (lambda: VerdictDraftFactory(state="submitted", reasoning="As it says."), "reasoning"),
    "evidence_replaced": (_evidence_replaced, "evidence"),
    "no_posture": (_no_posture, "evidence"),
    "only_context": (lambda: with_evidence(lambda claim: EvidenceFactory(claim=claim, stance="context")), "evidence"),
    "only_alleged": (lambda: with_evidence(lambda claim: from_court(claim, "alleged")), "evidence"),
    "only_alleged, charged": (
        lambda: with_evidence(lambda c: from_court(c, "alleged"), lambda c: from_court(c, "charged")), "evidence"
    ),
    "only_anonymous": (lambda: with_evidence(anonymous, anonymous), "evidence"),
    "no_correction_kind": (lambda: on_published(correction_kind=""), "correction_kind"),
    "no_correction_note": (lambda: on_published(correction_note=" "), "correction_note"),
    "rating_changed": (lambda: on_published(correction_kind="keeps_rating"), "correction_kind"),
    "rating_changed, clarification": (lambda: on_published(correction_kind="clarification"), "correction_kind"),
    "rating_changed, typo": (lambda: on_published(correction_kind="typo"), "correction_kind"),
    "rating_unchanged": (lambda: on_published(correction_kind="affects_rating", rating="supported"), "correction_kind"),
    "void_has_rating": (lambda: on_published(correction_kind="void"), "correction_kind"),
}  # fmt: skip


class TestObstacles:
    @pytest.mark.parametrize("cause", CAUSES)
    def test_by_its_cause_alone(self, editor, cause):
        make, where = CAUSES[cause]
        draft = make()
        (obstacle,) = obstacles(draft, editor)
        assert (obstacle.code, obstacle.where) == (cause.partition(",")[0], where)
        assert obstacle.sentence.endswith((".", "…")), obstacle.sentence
        with refuses("not_publishable", kind=NotPublishable) as _:
            draft.publish(editor)

    def test_self_approval(self, editor):
        draft = VerdictDraftFactory(state="submitted", author=editor)
        assert [one.code for one in obstacles(draft, editor)] == ["self_approval"]

    def test_whoever_reworded_a_submitted_draft_does_not_approve_it(self, editor, second_editor):
        draft = VerdictDraftFactory(state="submitted")
        draft.revise(editor, summary="The editor's own words.")
        assert [one.code for one in obstacles(draft, editor)] == ["self_approval"]
        assert obstacles(draft, second_editor) == []

    def test_nor_does_whoever_changed_its_evidence(self, editor):
        draft = VerdictDraftFactory(state="submitted")
        draft.use_evidence(editor, draft.cited_evidence())
        assert [one.code for one in obstacles(draft, editor)] == ["self_approval"]

    def test_a_revision_without_a_difference_is_no_writing(self, editor):
        draft = VerdictDraftFactory(state="submitted")
        draft.revise(editor, summary=draft.summary)
        assert obstacles(draft, editor) == []

    def test_no_code_is_forgotten(self):
        import inspect
        import re

        from articles import publishing

        codes = set(re.findall(r'Obstacle\(\s*"(\w+)"', inspect.getsource(publishing)))
        assert codes == {cause.partition(",")[0] for cause in CAUSES} | {"self_approval"}

    def test_all_at_once(self, reporter, editor):
        draft = VerdictDraft.start(reporter, ClaimFactory())
        codes = [one.code for one in obstacles(draft, editor)]
        assert codes == ["not_submitted", "no_rating", "no_summary", "no_reasoning", "no_evidence"]
        with pytest.raises(NotPublishable) as refusal:
            draft.publish(editor)
        assert [one.code for one in refusal.value.obstacles] == codes
        assert refusal.value.sentence.startswith("The draft has not been submitted")


class TestNoObstacle:
    """What stands near an obstacle and is none."""

    def passes(self, draft, by):
        assert obstacles(draft, by) == []
        return draft.publish(by)

    def test_plain(self, editor):
        self.passes(VerdictDraftFactory(state="submitted"), editor)

    @pytest.mark.parametrize("posture", sorted(set(Posture) - {"alleged", "charged"}))
    def test_decided_posture(self, editor, posture):
        self.passes(with_evidence(lambda claim: from_court(claim, posture)), editor)

    def test_alleged_beside_found(self, editor):
        self.passes(
            with_evidence(lambda c: from_court(c, "alleged"), lambda c: from_court(c, "found")), editor
        )

    def test_anonymous_beside_named(self, editor):
        self.passes(with_evidence(anonymous, lambda claim: EvidenceFactory(claim=claim)), editor)

    @pytest.mark.parametrize("slug", ["partly_supported", "not_established"])
    def test_rating_that_decides_nothing_may_rest_on_little(self, editor, slug):
        self.passes(with_evidence(lambda claim: from_court(claim, "alleged"), rating=slug), editor)
        self.passes(with_evidence(anonymous, rating=slug), editor)
        self.passes(
            with_evidence(lambda claim: EvidenceFactory(claim=claim, stance="context"), rating=slug), editor
        )

    def test_context_beside_what_bears(self, editor):
        self.passes(
            with_evidence(
                lambda c: EvidenceFactory(claim=c), lambda c: EvidenceFactory(claim=c, stance="context")
            ),
            editor,
        )

    def test_another_editors_draft(self, editor, second_editor):
        self.passes(VerdictDraftFactory(state="submitted", author=second_editor), editor)

    def test_update_may_keep_the_rating(self, editor):
        self.passes(on_published(correction_kind="update", rating="supported"), editor)

    def test_after_a_withdrawal(self, editor):
        claim = ClaimFactory()
        make_series(claim, [("verdict", "supported"), ("withdrawal",)])
        verdict = self.passes(VerdictDraftFactory(claim=claim, state="submitted"), editor)
        assert verdict.number == 3 and claim.current_verdict == verdict

    def test_claim_being_checked(self, editor):
        self.passes(VerdictDraftFactory(claim=ClaimFactory(status="checking"), state="submitted"), editor)


class TestPublish:
    def test_verdict(self, editor, reporter):
        claim = ClaimFactory(statement="The bridge cost four million.", topics=[TopicFactory()])
        draft = VerdictDraftFactory(
            claim=claim, author=reporter, state="submitted", summary=" Yes. ", valid_from=date(2024, 1, 1)
        )
        verdict = draft.publish(editor)
        verdict.refresh_from_db()
        assert (verdict.number, verdict.kind, verdict.supersedes) == (1, "verdict", None)
        assert (str(verdict.rating), verdict.summary, verdict.claim_wording) == (
            "Supported", "Yes.", "The bridge cost four million.",
        )  # fmt: skip
        assert (verdict.author, verdict.approver, verdict.self_approved) == (reporter, editor, False)
        assert (verdict.valid_from, verdict.valid_to) == (date(2024, 1, 1), None)
        assert [one.pk for one in verdict.evidence.all()] == [one.pk for one in draft.cited_evidence()]
        draft.refresh_from_db()
        assert (draft.state, draft.verdict) == ("published", verdict)
        assert str(verdict) == "Supported (no. 1)"

    def test_one_act(self, editor):
        draft = VerdictDraftFactory(state="submitted", claim=ClaimFactory(status="checking"))
        seq = last_seq()
        verdict = draft.publish(editor)
        change = Change.objects.latest("seq")
        assert change.seq == seq + 1
        assert (change.verb, change.object_type, change.object_id, change.actor) == (
            "publish", "verdict", verdict.pk, editor,
        )  # fmt: skip
        assert change.at == verdict.published_at
        assert set(change.change_rows.values_list("object_type", "readers")) == {
            (kind, "shown")
            for kind in ("verdict", "citation", "evidence", "source", "sourceversion", "claim")
        }

    def test_opens_what_it_cites(self, editor, stranger):
        draft = VerdictDraftFactory(state="submitted")
        apart = EvidenceFactory(claim=draft.claim)
        draft.publish(editor)
        assert list(Evidence.objects.visible_to(stranger)) == draft.cited_evidence()
        assert apart.source_version.source not in Source.objects.visible_to(stranger)

    def test_at_a_moment(self, editor):
        at = moment_of("2024-01-10")
        verdict = VerdictDraftFactory(state="submitted").publish(editor, at=at)
        assert verdict.published_at == at == Change.objects.latest("seq").at

    def test_self_approved_where_the_newsroom_allows_it(self, editor, administrator, newsroom):
        Newsroom.current().revise(administrator, allows_self_approval=True)
        verdict = VerdictDraftFactory(state="submitted", author=editor).publish(editor)
        assert verdict.self_approved and verdict.as_published["self_approved"] is True
        assert not VerdictDraftFactory(state="submitted").publish(editor).self_approved

    def test_correction_says_what_changed(self, editor):
        draft = on_published(
            summary="No.", correction_kind="affects_rating", correction_note=" We misread it. "
        )
        draft.claim.revise(None, statement="Said better.")
        verdict = VerdictDraft.objects.get(pk=draft.pk).publish(editor)
        before = Verdict.objects.get(number=1)
        assert (verdict.number, verdict.supersedes) == (2, before)
        correction = verdict.correction
        assert (correction.kind, correction.note) == ("affects_rating", "We misread it.")
        assert correction.before.splitlines() == [
            "Rating: Supported", f"Claim: {before.claim_wording}", "Summary: The record bears this out.",
        ]  # fmt: skip
        assert correction.after.splitlines() == [
            "Rating: Contradicted",
            "Claim: Said better.",
            "Summary: No.",
        ]

    def test_refused(self, editor, reporter, stranger):
        draft = VerdictDraftFactory(state="submitted")
        for person in (reporter, stranger):
            with refuses("not_allowed", "Only an editor publishes verdicts", NotAllowed):
                draft.publish(person)
        with refuses("not_allowed", "a command must say which one", NotAllowed):
            draft.publish(None)

    def test_twice(self, editor, second_editor):
        draft = VerdictDraftFactory(state="submitted")
        ours = VerdictDraft.objects.get(pk=draft.pk)
        draft.publish(editor, at=moment_of("2024-01-10T15:30"))
        with refuses(
            "already_published",
            "This was published already, as verdict 1 by Eda Editor on 10 January 2024 at 15:30 UTC.",
        ):
            ours.publish(second_editor)

    def test_changed_since_it_was_read(self, editor, second_editor):
        draft = VerdictDraftFactory(state="submitted")
        ours = VerdictDraft.objects.get(pk=draft.pk)
        draft.revise(second_editor, summary="Quite another summary.")
        with refuses("stale", "stands at revision 3 now", Stale):
            ours.publish(editor)
        with refuses("stale", kind=Stale):
            VerdictDraft.objects.get(pk=draft.pk).publish(editor, expected=2)
        assert VerdictDraft.objects.get(pk=draft.pk).publish(editor, expected=3)

    def test_failure_in_the_middle_leaves_nothing(self, editor, monkeypatch):
        from articles import publishing

        draft = VerdictDraftFactory(state="submitted")

        def broken(*args, **more):
            raise RuntimeError("power cut")

        monkeypatch.setattr(publishing.Citation, "save", broken)
        seq = last_seq()
        with pytest.raises(RuntimeError):
            draft.publish(editor)
        assert not Verdict.objects.exists() and last_seq() == seq
        assert VerdictDraft.objects.get().state == "submitted"
        assert not Evidence.objects.filter(visibility="public").exists()


class TestWithdraw:
    def test_a_row_of_its_own(self, editor, stranger):
        claim = ClaimFactory(rating="supported")
        verdict = claim.current_verdict
        withdrawal = verdict.withdraw(editor, " It rests on a forged letter. ", at=moment_of("2024-02-01"))
        withdrawal.refresh_from_db()
        assert (withdrawal.number, withdrawal.kind, withdrawal.rating) == (2, "withdrawal", None)
        assert withdrawal.is_withdrawal and withdrawal.supersedes == verdict
        assert withdrawal.summary == "It rests on a forged letter."
        assert (withdrawal.correction.kind, withdrawal.correction.note) == ("void", withdrawal.summary)
        assert withdrawal.as_published["rating"] is None and withdrawal.as_published["evidence"] == []
        assert withdrawal.approver == editor and withdrawal.author == verdict.author
        assert claim.current_verdict is None and not Claim.objects.checked().exists()
        assert Verdict.objects.visible_to(stranger).count() == 2
        assert str(withdrawal) == "withdrawal (no. 2)"
        change = Change.objects.latest("seq")
        assert (change.verb, change.public, change.at) == ("withdraw", True, moment_of("2024-02-01"))

    def test_by_its_author(self, editor):
        verdict = VerdictFactory(author=editor)
        assert verdict.withdraw(editor, "Mine was wrong.").self_approved

    def test_refused(self, editor, reporter, stranger):
        first, second = make_series(ClaimFactory(), [("verdict", "supported"), ("update", "contradicted")])
        for person in (reporter, stranger):
            with refuses("not_allowed", "Only an editor withdraws verdicts", NotAllowed):
                second.withdraw(person, "x")
        with refuses("not_allowed", kind=NotAllowed):
            second.withdraw(None, "x")
        with refuses("no_note", "Say why"):
            second.withdraw(editor, " ")
        with refuses("not_current", "not the verdict readers see today"):
            first.withdraw(editor, "x")
        withdrawal = second.withdraw(editor, "x")
        for one in (second, withdrawal):
            with refuses("not_current"):
                one.withdraw(editor, "x")

    def test_withdrawable_by(self, editor, reporter, stranger):
        _, second = make_series(ClaimFactory(), [("verdict", "supported"), ("update", "contradicted")])
        assert list(Verdict.objects.withdrawable_by(editor)) == [second]
        for person in (reporter, stranger, None):
            assert not Verdict.objects.withdrawable_by(person).exists()
        second.withdraw(editor, "x")
        assert not Verdict.objects.withdrawable_by(editor).exists()


class TestSnapshot:
    def test_all_that_readers_are_shown(self, editor, reporter, newsroom):
        source = SourceFactory(
            kind="court_filing", title="Order", court="District", docket_number="1:24-cv-1",
            publisher="The court", published_earliest=date(2024, 1, 2), published_latest=date(2024, 1, 2),
        )  # fmt: skip
        version = SourceVersionFactory(
            source=source, text="It is ordered.", archive_url="https://example.org/a", seen_as="a scan",
            retrieved_at=moment_of("2024-01-09"),
        )  # fmt: skip
        claim = ClaimFactory(statement="It was ordered.", asserted_earliest=date(2024, 1, 3))
        evidence = EvidenceFactory(
            claim=claim, source_version=version, passage="It is ordered.", locator="p. 1", posture="ordered",
            note="Says so.",
        )  # fmt: skip
        verdict = VerdictFactory(
            claim=claim, evidence=[evidence], author=reporter, approver=editor, at="2024-01-10",
            valid_from="2024-01-02", summary="Yes.", reasoning="As [1] says.",
        )  # fmt: skip
        rating = rating_called("supported")
        assert verdict.as_published == {
            "newsroom": "The Example Desk",
            "kind": "verdict",
            "number": 1,
            "claim": {"id": claim.pk, "statement": "It was ordered.", "asserted": "2024-01-03/.."},
            "rating": {
                "slug": "supported", "labels": rating.labels, "definitions": rating.definitions,
                "class": "true", "rank": 5, "scale": 1,
            },
            "summary": "Yes.",
            "reasoning": "As [1] says.",
            "evidence": [
                {
                    "number": 1, "id": evidence.pk, "stance": "supports", "passage": "It is ordered.",
                    "passage_state": "verified", "locator": "p. 1", "posture": "ordered", "note": "Says so.",
                    "source": {
                        "id": source.pk, "kind": "court_filing", "title": "Order", "publisher": "The court",
                        "people": "", "url": "", "published": "2024-01-02", "court": "District",
                        "docket_number": "1:24-cv-1",
                    },
                    "version": {
                        "id": version.pk, "number": 1, "copy_quality": "primary", "sha256": version.sha256,
                        "archive_url": "https://example.org/a", "seen_as": "a scan",
                        "retrieved_at": "2024-01-09T12:00:00.000000Z",
                    },
                }
            ],
            "sources": 1,
            "independent_origins": 1,
            "author": "Rita Reporter",
            "approver": "Eda Editor",
            "self_approved": False,
            "published_at": "2024-01-10T12:00:00.000000Z",
            "valid_from": "2024-01-02",
            "valid_to": None,
        }  # fmt: skip
        assert canonical(verdict.as_published) == verdict.snapshot

    def test_stays_as_it_was(self, editor, administrator):
        verdict = VerdictFactory()
        before = verdict.snapshot
        source = verdict.evidence.get().source_version.source
        source.revise(editor, title="Another title")
        verdict.claim.revise(editor, statement="Said better.")
        RatingFactory().revise(administrator, labels={"en": "Quite so"})
        Newsroom.current().revise(administrator, name="Another name")
        verdict.refresh_from_db()
        assert verdict.snapshot == before and RatingScale.current().number == 1
