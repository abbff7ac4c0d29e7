"""Search of the floor: the ranking as the planner of the product writes it, and the twenty best rows, in one statement.

It knows the words that the bench asks for, and nothing of what else can be typed.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from tests.bench.floor_list import Signer
from tests.bench.floor_sql import Sql, claim_row

SHOWN, DEEPEST = 20, 500
DEEP_NOTE = "By relevance only the 500 best are listed; with another ordering there are more."
# The statement that ranks, up to one row more than are listed, and its parameters, for each text that is looked for.
Rankings = Mapping[str, tuple[str, Sequence[Any]]]


class Searches:
    """Answers the list of claims with `q`."""

    def __init__(self, sql: Sql, signer: Signer, rankings: Rankings) -> None:
        self.base = sql.base
        self.signer = signer
        self.statements = {
            words: (_statement(sql, ranking), parameters) for words, (ranking, parameters) in rankings.items()
        }

    def answer(self, query: str, ask: Callable[[str, Sequence[Any]], Any]) -> bytes:
        words = dict(parse_qsl(query))["q"]
        rows, found, ids = ask(*self.statements[words])
        applied = json.dumps({"q": words})
        following = "null"
        if min(found, DEEPEST) > SHOWN:
            of = self.signer.holds_for(applied, "relevance")
            cursor = self.signer.cursor({"seen": _packed(json.loads(ids)), "of": of})
            following = f'"{self.base}/api/v1/claims/?{query}&cursor={cursor}"'
        notes = json.dumps([DEEP_NOTE] if found > DEEPEST else [])
        return (
            f'{{"results": {rows}, "next": {following}, "applied_filters": {applied}, "hidden": {{}}, '
            f'"total": null, "missing": null, "notes": {notes}}}'
        ).encode()


def _statement(sql: Sql, ranking: str) -> str:
    ranked = ranking.replace("%s", "?").replace("SELECT rowid,", "SELECT rowid AS id,")
    rows = sql.rows(
        sql.object(**claim_row(sql)),
        f"best b JOIN articles_claim c ON c.id = b.id >> 4 WHERE b.place <= {SHOWN} ORDER BY b.place",
    )
    ids = sql.rows("b.id >> 4", f"best b WHERE b.place <= {SHOWN} ORDER BY b.place")
    cast = "::text" if sql.is_postgres else ""
    return (
        "WITH best AS MATERIALIZED (SELECT r.id, row_number() OVER (ORDER BY r.score DESC, r.id DESC) AS place "
        f"FROM ({ranked}) r) SELECT {rows}{cast}, (SELECT count(*) FROM best), {ids}{cast}"
    )


def _packed(ids: Iterable[int]) -> str:
    """Return ids as cursors hold them: the steps between them, seven bits to a byte."""
    data, last = bytearray(), 0
    for pk in sorted(ids):
        step, last = pk - last, pk
        while step > 127:
            data.append(step & 127 | 128)
            step >>= 7
        data.append(step)
    return urlsafe_b64encode(zlib.compress(bytes(data), 9)).decode()
