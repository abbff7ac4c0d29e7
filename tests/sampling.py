"""Which tests belong to `make test`, which to `make test-slow`, so that the first takes few minutes.

A test walked over a long list (a corpus of hostile inputs, every forgery) is walked whole in `make test-slow`;
`make test` takes evenly spaced members of the list. What depends on the engine as much as on the case is walked
whole on every run: name it in `WHOLE`. A test that makes a record of many rows takes as long as hundreds of others:
name it in `LONG`, and the slow run has it. A test that uses no database says the same on either engine, so of two
runs side by side only the first asks it. Pages, forms and descriptions show rows that other tests read on both: of
two fast runs the first has them, and the slow run has them on both.

A sampled slow run takes a few of each, and of two engines one has the long tests of a file. Tests come here in the
order that the seed gives them, and the seed follows from the tree: the next tree has others, and none is left out for
good.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict

import pytest

# As many cases of one test as the fast run takes on the first engine and on a second beside it, and as many of
# the rest as a sampled slow run takes.
FAST, FAST_ON_SECOND, SLOW_SAMPLE = 1, 1, 1
WHOLE_ON_FIRST = ("tests/permissions/test_table.py",)
# Long walks of a second a case: of these the fast run on the first engine takes one of so many.
PARTLY_ON_FIRST = (
    "tests/permissions/test_doors.py::test_the_doors",
    "tests/permissions/test_verbs.py",
    # Texts made to take long: a second each, and no database.
    "tests/comparing/test_notices.py::test_hostile_texts_take_no_longer",
    "tests/importing/attribution/test_finding.py::test_the_longest_line",
    "tests/importing/layout/test_layout.py::test_hostile_texts",
    "tests/importing/references/test_references.py::test_a_long_text_of_one_piece",
    "tests/importing/sentences/test_sentences.py::test_hostile_texts",
    "tests/importing/test_copies.py::test_hostile_texts_take_no_longer",
    "tests/importing/test_mojibake.py::test_long_hostile_texts",
    "tests/importing/test_reading.py::test_no_text_takes_long",
)
PART = 8
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
LATER_SAMPLE = 1
# What takes seconds a test: budgets of queries at two sizes of a record, whole walks, other processes.
LONG = (
    "tests/accounts/test_second_factor.py::TestDemanded::test_nothing_else_of_the_desk",
    "tests/accounts/test_second_factor.py::TestSettingUp::test_codes_are_shown_once",
    "tests/api/test_changes.py::TestPages::test_few_statements",
    "tests/api/test_desk_resources.py::TestFilters::test_by_columns",
    "tests/api/test_desk_resources.py::test_budgets",
    "tests/api/test_keys.py::TestCommand",
    "tests/api/test_limits.py::TestCounting::test_processes_count_exactly",
    "tests/api/test_lists_for_readers.py::TestBothWays::test_every_page_of_every_question",
    "tests/api/test_lookup.py::test_three_statements",
    "tests/api/test_manual.py::test_rows_hold_the_columns",
    "tests/api/test_paging.py::Walking",
    "tests/api/test_query_counts.py",
    "tests/api/test_resources.py::TestBudgets",
    "tests/api/test_schema.py::TestValidity::test_of_the_specification_s_own_schema",
    "tests/bench/test_desk.py::test_every_way",
    "tests/bench/test_record.py::test_a_record_of_the_bench",
    "tests/desk/test_article_workbench.py::TestText::test_it_costs_the_same",
    "tests/desk/test_claim_workbench.py::test_costs_the_same",
    "tests/desk/test_complaints.py::TestLists::test_a_page_costs_the_same",
    "tests/desk/test_home.py::TestBoxes::test_all_queues_are_one_query",
    "tests/desk/test_hostile.py",
    "tests/desk/test_queries.py",
    "tests/desk/test_queues.py::TestDoor::test_queries_do_not_grow",
    "tests/desk/test_queues.py::TestPaging",
    "tests/desk/test_sources.py::TestWorkbench::test_the_number_of_queries",
    "tests/desk/test_suggestions.py::TestPage::test_it_costs_the_same",
    "tests/importing/test_command.py::test_no_file_is_held_longer",
    "tests/importing/test_command.py::test_on_a_terminal",
    "tests/importing/test_killed.py",
    "tests/importing/test_seeds.py::TestDemo",
    "tests/matching/test_finding.py::test_any_text",
    "tests/pages/test_checking.py::test_a_hundred_sentences",
    "tests/pages/test_corrections.py::test_an_act_of_very_many_rows",
    "tests/pages/test_corrections.py::test_narrowed_down_by_type",
    "tests/pages/test_corrections.py::test_pages_show_each_line_once",
    "tests/pages/test_corrections.py::test_what_the_page_asks",
    "tests/pages/test_corrections.py::test_whatever_changes",
    "tests/pages/test_counts_agree.py",
    "tests/pages/test_design.py::test_every_link_within_the_house",
    "tests/pages/test_fairness.py::TestThePage::test_more_claims",
    "tests/pages/test_feeds.py::test_more_entries",
    "tests/pages/test_hostile_text.py::test_five_hundred_places",
    "tests/pages/test_language.py::test_every_link",
    "tests/pages/test_language.py::test_every_word",
    "tests/pages/test_language.py::test_numbers_for_machines",
    "tests/pages/test_query_counts.py",
    "tests/pages/test_record_page.py::TestPage::test_number_of_queries",
    "tests/pages/test_record_page.py::TestProof::test_number_of_queries",
    "tests/pages/test_what_is_not_public.py",
    "tests/permissions/test_doors.py::test_every_state",
    "tests/permissions/test_table.py::test_every_noun",
    "tests/permissions/test_words.py",
    "tests/record/test_graph.py",
    "tests/record/test_guards_in_place.py::test_articles_E001",
    "tests/record/test_merging.py::TestClaims::test_listing_agrees",
    "tests/record/test_races.py",
    "tests/record/test_suggestion.py::test_two_editors",
    "tests/search/test_agreement.py",
    "tests/search/test_page.py::TestHowManyThereAre::test_more_that_is_found",
    "tests/webhooks/test_processes.py",
    "tests/work/test_workers.py",
)
LONG_SAMPLE = 1
# As many of those of each file that a marker has made slow.
MARKED_SAMPLE = 1
# Sampled, and left out on the second engine, where they are: tests/browser/conftest.py.
ELSEWHERE = ("tests/browser/", "tests/pages/test_in_a_browser.py")
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
        and (uses_database(item) or item.nodeid.startswith(PARTLY_ON_FIRST))
        and not is_slow(item)
    )


def is_for_later(item: pytest.Item) -> bool:
    """Does the fast run on a second engine leave this to the slow one?"""
    return item.nodeid.startswith(SECOND_LATER) and not item.nodeid.startswith(SECOND_NOW)


def is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None


def is_others(item: pytest.Item, seed: object) -> bool:
    """Of two engines in a sampled run, does the other one have the long tests of this file?"""
    if not os.environ.get("FACTCHECK_TWO_ENGINES") or not uses_database(item):
        return False
    if item.get_closest_marker("engine") is not None:
        return False
    drawn = hashlib.sha256(f"{seed} {item.nodeid.partition('::')[0]}".encode()).digest()[0] % 2
    return drawn != bool(os.environ.get("FACTCHECK_ENGINE_FREE_ELSEWHERE"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    engine_free_elsewhere = bool(os.environ.get("FACTCHECK_ENGINE_FREE_ELSEWHERE"))
    sampled = bool(os.environ.get("FACTCHECK_SLOW_SAMPLE"))
    seed = config.getoption("randomly_seed", 0)
    whole = WHOLE if engine_free_elsewhere else WHOLE + WHOLE_ON_FIRST
    fast = FAST_ON_SECOND if engine_free_elsewhere else FAST
    groups: dict[str, list[pytest.Item]] = defaultdict(list)
    later: dict[str, list[pytest.Item]] = defaultdict(list)
    long: dict[str, list[pytest.Item]] = defaultdict(list)
    marked: dict[str, list[pytest.Item]] = defaultdict(list)
    left_out = []
    for item in items:
        path = item.nodeid.partition("::")[0]
        if engine_free_elsewhere and not uses_database(item):
            left_out.append(item)
        elif is_slow(item):
            if sampled and not path.startswith(ELSEWHERE):
                marked[path].append(item)
        elif item.nodeid.startswith(LONG):
            long[path].append(item)
        elif engine_free_elsewhere and is_for_later(item):
            later[path].append(item)
        elif is_walked(item, whole):
            groups[item.nodeid.partition("[")[0]].append(item)
    divided = [(group, now(group, fast), SLOW_SAMPLE) for group in groups.values()]
    divided += [(group, 0, LATER_SAMPLE) for group in later.values()]
    for by_file, sample in ((long, LONG_SAMPLE), (marked, MARKED_SAMPLE)):
        for group in by_file.values():
            mine = [item for item in group if not (sampled and is_others(item, seed))]
            divided.append((mine, 0, sample))
            left_out += [item for item in group if item not in mine]
    for group, at_once, sample in divided:
        chosen = evenly(group, at_once)
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


def now(group: list[pytest.Item], fast: int) -> int:
    """Return how many cases of a walk the fast run takes."""
    if group[0].nodeid.startswith(PARTLY_ON_FIRST) and not os.environ.get("FACTCHECK_ENGINE_FREE_ELSEWHERE"):
        return -(-len(group) // PART)
    return fast
