"""`manage.py demo` as a newcomer runs it: a real process, a real port, a browser's requests."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings

from tests.answering import free_port, wait_for_answer

pytestmark = pytest.mark.slow

# Seconds: a machine that does much else beside may take minutes.
PATIENCE = 300
README = (Path(settings.BASE_DIR) / "README.md").read_text(encoding="utf-8")


@contextmanager
def demo(data: Path, port: int) -> Iterator[tuple[str, list[str]]]:
    """Run the demo until the block ends; yields its address and what it has printed, filled in at the end."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(data), "DATA_DIRECTORY": str(data)}
    output = data / "output"
    with output.open("w") as printed:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=settings.BASE_DIR, env=environment, stdout=printed, stderr=subprocess.STDOUT,
        )  # fmt: skip
        address, lines = f"http://127.0.0.1:{port}", []
        try:
            wait_for_answer(process, f"{address}/healthz", PATIENCE, output.read_text)
            yield address, lines
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)
            lines += output.read_text().splitlines()


def jobs_done(database: Path) -> int:
    """Wait for the worker beside the server to do what comes back at intervals; return how many jobs it did."""
    for _ in range(600):
        with closing(sqlite3.connect(database)) as connection:
            done = connection.execute("SELECT COUNT(*) FROM articles_job WHERE state = 'done'").fetchone()[0]
        if done >= 2:
            break
        time.sleep(0.1)
    return done


def page(address: str, path: str) -> str:
    with urlopen(f"{address}{path}", timeout=PATIENCE) as answer:
        return answer.read().decode()


def test_it_serves_the_samples_and_a_second_run_changes_nothing(tmp_path):
    with demo(tmp_path, free_port()) as (address, printed):
        front = page(address, "/")
        assert "Election Workers" in front
        sheet = re.search(r'<link rel="stylesheet" href="([^"]+)"', front)[1]
        assert "color-scheme" in page(address, sheet)
        head = re.search(r"[0-9a-f]{12}", front.split("<footer")[1])[0]
        sources = json.loads(page(address, "/api/v1/sources/?page_size=100"))["results"]
        assert len(sources) >= 35
        verdicts = json.loads(page(address, "/api/v1/verdicts/"))["results"]
        assert len(verdicts) == 5
        # Rule 3: the demo publishes through two accounts, and the administrator is neither.
        assert {(one["author"], one["approver"]) for one in verdicts} == {
            ("Sample Reporter", "Sample Editor")
        }
        # What README asks finds something.
        [query] = re.findall(r"^curl 'http://127.0.0.1:8000(\S+)'", README, re.MULTILINE)
        assert json.loads(page(address, query))["results"]
        assert jobs_done(tmp_path / "demo.sqlite3") >= 2
    passwords = [
        line for line in printed if re.fullmatch(r"  (reporter|editor|administrator)\s+\S{16}", line)
    ]
    assert len(passwords) == 3
    assert any(f"delete {tmp_path / 'demo.sqlite3'} to start over" in line for line in printed)

    with demo(tmp_path, free_port()) as (address, printed):
        assert head in page(address, "/").split("<footer")[1]
    assert not [line for line in printed if "shown once" in line or " new " in line]


def test_a_taken_port_is_said_in_a_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "demo", "--port", str(port)],
            cwd=settings.BASE_DIR, env={"PATH": os.environ["PATH"], "DATA_DIRECTORY": str(tmp_path)},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr and "make run PORT=" in done.stderr
    assert "Traceback" not in done.stderr
