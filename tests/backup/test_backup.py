"""A back-up brings back the same record, byte for byte; what is damaged, or would overwrite something, is refused."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from hashlib import sha256
from io import StringIO
from pathlib import Path
from threading import Event, Thread

import orjson
import pytest
import time_machine
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from articles import folders
from articles.models import Claim, LedgerHead, SourceVersion
from tests import factories as f
from tests.committed import PATIENCE, ROOT, an_empty_database, leading_to
from tests.pages.everything import everything
from tests.pages.test_statements import of_programs, of_readers

# What a form draws anew each time it is shown.
TOKEN = re.compile(rb'name="(csrfmiddlewaretoken|stamp)" value="[^"]+"')
FILE = b"%PDF-1.4 of the council"
NAME = f"sources/{sha256(FILE).hexdigest()}.pdf"


@pytest.fixture
def stored(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "stored"
    return settings.MEDIA_ROOT


def backed_up(directory, **options):
    said = StringIO()
    call_command("backup", str(directory), stdout=said, **options)
    return Path(said.getvalue().rsplit("Everything is in ", 1)[1].strip().removesuffix("."))


def restored(place, **options):
    said = StringIO()
    call_command("restore", str(place), stdout=said, stderr=said, **options)
    return said.getvalue()


def a_record():
    made = everything()
    f.SourceVersionFactory(
        source=made.case, text="What the minutes say.", rights="full", content=FILE, ending="pdf"
    )
    return made


def answers(made):
    """Return what every address of readers and of programs answers."""
    for cache in caches.all():
        cache.clear()
    reader, found = Client(raise_request_exception=False), {}
    for _, address in [*of_readers(made), *of_programs(made)]:
        answer = reader.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        found[address] = (answer.status_code, answer.headers.get("ETag"), TOKEN.sub(b"", content))
    return found


def test_every_address_answers_as_before(committed_database, tmp_path, stored, settings):
    settings.ANSWERS_KEPT = 0
    made = a_record()
    with time_machine.travel("2026-11-23T12:00:00Z", tick=False):
        before = answers(made)
        place = backed_up(tmp_path / "backups")
    assert sum(status == 200 for status, _, _ in before.values()) > 100
    assert place.stat().st_mode & 0o077 == 0
    settings.MEDIA_ROOT = tmp_path / "elsewhere"
    with an_empty_database(tmp_path):
        said = restored(place)
        assert (
            "The record is whole" in said and f"Restored up to entry {LedgerHead.objects.get().seq}" in said
        )
        with time_machine.travel("2026-11-23T12:00:00Z", tick=False):
            after = answers(made)
        assert [one for one in before if before[one] != after[one]] == []
        version = SourceVersion.objects.exclude(file="").get()
        with version.file.open("rb") as file:
            assert file.read() == FILE
        # It goes on where it stood.
        f.ClaimFactory()
        call_command("verify", stdout=StringIO(), stderr=StringIO())


def test_while_people_write(committed_database, tmp_path, stored):
    f.newsroom()
    ended, began = Event(), LedgerHead.objects.get().seq

    def write():
        try:
            while not ended.is_set():
                f.ClaimFactory()
        finally:
            connection.close()

    writer = Thread(target=write)
    writer.start()
    try:
        while LedgerHead.objects.get().seq < began + 3:
            time.sleep(0.01)
        places = [backed_up(tmp_path / "backups") for _ in range(3)]
        last = LedgerHead.objects.get().seq
    finally:
        ended.set()
        writer.join()
    seqs = [orjson.loads((place / "manifest.json").read_bytes())["seq"] for place in places]
    assert began < seqs[0] <= seqs[1] <= seqs[2] <= last
    with an_empty_database(tmp_path):
        assert "The record is whole" in restored(places[-1])
        assert Claim.objects.exists()


class TestRefused:
    @pytest.fixture
    def place(self, committed_database, tmp_path, stored):
        a_record()
        return backed_up(tmp_path / "backups")

    def refuses(self, place, tmp_path, sentence):
        with an_empty_database(tmp_path):
            with pytest.raises(CommandError, match=sentence):
                restored(place)
            assert connection.introspection.table_names() == []

    def test_a_byte_that_changed(self, place, tmp_path):
        [database] = place.glob("database.*")
        content = bytearray(database.read_bytes())
        content[len(content) // 2] ^= 1
        database.write_bytes(content)
        self.refuses(place, tmp_path, f"{database} does not have its hash")

    def test_a_file_that_is_missing(self, place, tmp_path):
        (place / "files" / NAME).unlink()
        self.refuses(place, tmp_path, "pdf is missing: the back-up is not whole")

    def test_a_file_that_somebody_put_there(self, place, tmp_path):
        (place / "files/sources/another.pdf").write_bytes(b"")
        self.refuses(place, tmp_path, "another.pdf was not part of the back-up")

    @pytest.mark.parametrize("sums", ["nothing\n", f"{'0' * 64}  ../manifest.json\n", None])
    def test_sums_that_are_none(self, place, tmp_path, sums):
        path = place / "SHA256SUMS"
        path.unlink() if sums is None else path.write_text(sums)
        self.refuses(place, tmp_path, "SHA256SUMS cannot be read")

    def changed(self, place, **told):
        path = place / "manifest.json"
        path.write_bytes(orjson.dumps(orjson.loads(path.read_bytes()) | told))
        sums = folders.read_sums(place) | {"manifest.json": folders.sha256_of(path)}
        (place / "SHA256SUMS").unlink()
        folders.write_sums(place, sums)

    def test_a_back_up_of_the_other_engine(self, place, tmp_path):
        other = "sqlite" if connection.vendor == "postgresql" else "postgresql"
        self.changed(place, engine=other)
        self.refuses(
            place, tmp_path, f"is of {other}, and DATABASE_URL names a database of {connection.vendor}"
        )

    def test_a_format_of_tomorrow(self, place, tmp_path):
        self.changed(place, format=2)
        self.refuses(place, tmp_path, "of a format that this release does not know")

    def test_a_head_that_is_not_the_one_it_names(self, place, tmp_path):
        self.changed(place, seq=1)
        with (
            an_empty_database(tmp_path),
            pytest.raises(CommandError, match="the back-up names 1: do not use it"),
        ):
            restored(place)

    def test_no_back_up(self, committed_database, tmp_path):
        self.refuses(tmp_path, tmp_path, "is no back-up: it has no manifest.json")

    def test_a_database_with_something_in_it(self, place):
        head = LedgerHead.objects.get().seq
        with pytest.raises(CommandError, match="is not empty, and nothing is overwritten"):
            restored(place)
        assert LedgerHead.objects.get().seq == head

    def test_a_file_of_the_same_name(self, place, tmp_path, settings):
        settings.MEDIA_ROOT = tmp_path / "elsewhere"
        default_storage.save(NAME, ContentFile(b"other minutes"))
        self.refuses(place, tmp_path, f"Another file is called {NAME}")


def test_a_file_that_is_not_there(committed_database, tmp_path, stored):
    a_record()
    default_storage.delete(NAME)
    with pytest.raises(CommandError, match=f"{NAME}, which the record names, is not where files are"):
        backed_up(tmp_path / "backups")
    assert [one.name for one in (tmp_path / "backups").iterdir()] == [".lock"]


def test_a_database_that_does_not_answer(committed_database, tmp_path, stored):
    place = backed_up(tmp_path / "backups")
    is_postgres = connection.vendor == "postgresql"
    with leading_to("nowhere" if is_postgres else "/proc/nowhere.sqlite3"):
        for ask in (lambda: backed_up(tmp_path / "others"), lambda: restored(place)):
            with pytest.raises(CommandError, match=r"does not answer: .*(nowhere|unable)"):
                ask()


def test_into_a_folder_that_is_not_there_yet(committed_database, tmp_path, stored):
    """As on the new machine: what a setting names has to be made."""
    place = backed_up(tmp_path / "backups")
    with an_empty_database(tmp_path / "new" / "folder"):
        assert "The record is whole" in restored(place)


def test_the_newest_are_kept(committed_database, tmp_path, stored):
    places = [backed_up(tmp_path / "backups", keep=2) for _ in range(3)]
    assert [one.exists() for one in places] == [False, True, True]


def test_one_at_a_time(committed_database, tmp_path, stored):
    with folders.alone(tmp_path), pytest.raises(CommandError, match="Another back-up is being written"):
        backed_up(tmp_path)


@pytest.mark.slow
def test_killed_in_the_middle(committed_database, tmp_path, stored):
    """Nothing has the name of a back-up, and the next one clears what was left."""
    directory = tmp_path / "backups"
    a_record()
    for wait in (0.0, 0.02, 0.05, 0.1, 0.2, 0.4):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "backup", str(directory)],
            cwd=ROOT, env=committed_database.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        until = time.monotonic() + PATIENCE
        while not (directory / ".making").exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(wait)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        for done in directory.glob("backup-*"):
            assert (done / "SHA256SUMS").exists()
    place = backed_up(directory)
    assert not (directory / ".making").exists()
    with an_empty_database(tmp_path):
        assert "The record is whole" in restored(place)


@pytest.mark.slow
def test_of_an_older_release(committed_database, tmp_path, stored):
    """It comes back as it was, and goes the way of every upgrade."""
    a_record()
    call_command("migrate", "articles", "0027", verbosity=0)
    place = backed_up(tmp_path / "backups")
    call_command("migrate", verbosity=0)
    with an_empty_database(tmp_path):
        said = restored(place)
        assert "It is of an older release: run manage.py migrate" in said
        call_command("migrate", verbosity=0)
        call_command("verify", stdout=StringIO(), stderr=StringIO())
