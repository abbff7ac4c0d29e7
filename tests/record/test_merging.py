"""Two rows that turn out to be one, and the taking back of it."""

from __future__ import annotations

from datetime import date

import pytest

from articles.models import Change, Claim, Claimant, Derivation, Source, Verdict
from articles.refusals import NotAllowed
from tests.factories import (
    ClaimantFactory,
    ClaimFactory,
    SourceFactory,
    SourceVersionFactory,
    VerdictDraftFactory,
    make_series,
)
from tests.record.refusing import last_seq, refuses

pytestmark = pytest.mark.django_db
FACTORIES = {"claim": ClaimFactory, "claimant": ClaimantFactory, "source": SourceFactory}


@pytest.fixture(params=sorted(FACTORIES))
def make(request):
    """Each noun that merges."""
    return FACTORIES[request.param]


class TestEveryNoun:
    def test_merge_and_unmerge(self, make, editor):
        one, other = make(), make()
        one.merge_into(other, editor)
        one.refresh_from_db()
        assert one.merged_into == other and one.surviving() == other and other.surviving() == other
        change = Change.objects.latest("seq")
        assert (change.verb, change.object_id) == ("merge", one.pk)
        assert {row.object_id for row in change.change_rows.all()} == {one.pk, other.pk}
        one.unmerge(editor)
        one.refresh_from_db()
        assert one.merged_into is None
        assert Change.objects.latest("seq").verb == "unmerge"

    def test_chains_collapse(self, make, editor):
        first, second, third = make(), make(), make()
        first.merge_into(second, editor)
        second.merge_into(third, editor)
        first.refresh_from_db()
        assert first.merged_into == third
        fourth = make()
        fourth.merge_into(second, editor)
        assert fourth.merged_into == third, "merging into a merged row goes to its survivor"
        third.refresh_from_db()
        assert set(third.merged.all()) == {first, second, fourth}

    def test_collapsed_ones_stay_with_the_survivor(self, make, editor):
        first, second, third = make(), make(), make()
        first.merge_into(second, editor)
        second.merge_into(third, editor)
        second.unmerge(editor)
        first.refresh_from_db()
        assert first.merged_into == third

    def test_never_a_circle_or_a_chain_from_what_was_read_earlier(self, make, editor):
        """Two editors merge at once; the second read both rows before the first was done."""
        one, other, third = make(), make(), make()
        old_one, old_other = type(one).objects.get(pk=one.pk), type(one).objects.get(pk=other.pk)
        one.merge_into(other, editor)
        with refuses("merge_into_itself"):
            old_other.merge_into(old_one, editor)
        third.merge_into(old_one, editor)
        third.refresh_from_db()
        assert third.merged_into == other

    def test_refused(self, make, reporter, editor, stranger):
        one, other, third = make(), make(), make()
        noun = one._meta.verbose_name
        with refuses("merge_into_itself", f"A {noun} cannot be merged into itself"):
            one.merge_into(one, editor)
        with refuses("not_merged", f"This {noun} is not merged"):
            one.unmerge(editor)
        with refuses("not_allowed", "Only an editor merges", NotAllowed):
            one.merge_into(other, reporter)
        with refuses("not_allowed", kind=NotAllowed):
            one.merge_into(other, stranger)
        one.merge_into(other, editor)
        with refuses("already_merged", "take that back first"):
            one.merge_into(third, editor)
        with refuses("merge_into_itself"):
            other.merge_into(one, editor)
        with refuses("not_allowed", "Only an editor unmerges", NotAllowed):
            one.unmerge(reporter)


class TestClaimants:
    def test_groups_never_merge(self, editor):
        group, person = ClaimantFactory(kind="group", name="two people"), ClaimantFactory(kind="person")
        other = ClaimantFactory(kind="group", name="two people")
        for one, into in ((group, other), (group, person), (person, group)):
            with refuses("group", "nobody knows that they are the same"):
                one.merge_into(into, editor)
        assert not Claimant.objects.exclude(merged_into=None).exists()

    def test_merged_person_does_not_become_a_group(self, reporter, editor):
        one, other = ClaimantFactory(kind="person"), ClaimantFactory(kind="person")
        one.merge_into(other, editor)
        with pytest.raises(Exception, match="Unnamed groups are never merged"):
            one.revise(None, kind="group")


