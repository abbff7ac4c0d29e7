"""The API as programs meet it: a process of its own, on a copy of the database in which work is committed."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

from tests.committed import PATIENCE, ROOT, CommittedDatabase


@contextmanager
def served(database: CommittedDatabase) -> Iterator[str]:
    """Serve this database until the block ends; yields the address, such as http://127.0.0.1:8123."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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
        end = time.monotonic() + PATIENCE
        while True:
            assert process.poll() is None, "the server did not start"
            assert time.monotonic() < end, "the server does not answer"
            try:
                urlopen(f"{address}/api/v1/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)
