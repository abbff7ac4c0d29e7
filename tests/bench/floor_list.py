"""Lists of the floor: one prepared statement brings the rows of a page, where it ends, and what it leaves out.

It knows the questions that the bench asks: a page of 50 by one filter, and the page after a cursor.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from tests.bench.floor_sql import LAST, VERDICTS, Sql, claim_row

# Filter → what it asks of the claim `c`; `?` is the value.
FILTERS = {
    "status": "c.status = ?",
    "kind": "c.kind = ?",
    "topic": "c.id IN (SELECT ct.claim_id FROM articles_claim_topics ct WHERE ct.topic_id = ?)",
    "article": (
        "c.id IN (SELECT q.claim_id FROM articles_appearance q JOIN articles_articleversion w "
        "ON w.id = q.article_version_id JOIN articles_article a ON a.id = w.article_id "
        "WHERE w.article_id = ? AND a.visibility = 'public')"
    ),
    "rating": (
        f"EXISTS (SELECT 1 FROM {VERDICTS} WHERE v.claim_id = c.id AND v.kind = 'verdict' AND {LAST} AND r.slug = ?)"
    ),
}
NUMBERS = ("topic", "article")
PUBLIC = "c.status IN ('open', 'checking', 'not_checkable')"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# Statement and value → (rows, how many were found, the id of the last one, how many merged ones are left out).
Ask = Callable[[str, "int | str"], tuple[str, int, "int | None", int]]


def page(sql: Sql, condition: str, counts: bool) -> str:
    """Return the statement of a page of 50 claims, newest first."""
    merged = f"SELECT 1 FROM articles_claim c WHERE c.status = 'merged' AND {condition} LIMIT 1001"
    hidden = f"(SELECT count(*) FROM ({merged}) h)" if counts else "0"
    rows = sql.rows(
        sql.object(**claim_row(sql)),
        "articles_claim c WHERE c.id IN (SELECT id FROM picked LIMIT 50) ORDER BY c.id DESC",
    )
    cast = "::text" if sql.is_postgres else ""
    return (
        f"WITH picked AS MATERIALIZED (SELECT c.id FROM articles_claim c WHERE {PUBLIC} AND {condition} "
        f"ORDER BY c.id DESC LIMIT 51) SELECT {rows}{cast}, (SELECT count(*) FROM picked), "
        f"(SELECT id FROM picked LIMIT 1 OFFSET 49), {hidden}"
    )


class Signer:
    """Signs where the next page begins, as the product does."""

    def __init__(self, secret: str) -> None:
        self.key = hashlib.sha256(b"api.cursor" + b"signer" + secret.encode()).digest()

    def cursor(self, kept: dict[str, Any]) -> str:
        return quote(self._signed(json.dumps(kept, separators=(",", ":"))))

    def holds_for(self, applied: str, ordering: str) -> str:
        told = json.dumps(
            ["api-claim", json.loads(applied), ordering, [None, False]], separators=(",", ":"), sort_keys=True
        )
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def _signed(self, text: str) -> str:
        number, moment = int(time.time()), ""
        while number:
            number, digit = divmod(number, 62)
            moment = DIGITS[digit] + moment
        value = f"{_base64(text.encode())}:{moment}"
        return f"{value}:{_base64(hmac.digest(self.key, value.encode(), 'sha256'))}"


class Lists:
    """Answers the list of claims."""

    def __init__(self, sql: Sql, signer: Signer, mark: str) -> None:
        self.base = sql.base
        self.signer = signer
        self.statements = {name: page(sql, asked, True).replace("?", mark) for name, asked in FILTERS.items()}
        self.after = page(sql, "c.id < ?", False).replace("?", mark)

    def answer(self, query: str, ask: Ask) -> bytes:
        asked = dict(parse_qsl(query))
        if "cursor" in asked:
            payload = asked["cursor"].partition(":")[0]
            kept = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            rows, found, last, _ = ask(self.after, kept["after"])
            return self.written(rows, found, last, query.partition("&cursor=")[0], kept["of"], "{}", "null")
        ((name, given),) = ((name, value) for name, value in asked.items() if name != "page_size")
        value = int(given) if name in NUMBERS else given
        rows, found, last, hidden = ask(self.statements[name], value)
        applied = json.dumps({name: value if name in NUMBERS else [value]})
        told = (
            f'{{"merged": {{"count": {min(hidden, 1000)}, "exact": {"true" if hidden <= 1000 else "false"}, '
            '"shown_by": "include=merged"}}'
        )
        return self.written(rows, found, last, query, self.signer.holds_for(applied, "-id"), applied, told)

    def written(
        self, rows: str, found: int, last: int | None, query: str, of: str, applied: str, hidden: str
    ) -> bytes:
        following = "null"
        if found > 50:
            cursor = self.signer.cursor({"after": last, "of": of})
            following = f'"{self.base}/api/v1/claims/?{query}&cursor={cursor}"'
        return (
            f'{{"results": {rows}, "next": {following}, "applied_filters": {applied}, "hidden": {hidden}, '
            '"total": null, "missing": null, "notes": []}'
        ).encode()


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
