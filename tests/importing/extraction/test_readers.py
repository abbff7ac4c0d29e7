from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from articles.importing.decoding import TextError
from articles.importing.extraction import reader_process, readers, web_page
from articles.importing.extraction.extracted import Extracted
from articles.importing.extraction.readers import Readers
from articles.vocabulary import BlockRole, Media
from tests.importing.extraction.pdf_files import pdf

ROOT = Path(__file__).parents[3]
PAGE = (
    "<html lang=en><head><title>The mill</title></head><body><article><h2>At the mill</h2>"
    "<p>{} The mill grinds rye for the valley, and has for as long as its people can tell.</p></article></body></html>"
)


@pytest.fixture(scope="module")
def reading() -> Iterator[Readers]:
    with Readers() as made:
        yield made


def child(reading: Readers) -> int:
    assert reading._child is not None
    return reading._child.pid


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # One that ended and that nobody waited for still has its number.
    return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text(encoding="utf-8")


def test_files_are_read_one_after_the_other_in_one_child(reading: Readers) -> None:
    first = reading.read(Media.HTML, PAGE.format("Müller &amp; Söhne.").encode())
    one = child(reading)
    second = reading.read(Media.PDF, pdf(["The mill closed."]))

    assert first.text.startswith("At the mill\n\nMüller & Söhne. The mill grinds")
    assert [(block.role, block.start, block.end) for block in first.blocks] == [(BlockRole.HEADING, 0, 11)]
    assert first.title is not None and first.title.value == "The mill"
    assert second.text == "The mill closed."
    assert child(reading) == one


def test_a_declared_charset_reaches_the_child(reading: Readers) -> None:
    page = PAGE.format("Čapek.").encode("iso8859-2")

    assert "Čapek." in reading.read(Media.HTML, page, "iso-8859-2").text


def test_what_is_refused_is_refused_with_its_sentence_and_the_child_goes_on(reading: Readers) -> None:
    with pytest.raises(TextError, match="The PDF is not whole"):
        reading.read(Media.PDF, b"%PDF-1.7")
    one = child(reading)

    assert reading.read(Media.PDF, pdf(["Words."])).text == "Words."
    assert child(reading) == one


def test_other_kinds_are_not_read(reading: Readers) -> None:
    with pytest.raises(ValueError, match="not read in a child process"):
        reading.read(Media.TEXT, b"words")


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(
    reading: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.read(Media.PDF, pdf(["Words."]))
    stuck = child(reading)
    os.kill(stuck, signal.SIGSTOP)
    monkeypatch.setitem(readers.DEADLINES, Media.PDF, 0.3)

    began = time.monotonic()
    with pytest.raises(TextError, match="took longer than 0 seconds and was given up"):
        reading.read(Media.PDF, pdf(["Words."]) + b" " * 1_000_000)
    # It would wait for ever.
    assert time.monotonic() - began < 20

    monkeypatch.undo()
    assert not is_alive(stuck)
    assert reading.read(Media.PDF, pdf(["Words."])).text == "Words."


def test_a_child_that_died_is_replaced(reading: Readers) -> None:
    reading.read(Media.PDF, pdf(["One."]))
    one = child(reading)
    os.kill(one, signal.SIGKILL)

    assert reading.read(Media.PDF, pdf(["Two."])).text == "Two."
    assert child(reading) != one


def test_a_child_is_replaced_after_many_files(reading: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    reading.close()
    monkeypatch.setattr(readers, "_FILES", 2)
    children = set()
    for _ in range(4):
        reading.read(Media.PDF, pdf(["Words."]))
        children.add(child(reading))

    assert len(children) == 2


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("import os; os._exit(77)", "Reading it took more memory than it may."),
        ("import os; os.abort()", "The program that reads it broke down over it."),
        ("print('no answer at all')", "The program that reads it broke down over it."),
        (
            r"import os, time; os.write(1, b'\0\0\0\2{}'); time.sleep(9)",
            "The program that reads it broke down",
        ),
        (
            r"import os, time; os.write(1, b'\0\0\0\2no'); time.sleep(9)",
            "The program that reads it broke down",
        ),
    ],
)
def test_a_reader_that_breaks_down_is_told(
    reading: Readers, monkeypatch: pytest.MonkeyPatch, code: str, sentence: str
) -> None:
    reading.close()
    monkeypatch.setattr(readers, "_START", code)

    with pytest.raises(TextError, match=sentence):
        reading.read(Media.PDF, pdf(["Words."]))
    assert reading._child is None


def test_running_out_of_memory_ends_the_child_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(data: bytes, declared: str | None) -> Extracted:
        raise MemoryError

    monkeypatch.setattr(web_page, "extract", exhausted)

    assert reader_process.answer_to(Media.HTML, b"", None) is None
    assert reader_process.OUT_OF_MEMORY == readers._OUT_OF_MEMORY
    assert reader_process.LENGTH.size == readers._LENGTH


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's here")
def test_the_child_has_bounded_memory(reading: Readers) -> None:
    reading.read(Media.PDF, pdf(["Words."]))

    limits = Path(f"/proc/{child(reading)}/limits").read_text(encoding="utf-8")

    assert f"Max address space         {reader_process.MEMORY}" in limits


def test_the_child_ends_with_its_context() -> None:
    with Readers() as reading:
        reading.read(Media.PDF, pdf(["Words."]))
        one = child(reading)
        assert is_alive(one)

    assert not is_alive(one)


def test_the_child_ends_when_its_parent_is_killed() -> None:
    code = (
        "import time; from articles.importing.extraction.readers import Readers\n"
        "from articles.vocabulary import Media\n"
        "reading = Readers()\n"
        "try: reading.read(Media.PDF, b'%PDF-')\n"
        "except ValueError: pass\n"
        "print(reading._child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    assert parent.stdout is not None
    orphan = int(parent.stdout.readline())
    assert is_alive(orphan)

    parent.kill()
    parent.wait()
    parent.stdout.close()

    deadline = time.monotonic() + 5
    while Path(f"/proc/{orphan}").exists() and is_alive(orphan) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(f"/proc/{orphan}").exists() or not is_alive(orphan)


def test_the_child_imports_no_django() -> None:
    code = (
        "import sys, articles.importing.extraction.reader_process, trafilatura, pypdf, ftfy; "
        "sys.exit(any(one.split('.')[0] == 'django' for one in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60).returncode == 0


def test_a_child_starts_wherever_its_parent_stands(
    reading: Readers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.close()
    monkeypatch.chdir(tmp_path)

    assert reading.read(Media.PDF, pdf(["Words."])).text == "Words."
