"""How claims relate to each other."""

from __future__ import annotations

import pytest

from articles.models import Change, ClaimRelation
from articles.refusals import NotAllowed
from articles.vocabulary import RelationKind
from tests.factories import AssignmentFactory, ClaimFactory, ClaimRelationFactory, DerivationFactory
from tests.record.refusing import everything, invalid, refuses

pytestmark = pytest.mark.django_db
SYMMETRIC = {"same", "opposite"}


@pytest.mark.parametrize("kind", list(RelationKind))
@pytest.mark.parametrize("older_first", [True, False])
def test_reads_the_same_whichever_claim_is_older(reporter, kind, older_first):
    older, newer = ClaimFactory(), ClaimFactory()
    first, second = (older, newer) if older_first else (newer, older)
    relation = ClaimRelation.relate(reporter, first, kind, second)
    assert (relation.low, relation.high) == (older, newer)
    forward, backward = relation.seen_from(first), relation.seen_from(second)
    assert (forward.claim, backward.claim) == (second, first)
    assert forward.kind == backward.kind == kind
    if kind in SYMMETRIC:
        assert forward.words == backward.words and relation.from_low
        assert forward.direction == backward.direction == "mutual"
    else:
        assert forward.words != backward.words and (relation.first, relation.second) == (first, second)
        assert (forward.direction, backward.direction) == ("outgoing", "incoming")


def test_again_is_the_same(reporter):
    relation = ClaimRelationFactory(kind="same")
    before = everything()
    assert ClaimRelation.relate(reporter, relation.second, "same", relation.first) == relation
    assert everything() == before


def test_says_whether_it_is_new(reporter):
    first, second = ClaimFactory(), ClaimFactory()
    relation, is_new = ClaimRelation.find_or_relate(reporter, first, "updates", second)
    assert is_new
    assert ClaimRelation.find_or_relate(reporter, first, "updates", second) == (relation, False)


def test_several_kinds_between_two(reporter):
    relation = ClaimRelationFactory()
    ClaimRelation.relate(reporter, relation.first, "updates", relation.second)
    assert ClaimRelation.objects.of(relation.first).count() == 2
    assert ClaimRelation.objects.neighbours([relation.first.pk]) == [relation.second.pk]


def test_refused(reporter, stranger):
    relation = ClaimRelationFactory(kind="reports")
    with refuses("other_way_round", "on record the other way round"):
        ClaimRelation.relate(reporter, relation.second, "reports", relation.first)
    with refuses("self", "cannot be related to itself"):
        ClaimRelation.relate(reporter, relation.first, "reports", relation.first)
    with refuses("not_allowed", kind=NotAllowed):
        ClaimRelation.relate(stranger, relation.first, "updates", relation.second)
    with invalid("kind"):
        ClaimRelation.relate(reporter, relation.first, "resembles", relation.second)
    with refuses("not_allowed", kind=NotAllowed):
        relation.take_back(stranger)


def test_take_back_leaves_a_tombstone(reporter):
    relation = ClaimRelationFactory()
    pk = relation.pk
    relation.take_back(reporter)
    assert not ClaimRelation.objects.exists()
    change = Change.objects.latest("seq")
    row = change.change_rows.get(object_type="claimrelation")
    assert (change.verb, row.object_id, row.readers, change.public) == ("unrelate", pk, "gone", True)


def test_readers_see_it_where_they_see_both_claims(stranger, reporter, editor):
    relation = ClaimRelationFactory()
    assert ClaimRelation.objects.visible_to(stranger).exists()
    assert ClaimRelation.objects.editable_by(reporter).exists()
    assert not ClaimRelation.objects.editable_by(stranger).exists()
    relation.second.dismiss(editor, "Nobody said this.")
    assert not ClaimRelation.objects.visible_to(stranger).exists()
    assert ClaimRelation.objects.visible_to(reporter).exists()


@pytest.mark.parametrize("factory", [ClaimRelationFactory, DerivationFactory, AssignmentFactory])
def test_what_somebody_took_back_meanwhile_is_not_taken_back_again(reporter, factory):
    """Else readers of the change feed would get an entry about nothing."""
    ours = factory()
    type(ours).objects.get().take_back(reporter)
    before = Change.objects.count()
    with refuses("gone", "was taken back already"):
        ours.take_back(reporter)
    assert Change.objects.count() == before
