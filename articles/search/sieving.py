"""Rankings, and which of what they find somebody may see, several of them by one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import F

from articles.graph import AmongKeys, among
from articles.search.documents import KINDS
from articles.search.ranking import Put, Ranking


@dataclass(frozen=True)
class Seen:
    """A ranking, what comes first of equals in it, and for each of its kinds the rows of which any may be found."""

    put: Put
    tied: str
    rows: Mapping[str, Any]


def seen_of(several: Sequence[Seen], using: str = "default") -> list[tuple[Ranking, set[tuple[str, int]]]]:
    """Return each ranking, and (kind, id) of those rows in it that may be found. One statement."""
    connection = connections[using]
    is_postgres = connection.vendor == "postgresql"
    named, answers = [], []
    # In the order in which they stand in the statement.
    first: list[Any] = []
    then: list[Any] = []
    for at, one in enumerate(several):
        named.append(f"r{at} AS ({one.put.sql})")
        first += one.put.params
        fits = []
        for kind, rows in one.rows.items():
            mark = KINDS.index(kind) * 2
            compiler = rows.order_by().filter(AmongKeys(F("pk"))).values_list("pk").query
            sql, params = compiler.get_compiler(using, elide_empty=False).as_sql()
            ids = f"FROM r{at} WHERE (id & 14) = {mark}"
            # As an array: of a query PostgreSQL does not know that it is short, and would begin with whole tables.
            keys = (
                f"ARRAY(SELECT id >> 4 {ids})" if is_postgres else f"(SELECT json_group_array(id >> 4) {ids})"
            )
            sql, params = among(sql, params, keys)
            fits.append(f"((id & 14) = {mark} AND id >> 4 IN ({sql}))")
            then += params
        answers.append(
            f"SELECT {at} AS ranking, id, score, CASE WHEN {' OR '.join(fits)} THEN 1 ELSE 0 END AS fits FROM r{at}"
        )
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(named)} {' UNION ALL '.join(answers)}", [*first, *then])
        found = cursor.fetchall()
    rankings: list[list[tuple[float, int, int]]] = [[] for _ in several]
    allowed: list[set[tuple[str, int]]] = [set() for _ in several]
    for at, document, score, fits in found:
        # Nothing promises that what was ranked keeps its order on its way out of the statement.
        rankings[at].append((-score, -document if several[at].tied == "DESC" else document, document))
        if fits:
            allowed[at].add((KINDS[(document & 15) >> 1], document >> 4))
    return [
        (Ranking([(document, -score) for score, _, document in sorted(some)], one.put.bounded), these)
        for some, these, one in zip(rankings, allowed, several, strict=True)
    ]
