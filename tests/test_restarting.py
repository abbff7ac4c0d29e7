"""A restart as deploy/factcheck.socket makes it: the port stays open, and whoever asks meanwhile is answered."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter

import pytest

from tests.answering import wait_for_answer
from tests.committed import PATIENCE, ROOT

ASKERS = 8
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
# Where systemd puts the first open port that it hands on.
FIRST = 3


def test_service_and_socket_belong_together():
    service, port = ((ROOT / "deploy" / f"factcheck.{kind}").read_text() for kind in ("service", "socket"))
    assert "Requires=factcheck.socket" in service and re.search(r"After=.*\bfactcheck\.socket", service)
    [listens] = re.findall(r"ListenStream=(\S+)", port)
    assert f"--bind {listens} " in service


@pytest.mark.slow
def test_no_request_is_lost_while_the_site_restarts(committed_database):
    [command] = re.findall(
        r"ExecStart=\S+/bin/(gunicorn .*)", (ROOT / "deploy/factcheck.service").read_text()
    )
    held = socket.create_server(("127.0.0.1", 0), backlog=2048)
    site = f"http://127.0.0.1:{held.getsockname()[1]}/healthz"

    def start() -> subprocess.Popen:
        # As systemd does: the port as the third file, and the process told that it is meant.
        process = subprocess.Popen(
            ["/bin/sh", "-c", f"LISTEN_PID=$$ exec {sys.executable} -m {command}"],
            cwd=ROOT, env=committed_database.environment(LISTEN_FDS="1"), pass_fds=(FIRST,),
            preexec_fn=lambda: os.dup2(held.fileno(), FIRST), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for_answer(process, site, PATIENCE)
        return process

    found: Counter[str] = Counter()
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                with socket.create_connection(held.getsockname(), timeout=PATIENCE) as own:
                    own.sendall(REQUEST)
                    answer = b"".join(iter(lambda own=own: own.recv(65536), b""))
                found["whole" if answer.startswith(b"HTTP/1.1 200") else f"{answer[:60]!r}"] += 1
            except OSError as trouble:
                found[repr(trouble)] += 1

    process = start()
    askers = [threading.Thread(target=ask) for _ in range(ASKERS)]
    try:
        for one in askers:
            one.start()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)
        before = found["whole"]
        process = start()
    finally:
        over.set()
        for one in askers:
            one.join()
        process.terminate()
        process.wait(timeout=PATIENCE)
        held.close()
    assert set(found) == {"whole"} and found["whole"] > before
