"""Rankings, and which of what they find somebody may see, several of them by one statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.models import F

from articles.graph import MOST_OPEN, AmongKeys, Template, among, opened
from articles.models import Article, Claim, Claimant, Source
from articles.search.documents import KINDS
from articles.search.index import engine
from articles.search.query import Query
from articles.search.ranking import Ranking, tie

# How many statements are kept compiled: one for each number of words, and of what a page asks.
MOST_TEMPLATES = 60
# PostgreSQL plans one once per connection when it was asked so often.
OFTEN = 1


@dataclass(frozen=True)
class Seen:
    """A ranking, as of an engine's `rank`, and for each of its kinds the rows of which any may be found.

    Without `rows`, these are what readers see.
    """

    query: Query
    match: str
    kinds: tuple[str, ...]
    desk: bool
    limit: int
    rows: Mapping[str, Any] | None


def visible_rows(kind: str, user: Any, using: str = "default") -> Any:
    """Return the rows of a kind that somebody may find."""
    if kind == "claim":
        return Claim.objects.using(using).visible_to(user).standing()
    noun: Any = {"article": Article, "source": Source, "claimant": Claimant}[kind]
    return noun.objects.using(using).visible_to(user)


def seen_of(several: Sequence[Seen], using: str = "default") -> list[tuple[Ranking, set[tuple[str, int]]]]:
    """Return each ranking, and (kind, id) of those rows in it that may be found. One statement."""
    answered = _of_readers(several, using) or _of_anybody(several, using)
    found, bounded = answered
    rankings: list[list[tuple[float, int, int]]] = [[] for _ in several]
    allowed: list[set[tuple[str, int]]] = [set() for _ in several]
    for at, document, score, fits in found:
        # Nothing promises that what was ranked keeps its order on its way out of the statement.
        newest_first = tie(several[at].match) == "DESC"
        rankings[at].append((-score, -document if newest_first else document, document))
        if fits:
            allowed[at].add((KINDS[(document & 15) >> 1], document >> 4))
    return [
        (Ranking([(document, -score) for score, _, document in sorted(some)], is_bounded), these)
        for some, these, is_bounded in zip(rankings, allowed, bounded, strict=True)
    ]


def _of_readers(several: Sequence[Seen], using: str) -> tuple[list[Any], list[bool]] | None:
    """Return what readers see, by a statement that is compiled and planned once; None where there is none such."""
    asked, values = [], set()
    for one in several:
        ranked = engine(using).ranked(one.query, one.match, one.kinds, one.desk) if one.rows is None else None
        if ranked is None:
            return None
        asked.append((ranked.sql, one.match, one.limit, one.kinds))
        values.add(ranked.values)
    if len(values) > 1:
        # Other words for another kind.
        return None
    (given,) = values
    return _template(tuple(asked), len(given), using).rows(given), [False] * len(asked)


@lru_cache(MOST_TEMPLATES)
def _template(asked: tuple[tuple[str, str, int, tuple[str, ...]], ...], values: int, using: str) -> Template:
    assert values <= MOST_OPEN
    named, kinds = [], []
    for sql, match, limit, some in asked:
        named.append(
            f"SELECT id, score FROM ({sql}) AS all_of_it ORDER BY score DESC, id {tie(match)} LIMIT {limit}"
        )
        kinds.append({kind: visible_rows(kind, None, using) for kind in some})
    sql, params = _statement(named, kinds, using)
    stand_ins = [opened(number) for number in range(values)] * len(asked)
    return Template(sql, [*stand_ins, *params], using, before=OFTEN)


def _of_anybody(several: Sequence[Seen], using: str) -> tuple[list[Any], list[bool]]:
    puts = [engine(using).put(one.query, one.match, one.kinds, one.desk, one.limit) for one in several]
    kinds = [
        one.rows if one.rows is not None else {kind: visible_rows(kind, None, using) for kind in one.kinds}
        for one in several
    ]
    sql, params = _statement([put.sql for put in puts], kinds, using)
    with connections[using].cursor() as cursor:
        cursor.execute(sql, [*(value for put in puts for value in put.params), *params])
        return cursor.fetchall(), [put.bounded for put in puts]


def _statement(
    rankings: Sequence[str], kinds: Sequence[Mapping[str, Any]], using: str
) -> tuple[str, list[Any]]:
    """Return the statement of (place of the ranking, document, score, whether it may be found), and those of its
    parameters that come after those of the rankings."""
    named = ", ".join(f"r{at} AS ({sql})" for at, sql in enumerate(rankings))
    params: list[Any] = []
    answers = []
    for at, rows_of in enumerate(kinds):
        fits = " OR ".join(_fitting(f"r{at}", rows_of, params, using))
        answers.append(
            f"SELECT {at} AS ranking, id, score, CASE WHEN {fits} THEN 1 ELSE 0 END AS fits FROM r{at}"
        )
    return f"WITH {named} {' UNION ALL '.join(answers)}", params


def _fitting(ranking: str, rows_of: Mapping[str, Any], params: list[Any], using: str) -> Iterator[str]:
    """Yield, for each kind, the condition that a document is one of a row that may be found."""
    is_postgres = connections[using].vendor == "postgresql"
    for kind, rows in rows_of.items():
        mark = KINDS.index(kind) * 2
        query = rows.order_by().filter(AmongKeys(F("pk"))).values_list("pk").query
        ids = f"FROM {ranking} WHERE (id & 14) = {mark}"
        # As an array: of a query PostgreSQL does not know that it is short, and would begin with whole tables.
        keys = f"ARRAY(SELECT id >> 4 {ids})" if is_postgres else f"(SELECT json_group_array(id >> 4) {ids})"
        sql, given = query.get_compiler(using, elide_empty=False).as_sql()
        sql, given = among(sql, given, keys)
        params += given
        yield f"((id & 14) = {mark} AND id >> 4 IN ({sql}))"
