"""The API as programs meet it: a process of its own, on a copy of the database in which work is committed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.answering import free_port, wait_for_answer
from tests.committed import PATIENCE, ROOT, CommittedDatabase


@contextmanager
def served(database: CommittedDatabase) -> Iterator[str]:
    """Serve this database until the block ends; yields the address, such as http://127.0.0.1:8123."""
    port = free_port()
    words = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread", "--threads", "4"]
    process = subprocess.Popen(
        # Lines as long as a filter may be: what refuses longer ones is the server and not the API.
        [sys.executable, "-m", "gunicorn", "factcheck.wsgi", *words, "--limit-request-line", "0"],
        cwd=ROOT,
        env=database.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for_answer(process, f"{address}/api/v1/", PATIENCE)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)
