"""Which tests belong to `make test`, which to `make test-slow`, so that the first takes minutes on two cores.

A test walked over a long list (a corpus of hostile inputs, every forgery) is walked whole in `make test-slow`;
`make test` takes evenly spaced members of the list. What depends on the engine as much as on the case is walked
whole on every run: name it in `WHOLE`. A test that makes a record of many rows takes as long as hundreds of others:
name it in `LONG`, and the slow run has it. A test that uses no database says the same on either engine, so of two
runs side by side only the first asks it. Pages, forms and descriptions show rows that other tests read on both: of
two fast runs the first has them, and the slow run has them on both.
"""

from __future__ import annotations

import os
from collections import defaultdict

import pytest

# As many cases of one test as the fast run takes on the first engine and on a second beside it, and as many of
# the rest as a sampled slow run takes.
FAST, FAST_ON_SECOND, SLOW_SAMPLE = 1, 1, 1
WHOLE_ON_FIRST = (
    "tests/permissions/test_doors.py::test_the_doors",
    "tests/permissions/test_table.py",
    "tests/permissions/test_verbs.py",
)
SECOND_LATER = ("tests/desk/", "tests/pages/", "tests/api/")
# Of these what the engine does is the point.
SECOND_NOW = (
    "tests/api/test_changes.py",
    "tests/api/test_exports.py",
    "tests/api/test_filtering.py",
    "tests/api/test_lists_for_readers.py",
    "tests/api/test_paging.py",
    "tests/api/test_query_counts.py",
    "tests/api/test_searching.py",
    "tests/api/test_writing_at_once.py",
)
# As many tests of each of these files as a sampled slow run takes.
LATER_SAMPLE = 3
# What takes seconds a test: budgets of queries at two sizes of a record, whole walks, other processes.
LONG = (
    "tests/api/test_paging.py::Walking",
    "tests/api/test_query_counts.py",
    "tests/api/test_resources.py::TestBudgets",
    "tests/bench/test_desk.py::test_every_way",
    "tests/bench/test_record.py::test_a_record_of_the_bench",
    "tests/desk/test_claim_workbench.py::test_costs_the_same",
    "tests/desk/test_home.py::TestBoxes::test_all_queues_are_one_query",
    "tests/desk/test_hostile.py",
    "tests/desk/test_queues.py::TestDoor::test_queries_do_not_grow",
    "tests/desk/test_queues.py::TestPaging",
    "tests/importing/test_killed.py",
    "tests/importing/test_seeds.py::TestDemo",
    "tests/pages/test_counts_agree.py",
    "tests/pages/test_design.py::test_every_link_within_the_house",
    "tests/pages/test_hostile_text.py::test_five_hundred_places",
    "tests/pages/test_query_counts.py",
    "tests/pages/test_what_is_not_public.py",
    "tests/permissions/test_doors.py::test_every_state",
    "tests/permissions/test_table.py::test_every_noun",
    "tests/permissions/test_words.py",
    "tests/record/test_graph.py",
    "tests/search/test_agreement.py",
    "tests/webhooks/test_processes.py",
    "tests/work/test_workers.py",
)
LONG_SAMPLE = 1
WHOLE = (
    "tests/record/test_constraints.py",
    "tests/record/test_guards.py",
    "tests/record/test_publishing.py",
)


def evenly(items: list[pytest.Item], wanted: int) -> set[pytest.Item]:
    """Return `wanted` members of a list at even distances, its first among them; all of a shorter list."""
    if len(items) <= wanted:
        return set(items)
    return {items[number * len(items) // wanted] for number in range(wanted)}


def uses_database(item: pytest.Item) -> bool:
    from django.test import TransactionTestCase

    if issubclass(getattr(item, "cls", None) or object, TransactionTestCase):
        return True
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & {"db", "django_db_setup"}) or item.get_closest_marker("django_db") is not None


def is_walked(item: pytest.Item, whole: tuple[str, ...]) -> bool:
    """Is this one case of a long list, that no marker has placed already?"""
    return (
        hasattr(item, "callspec")
        and not item.nodeid.startswith(whole)
        and uses_database(item)
        and not is_slow(item)
    )


def is_for_later(item: pytest.Item) -> bool:
    """Does the fast run on a second engine leave this to the slow one?"""
    return item.nodeid.startswith(SECOND_LATER) and not item.nodeid.startswith(SECOND_NOW)


def is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    engine_free_elsewhere = bool(os.environ.get("FACTCHECK_ENGINE_FREE_ELSEWHERE"))
    sampled = bool(os.environ.get("FACTCHECK_SLOW_SAMPLE"))
    whole = WHOLE if engine_free_elsewhere else WHOLE + WHOLE_ON_FIRST
    fast = FAST_ON_SECOND if engine_free_elsewhere else FAST
    groups: dict[str, list[pytest.Item]] = defaultdict(list)
    later: dict[str, list[pytest.Item]] = defaultdict(list)
    long: dict[str, list[pytest.Item]] = defaultdict(list)
    left_out = []
    for item in items:
        if engine_free_elsewhere and not uses_database(item):
            left_out.append(item)
        elif item.nodeid.startswith(LONG) and not is_slow(item):
            long[item.nodeid.partition("::")[0]].append(item)
        elif engine_free_elsewhere and is_for_later(item) and not is_slow(item):
            later[item.nodeid.partition("::")[0]].append(item)
        elif is_walked(item, whole):
            groups[item.nodeid.partition("[")[0]].append(item)
    divided = [(group, fast, SLOW_SAMPLE) for group in groups.values()]
    divided += [(group, 0, LATER_SAMPLE) for group in later.values()]
    divided += [(group, 0, LONG_SAMPLE) for group in long.values()]
    for group, now, sample in divided:
        chosen = evenly(group, now)
        rest = [item for item in group if item not in chosen]
        taken = evenly(rest, sample) if sampled else set(rest)
        for item in rest:
            item.add_marker(pytest.mark.slow)
            if item not in taken:
                left_out.append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]
