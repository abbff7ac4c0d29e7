"""A head that somebody outside kept proves that what was there then is still there, whoever owns the database."""

from __future__ import annotations

import base64
import hashlib
import json
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from articles.canonical import canonical, leaf, merkle_root, sha256
from articles.checks import heads_can_be_signed
from articles.models import Change, ChangeRow, Claim, LedgerHead
from articles.signed_heads import (
    BadHeads,
    BadKey,
    Head,
    Note,
    Signer,
    Verifier,
    keep,
    read_heads,
    signer,
)
from articles.tasks import sign_head
from articles.verification import Verification
from tests.factories import ClaimFactory
from tests.record.forging import forge, found

# The example of the Go library that reads such notes, golang.org/x/mod/sumdb/note.
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
OPEN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNED = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
KEY = Signer.new("desk.example")


@pytest.fixture
def signs(settings):
    settings.HEAD_KEY = KEY.secret


def run(name: str, *words: str) -> str:
    out = StringIO()
    call_command(name, *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def rewrite(claim: Claim, kind: str) -> None:
    """Change the kind of a claim and everything after it, so that the ledger fits itself again."""
    row = ChangeRow.objects.filter(object_type="claim", object_id=claim.pk).order_by("pk").last()
    said = json.loads(row.payload)
    payload = canonical({**said, "image": {**said["image"], "kind": kind}})
    statements = [
        ("UPDATE articles_claim SET kind = %s WHERE id = %s", kind, claim.pk),
        (
            "UPDATE articles_changerow SET payload = %s, commitment = %s WHERE id = %s",
            payload,
            leaf(row.salt, payload),
            row.pk,
        ),
    ]
    leaves = dict(
        ChangeRow.objects.filter(change=row.change_id).values_list("pk", "commitment").order_by("position")
    )
    leaves[row.pk] = leaf(row.salt, payload)
    previous = ""
    for change in Change.objects.filter(seq__gte=row.change_id).order_by("seq"):
        envelope = json.loads(change.envelope)
        if change.seq == row.change_id:
            envelope["commitment"] = merkle_root(list(leaves.values()))
        else:
            envelope["previous"] = previous
        previous = sha256(canonical(envelope))
        statements.append(
            (
                "UPDATE articles_change SET envelope = %s, hash = %s WHERE seq = %s",
                canonical(envelope),
                previous,
                change.seq,
            )
        )
    forge(*statements, ("UPDATE articles_ledgerhead SET hash = %s", previous))


class TestKeys:
    def test_another_program_reads_them(self):
        """Name, number, key and signature are those that Go's library makes of the same."""
        key = Signer.read(SECRET)
        assert (str(key.verifier), key.secret) == (OPEN, SECRET)
        assert key.sign(SimpleNamespace(text=TEXT)) == f"{TEXT}\n— PeterNeumann {SIGNED}\n"
        note = Note(SimpleNamespace(text=TEXT), [("PeterNeumann", base64.b64decode(SIGNED))])
        assert Verifier.read(OPEN).has_signed(note)
        assert not Verifier.read(OPEN).has_signed(Note(SimpleNamespace(text=TEXT + "x"), note.signatures))

    def test_a_new_one_every_time(self):
        one, other = Signer.new("desk.example"), Signer.new("desk.example")
        assert one.secret != other.secret
        assert Signer.read(one.secret) == one and Verifier.read(str(one.verifier)) == one.verifier
        assert base64.b64encode(one.seed).decode() not in repr(one) + str(one)

    @pytest.mark.parametrize("name", ["", "two words", "a+b", "x" * 101, "a\nb"])
    def test_what_it_cannot_be_called(self, name):
        with pytest.raises(BadKey, match="cannot be called"):
            Signer.new(name)

    @given(
        st.text(max_size=80) | st.text("+abcdef019=/", max_size=80).map(lambda text: f"PRIVATE+KEY+{text}")
    )
    def test_what_is_none(self, text):
        for read in (Signer.read, Verifier.read):
            with pytest.raises(BadKey) as refusal:
                read(text)
            assert len(text) < 20 or text not in str(refusal.value)

    def test_one_letter_changed(self):
        for at in range(len("PRIVATE+KEY+"), len(SECRET)):
            damaged = f"{SECRET[:at]}{'A' if SECRET[at] != 'A' else 'B'}{SECRET[at + 1 :]}"
            with pytest.raises(BadKey):
                Signer.read(damaged)


class TestCommands:
    def test_a_key_is_made_and_signs(self, db, settings, tmp_path):
        file = tmp_path / "key"
        verifier = Verifier.read(run("head_key", "desk.example", str(file)))
        assert file.stat().st_mode & 0o777 == 0o600
        settings.HEAD_KEY = file.read_text().strip()
        [note] = read_heads(run("sign_head").encode())
        head = LedgerHead.objects.get()
        assert (note.head.seq, note.head.hash) == (head.seq, head.hash)
        assert verifier.has_signed(note)

    def test_a_key_that_is_there_is_not_written_over(self, tmp_path):
        file = tmp_path / "key"
        file.write_text("precious")
        with pytest.raises(CommandError, match="may hold a key that is in use"):
            run("head_key", "desk.example", str(file))
        assert file.read_text() == "precious"

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["two words", "key"], "cannot be called “two words”"),
            (["desk.example", "no/such/folder/key"], "cannot be written"),
        ],
    )
    def test_no_key(self, words, sentence, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(CommandError, match=sentence):
            run("head_key", *words)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(("key", "sentence"), [("", "head_key"), ("PRIVATE+KEY+nonsense", "plus signs")])
    def test_nothing_to_sign_with(self, db, settings, key, sentence):
        settings.HEAD_KEY = key
        with pytest.raises(CommandError, match=sentence):
            run("sign_head")

    def test_articles_E007(self, settings):
        for key, ids in (("", []), (KEY.secret, []), ("secret words", ["articles.E007"])):
            settings.HEAD_KEY = key
            found = heads_can_be_signed()
            assert [one.id for one in found] == ids
            assert "secret words" not in str(found)


class TestEveryDay:
    def test_a_file_for_each_day_and_entry(self, db, signs, settings, tmp_path):
        settings.DATA_DIRECTORY = tmp_path
        first = sign_head.func()
        ClaimFactory()
        second = sign_head.func()
        assert sign_head.func() == second != first
        files = sorted((tmp_path / "heads").iterdir(), key=lambda file: file.stat().st_mtime)
        assert [file.name for file in files] == [first, second]
        together = b"".join(file.read_bytes() for file in files)
        assert list(Verification().against(read_heads(together), KEY.verifier)) == []

    def test_nothing_without_a_key(self, db, tmp_path):
        assert keep(tmp_path / "heads") is None
        assert list(tmp_path.iterdir()) == []


class TestPage:
    def test_signed(self, client, newsroom, signs):
        answer = client.get("/record/head.txt")
        assert answer["Content-Type"] == "text/plain; charset=utf-8" and answer["Cache-Control"] == "no-store"
        [note] = read_heads(answer.content)
        assert note.head.hash == LedgerHead.objects.get().hash and KEY.verifier.has_signed(note)
        page = client.get("/record/").content.decode()
        assert str(KEY.verifier).replace("+", "&#x2B;") in page or str(KEY.verifier) in page
        assert 'href="/record/head.txt"' in page and KEY.secret not in page

    @pytest.mark.parametrize("key", ["", "no key"])
    def test_not_signed(self, client, newsroom, settings, key):
        settings.HEAD_KEY = key
        answer = client.get("/record/head.txt")
        assert answer.status_code == 404 and "Nobody signs" in answer.content.decode()
        assert "head.txt" not in client.get("/record/").content.decode()


class TestAgainst:
    @pytest.fixture
    def kept(self, record, signs, tmp_path):
        """A file with the head of a record, as it was before more was done."""
        file = tmp_path / "kept.txt"
        file.write_text(run("sign_head"))
        return file

    def test_all_is_as_it_was(self, kept):
        ClaimFactory()
        said = run("verify", "--against", str(kept), "--key", str(KEY.verifier))
        assert "which was kept, signed by desk.example, was rewritten" in said

    def test_history_rewritten_by_who_owns_the_database(self, kept):
        """The ledger fits itself, so that `verify` alone finds nothing."""
        claim = Claim.objects.filter(status="open").order_by("pk").first()
        rewrite(claim, "prediction")
        assert found() == []
        with pytest.raises(CommandError, match="The record is broken, first at change"):
            run("verify", "--against", str(kept))
        [finding] = Verification().against(read_heads(kept.read_bytes()))
        assert finding.check == "kept heads" and "was rewritten since" in finding.sentence

    def test_entries_taken_away(self, kept):
        last = Change.objects.order_by("seq").last()
        rest = Change.objects.order_by("seq").filter(seq__lt=last.seq).last()
        forge(
            ("DELETE FROM articles_changerow WHERE change_id = %s", last.seq),
            ("DELETE FROM articles_change WHERE seq = %s", last.seq),
            ("UPDATE articles_ledgerhead SET seq = %s, hash = %s", rest.seq, rest.hash),
        )
        [finding] = Verification().against(read_heads(kept.read_bytes()))
        assert finding.sentence == f"it was kept, and the ledger ends with {rest.seq}: entries are missing"

    def test_signed_by_somebody_else(self, kept):
        other = Signer.new("desk.example").verifier
        [finding] = Verification().against(read_heads(kept.read_bytes()), other)
        assert finding.sentence == "the head that was kept is not signed by desk.example"

    def test_a_head_that_was_changed_after_it_was_signed(self, kept):
        text = kept.read_text().replace("\n— ", "\n— ").splitlines()
        text[3] = "2001-01-01T00:00:00Z"
        notes = read_heads(("\n".join(text) + "\n").encode())
        assert [one.check for one in Verification().against(notes, KEY.verifier)] == ["kept heads"]

    def test_of_another_record(self, kept):
        head = Head("another", 3, "0" * 64, "2026-01-01T00:00:00Z")
        [finding] = Verification().against(read_heads(KEY.sign(head).encode()))
        assert finding.sentence.startswith("the head that was kept is of record another, this is ")

    def test_what_the_script_keeps(self, record, tmp_path):
        hashes = list(Change.objects.order_by("seq").values_list("hash", flat=True))
        kept = {
            "site": "https://desk.example/", "instance": Head.now().instance,
            "seq": len(hashes) - 1, "hash": hashes[-1],
            "all": hashlib.sha256(bytes.fromhex("".join(hashes))).hexdigest(),
        }  # fmt: skip
        assert list(Verification().against(read_heads(json.dumps(kept).encode()))) == []
        kept["all"] = "0" * 64
        [finding] = Verification().against(read_heads(json.dumps(kept).encode()))
        assert "an entry before it" in finding.sentence


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"", "other than whole signed heads"), (b"\xff\xfe\x00", "not text"), (b"{", "not what verify_record.py"),
            (b"[]", "other than whole"), (b'{"seq": 1}', "not what verify_record.py"),
            (KEY.sign(Head("a", 1, "0" * 64, "now")).encode().partition("—".encode())[0], "other than whole"),
            (Head("a", 1, "0" * 64, "now").text.encode(), "other than whole"),
        ],
    )  # fmt: skip
    def test_what_holds_none(self, content, sentence):
        with pytest.raises(BadHeads, match=sentence):
            read_heads(content)

    @given(st.binary(max_size=300))
    def test_anything(self, content):
        try:
            assert read_heads(content)
        except BadHeads as refusal:
            assert str(refusal)

    @given(st.lists(st.integers(0, 10**17), min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]))
    def test_many_in_one_file(self, numbers, end):
        heads = [Head("one", number, f"{number:064x}", "2026-11-22T00:00:00Z") for number in numbers]
        text = "".join(KEY.sign(head) for head in heads).replace("\n", end)
        assert [note.head for note in read_heads(text.encode())] == heads
        assert all(KEY.verifier.has_signed(note) for note in read_heads(text.encode()))

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (["--against", "nowhere.txt"], "nowhere.txt: it cannot be read"),
            (["--against", __file__], "other than whole signed heads"),
            (["--key", OPEN], "say --against too"),
            (["--key", "nonsense", "--against", __file__], "--against|--key"),
        ],
    )
    def test_words_of_the_command(self, db, words, sentence):
        with pytest.raises(CommandError, match=sentence):
            run("verify", *words)


def test_the_key_is_read_once_it_is_asked_for(settings):
    settings.HEAD_KEY = ""
    assert signer() is None
