"""The floor: what these answers cost where nothing is in the way. A bare WSGI application, one prepared statement for
each answer, the same rows, the same bytes but for white space; no framework, no rules, no other shape than the one the
bench's record has. Nobody would want to keep it up; it says what the machine can do.

    granian --interface wsgi tests.bench.floor:application          (the database named by DATABASE_URL)

`/api/v1/claims/1/`, `/claims/1/…/` and the list `/api/v1/claims/` answer as the product does.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import orjson

from tests.bench.floor_export import CONTENT_TYPES, Exports
from tests.bench.floor_list import Lists, Signer
from tests.bench.floor_page import html
from tests.bench.floor_search import Rankings, Searches
from tests.bench.floor_sql import VERDICTS, Sql, claim_row, verdict_shape


def detail(sql: Sql) -> str:
    """Return the statement that answers with the claim as the API shows it; `?` is its id."""

    page, api, day = sql.page, sql.api, sql.day
    verdict = verdict_shape(sql)
    verdicts = f"{VERDICTS} WHERE v.claim_id = c.id"
    claimant = sql.object(
        id="p.id", name="p.name", kind="p.kind", description=sql.text("p.description"),
        page_url=page("claimants", "p.id", "p.name"),
    )  # fmt: skip
    attribution = sql.object(
        position="b.position", claimant=claimant, described_as=sql.text("b.described_as"),
        words=sql.text("b.words"), start='b.start', end='b."end"', note=sql.text("b.note"),
    )  # fmt: skip
    article = sql.object(
        id="a.id", title="a.title", publisher="a.publisher", language="a.language",
        published=day("a.published", "a.published_basis"), api_url=api("articles", "a.id"),
        page_url=page("articles", "a.id", "a.title"),
    )  # fmt: skip
    newer = (
        "EXISTS (SELECT 1 FROM articles_articleversion n WHERE n.article_id = a.id AND n.number > w.number)"
    )
    version = sql.object(
        id="w.id", number="w.number", sha256="w.sha256",
        is_current=f"CASE WHEN {newer} THEN {sql.false} ELSE {sql.true} END", article=article,
    )  # fmt: skip
    appearance = sql.object(
        id="q.id", exact="q.exact", prefix=sql.text("q.prefix"), suffix=sql.text("q.suffix"), start='q.start',
        end='q."end"',
        attributions=sql.json(sql.rows(
            attribution,
            "articles_attribution b LEFT JOIN articles_claimant p ON p.id = b.claimant_id "
            "WHERE b.appearance_id = q.id ORDER BY b.position",
        )),
        article_version=version,
    )  # fmt: skip
    source = sql.object(
        id="s.id", kind="s.kind", title="s.title", publisher=sql.text("s.publisher"), people=sql.text("s.people"),
        url=sql.text("s.url"), published=day("s.published", "s.published_basis"), court=sql.text("s.court"),
        docket_number=sql.text("s.docket_number"), described_as=sql.text("s.described_as"),
        api_url=api("sources", "s.id"), page_url=page("sources", "s.id", "s.title"),
    )  # fmt: skip
    copy = sql.object(
        id="w.id", number="w.number", copy_quality="w.copy_quality", sha256=sql.text("w.sha256"),
        seen_as=sql.text("w.seen_as"), retrieved_at=sql.moment("w.retrieved_at"), effective_from="w.effective_from",
        effective_to="w.effective_to", archive_url=sql.text("w.archive_url"), rights="w.rights",
    )  # fmt: skip
    evidence = sql.object(
        id="e.id", stance="e.stance", passage=sql.text("e.passage"), passage_state="e.passage_state",
        start='e.start', end='e."end"', locator=sql.text("e.locator"), posture=sql.text("e.posture"),
        note=sql.text("e.note"), visibility="e.visibility", revision="e.revision", source=source, version=copy,
    )  # fmt: skip
    relation = sql.object(kind="l.kind")
    whole = sql.object(
        **claim_row(sql),
        origin="c.origin",
        appearances=sql.json(sql.rows(
            appearance,
            "articles_appearance q JOIN articles_articleversion w ON w.id = q.article_version_id "
            "JOIN articles_article a ON a.id = w.article_id WHERE q.claim_id = c.id AND a.visibility = 'public' "
            "ORDER BY a.id, q.start",
        )),
        evidence=sql.json(sql.rows(
            evidence,
            "articles_evidence e JOIN articles_sourceversion w ON w.id = e.source_version_id "
            "JOIN articles_source s ON s.id = w.source_id WHERE e.claim_id = c.id AND e.visibility = 'public' "
            "AND s.visibility = 'public' ORDER BY e.id",
        )),
        relations=sql.json(sql.rows(
            relation, "articles_claimrelation l WHERE l.low_id = c.id OR l.high_id = c.id"
        )),
        verdicts=sql.json(sql.rows(verdict, f"{verdicts} ORDER BY v.id")),
        merged_claims=sql.json(sql.rows(
            sql.object(id="m.id"), "articles_claim m WHERE m.merged_into_id = c.id"
        )),
        as_of="NULL", held_on="NULL",
    )  # fmt: skip
    cast = "::text" if sql.is_postgres else ""
    return f"SELECT {whole}{cast} FROM articles_claim c WHERE c.id = ? AND c.status <> 'dismissed'"


def page(sql: Sql) -> str:
    """Return the statement that answers with what the page of a claim shows; `?` is its id."""
    acts = " UNION ALL ".join(
        "SELECT h.change_id, h.position, h.object_type FROM articles_changerow h "
        f"WHERE h.object_type = '{noun}' AND h.object_id {which}"
        for noun, which in (
            ("claim", "= c.id"),
            ("verdict", "IN (SELECT id FROM articles_verdict WHERE claim_id = c.id)"),
            ("evidence", "IN (SELECT id FROM articles_evidence WHERE claim_id = c.id)"),
            ("appearance", "IN (SELECT id FROM articles_appearance WHERE claim_id = c.id)"),
        )
    )
    whole = sql.object(
        id="c.id", statement="c.statement", kind="c.kind", asserted="c.asserted_earliest", basis="c.asserted_basis",
        day="CASE WHEN c.asserted_earliest = c.asserted_latest THEN c.asserted_earliest END",
        created=sql.moment("c.created_at"), seq="c.public_seq",
        house="(SELECT name FROM articles_newsroom)", licence="(SELECT licence FROM articles_newsroom)",
        topics=sql.json(sql.rows(
            sql.object(id="t.id", name="t.name"),
            "articles_topic t JOIN articles_claim_topics ct ON ct.topic_id = t.id WHERE ct.claim_id = c.id "
            "ORDER BY t.name",
        )),
        verdicts=sql.json(sql.rows(
            sql.object(
                id="v.id", number="v.number", summary="v.summary", reasoning="v.reasoning",
                at=sql.moment("v.published_at"), rating="r.machine_class", labels=sql.json("r.labels"),
                definitions=sql.json("r.definitions"), scale="rs.number", rank="r.rank",
                worst="(SELECT min(o.rank) FROM articles_rating o WHERE o.scale_id = r.scale_id)",
                best="(SELECT max(o.rank) FROM articles_rating o WHERE o.scale_id = r.scale_id)",
                author="ua.display_name",
                approver="ub.display_name", snapshot="v.snapshot",
            ),
            "articles_verdict v JOIN articles_rating r ON r.id = v.rating_id "
            "JOIN articles_ratingscale rs ON rs.id = r.scale_id JOIN articles_user ua ON ua.id = v.author_id "
            "JOIN articles_user ub ON ub.id = v.approver_id WHERE v.claim_id = c.id ORDER BY v.id",
        )),
        appearances=sql.json(sql.rows(
            sql.object(
                exact="q.exact", start='q.start', end='q."end"', version="w.number", article="a.id",
                title="a.title", language="a.language",
                said=sql.json(sql.rows(
                    sql.object(id="p.id", name="p.name", kind="p.kind"),
                    "articles_attribution b JOIN articles_claimant p ON p.id = b.claimant_id "
                    "WHERE b.appearance_id = q.id ORDER BY b.position",
                )),
            ),
            "articles_appearance q JOIN articles_articleversion w ON w.id = q.article_version_id "
            "JOIN articles_article a ON a.id = w.article_id WHERE q.claim_id = c.id AND a.visibility = 'public' "
            "ORDER BY a.id, q.start",
        )),
        evidence=sql.json(sql.rows(
            sql.object(
                id="e.id", stance="e.stance", passage="e.passage", locator="e.locator", note="e.note",
                kind="s.kind", source="s.id", title="s.title", publisher="s.publisher", court="s.court", url="s.url",
                published="s.published_earliest", copy="w.copy_quality",
                number="(SELECT k.position FROM articles_citation k JOIN articles_verdict v ON v.id = k.verdict_id "
                       "WHERE k.evidence_id = e.id AND v.claim_id = c.id LIMIT 1)",
            ),
            "articles_evidence e JOIN articles_sourceversion w ON w.id = e.source_version_id "
            "JOIN articles_source s ON s.id = w.source_id WHERE e.claim_id = c.id AND e.visibility = 'public' "
            "AND s.visibility = 'public' ORDER BY e.id",
        )),
        acts=sql.json(sql.rows(
            sql.object(seq="g.seq", at=sql.moment("g.at"), verb="g.verb", hash="g.hash", noun="h.object_type"),
            f"({acts}) h JOIN articles_change g ON g.seq = h.change_id WHERE g.public "
            "ORDER BY g.seq DESC, h.position",
        )),
        related=sql.json(sql.rows(
            sql.object(kind="l.kind"), "articles_claimrelation l WHERE l.low_id = c.id OR l.high_id = c.id"
        )),
        merged=sql.json(sql.rows(sql.object(id="m.id"), "articles_claim m WHERE m.merged_into_id = c.id")),
    )  # fmt: skip
    cast = "::text" if sql.is_postgres else ""
    return f"SELECT {whole}{cast} FROM articles_claim c WHERE c.id = ? AND c.status <> 'dismissed'"


class Floor:
    """The application. One connection for each thread, which stays open."""

    def __init__(self, address: str, base: str, secret: str, rankings: Rankings) -> None:
        self.address = address
        self.base = base
        self.is_postgres = address.startswith("postgres")
        sql = Sql(self.is_postgres, base)
        mark = "$1" if self.is_postgres else "?"
        self.detail, self.page = (one.replace("?", mark) for one in (detail(sql), page(sql)))
        signer = Signer(secret)
        self.lists = Lists(sql, signer, mark)
        self.searches = Searches(sql, signer, rankings)
        self.exports = Exports(sql, mark)
        self.local = threading.local()
        self.row: Callable[[str, int | str], Any] = self._postgres if self.is_postgres else self._sqlite

    def ask(self, sql: str, pk: int) -> str | None:
        row = self.row(sql, pk)
        return row and row[0]

    def _postgres(self, sql: str, value: int | str) -> Any:
        from psycopg.types.numeric import Int8

        given = Int8(value) if isinstance(value, int) else value
        return self._cursor().execute(sql, (given,), prepare=True).fetchone()

    def looked_up(self, sql: str, values: Sequence[Any]) -> Any:
        if self.is_postgres:
            return self._cursor().execute(sql, prepare=True).fetchone()
        return self._file().execute(sql, values).fetchone()

    def _cursor(self) -> Any:
        import psycopg

        cursor = getattr(self.local, "cursor", None)
        if cursor is None:
            connection = psycopg.connect(self.address, autocommit=True, options="-c jit=off")
            cursor = self.local.cursor = psycopg.RawCursor(connection)
        return cursor

    def _sqlite(self, sql: str, value: int | str) -> Any:
        # The same value wherever it is asked of: the claims of a list, and those that it leaves out.
        return self._file().execute(sql, (value,) * sql.count("?")).fetchone()

    def _file(self) -> Any:
        import sqlite3

        opened = getattr(self.local, "file", None)
        if opened is None:
            name = unquote(urlsplit(self.address).path)[1:]
            opened = self.local.file = sqlite3.connect(name, isolation_level=None)
        return opened

    def answer(self, path: str, query: str = "") -> tuple[str, bytes] | None:
        parts = path.split("/")
        if parts[1] == "claims":
            found = self.ask(self.page, int(parts[2]))
            return found and ("text/html; charset=utf-8", html(orjson.loads(found), self.base).encode())
        if path == "/api/v1/claims/" and "q=" in query:
            return ("application/json; charset=utf-8", self.searches.answer(query, self.looked_up))
        if path == "/api/v1/claims/":
            return ("application/json; charset=utf-8", self.lists.answer(query, self.row))
        if parts[1] == "api":
            found = self.ask(self.detail, int(parts[4]))
            return found and ("application/json; charset=utf-8", found.encode())
        return None

    def export(self, form: str) -> Iterable[bytes]:
        return self.exports.answer(form, self.row)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        _, is_export, form = environ["PATH_INFO"].partition("/api/v1/claims/export.")
        if is_export:
            start_response("200 OK", [("Content-Type", CONTENT_TYPES[form])])
            return self.export(form)
        answer = self.answer(environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        if answer is None:
            start_response("404 Not Found", [("Content-Length", "0")])
            return [b""]
        kind, content = answer
        start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(content)))])
        return [content]


# Where the server of the bench starts it; whoever only reads this module has no database to name.
if "FLOOR_BASE" in os.environ:
    application = Floor(
        os.environ["DATABASE_URL"], os.environ["FLOOR_BASE"], os.environ["SECRET_KEY"],
        orjson.loads(Path(os.environ["FLOOR_RANKINGS"]).read_bytes()),
    )  # fmt: skip
