"""The wait for a server of the tests: slow is no failure, ended is one."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from tests import answering
from tests.answering import free_port, wait_for_answer

SLOW = textwrap.dedent("""
    import socket, sys, time
    listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
    first, _ = listening.accept()
    second, _ = listening.accept()
    second.recv(4096)
    second.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n")
    second.close()
    time.sleep(60)
""")


def test_a_server_that_says_nothing_at_first_is_asked_again(monkeypatch):
    asked = answering.urlopen
    monkeypatch.setattr(answering, "urlopen", lambda address, timeout: asked(address, timeout=0.2))
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(port)])
    try:
        wait_for_answer(process, f"http://127.0.0.1:{port}/", 60)
    finally:
        process.kill()
        process.wait()


def test_a_server_that_ends_is_no_longer_waited_for():
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    with pytest.raises(AssertionError, match="did not start: no port"):
        wait_for_answer(process, f"http://127.0.0.1:{free_port()}/", 60, lambda: "no port")
