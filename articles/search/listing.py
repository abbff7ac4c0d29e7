"""One page of what words find, best first: the ranking and the rows, by one statement that is compiled once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connections

from articles.graph import Gathered, Template, among, opened
from articles.search.ranking import tie

# PostgreSQL plans such a statement once per connection when it was asked so often: there is one for each number of
# words. Before that, planning it costs more than all else.
OFTEN = 1


@dataclass(frozen=True)
class Best:
    """The ids of a page, best first, one more where another follows; how many were found, as far as they are counted;
    and the rows of the page, in no order."""

    ids: list[int]
    found: int
    rows: list[Any]


class BestPage:
    """The page of `size` rows that follows those that were seen, of the `most` best documents for some words.

    `ranked` is the SQL of a `Ranked` for one kind of documents and one audience, so that each row is found once at
    most; `match` as in `search`. `rows` are asked for by the ids of the page.
    """

    def __init__(
        self, ranked: str, match: str, rows: Gathered, size: int, most: int, using: str = "default"
    ) -> None:
        is_postgres = connections[using].vendor == "postgresql"
        order = f"ORDER BY score DESC, document {tie(match)}"
        # The place is said, since nothing promises that rows keep their order on the way out of a query.
        best = f"SELECT id AS document, score FROM ({ranked}) AS ranked {order} LIMIT {int(most)}"
        left = (
            f"SELECT document, score FROM best WHERE document >> 4 NOT IN ({_of_list(is_postgres)}) {order}"
        )
        page = (
            f"SELECT document >> 4 AS id, row_number() OVER ({order}) AS place "
            f"FROM ({left} LIMIT {int(size) + 1}) AS ordered"
        )
        shown = f"SELECT id FROM page WHERE place <= {int(size)}"
        keys = f"ARRAY({shown})" if is_postgres else f"(SELECT json_group_array(id) FROM ({shown}))"
        gather = "json_agg" if is_postgres else "json_group_array"
        ids = f"(SELECT {gather}(id) FROM (SELECT id FROM page ORDER BY place) AS p)"
        sql, params = among(rows.sql, rows.params, keys)
        cast = "::text" if is_postgres else ""
        self._read = rows.read
        self._template = Template(
            f"WITH best AS ({best}), page AS ({page}) SELECT (SELECT COUNT(*) FROM best), {ids}{cast}, {sql}{cast}",
            [*(opened(number) for number in range(ranked.count("%s") + 1)), *params],
            using,
            before=OFTEN,
        )
        self._is_postgres = is_postgres

    def ask(self, values: Sequence[str], seen: Sequence[int]) -> Best:
        """Return the page that follows the rows of these ids; `values` are those of the `Ranked`."""
        listed = ",".join(map(str, seen))
        found, ids, rows = self._template.row(
            [*values, f"{{{listed}}}" if self._is_postgres else f"[{listed}]"]
        )
        return Best(orjson.loads(ids or "[]"), found, self._read(rows))


def _of_list(is_postgres: bool) -> str:
    """Return the query of the ids that a text lists."""
    return "SELECT unnest(%s::bigint[])" if is_postgres else "SELECT value FROM json_each(%s)"