class TestClaims:
    def test_status(self, editor):
        one, other = ClaimFactory(), ClaimFactory()
        one.merge_into(other, editor)
        assert Claim.objects.get(pk=one.pk).status == "merged"
        one.unmerge(editor)
        assert Claim.objects.get(pk=one.pk).status == "open"

    def test_not_checkable_is_remembered(self, editor):
        one = ClaimFactory(status="not_checkable", status_reason="A prediction.")
        one.merge_into(ClaimFactory(), editor)
        one.unmerge(editor)
        one.refresh_from_db()
        assert (one.status, one.status_reason) == ("not_checkable", "A prediction.")

    def test_dismissed_ones_take_no_part(self, editor, stranger):
        """A merged claim is public, so that it leads to its survivor; a dismissed one must not become so."""
        dismissed, other = ClaimFactory(status="dismissed"), ClaimFactory()
        with refuses("dismissed", "reopen it first"):
            other.merge_into(dismissed, editor)
        with refuses("dismissed", "reopen it first"):
            dismissed.merge_into(other, editor)
        assert dismissed not in Claim.objects.visible_to(stranger)

    def test_survivor_reads_the_union_and_nothing_moves(self, editor):
        one, other = ClaimFactory(), ClaimFactory()
        (old,) = make_series(one, [("verdict", "supported", "2024-01-10")])
        assert other.current_verdict is None
        one.merge_into(other, editor)
        assert list(other.verdict_series()) == [old] and other.current_verdict == old
        assert old.claim_id == one.pk and Verdict.objects.get().belongs_to_merged_claim
        assert other in Claim.objects.checked() and one in Claim.objects.checked()
        one.unmerge(editor)
        assert other.current_verdict is None and Claim.objects.get(pk=one.pk).current_verdict == old

    def test_both_with_verdicts(self, editor):
        one, other = ClaimFactory(), ClaimFactory()
        make_series(one, [("verdict", "supported", "2024-01-10")])
        (newer,) = make_series(other, [("verdict", "contradicted", "2024-02-10")])
        one.merge_into(other, editor)
        assert [verdict.number for verdict in other.verdict_series()] == [1, 1]
        assert other.current_verdict == newer
        assert other.held_on(date(2024, 1, 1)) == newer
        (third,) = make_series(other, [("affects_rating", "supported", "2024-03-01")])
        assert (third.number, third.supersedes) == (2, newer)

    def test_merged_claim_is_not_published_on(self, editor):
        one = ClaimFactory()
        draft = VerdictDraftFactory(claim=one, state="submitted")
        one.merge_into(ClaimFactory(), editor)
        with pytest.raises(Exception, match="The claim is merged; reopen it first"):
            draft.publish(editor)

    def test_verdict_of_a_merged_claim_can_be_withdrawn(self, editor):
        one, other = ClaimFactory(rating="supported"), ClaimFactory()
        one.merge_into(other, editor)
        other.current_verdict.withdraw(editor, "It was wrong.")
        assert other.current_verdict is None

    def test_listing_agrees_with_the_page(self, editor):
        """`for_listing` loads what `current_verdict` would ask for, whatever was merged and withdrawn."""
        for steps in (
            ([], [("verdict", "supported")]),
            ([("verdict", "supported")], []),
            ([("verdict", "supported")], [("verdict", "contradicted")]),
            ([("verdict", "supported")], [("verdict", "contradicted"), ("withdrawal",)]),
            ([("verdict", "supported"), ("withdrawal",)], [("verdict", "contradicted")]),
        ):
            survivor, merged = ClaimFactory(), ClaimFactory()
            make_series(survivor, steps[0])
            make_series(merged, steps[1])
            merged.merge_into(survivor, editor)
            plain = Claim.objects.get(pk=survivor.pk).current_verdict
            listed = Claim.objects.for_listing().get(pk=survivor.pk)
            assert listed.current_verdict == plain, steps
            assert (survivor in Claim.objects.checked()) == (plain is not None), steps


class TestSources:
    def test_derivations_stay_readable(self, editor, stranger, reporter):
        report, wire, twin = SourceFactory(), SourceFactory(), SourceFactory()
        report.derive_from(reporter, wire, "stated")
        wire.merge_into(twin, editor)
        report.open_to_readers(editor)
        assert set(Source.objects.visible_to(stranger)) == {report, wire, twin}
        assert Derivation.objects.visible_to(stranger).exists()

    @pytest.mark.parametrize("shown", ["merged", "survivor"])
    def test_where_readers_see_one_they_see_both(self, editor, stranger, shown):
        merged, survivor = SourceFactory(public=shown == "merged"), SourceFactory(public=shown == "survivor")
        SourceVersionFactory(source=merged)
        merged.merge_into(survivor, editor)
        assert set(Source.objects.visible_to(stranger)) == {merged, survivor}

    def test_unseen_ones_stay_unseen(self, editor, stranger):
        SourceFactory().merge_into(SourceFactory(), editor)
        assert not Source.objects.visible_to(stranger).exists()

    def test_one_act(self, editor):
        merged, survivor = SourceFactory(public=True), SourceFactory(derived_from=[SourceFactory()])
        seq = last_seq()
        merged.merge_into(survivor, editor)
        assert last_seq() == seq + 1
