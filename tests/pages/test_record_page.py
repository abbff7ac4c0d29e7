"""The record, entry by entry, and the script by which an outsider checks it."""

from __future__ import annotations

import hashlib
import http.client
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from articles import proof
from articles.canonical import leaf, merkle_root, sha256
from articles.models import Change, ChangeRow, LedgerHead, Redaction
from tests import factories as f
from tests.query_counts import assert_same_queries
from tests.record.forging import forge

SCRIPT = Path(__file__).resolve().parents[2] / "articles/static/articles/verify_record.py"
SITE = "http://testserver/"


@pytest.fixture
def record(newsroom):
    """A record with entries for readers and for the desk, and a withdrawn verdict."""
    claim = f.ClaimFactory(rating="supported")
    f.VerdictDraftFactory()
    f.EvidenceFactory()
    f.SourceFactory(kind="anonymous_source", described_as="a clerk")
    f.VerdictFactory(claim=claim, rating="contradicted", correction_kind="affects_rating")
    assert Change.objects.filter(public=False).exists()
    return claim


@pytest.fixture
def script():
    spec = importlib.util.spec_from_file_location("verify_record", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Pages.


@pytest.mark.django_db
class TestPage:
    def test_says_where_it_stands(self, record, read):
        page, head = read("/record/"), LedgerHead.objects.get()
        genesis = json.loads(Change.objects.get(pk=0).envelope)
        assert head.hash in page.words and genesis["instance"] in page.words
        assert [one.text for one in page.main.all(id="head-seq")] == [str(head.seq)]
        assert "python3 verify_record.py http://testserver/" in page.words

    def test_of_entries_of_the_desk_number_and_hash_and_nothing_else(self, record, read, client):
        hidden = Change.objects.filter(public=False).latest("seq")
        rows = read("/record/").main.all("tbody")[0].all("tr")
        [row] = [row for row in rows if row.all("td")[0].text == str(hidden.seq)]
        assert " ".join(row.text.split()) == f"{hidden.seq} – Concerns the desk alone {hidden.hash[:16]}"
        page = read(f"/record/{hidden.seq}/")
        assert hidden.hash in page.words
        for told in (hidden.envelope, json.loads(hidden.envelope)["commitment"]):
            assert told not in page.markup
        assert hidden.envelope not in client.get(f"/record/entries.json?from={hidden.seq}").json()["entries"]

    def test_the_desk_reads_them(self, record, read):
        hidden = Change.objects.filter(public=False).latest("seq")
        page = read(f"/record/{hidden.seq}/", as_=f.some_editor())
        assert hidden.envelope in page.words and "not public" in page.words

    def test_an_entry_word_for_word(self, record, read):
        act = Change.objects.visible_to(None).latest("seq")
        page = read(f"/record/{act.seq}/")
        assert act.envelope in [one.text for one in page.main.all("code")]
        row = act.change_rows.get(object_type="verdict")
        assert {row.commitment, row.salt, row.payload} <= {one.text for one in page.main.all("code")}
        verdict = record.verdicts.latest("pk")
        assert verdict.get_absolute_url() in [a.attributes["href"] for a in page.main.all("a")]

    def test_what_entries_changed_is_told_in_one_order(self, record, read):
        """By their codes: PostgreSQL groups in whatever order comes about."""
        words = read("/record/").words
        assert "citation, piece of evidence, source, version, verdict" in words
        assert "piece of evidence, source, version" in words

    def test_entries_page_by_number(self, record, read):
        head, found, address = LedgerHead.objects.get().seq, [], "/record/"
        for _ in range(40):
            f.TopicFactory()
        while address:
            page = read(address)
            found += [int(row.all("td")[0].text) for row in page.main.all("tbody")[0].all("tr")]
            following = page.main.all("a", rel="next")
            address = (
                following[0].attributes["href"] and f"/record/{following[0].attributes['href']}"
                if following
                else ""
            )
        assert found == list(range(head + 40, -1, -1))

    def test_what_is_not_there_yet_says_so(self, record, client):
        for number in (LedgerHead.objects.get().seq + 1, 10**30):
            answer = client.get(f"/record/{number}/")
            assert answer.status_code == 404
            assert f"this record ends with entry {LedgerHead.objects.get().seq}" in answer.content.decode()
        assert client.get("/record/0/").status_code == 200
        assert client.get("/record/1/?x=1").status_code == 400
        assert client.get("/record/entries.json?from=99999").status_code == 400
        assert client.get("/record/entries.json?from=x").status_code == 400

    def test_number_of_queries(self, client, newsroom):
        def more(number):
            for _ in range(number):
                f.VerdictFactory()

        assert_same_queries(more, lambda: client.get("/record/?after=100000"), at_most=8)
        assert_same_queries(more, lambda: client.get(f"/record/{LedgerHead.objects.get().seq}/"), at_most=15)

    def test_entry_numbers_of_other_pages_lead_here(self, record, read):
        page = read(record.get_absolute_url())
        act = Change.objects.visible_to(None).about(record).first()
        assert reverse("record_entry", args=[act.seq]) in [a.attributes["href"] for a in page.main.all("a")]


# What is given out.


def given(first=0):
    found = proof.stretch(first)
    assert found.head == LedgerHead.objects.get()
    return {entry["seq"]: entry for entry in found.entries} | (
        given(found.next) if found.next is not None else {}
    )


@pytest.mark.django_db
class TestProof:
    def test_every_entry_once_and_every_hash_fits(self, record, monkeypatch):
        whole = given()
        assert list(whole) == list(range(LedgerHead.objects.get().seq + 1))
        for seq, entry in whole.items():
            act = Change.objects.get(pk=seq)
            assert entry["hash"] == act.hash
            assert (entry["envelope"] is None) == (not act.public)
            if act.public:
                assert sha256(entry["envelope"]) == entry["hash"]
                leaves = [row["commitment"] for row in entry["rows"]]
                assert not leaves or merkle_root(leaves) == json.loads(entry["envelope"])["commitment"]
                for row in entry["rows"]:
                    assert row["payload"] is None or leaf(row["salt"], row["payload"]) == row["commitment"]
        for bound in ("ENTRIES", "ROWS"):
            with monkeypatch.context() as patch:
                patch.setattr(proof, bound, 2)
                # Compiled anew, and forgotten with the bound.
                patch.setattr(proof, "_chain", proof._chain.__wrapped__)
                assert given() == whole
                assert len(proof.stretch(3).entries) < len(whole) / 2

    def payloads(self, row):
        rows = ChangeRow.objects.filter(object_type=row._meta.model_name, object_id=row.pk)
        return {one.pk for one in rows}, proof.open_payloads(rows)

    def test_what_readers_saw_and_see_is_open(self, record):
        every, opened = self.payloads(record.verdicts.first())
        assert opened == every and every

    def test_what_readers_never_saw_is_not(self, record):
        hidden = f.EvidenceFactory(claim=record)
        _, opened = self.payloads(hidden)
        assert opened == set()
        hidden.open_to_readers(f.some_editor())
        every, opened = self.payloads(hidden)
        assert len(opened) == 1 < len(every)

    def test_what_was_closed_is_not(self, newsroom):
        article = f.ArticleFactory(public=True, title="A title")
        assert self.payloads(article)[1]
        article.close_to_readers(f.some_editor())
        assert self.payloads(article)[1] == set()
        assert "A title" not in json.dumps(given())

    def test_what_the_rights_keep_back_is_not(self, newsroom):
        version = f.ArticleFactory(public=True, rights="full").current_version
        assert self.payloads(version)[1]
        version.article.revise(f.some_reporter(), rights="excerpt")
        assert self.payloads(version)[1] == set()

    def test_what_was_redacted_is_not(self, record):
        record.revise(f.some_reporter(), statement="Mx Example opened the bridge.")
        Redaction.everywhere(f.some_administrator(), "Mx Example", "A private person was named.")
        assert "Mx Example" not in json.dumps(given())
        masks = ChangeRow.objects.filter(object_type="redactedtext")
        assert proof.open_payloads(masks) == set()

    def test_number_of_queries(self, client, newsroom):
        def more(number):
            for _ in range(number):
                f.VerdictFactory()

        assert_same_queries(more, lambda: client.get("/record/entries.json"), at_most=2)


# The script.


@pytest.fixture
def through(script, client, monkeypatch):
    """Let the script ask this test's record; returns what changes answers on their way: address → JSON → JSON."""
    changes = {}

    def fetch(address):
        parts = urlsplit(address)
        answer = client.get(f"{parts.path}?{parts.query}")
        if answer.status_code != 200:
            raise script.Wrong(f"{address} answered {answer.status_code}.")
        said = answer.content
        change = changes.get(parts.path)
        if change is None:
            return said
        return (
            change(said.decode()).encode()
            if parts.path == "/record/"
            else json.dumps(change(json.loads(said))).encode()
        )

    monkeypatch.setattr(script, "fetch", fetch)
    return changes


def entry_of(page, public=True):
    return [one for one in page["entries"] if (one["envelope"] is not None) == public][-1]


def _payload(page):
    row = next(row for row in entry_of(page)["rows"] if row["payload"])
    row["payload"] = row["payload"].replace("shown", "showm")


def _commitment(page):
    # Without its payload only the root shows it.
    entry_of(page)["rows"][0] = {"commitment": "0" * 64, "payload": None, "salt": None}


def _row_left_out(page):
    entry_of(page)["rows"].pop()


def _envelope(page):
    entry = entry_of(page)
    entry["envelope"] = entry["envelope"].replace('"actor"', '"Actor"')


def _rewritten(page):
    # Whoever writes a new envelope with its right hash breaks the link of the next one.
    entry = page["entries"][0]
    entry["envelope"] = entry["envelope"].replace("genesis", "Genesis")
    entry["hash"] = hashlib.sha256(entry["envelope"].encode()).hexdigest()


def _left_out(page):
    page["entries"].pop(3)


def _put_in(page):
    page["entries"].insert(3, dict(page["entries"][3]))


def _cut_short(page):
    page["entries"].pop()


def _another_instance(page):
    page["instance"] = "another"


def _shapeless(page):
    page["entries"][0] = "entry"


def _elsewhere(page):
    page["next"] = "https://elsewhere.example/"
    page["head"]["seq"] += 1


TAMPERED = [
    _payload, _commitment, _row_left_out, _envelope, _rewritten, _left_out, _put_in, _cut_short, _another_instance,
    _shapeless, _elsewhere,
]  # fmt: skip


@pytest.mark.django_db
class TestScript:
    def test_all_is_well(self, script, through, record, capsys):
        assert script.main([SITE]) == 0
        said = capsys.readouterr().out
        assert "The feed for programs tells the same." in said and said.endswith("All is well.\n")
        assert f"{LedgerHead.objects.get().seq + 1} entries" in said
        assert f"{Change.objects.filter(public=False).count()} entries concern the desk alone" in said

    def test_a_tampered_list(self, script, through, record, capsys):
        unseen = []
        for tamper in TAMPERED:

            def change(page, tamper=tamper):
                tamper(page)
                return page

            through["/record/entries.json"] = change
            if script.main([SITE]) != 1 or not capsys.readouterr().err.startswith("Something is wrong. "):
                unseen.append(tamper.__name__)
        assert unseen == []

    def test_another_head_on_the_page(self, script, through, record, capsys):
        head = LedgerHead.objects.get().hash
        through["/record/"] = lambda page: page.replace(head, "0" * 64)
        assert script.main([SITE]) == 1
        assert "the list says another" in capsys.readouterr().err

    def test_a_feed_that_leaves_something_out_or_tells_it_otherwise(self, script, through, record, capsys):
        def left_out(page):
            page["results"].pop()
            return page

        def otherwise(page):
            page["results"][0]["envelope"] += " "
            return page

        for change, said in ((left_out, "leaves out entry"), (otherwise, "is another one in the feed")):
            through["/api/v1/changes/"] = change
            assert script.main([SITE]) == 1
            assert said in capsys.readouterr().err

    def test_what_was_kept_is_found_again(self, script, through, record, tmp_path, capsys):
        kept = tmp_path / "kept.json"
        assert script.main([SITE, "--keep", str(kept)]) == 0
        assert "this is the first time" in capsys.readouterr().out
        first = LedgerHead.objects.get().seq
        f.VerdictFactory()
        assert script.main([SITE, "--keep", str(kept)]) == 0
        assert f"Everything up to entry {first}, which you kept, is unchanged." in capsys.readouterr().out
        assert json.loads(kept.read_text())["seq"] == LedgerHead.objects.get().seq > first

    def test_what_was_kept_tells_a_rewritten_entry_of_the_desk(
        self, script, through, record, tmp_path, capsys
    ):
        """No link shows that: the entry's envelope is not given out, and the entry behind it is the desk's too."""
        f.VerdictDraftFactory(claim=record)
        kept = tmp_path / "kept.json"
        assert script.main([SITE, "--keep", str(kept)]) == 0
        before = kept.read_text()

        def change(page):
            seqs = {one["seq"] for one in page["entries"] if one["envelope"] is None}
            entry = next(one for one in page["entries"] if {one["seq"], one["seq"] + 1} <= seqs)
            entry["hash"] = "0" * 64
            return page

        through["/record/entries.json"] = change
        assert script.main([SITE]) == 0, "without what was kept nobody can tell"
        assert script.main([SITE, "--keep", str(kept)]) == 1
        assert "has another hash than when you kept them" in capsys.readouterr().err
        assert kept.read_text() == before

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"instance": "another"}, "is of another record"),
            ({"seq": 10**6}, "entries are missing"),
            ({"hash": "0" * 64}, "it was changed since"),
            ({"seq": None}, "has not the shape"),
        ],
        ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
    )
    def test_what_was_kept_and_is_not_so(self, script, through, record, tmp_path, capsys, change, said):
        kept = tmp_path / "kept.json"
        script.main([SITE, "--keep", str(kept)])
        kept.write_text(json.dumps(json.loads(kept.read_text()) | change))
        assert script.main([SITE, "--keep", str(kept)]) == 1
        assert said in capsys.readouterr().err

    def test_a_file_that_cannot_be_written(self, script, through, record, tmp_path, capsys):
        assert script.main([SITE, "--keep", str(tmp_path / "nowhere" / "kept.json")]) == 1
        assert "kept.json could not be written: No such file or directory." in capsys.readouterr().err

    def test_an_answer_that_breaks_off(self, script, monkeypatch, capsys):
        class Broken:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                return None

            def read(self):
                raise http.client.IncompleteRead(b"{")

        monkeypatch.setattr(script.urllib.request, "urlopen", lambda *_, **__: Broken())
        assert script.main(["http://testserver"]) == 1
        assert "could not be read" in capsys.readouterr().err

    def test_a_file_of_something_else(self, script, through, record, tmp_path, capsys):
        kept = tmp_path / "kept.json"
        kept.write_text("words")
        assert script.main([SITE, "--keep", str(kept)]) == 1
        assert "is not a file that this script has kept" in capsys.readouterr().err

    def test_an_address_that_is_none(self, script, capsys):
        assert script.main(["file:///etc/"]) == 1
        assert "is no web address" in capsys.readouterr().err


@pytest.mark.slow
def test_against_a_server(committed_database, tmp_path):
    """The script as people run it, in a process of its own, with nothing of ours; then against a forged record."""
    from tests.api.served import served

    f.newsroom()
    f.VerdictDraftFactory(claim=f.ClaimFactory(rating="supported"))
    kept = tmp_path / "kept.json"

    def run(address):
        words = [sys.executable, "-I", str(SCRIPT), address, "--keep", str(kept)]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=120)

    with served(committed_database) as address:
        first = run(address)
        assert first.returncode == 0, first.stderr
        f.VerdictFactory()
        again = run(address)
        assert again.returncode == 0 and "is unchanged" in again.stdout
    act = Change.objects.visible_to(None).filter(verb="publish").earliest("seq")
    envelope = act.envelope.replace('"verb":"publish"', '"verb":"pretend"')
    forge(
        (
            "UPDATE articles_change SET envelope = %s, hash = %s WHERE seq = %s",
            envelope,
            sha256(envelope),
            act.seq,
        )
    )
    with served(committed_database) as address:
        forged = run(address)
        assert forged.returncode == 1
        # The entry behind it is the desk's, so no link shows it; what was kept does.
        assert "has another hash than when you kept them" in forged.stderr
