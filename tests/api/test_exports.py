"""Whole lists as NDJSON and CSV: the rows the pages have, in the memory of one batch, and whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import time
import urllib.request
from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st

from api import exporting
from api.cells import beside, cell, column, columns_of, value_at, written
from api.exporting import FORMS
from api.urls import router
from articles.graph import Graph
from articles.graph.bare import Bare
from articles.models import Claim, LedgerHead
from tests import factories as f
from tests.api.conftest import Api
from tests.bench.serving import Peer, serving
from tests.hostile import TEXTS, each
from tests.keeping import world

LISTS = [prefix for prefix, _, _ in router.registry]
CLAIMS = 10_000 if os.environ.get("FACTCHECK_SLOW_SAMPLE") else 1_000_000
# What a server may need more than for a short answer, however long the list is.
MORE_MEMORY = 64 * 2**20


def body(answer) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def ndjson(api, noun, query=None):
    """Return (rows, last line)."""
    *rows, end = [json.loads(line) for line in body(api.get(f"{noun}/export.ndjson", query)).splitlines()]
    return rows, end


def table(api, noun, query=None):
    """Return (rows by their columns, last line)."""
    text = body(api.get(f"{noun}/export.csv", query)).decode()
    header, *rows, end = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert len({len(header), *map(len, rows)}) == 1
    return [dict(zip(header, row, strict=True)) for row in rows], end


@pytest.fixture
def record(db):
    """A few rows of each noun, the words of some of them hostile to a table."""
    topics = [f.TopicFactory(name='Bridges, "long"'), f.TopicFactory(name="Roads")]
    for number in range(3):
        claim = f.ClaimFactory(statement=f'Line one\nline "two", {number}', topics=topics[:number])
        f.VerdictFactory(claim=claim)
        f.AttributionFactory(
            appearance={"claim": claim, "article_version": f.ArticleFactory(public=True).current_version}
        )
    f.ClaimFactory(status="dismissed")
    f.ClaimFactory(merged_into=Claim.objects.earliest("pk"))


@pytest.mark.usefixtures("record")
class TestRows:
    @pytest.mark.parametrize("noun", LISTS)
    def test_those_of_the_pages(self, api, desk, noun, monkeypatch):
        monkeypatch.setattr(exporting, "BATCH", 2)
        for asker in (api, desk):
            if asker.get(f"{noun}/").status_code != 200:
                continue
            first = asker.json(f"{noun}/")
            rows, end = ndjson(asker, noun)
            assert rows == list(asker.rows(f"{noun}/"))
            assert end == {
                "end_of_export": True, "rows": len(rows), "head": LedgerHead.objects.get().seq,
                "hidden": first["hidden"],
            }  # fmt: skip
            told, last = table(asker, noun)
            assert [row["id"] for row in told] == [str(row["id"]) for row in rows]
            assert last == [f"# end rows={len(rows)} head={end['head']}"]

    @pytest.mark.parametrize("batch", [1, 2, 3, 500])
    @pytest.mark.parametrize("ordering", ["-id", "id", "changed", "-published", "published"])
    def test_in_the_ordering_asked_for(self, api, monkeypatch, batch, ordering):
        monkeypatch.setattr(exporting, "BATCH", batch)
        query = {"ordering": ordering}
        assert ndjson(api, "articles", query)[0] == list(api.rows("articles/", query))

    @pytest.mark.parametrize("batch", [1, 500])
    def test_filters_words_and_fields(self, api, monkeypatch, batch):
        monkeypatch.setattr(exporting, "BATCH", batch)
        for query in (
            {"checked": "true"},
            {"q": "line"},
            {"q": "nowhereatall"},
            {"fields": "id,topics.name"},
            {"include": "merged"},
        ):
            assert ndjson(api, "claims", query)[0] == list(api.rows("claims/", query)), query
        assert set(table(api, "claims", {"fields": "id,topics.name"})[0][0]) == {"id", "topics.name"}

    def test_the_desk_exports_what_it_sees(self, api, desk):
        assert len(ndjson(desk, "claims")[0]) == len(ndjson(api, "claims")[0]) + 1

    def test_an_empty_list_is_whole(self, api):
        assert ndjson(api, "claims", {"ids": "999999"})[1]["rows"] == 0
        rows, end = table(api, "claims", {"ids": "999999"})
        assert rows == [] and end[0].startswith("# end rows=0")


@pytest.mark.usefixtures("record")
class TestWithoutInstances:
    """Rows of a graph come without instances; every byte is what the serializers answer."""

    @pytest.mark.parametrize("form", FORMS)
    def test_the_same_bytes(self, api, desk, form, monkeypatch):
        world.make()
        f.ClaimFactory(statement='“Größe”: 5\u2028µm, \\ "x" \x7f/\u00a0=')
        f.SourceFactory(title="_-Ça & là 東京_-", published_earliest=None, published_latest=date(2024, 2, 29))
        holder = Api()
        holder.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {f.ApiKeyFactory().token}"
        for noun in LISTS:
            for asker in (api, desk, holder):
                if asker.get(f"{noun}/").status_code == 200:
                    assert_same(asker, f"{noun}/export.{form}", {}, monkeypatch)

    @pytest.mark.parametrize(
        ("noun", "query"),
        [
            ("claims", {"checked": "true"}),
            ("claims", {"include": "merged", "ordering": "changed"}),
            ("claims", {"q": "line"}),
            ("claims", {"ids": "1,2,3,4,5,6"}),
            ("claims", {"fields": "id,topics.name,asserted.edtf,current_verdict.rating.labels,page_url"}),
            ("claims", {"fields": "statement"}),
            ("claims", {"expand": "evidence,appearances"}),
            ("claims", {"as_of": "2024-01-01"}),
            ("verdicts", {"fields": "claim.api_url,author,correction,reasoning"}),
            ("verdicts", {"expand": "reasoning,as_published"}),
            ("sources", {"fields": "claim_count,merged_into.title,published"}),
            ("articles", {"ordering": "-published"}),
        ],
    )
    def test_the_same_bytes_of_a_question(self, api, desk, noun, query, monkeypatch):
        world.make()
        for asker in (api, desk):
            for form in FORMS:
                assert_same(asker, f"{noun}/export.{form}", query, monkeypatch)

    @pytest.mark.parametrize("noun", ["articles", "claims", "sources", "verdicts"])
    def test_no_instance_is_made(self, api, noun, monkeypatch):
        """Else the comparison above compares the long way with itself."""

        def refuses(*asked):
            raise AssertionError("A graph made instances.")

        listed = list(api.rows(f"{noun}/"))
        monkeypatch.setattr(Graph, "find_many", refuses)
        assert ndjson(api, noun)[0] == listed

    def test_a_batch_is_asked_a_number_of_statements_that_does_not_grow(
        self, api, django_assert_max_num_queries
    ):
        for _ in range(30):
            f.VerdictFactory()
        body(api.get("claims/export.ndjson"))
        with django_assert_max_num_queries(12):
            body(api.get("claims/export.ndjson"))


def assert_same(asker, address, query, monkeypatch):
    """Look that an export has the same bytes as one whose rows the serializers made, in batches of any length."""
    with monkeypatch.context() as patched:
        patched.setattr(exporting, "bare_of", lambda graph: None)
        long_way = body(asker.get(address, query))
    for batch in (2, 2_000):
        with monkeypatch.context() as patched:
            patched.setattr(exporting, "BATCH", batch)
            assert body(asker.get(address, query)) == long_way


@pytest.mark.usefixtures("record")
class TestTable:
    def test_says_what_the_row_says(self, api):
        rows, _ = ndjson(api, "claims")
        told, _ = table(api, "claims")
        for row, cells in zip(rows, told, strict=True):
            assert cells["statement"] == row["statement"]
            assert cells["asserted.edtf"] == (row["asserted"]["edtf"] or "")
            assert json.loads(cells["topics.id"]) == [one["id"] for one in row["topics"]]
            assert json.loads(cells["topics.name"]) == [one["name"] for one in row["topics"]]
            rating = (row["current_verdict"] or {}).get("rating") or {}
            assert cells["current_verdict.rating.slug"] == rating.get("slug", "")

    def test_no_value_of_a_row_is_left_out(self, api):
        """The columns come from the shape; what a row says beyond them would be lost."""

        def leaves(data, before=()):
            if isinstance(data, dict):
                for name, inner in data.items():
                    yield from leaves(inner, (*before, name))
            elif isinstance(data, list) and data and isinstance(data[0], dict):
                yield from leaves(data[0], before)
            else:
                yield before

        for prefix, viewset, _ in router.registry:
            columns = columns_of(viewset.serializer_class)
            for row in ndjson(api, prefix)[0] if api.get(f"{prefix}/").status_code == 200 else []:
                for leaf in leaves(row):
                    begins = [one for one in columns if leaf[: len(one)] == one or one[: len(leaf)] == leaf]
                    assert begins, (prefix, leaf)

    @pytest.mark.parametrize("text", each(TEXTS))
    def test_hostile_text_comes_back(self, api, text):
        if not text.strip():
            return
        claim = f.ClaimFactory(statement=text)
        (row,), _ = table(api, "claims", {"ids": str(claim.pk)})
        assert row["statement"] in (text, f"'{text}")


CELLS = st.none() | st.booleans() | st.integers() | st.text(alphabet="a'=\",\r\n\t ，é")


class TestCell:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, ""), (True, "true"), (False, "false"), (-5, "-5"), ("", ""), ("plain", "plain"),
            ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"),
            ("＝1", "'＝1"), ("'=1", "''=1"), ("'tis", "'tis"), (["=1", None, 2], '["=1",null,2]'),
            ([["a", "b"], []], '[["a","b"],[]]'), (["a | b"], '["a | b"]'), ({"en": "So"}, '{"en":"So"}'),
        ],
    )  # fmt: skip
    def test_cell(self, value, expected):
        assert cell(value) == expected

    @given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
    def test_columns_are_written_as_lines_are(self, lines):
        columns = [column([line[at] for line in lines]) for at in range(2)]
        assert beside(columns) == written([[cell(value) for value in line] for line in lines])
        assert beside(columns[:1]) == written([[cell(line[0])] for line in lines])

    def test_value_at(self):
        row = {"a": {"b": 1}, "c": [{"d": 2}, {"d": None}], "e": None}
        assert [value_at(row, one) for one in (("a", "b"), ("c", "d"), ("e", "x"))] == [1, [2, None], None]


@pytest.mark.usefixtures("record")
class TestAnswer:
    def test_headers(self, api):
        head = LedgerHead.objects.get().seq
        for form, kind in (("ndjson", "application/x-ndjson"), ("csv", "text/csv")):
            answer = api.get(f"claims/export.{form}")
            assert answer["Content-Type"].startswith(f"{kind}; charset=utf-8")
            assert answer["Content-Disposition"] == f'attachment; filename="claims-{head}.{form}"'
            assert answer["Cache-Control"] == "no-store" and "ETag" not in answer
            body(answer)
            asked = api.client.head(f"/api/v1/claims/export.{form}")
            assert asked.status_code == 200 and asked["Content-Disposition"] == answer["Content-Disposition"]
            assert not asked.content

    def test_accept_makes_no_difference(self, api):
        for accept in ("text/csv", "text/html", "application/json"):
            assert api.get("claims/export.csv", HTTP_ACCEPT=accept)["Content-Type"].startswith("text/csv")

    @pytest.mark.parametrize("name", ["page_size", "cursor", "count"])
    def test_has_no_pages(self, api, name):
        problem = api.problem(400, "claims/export.csv", {name: "1"})
        assert problem["errors"][0]["parameter"] == name

    def test_refusals_come_before_the_answer(self, api):
        assert api.problem(400, "claims/export.ndjson", {"ordering": "colour"})
        assert api.problem(400, "claims/export.ndjson", {"ordering": "relevance"})
        assert api.client.post("/api/v1/claims/export.csv").status_code == 405

    @pytest.mark.parametrize("form", FORMS)
    def test_broken_off_it_has_no_last_line(self, api, form, monkeypatch):
        monkeypatch.setattr(exporting, "BATCH", 1)
        answer, read, found = api.get(f"claims/export.{form}"), b"", 0
        find_many = Bare.find_many

        def fails(rows, *asked):
            nonlocal found
            found += 1
            if found > 1:
                raise DatabaseError("The database went away.")
            return find_many(rows, *asked)

        monkeypatch.setattr(Bare, "find_many", fails)
        pieces = iter(answer.streaming_content)
        with pytest.raises(DatabaseError):
            for piece in pieces:
                read += piece
        assert read and b'"end_of_export"' not in read and b"# end" not in read

    def test_rows_are_read_as_they_are_sent(self, api, monkeypatch, django_assert_max_num_queries):
        monkeypatch.setattr(exporting, "BATCH", 1)
        answer = api.get("claims/export.ndjson")
        pieces = iter(answer.streaming_content)
        next(pieces)
        Claim.objects.filter(status="open").update(status="dismissed", status_reason="x")
        assert json.loads(b"".join(pieces).splitlines()[-1])["rows"] < 3

    def test_every_list_has_both(self):
        names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
        for _, _, basename in router.registry:
            assert {f"{basename}-export-ndjson", f"{basename}-export-csv"} <= names


def grow(claims: int) -> None:
    """Bring the claims to so many by one statement, all like the first."""
    names = [field.column for field in Claim._meta.concrete_fields if field.column not in ("id", "statement")]
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s) "
            f"INSERT INTO articles_claim (statement, {columns}) "
            f"SELECT 'Claim ' || n || ' of many.', {columns} FROM numbers, articles_claim WHERE articles_claim.id = %s",
            [claims, Claim.objects.earliest("pk").pk],
        )


def most_memory(pid: int) -> int:
    """Return the most bytes that a process among the children of one ever had in memory."""
    found = []
    for one in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":\t", 1) for line in one.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue
        if told["PPid"] == str(pid):
            found.append(int(told["VmHWM"].split()[0]) * 1024)
    return max(found)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_a_long_list_in_flat_memory(committed_database, tmp_path, form):
    f.ClaimFactory()
    grow(CLAIMS)
    connection.close()
    with serving(
        Peer("export", "factcheck.wsgi:application"), committed_database.url, tmp_path / "log"
    ) as served:
        for _ in range(6):
            served.get(f"/api/v1/claims/export.{form}?ids=1,2,3")
            served.get("/api/v1/claims/?page_size=100")
        before, began = most_memory(served.pid), time.monotonic()
        address = f"http://127.0.0.1:{served.port}/api/v1/claims/export.{form}"
        lines, last, bytes_read = 0, b"", 0
        with urllib.request.urlopen(address, timeout=600) as answer:
            for line in answer:
                lines, last, bytes_read = lines + 1, line, bytes_read + len(line)
        print(
            f"{form}: {lines} lines, {bytes_read / 2**20:.0f} MiB in {time.monotonic() - began:.0f} s, "
            f"memory {before / 2**20:.0f} MiB and {(most_memory(served.pid) - before) / 2**20:.1f} MiB more"
        )
        rows = CLAIMS + 1
        assert (
            (b'"rows":%d' % rows in last) if form == "ndjson" else last.startswith(b"# end rows=%d " % rows)
        )
        assert lines == rows + (1 if form == "ndjson" else 2)
        assert most_memory(served.pid) - before < MORE_MEMORY
