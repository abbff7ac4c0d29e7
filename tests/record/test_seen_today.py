"""Which verdicts readers see today where claims were merged: asked of all at once, and of each by itself."""

from __future__ import annotations

from itertools import permutations

import pytest

from articles.models import Claim, Verdict
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("order", list(permutations("abc")))
@pytest.mark.parametrize("withdrawn", ["", "a", "b", "c"])
def test_asked_either_way(order, withdrawn):
    """`b` and `c` are merged into `a`, and `d` stands beside them; published in this order, one withdrawn last."""
    claims = {name: factories.ClaimFactory() for name in "abcd"}
    slugs = dict(zip("abcd", ("supported", "contradicted", "mostly_contradicted", "supported"), strict=True))
    verdicts = {
        name: factories.VerdictFactory(claim=claims[name], rating=slugs[name]) for name in ("d", *order)
    }
    editor = factories.some_editor()
    if withdrawn:
        verdicts[withdrawn].withdraw(editor, "It should not have been published.")
    for name in "bc":
        claims[name].merge_into(claims["a"], editor)
    seen = set(Verdict.objects.seen_today())
    assert set(Verdict.objects.each_seen_today()) == seen
    survivor = {claims[name].pk: claims["d" if name == "d" else "a"].pk for name in "abcd"}
    ratings = Verdict.objects.ratings_today([claims["a"].pk, claims["d"].pk])
    assert ratings == {survivor[one.claim_id]: one.rating.slug for one in seen}
    last = max("abc", key=lambda name: claims[name].verdicts.last().pk)
    expected = {verdicts["d"]} | ({verdicts[last]} if not withdrawn else set())
    assert seen == expected
    # `a` has what any of the three has.
    checked = set(Claim.objects.standing().checked())
    assert checked == {claims["d"]} | ({claims["a"]} if not withdrawn else set())
    assert set(Claim.objects.standing().without_verdict()) == set(Claim.objects.standing()) - checked
