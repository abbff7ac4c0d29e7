"""Servers of the tests' own: a free port for one, and the wait until it answers.

What is short here is only how long one question waits for its answer: a machine that does much else beside may let a
server think for seconds, and the next question is asked then.
"""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import urlopen


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_answer(
    process: subprocess.Popen, address: str, patience: float, said: Callable[[], str] = str
) -> None:
    """Return when this process answers at the address; `said` gives its words where it ends before, or is too slow."""
    end = time.monotonic() + patience
    while True:
        assert process.poll() is None, f"the server did not start: {said()}"
        assert time.monotonic() < end, f"the server does not answer within {patience} seconds: {said()}"
        try:
            urlopen(address, timeout=5).close()
            return
        except HTTPError:
            raise
        # Refused, reset, and slow: a read that takes too long is a TimeoutError and no URLError.
        except OSError:
            time.sleep(0.1)
