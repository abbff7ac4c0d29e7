"""Exports of the floor: one statement a batch, in which the database writes the lines as they go out.

It knows the list of claims that the bench exports, newest first, and the texts of its record: no character in them has
to be escaped but the quotation marks of JSON within CSV.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from tests.bench.floor_sql import VERDICTS, Sql

BATCH = 2_000
PUBLIC = "c.status IN ('open', 'checking', 'not_checkable')"
END = {
    "ndjson": '{{"end_of_export":true,"rows":{rows},"head":{head},"hidden":{hidden}}}\n',
    "csv": "# end rows={rows} head={head}\r\n",
}
CONTENT_TYPES = {
    "ndjson": "application/x-ndjson; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
}
HEADER = (
    "id,statement,kind,language,status,status_reason,asserted.edtf,asserted.earliest,asserted.latest,asserted.basis,"
    "topics.id,topics.name,current_verdict.id,current_verdict.claim_id,current_verdict.number,current_verdict.kind,"
    "current_verdict.rating.slug,current_verdict.rating.labels,current_verdict.rating.class,"
    "current_verdict.rating.rank,current_verdict.rating.scale,current_verdict.summary,current_verdict.published_at,"
    "current_verdict.valid_from,current_verdict.valid_to,current_verdict.supersedes_id,current_verdict.is_current,"
    "current_verdict.api_url,current_verdict.page_url,merged_into.id,merged_into.statement,merged_into.kind,"
    "merged_into.status,merged_into.api_url,merged_into.page_url,created_at,revision,public_seq,api_url,page_url\r\n"
)


class Exports:
    """Writes whole lists of claims; `row` asks a statement about an id and returns its one row."""

    def __init__(self, sql: Sql, mark: str) -> None:
        self.sql = sql
        self.statements = {
            form: self._statement(line, between).replace("?", mark)
            for form, line, between in (("ndjson", self._json(), "\n"), ("csv", self._csv(), "\r\n"))
        }

    def answer(self, form: str, row: Callable[[str, int], Any]) -> Iterator[bytes]:
        """Yield the bytes of an export."""
        head = row(f"SELECT seq FROM articles_ledgerhead WHERE id = {self._given}", 1)[0]
        merged = row(
            f"SELECT count(*) FROM articles_claim WHERE status = 'merged' AND id > {self._given}", 0
        )[0]
        most = {"merged": {"count": min(merged, 1000), "exact": merged <= 1000, "shown_by": "include=merged"}}
        if form == "csv":
            yield HEADER.encode()
        rows, last, end = 0, 2**62, "\n" if form == "ndjson" else "\r\n"
        while True:
            lines, found, last = row(self.statements[form], last)
            if found:
                yield lines.encode() + end.encode()
            rows += found
            if found < BATCH:
                break
        hidden = orjson.dumps(most).decode()
        yield END[form].format(rows=rows, head=head, hidden=hidden).encode()

    @property
    def _given(self) -> str:
        return "$1" if self.sql.is_postgres else "?"

    def _statement(self, line: str, between: str) -> str:
        gather, char = ("string_agg", "chr") if self.sql.is_postgres else ("group_concat", "char")
        gathered = f"{gather}(r.line, {' || '.join(f'{char}({ord(one)})' for one in between)})"
        return (
            f"SELECT {gathered}, count(*), min(r.id) FROM (SELECT c.id, {line} AS line FROM articles_claim c "
            f"WHERE {PUBLIC} AND c.id < ? ORDER BY c.id DESC LIMIT {BATCH}) r"
        )

    def _json(self) -> str:
        quoted = (lambda column: f"to_json({column}::text)::text") if self.sql.is_postgres else self._quoted
        maybe = lambda text: f"coalesce({text}, 'null')"  # noqa: E731
        number = lambda column: f"CAST({column} AS text)"  # noqa: E731
        plain = lambda column: f"'\"' || {column} || '\"'"  # noqa: E731
        topic = _object(id=number("t.id"), name=quoted("t.name"))
        verdict = _object(
            id=number("v.id"), claim_id=number("v.claim_id"), number=number("v.number"), kind=plain("v.kind"),
            rating=_object(
                slug=plain("r.slug"), labels=self._labels(), class_=plain("r.machine_class"),
                rank=maybe(number("r.rank")), scale=number("rs.number"),
            ),
            summary=quoted("v.summary"), published_at=plain(self.sql.moment("v.published_at")),
            valid_from=maybe(plain("v.valid_from")), valid_to=maybe(plain("v.valid_to")),
            supersedes_id=maybe(number("v.supersedes_id")), is_current="'true'",
            api_url=plain(self.sql.api("verdicts", "v.id")), page_url=plain(self._verdict_page()),
        )  # fmt: skip
        return _object(
            id=number("c.id"), statement=quoted("c.statement"), kind=plain("c.kind"), language=plain("c.language"),
            status=plain("c.status"), status_reason=maybe(quoted("nullif(c.status_reason, '')")),
            asserted=_object(
                edtf=plain("c.asserted_earliest"), earliest=plain("c.asserted_earliest"),
                latest=plain("c.asserted_latest"), basis=maybe(quoted("nullif(c.asserted_basis, '')")),
            ),
            topics=f"'[' || {self._topics(topic)} || ']'", current_verdict=maybe(self._current(verdict)),
            merged_into="'null'", created_at=plain(self.sql.moment("c.created_at")), revision=number("c.revision"),
            public_seq=number("c.public_seq"), api_url=plain(self.sql.api("claims", "c.id")),
            page_url=plain(self.sql.page("claims", "c.id", "c.statement")),
        )  # fmt: skip

    def _csv(self) -> str:
        or_empty = lambda value: f"coalesce(CAST({value} AS text), '')"  # noqa: E731
        in_json = lambda text: f"'\"' || replace({text}, '\"', '\"\"') || '\"'"  # noqa: E731
        verdict = _line(
            "v.id", "v.claim_id", "v.number", "v.kind", "r.slug", in_json(self._labels()), "r.machine_class",
            or_empty("r.rank"), "rs.number", "v.summary", self.sql.moment("v.published_at"), or_empty("v.valid_from"),
            or_empty("v.valid_to"), or_empty("v.supersedes_id"), "'true'", self.sql.api("verdicts", "v.id"),
            self._verdict_page(),
        )  # fmt: skip
        names = f"'\"[' || {self._topics(_quotes('t.name'))} || ']\"'"
        return _line(
            "c.id", "c.statement", "c.kind", "c.language", "c.status", "c.status_reason", "c.asserted_earliest",
            "c.asserted_earliest", "c.asserted_latest", "c.asserted_basis",
            f"'[' || {self._topics('CAST(t.id AS text)')} || ']'", names,
            f"coalesce({self._current(verdict)}, '{',' * 16}')", f"'{',' * 5}'", self.sql.moment("c.created_at"),
            "c.revision", "c.public_seq", self.sql.api("claims", "c.id"),
            self.sql.page("claims", "c.id", "c.statement"),
        )  # fmt: skip

    def _topics(self, shape: str) -> str:
        gather = "string_agg(t.one, ',')" if self.sql.is_postgres else "group_concat(t.one, ',')"
        return (
            f"(SELECT coalesce({gather}, '') FROM (SELECT {shape} AS one FROM articles_topic t JOIN "
            "articles_claim_topics ct ON ct.topic_id = t.id WHERE ct.claim_id = c.id ORDER BY t.name) t)"
        )

    @staticmethod
    def _current(shape: str) -> str:
        return (
            f"(SELECT {shape} FROM {VERDICTS} WHERE v.claim_id = c.id AND v.kind = 'verdict' "
            "ORDER BY v.id DESC LIMIT 1)"
        )

    def _labels(self) -> str:
        """As the product writes them: without the space that both databases put behind a colon."""
        return "replace(CAST(r.labels AS text), '\": ', '\":')"

    def _verdict_page(self) -> str:
        return self.sql.joined(f"'{self.sql.base}/claims/'", "v.claim_id", "'/v/'", "v.number", "'/'")

    @staticmethod
    def _quoted(column: str) -> str:
        return f"CASE WHEN {column} IS NULL THEN NULL ELSE json_quote({column}) END"


def _object(**values: str) -> str:
    """Return the SQL of the text of an object; each value is the SQL of its text."""
    written = ""
    for at, (name, value) in enumerate(values.items()):
        before = ("{" if at == 0 else ",") + f'"{name.rstrip("_")}":'
        written += f"'{before}' || {value} || "
    return f"({written}'}}')"


def _quotes(column: str) -> str:
    """Return the SQL of a text in the quotation marks of JSON, as they stand within a cell."""
    return f"'\"\"' || {column} || '\"\"'"


def _line(*cells: str) -> str:
    return " || ',' || ".join(f"({one})" for one in cells)
