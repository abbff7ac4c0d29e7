"""How many independent origins sources have: copies of one wire story are one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.models.source import ancestors, independent_origins
from tests.factories import EvidenceFactory, SourceFactory, SourceVersionFactory, VerdictFactory

pytestmark = pytest.mark.django_db


def origins(*sources) -> int:
    return independent_origins([source.pk for source in sources])


def test_none():
    assert independent_origins([]) == 0


def test_unrelated_ones_are_as_many_as_they_are():
    assert origins(*(SourceFactory() for _ in range(4))) == 4


def test_copies_of_one_wire_story_are_one():
    wire = SourceFactory()
    copies = [SourceFactory(derived_from=[wire]) for _ in range(3)]
    assert origins(*copies) == 1
    assert origins(*copies, wire) == 1
    assert origins(*copies, SourceFactory()) == 2


def test_copy_of_a_copy():
    wire = SourceFactory()
    first = SourceFactory(derived_from=[wire])
    second = SourceFactory(derived_from=[first])
    assert origins(second, wire) == 1
    assert origins(second, first) == 1
    assert ancestors([second.pk]) == {first.pk, wire.pk}


def test_diamond():
    wire = SourceFactory()
    left, right = SourceFactory(derived_from=[wire]), SourceFactory(derived_from=[wire])
    assert origins(SourceFactory(derived_from=[left, right]), wire) == 1
    assert origins(left, right) == 1


def test_one_that_rests_on_two_joins_them():
    one, other = SourceFactory(), SourceFactory()
    assert origins(one, other) == 2
    assert origins(one, other, SourceFactory(derived_from=[one, other])) == 1


def test_two_orders_in_one_case_are_two():
    case = SourceFactory(kind="court_case")
    orders = [SourceFactory(kind="court_filing", part_of=case) for _ in range(2)]
    assert origins(*orders) == 2


class TestMergedSources:
    def test_twins_are_one(self, editor):
        one, twin = SourceFactory(), SourceFactory()
        one.merge_into(twin, editor)
        assert origins(one, twin) == 1
        one.unmerge(editor)
        assert origins(one, twin) == 2

    def test_copies_of_twins_are_one(self, editor):
        one, twin = SourceFactory(), SourceFactory()
        copies = SourceFactory(derived_from=[one]), SourceFactory(derived_from=[twin])
        assert origins(*copies) == 2
        one.merge_into(twin, editor)
        assert origins(*copies) == 1

    def test_survivor_has_the_origins_of_its_twin(self, editor):
        """The merged row keeps its derivations; the survivor reads the union."""
        wire = SourceFactory()
        copy, twin, other = (
            SourceFactory(derived_from=[wire]),
            SourceFactory(),
            SourceFactory(derived_from=[wire]),
        )
        assert origins(twin, other) == 2
        copy.merge_into(twin, editor)
        assert origins(twin, other) == 1
        assert ancestors([copy.pk]) == ancestors([twin.pk]) == {wire.pk}


def test_a_circle_is_gone_through_once(editor):
    """No verb closes one by itself; merging two sources may."""
    first = SourceFactory()
    second = SourceFactory(derived_from=[first])
    third = SourceFactory(derived_from=[second])
    first.merge_into(third, editor)
    assert ancestors([first.pk]) == ancestors([second.pk]) == {second.pk, third.pk}
    assert origins(first, second, third, SourceFactory()) == 2


def test_one_query_however_long_the_chains_are(django_assert_num_queries):
    far = SourceFactory()
    for _ in range(5):
        far = SourceFactory(derived_from=[far])
    outer = [SourceFactory(derived_from=[far]) for _ in range(3)]
    with django_assert_num_queries(1):
        assert origins(*outer) == 1
    with django_assert_num_queries(1):
        assert len(ancestors([one.pk for one in outer])) == 6


def test_snapshot_says_how_many():
    wire = SourceFactory()
    versions = [SourceVersionFactory(source=SourceFactory(derived_from=[wire])) for _ in range(2)]
    versions.append(SourceVersionFactory(source=versions[0].source, text="Another state of the first."))
    versions.append(SourceVersionFactory())
    first = EvidenceFactory(source_version=versions[0])
    more = [EvidenceFactory(claim=first.claim, source_version=version) for version in versions[1:]]
    shown = VerdictFactory(claim=first.claim, evidence=[first, *more]).as_published
    assert (shown["sources"], shown["independent_origins"]) == (3, 2)


class TestAnyGraph(TestCase):
    @settings(max_examples=40)
    @given(st.integers(1, 6), st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8), st.data())
    def test_is_the_number_of_connected_groups_above_the_sources(self, count, edges, data):
        """Written again the simple way: grow each source's set of ancestors, join the sets that meet."""
        sources = [SourceFactory() for _ in range(count)]
        edges = {(low, high) for low, high in edges if low < high < count}
        for low, high in edges:
            sources[low].derive_from(None, sources[high], "stated")
        chosen = data.draw(st.sets(st.integers(0, count - 1)))

        def above(one: int) -> set[int]:
            return {one}.union(*(above(high) for low, high in edges if low == one))

        groups: list[set[int]] = []
        for one in chosen:
            mine, rest = above(one), []
            for group in groups:
                if group & mine:
                    mine |= group
                else:
                    rest.append(group)
            groups = [*rest, mine]
        assert origins(*(sources[one] for one in chosen)) == len(groups)
