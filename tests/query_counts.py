"""Proof that a page, a list of the desk or an endpoint costs the same number of queries however long it grows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.search import ranking

FEW, MANY = 2, 12


def queries_of(fetch: Callable[[], Any]) -> list[str]:
    """Return the SQL that `fetch` runs. An answer with a status of 400 or more fails: it would prove nothing."""
    with CaptureQueriesContext(connection) as captured:
        answer = fetch()
    status = getattr(answer, "status_code", 200)
    assert status < 400, f"The page under count answered {status}."
    return [query["sql"] for query in captured.captured_queries]


def assert_same_queries(
    grow: Callable[[int], Any], fetch: Callable[[], Any], *, at_most: int | None = None
) -> None:
    """Fetch at 2 rows and again at 12, and fail unless both ran the same number of queries.

    `grow(n)` adds n rows of whatever the page lists: it is called with 2, then with 10. `fetch()` returns the
    answer. `at_most` is the budget of the page. Each side is fetched twice and the second one counts, so that what
    a process remembers after its first page (content types, the rating scale) is not taken for growth.
    """
    # What search counted a moment ago, for another test maybe, is forgotten by the clock: between the two sides too.
    with mock.patch.object(ranking, "COUNTED_FOR", math.inf):
        grow(FEW)
        queries_of(fetch)
        few = queries_of(fetch)
        grow(MANY - FEW)
        many = queries_of(fetch)
    if len(few) != len(many):
        raise AssertionError(
            f"{len(few)} queries at {FEW} rows, {len(many)} at {MANY}. What grew:\n{_growth(few, many)}"
        )
    if at_most is not None and len(many) > at_most:
        listed = "\n".join(f"  {number}. {sql[:300]}" for number, sql in enumerate(many, start=1))
        raise AssertionError(f"{len(many)} queries, at most {at_most} are allowed:\n{listed}")


def _growth(few: list[str], many: list[str]) -> str:
    """Name the queries that were run more often, by their beginning: the values in them differ."""

    def shape(sql: str) -> str:
        return sql.split(" WHERE ")[0][:200]

    grown = Counter(map(shape, many))
    grown.subtract(Counter(map(shape, few)))
    return "\n".join(f"  {extra:+d}  {sql}" for sql, extra in grown.most_common() if extra)
