"""`manage.py import_articles` on a terminal, in a pipe and for programs, and what it ends with."""

from __future__ import annotations

import gc
import io
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor

from articles.importing import batch, opening
from articles.importing.arrived import Arrived
from articles.models import Article

GOOD = "The bridge of Example cost 3.5 million crowns.\n"


def run(*words: Any, **options: Any) -> tuple[int, str, str]:
    """Return what the command ends with, what it says, and its complaints."""
    out, errors = io.StringIO(), io.StringIO()
    try:
        call_command("import_articles", *map(str, words), stdout=out, stderr=errors, **options)
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{errors.getvalue()}{error}"
    return 0, out.getvalue(), errors.getvalue()


@pytest.fixture
def folder(tmp_path: Path, db: None) -> Path:
    (tmp_path / "good.txt").write_text(GOOD)
    return tmp_path


def test_all_well(folder: Path) -> None:
    status, said, complaints = run(folder)
    assert (status, complaints) == (0, "")
    assert said.startswith("good.txt: 1 new article, 1 new suggestion")


def test_some_refused(folder: Path) -> None:
    (folder / "empty.txt").write_text("")
    status, said, complaints = run(folder)
    assert status == 1 and "empty.txt: It is empty." in complaints and "1 file was refused" in complaints
    assert "1 new article, 1 refused." in said and Article.objects.count() == 1


@pytest.mark.parametrize("name", ["nowhere", "empty.txt"])
def test_nothing_could_be_done(tmp_path: Path, db: None, name: str) -> None:
    (tmp_path / "empty.txt").write_text("")
    assert run(tmp_path / name)[0] == 2


def test_what_was_passed_over_is_told(folder: Path) -> None:
    (folder / "table.xlsx").write_text("x")
    (folder / "README.md").write_text("About these files.")
    status, said, _ = run(folder)
    assert status == 0 and "2 files in it of other kinds were passed over" in said and "README.md" in said


def test_for_programs(folder: Path) -> None:
    (folder / "empty.txt").write_text("")
    status, said, _ = run(folder, json=True)
    told = json.loads(said)
    assert status == 1
    assert {one["file"]: one["fate"] for one in told["files"]} == {"empty.txt": "refused", "good.txt": "new"}
    assert told["summary"]["new"] == told["summary"]["refused"] == 1 and told["dry_run"] is False


def test_for_programs_when_there_is_nothing(tmp_path: Path, db: None) -> None:
    status, said, _ = run(tmp_path / "nowhere", json=True, dry_run=True)
    assert status == 2 and json.loads(said)["dry_run"] is True


def test_from_standard_input(db: None, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode())))
    assert run("-")[0] == 0
    assert Article.objects.get().current_version.text == GOOD


def test_a_dry_run_says_so_and_writes_nothing(folder: Path) -> None:
    status, said, _ = run(folder, dry_run=True)
    assert status == 0 and "1 new article" in said and said.endswith("Dry run: nothing was written.\n")
    assert not Article.objects.exists()


def test_two_texts_from_standard_input_have_nothing_to_do_with_each_other(db: None, monkeypatch) -> None:
    report = "The court of Example heard the case on Monday. The judge adjourned it. Nobody was hurt. " * 4
    for more in ("It was about a bridge.", "It was about a library."):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((report + more).encode())))
        run("-")
    assert not Article.objects.filter(versions__number=2).exists()


def test_a_database_that_is_locked_refuses_each_file_also_in_a_dry_run(folder: Path, monkeypatch) -> None:
    @contextmanager
    def locked() -> Iterator[None]:
        raise OperationalError("database is locked")
        yield

    monkeypatch.setattr(batch, "_taken_back", locked)
    status, _, complaints = run(folder, dry_run=True)
    assert status == 2 and "good.txt: The database did not take it: database is locked. Run" in complaints


def test_a_database_that_is_behind_refuses_everything_at_once(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one"])
    status, _, complaints = run(folder)
    assert status == 2 and "manage.py migrate" in complaints and "good.txt" not in complaints


def test_stopped_by_hand_it_says_how_to_go_on(folder: Path, monkeypatch) -> None:
    def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "file_text", stopped)
    status, _, complaints = run(folder)
    assert status == 130 and "Run it again" in complaints


def test_fitting_without_data_says_so(tmp_path: Path) -> None:
    for model in ("checkworthiness", "attribution"):
        with pytest.raises(CommandError, match=re.escape(str(tmp_path))):
            call_command("fit_importer", model, str(tmp_path))


def test_no_file_is_held_longer_than_it_takes(folder: Path, monkeypatch) -> None:
    """Memory does not grow with the number of files: each is let go before the next is opened."""
    for number in range(6):
        (folder / f"{number}.txt").write_text(f"Bridge {number} of Example cost {number} million crowns.\n")
    held: list[int] = []
    whole = opening.Opener.open

    def counting(self: Any, file: Any, data: bytes) -> Any:
        gc.collect()
        held.append(sum(1 for one in gc.get_objects() if type(one) is Arrived))
        return whole(self, file, data)

    monkeypatch.setattr(opening.Opener, "open", counting)
    run(folder)
    assert held == [0] * 7


def test_on_a_terminal_a_bar_and_only_what_somebody_must_know(committed_database, tmp_path: Path) -> None:
    tmp_path = tmp_path / "texts"
    tmp_path.mkdir()
    words = ["bridge", "library", "school", "harbour", "market", "station", "museum", "theatre"]
    for number in range(24):
        text = f"The {words[number % 8]} number {number} cost {number * 7919} crowns in {1990 + number}.\n"
        (tmp_path / f"{number:02}.txt").write_text(text)
    (tmp_path / "zz-empty.txt").write_text("")
    main, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_articles", str(tmp_path)],
        env=committed_database.environment(TERM="xterm", COLUMNS="100"), stdout=end, stderr=end,
    )  # fmt: skip
    os.close(end)
    said = b""
    while True:
        try:
            piece = os.read(main, 65536)
        except OSError:
            break
        if not piece:
            break
        said += piece
    assert process.wait(timeout=60) == 1
    shown = said.decode()
    assert "25/25" in shown and "zz-empty.txt: It is empty." in shown
    assert "07.txt" not in shown and "24 new articles, 1 refused." in shown
