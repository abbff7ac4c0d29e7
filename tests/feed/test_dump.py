"""Dumps: whole, of one moment, the same twice, nothing of the desk in them; and the change feed goes on from there."""

from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from articles import dump, folders
from articles.models import Change, Claim, ConfidentialSource, LedgerHead, User
from articles.models.ledger import recorded_models
from tests import factories as f
from tests.feed.copier import Copier, Rows, assert_same, what_readers_see
from tests.keeping import world

NOUNS = [model._meta.model_name for model in recorded_models()]


def make(place: Path, **options) -> Path:
    call_command("dump", str(place), verbosity=0, **options)
    return max(one for one in place.iterdir() if one.name.startswith("dump-"))


def lines(folder: Path, noun: str):
    with gzip.open(folder / f"{noun}.ndjson.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def loaded(folder: Path) -> Rows:
    return {(noun, row["id"]): row for noun in NOUNS for row in lines(folder, noun)}


def manifest(folder: Path):
    return json.loads((folder / "manifest.json").read_text())


def everything(folder: Path) -> str:
    return "\n".join(
        gzip.decompress(one.read_bytes()).decode() if one.suffix == ".gz" else one.read_text()
        for one in folder.iterdir()
    )


@pytest.fixture
def record(db):
    world.make()


@pytest.mark.usefixtures("record")
class TestWhole:
    def test_every_row_readers_see_and_no_other(self, tmp_path):
        assert_same(loaded(make(tmp_path)), what_readers_see(), "the dump")

    def test_manifest_and_sums(self, tmp_path):
        folder = make(tmp_path)
        told, head = manifest(folder), LedgerHead.objects.get()
        assert folder.name == f"dump-{head.seq:012}"
        assert (told["head"]["seq"], told["head"]["hash"]) == (head.seq, head.hash)
        assert told["newsroom"] == f.newsroom().name and told["release"]
        for one in told["files"]:
            file = folder / one["name"]
            assert file.stat().st_size == one["bytes"]
            assert len(lines(folder, one["name"].partition(".")[0])) == one["rows"]
        checked = subprocess.run(
            ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True
        )
        assert checked.returncode == 0, checked.stderr
        assert checked.stdout.count(": OK") == len(list(folder.iterdir())) - 1 == len(NOUNS) + 2

    def test_ledger_can_be_checked(self, tmp_path):
        acts = lines(make(tmp_path), "change")
        public = Change.objects.visible_to(None).order_by("seq")
        assert [(one["seq"], one["hash"], one["envelope"]) for one in acts] == [
            (one.seq, one.hash, one.envelope) for one in public
        ]

    def test_same_record_same_bytes(self, tmp_path):
        one, two = make(tmp_path / "one"), make(tmp_path / "two")
        assert one.name == two.name
        for file in one.iterdir():
            assert file.read_bytes() == (two / file.name).read_bytes()

    def test_batches_come_to_the_same(self, tmp_path, monkeypatch):
        whole = make(tmp_path / "one")
        monkeypatch.setattr(dump, "BATCH", 2)
        monkeypatch.setattr(dump, "BATCH_OF_TEXTS", 1)
        assert (make(tmp_path / "two") / "SHA256SUMS").read_bytes() == (whole / "SHA256SUMS").read_bytes()

    def test_feed_goes_on_where_it_ends(self, tmp_path):
        folder = make(tmp_path)
        copier = Copier(lambda address: Client().get(address).json(), manifest(folder)["changes"])
        copier.rows = loaded(folder)
        by = f.some_administrator()
        claims = list(Claim.objects.filter(status="open").order_by("pk")[:4])
        claims[0].revise(by, statement="Said otherwise.")
        claims[1].set_topics(by, [f.TopicFactory()])
        f.VerdictFactory(claim=claims[2])
        f.ArticleFactory(public=True)
        f.ClaimRelationFactory(first=claims[0], second=claims[1]).take_back(by)
        assert_same(copier.follow(), what_readers_see(), "dump and feed")


SECRET = "planted secret"


def test_nothing_of_the_desk(db, tmp_path):
    """Whatever only the desk may know is made, and looked for in every file."""
    by = f.UserFactory(
        role="administrator", username="planted-secret-name", email="planted-secret@desk.example"
    )
    User.objects.filter(pk=by.pk).update(last_login=None)
    f.ClaimFactory(statement=f"{SECRET} dismissed", status="dismissed")
    f.ArticleFactory(title=f"{SECRET} article", text=f"{SECRET} text.")
    for rights in ("none", "excerpt"):
        f.ArticleFactory(public=True, rights=rights, text=f"{SECRET} {rights}.")
        f.SourceVersionFactory(source=f.SourceFactory(public=True), rights=rights, text=f"{SECRET} {rights}.")
    f.SourceFactory(title=f"{SECRET} source")
    f.EvidenceFactory(note=f"{SECRET} evidence")
    f.ClaimantFactory(name=f"{SECRET} claimant")
    f.TopicFactory(name=f"{SECRET} topic")
    f.VerdictDraftFactory(summary=f"{SECRET} draft")
    f.ReviewTaskFactory(note=f"{SECRET} task")
    anonymous = f.SourceFactory(kind="anonymous_source", described_as="a clerk", public=True)
    ConfidentialSource.protect(by, anonymous, f"{SECRET} identity", f"{SECRET} notes")
    f.ContactFactory(public=True, reach=f"{SECRET}@reach.example")
    f.ContactFactory(question=f"{SECRET} question")
    f.ResearchStepFactory(note=f"{SECRET} step")
    f.ClaimFactory(statement="The bridge is long.")
    found = everything(make(tmp_path))
    assert "The bridge is long." in found
    assert SECRET not in found and "planted-secret" not in found and "@" not in found
    read = Client().get("/api/v1/changes/?limit=1000").content.decode()
    assert SECRET not in read and "planted-secret" not in read


class TestPlace:
    @pytest.fixture(autouse=True)
    def _record(self, db):
        f.newsroom()

    def test_the_same_moment_is_dumped_once(self, tmp_path, monkeypatch):
        folder = make(tmp_path)
        monkeypatch.setattr(dump, "_write_all", lambda *words: pytest.fail("made anew"))
        assert make(tmp_path) == folder

    def test_another_release_makes_it_anew(self, tmp_path, monkeypatch):
        folder = make(tmp_path)
        monkeypatch.setattr(dump, "release", lambda: "another")
        assert make(tmp_path) == folder and manifest(folder)["release"] == "another"

    def test_an_older_state_of_the_record_makes_it_anew(self, tmp_path):
        folder = make(tmp_path)
        told = manifest(folder)
        told["head"]["hash"] = "0" * 64
        (folder / "manifest.json").write_text(json.dumps(told))
        assert manifest(make(tmp_path))["head"]["hash"] == LedgerHead.objects.get().hash

    def test_keeps_as_many_as_it_is_told(self, tmp_path):
        made = []
        for _ in range(4):
            f.ClaimFactory()
            made.append(make(tmp_path, keep=2))
        (tmp_path / "my-own").mkdir()
        assert made[-1] == make(tmp_path, keep=2)
        left = sorted(one.name for one in tmp_path.iterdir() if one.is_dir())
        assert left == [made[-2].name, made[-1].name, "my-own"]

    def test_failing_in_the_middle_leaves_nothing(self, tmp_path, monkeypatch):
        first = make(tmp_path)
        f.ClaimFactory()
        with monkeypatch.context() as patch:
            patch.setattr(
                folders, "write_bytes", lambda *words: (_ for _ in ()).throw(OSError("No space left"))
            )
            with pytest.raises(CommandError, match="No space left"):
                make(tmp_path)
        assert [one.name for one in tmp_path.iterdir() if one.name.startswith("dump-")] == [first.name]
        assert make(tmp_path) != first
        assert not (tmp_path / ".making").exists()

    def test_one_at_a_time(self, tmp_path):
        with folders.alone(tmp_path), pytest.raises(CommandError, match="Another dump is being written"):
            make(tmp_path)

    def test_keep_none_is_a_mistake(self, tmp_path):
        with pytest.raises(CommandError, match="from 1 on"):
            make(tmp_path, keep=0)


def test_others_write_meanwhile(committed_database, tmp_path, monkeypatch):
    """A dump is of one moment, and nobody waits for it."""
    f.ClaimFactory(statement="Before.")
    write_lines, again = dump._write_lines, []

    def while_writing(path, rows):
        if not again:
            again.append(committed_database.manage("open_newsroom", "Opened Meanwhile"))
        return write_lines(path, rows)

    monkeypatch.setattr(dump, "_write_lines", while_writing)
    folder = make(tmp_path)
    assert again[0].returncode == 0, again[0].stderr
    assert manifest(folder)["newsroom"] != "Opened Meanwhile"
    assert "Opened Meanwhile" not in everything(folder)
    assert "Opened Meanwhile" in everything(make(tmp_path))
    assert len(list(tmp_path.glob("dump-*"))) == 2
