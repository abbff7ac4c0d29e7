"""The rule that makes the fast run fast leaves nothing out of both runs."""

from itertools import pairwise
from types import SimpleNamespace

import pytest

from tests import sampling
from tests.engines import ROOT
from tests.sampling import (
    FAST,
    LATER_SAMPLE,
    LONG,
    LONG_SAMPLE,
    SLOW_SAMPLE,
    evenly,
    pytest_collection_modifyitems,
)


class Case:
    """As much of a collected test as the rule looks at."""

    def __init__(self, name: str, database: bool = True, walked: bool = True) -> None:
        self.nodeid = name
        self.fixturenames = ["db"] if database else []
        self.marks: list[str] = []
        if walked:
            self.callspec = object()

    def get_closest_marker(self, name):
        return name if name in self.marks else None

    def marked(self, *marks: str) -> "Case":
        self.marks += marks
        return self

    def add_marker(self, mark):
        self.marks.append(mark.name)


def collected(items, monkeypatch, seed=7, **environment):
    for name in ("FACTCHECK_ENGINE_FREE_ELSEWHERE", "FACTCHECK_SLOW_SAMPLE", "FACTCHECK_TWO_ENGINES"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    left_out = []
    config = SimpleNamespace(
        hook=SimpleNamespace(pytest_deselected=lambda items: left_out.extend(items)),
        getoption=lambda name, default: seed,
    )
    pytest_collection_modifyitems(config, items)
    return left_out


def walk(count, path="tests/api/test_x.py::test_walk"):
    return [Case(f"{path}[{number}]") for number in range(count)]


@pytest.mark.parametrize(("count", "wanted"), [(0, 3), (2, 3), (3, 3), (10, 3), (100, 12)])
def test_even_distances(count, wanted):
    items = walk(count)
    chosen = [number for number, item in enumerate(items) if item in evenly(items, wanted)]
    assert len(chosen) == min(count, wanted)
    assert chosen[:1] == [0][:count]
    assert len({later - earlier for earlier, later in pairwise(chosen)}) <= 2


def test_a_long_walk_is_divided_between_the_runs(monkeypatch):
    items = walk(100)
    assert collected(items, monkeypatch) == []
    assert len([item for item in items if "slow" in item.marks]) == 100 - FAST


def test_a_short_one_stays_fast(monkeypatch):
    items = walk(FAST)
    collected(items, monkeypatch)
    assert not any(item.marks for item in items)


def test_some_walks_are_whole(monkeypatch):
    items = walk(100, "tests/record/test_guards.py::test_rules")
    collected(items, monkeypatch)
    assert not any(item.marks for item in items)


def test_of_what_is_known_to_be_many_the_first_engine_takes_a_part_at_once(monkeypatch):
    path = "tests/permissions/test_doors.py::test_the_doors"
    items = walk(100, path)
    collected(items, monkeypatch)
    assert len([item for item in items if "slow" not in item.marks]) == 13
    items = walk(100, path)
    collected(items, monkeypatch, FACTCHECK_ENGINE_FREE_ELSEWHERE="1")
    assert len([item for item in items if "slow" not in item.marks]) == 1
    path = "tests/importing/test_reading.py::test_no_text_takes_long"
    items = [Case(f"{path}[{number}]", database=False) for number in range(100)]
    collected(items, monkeypatch)
    assert len([item for item in items if "slow" not in item.marks]) == 13


def test_a_sampled_slow_run_leaves_most_of_the_rest_out(monkeypatch):
    items = walk(100)
    left_out = collected(items, monkeypatch, FACTCHECK_SLOW_SAMPLE="1")
    assert len([item for item in items if "slow" in item.marks]) == SLOW_SAMPLE
    assert len(items) + len(left_out) == 100


def test_what_needs_no_engine_is_asked_once_of_two(monkeypatch):
    items = [Case("free", database=False, walked=False), Case("bound", walked=False)]
    assert [item.nodeid for item in collected(items, monkeypatch, FACTCHECK_ENGINE_FREE_ELSEWHERE="1")] == [
        "free"
    ]
    assert [item.nodeid for item in items] == ["bound"]


def test_doors_wait_for_the_slow_run_on_the_second_engine(monkeypatch):
    items = [Case(f"tests/pages/test_x.py::test_{number}", walked=False) for number in range(10)]
    assert collected(list(items), monkeypatch) == [] and not any(item.marks for item in items)
    assert collected(items, monkeypatch, FACTCHECK_ENGINE_FREE_ELSEWHERE="1") == []
    assert all(item.marks == ["slow"] for item in items)
    again = [Case(f"tests/pages/test_x.py::test_{number}", walked=False) for number in range(10)]
    both = {"FACTCHECK_ENGINE_FREE_ELSEWHERE": "1", "FACTCHECK_SLOW_SAMPLE": "1"}
    assert len(collected(again, monkeypatch, **both)) == 10 - LATER_SAMPLE


def test_what_takes_long_waits_for_the_slow_run_on_both_engines(monkeypatch):
    for environment in ({}, {"FACTCHECK_ENGINE_FREE_ELSEWHERE": "1"}):
        items = [Case(f"tests/record/test_graph.py::test_{number}", walked=False) for number in range(5)]
        assert collected(items, monkeypatch, **environment) == []
        assert all(item.marks == ["slow"] for item in items)
    items = [Case(f"tests/record/test_graph.py::test_{number}", walked=False) for number in range(5)]
    assert len(collected(items, monkeypatch, FACTCHECK_SLOW_SAMPLE="1")) == 5 - LONG_SAMPLE


TWO = {"FACTCHECK_SLOW_SAMPLE": "1", "FACTCHECK_TWO_ENGINES": "1"}
FIRST, SECOND = TWO, TWO | {"FACTCHECK_ENGINE_FREE_ELSEWHERE": "1"}


def marked_slow(*more):
    """Two tests that a marker made slow, in each of twenty files."""
    return [
        Case(f"tests/desk/test_{file}.py::test_{number}", walked=False).marked("slow", *more)
        for file in range(20)
        for number in range(2)
    ]


def names(items):
    return {item.nodeid for item in items}


def test_of_what_a_marker_makes_slow_a_sampled_run_takes_one_of_each_file(monkeypatch):
    items = marked_slow()
    assert collected(items, monkeypatch) == []
    collected(items, monkeypatch, FACTCHECK_SLOW_SAMPLE="1")
    assert len(items) == 20


@pytest.mark.parametrize("make", [marked_slow, lambda: [Case(f"{name}_x", walked=False) for name in LONG]])
def test_of_two_engines_one_has_the_long_tests_of_a_file_and_the_next_tree_turns_it_round(monkeypatch, make):
    taken = []
    for seed in range(24):
        on_first, on_second = make(), make()
        collected(on_first, monkeypatch, seed, **FIRST)
        collected(on_second, monkeypatch, seed, **SECOND)
        files = [{name.partition("::")[0] for name in names(items)} for items in (on_first, on_second)]
        assert not files[0] & files[1]
        assert files[0] | files[1] == {item.nodeid.partition("::")[0] for item in make()}
        taken.append(files)
    assert set.union(*(first for first, _ in taken)) == set.union(*(second for _, second in taken))


def test_what_is_about_one_engine_or_needs_none_is_left_to_nobody_else(monkeypatch):
    items = marked_slow("engine")
    collected(items, monkeypatch, **FIRST)
    assert len(items) == 20
    items = [Case(f"tests/docs/test_{file}.py::test", database=False).marked("slow") for file in range(20)]
    assert collected(items, monkeypatch, **FIRST) == []


def test_browsers_are_sampled_by_themselves(monkeypatch):
    items = [Case(f"tests/browser/test_{file}.py::test").marked("slow") for file in range(20)]
    assert collected(items, monkeypatch, **FIRST) == []


NAMED = [*LONG, *sampling.WHOLE, *sampling.WHOLE_ON_FIRST, *sampling.PARTLY_ON_FIRST, *sampling.SECOND_NOW]


@pytest.mark.parametrize("name", NAMED)
def test_whatever_is_named_is_there(name):
    path, *within = name.split("::")
    text = (ROOT / path).read_text("utf-8")
    for one in within:
        assert f"class {one}" in text or f"def {one}" in text
