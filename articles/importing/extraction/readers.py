"""Reads web pages and PDFs in a child process that is kept for as many files as there are.

A file that takes too long, or more memory than it may, is refused; the child that read it is ended and the next
file gets another. No Django in here, and none in the child.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from articles.importing.extraction.extracted import Extracted, ExtractionError
from articles.vocabulary import Media

#: Seconds that reading a file of a kind may take.
DEADLINES: dict[Media, float] = {Media.HTML: 30.0, Media.PDF: 60.0}

_ROOT = Path(__file__).resolve().parents[3]
# The code is named by its folder, so that it does not matter where the parent was started.
_START = (
    "import sys; sys.path.insert(0, sys.argv.pop()); "
    "from articles.importing.extraction.reader_process import main; main()"
)
# Seconds: starting Python and its libraries on a busy machine.
_STARTING = 60.0
# Files after which a child is replaced, since libraries keep what they have seen.
_FILES = 1_000
_LENGTH = 4
_CHUNK = 1 << 16
_LONGEST_ANSWER = 100_000_000
_OUT_OF_MEMORY = 77
_TOO_LARGE = "Reading it took more memory than it may. Save it in a simpler form."
_BROKE_DOWN = "The program that reads it broke down over it. Save it in a simpler form."


class Readers:
    """Reads files one after the other; a context manager. One thread at a time may use it.

    The child process is started with the first file and ends with `close`, or with this process.
    """

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._read = 0
        self._broke_down = _BROKE_DOWN

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, trouble: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child process. The next `read` starts another."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # What was left to be written to a child that is gone.
                    pass
        child.wait()

    def read(self, media: Media, data: bytes, declared: str | None = None) -> Extracted:
        """Read a file's bytes, an HTML's or a PDF's; `declared` is the charset a server named.

        Raises ExtractionError, with a sentence, where no text can be read, and ValueError for other kinds.
        """
        if media not in DEADLINES:
            raise ValueError(f"A file of the kind “{media}” is not read in a child process.")
        if self._read >= _FILES:
            self.close()
        is_fresh = self._child is None
        try:
            return self._exchange(media, data, declared)
        except ChildProcessError:
            if is_fresh:
                raise ExtractionError(self._broke_down) from None
        # It may have died of what came before.
        try:
            return self._exchange(media, data, declared)
        except ChildProcessError:
            raise ExtractionError(self._broke_down) from None

    def _exchange(self, media: Media, data: bytes, declared: str | None) -> Extracted:
        """Send a file to the child and return its answer. Raises ChildProcessError where the child died."""
        seconds = DEADLINES[media]
        deadline = time.monotonic() + seconds + (_STARTING if self._child is None else 0)
        child = self._started()
        # Where the parent was killed, nobody but itself ends a child that hangs.
        head = {"media": media, "size": len(data), "declared": declared, "seconds": seconds + _STARTING}
        sent = json.dumps(head).encode()
        done = False
        try:
            self._send(child, len(sent).to_bytes(_LENGTH, "big") + sent, deadline)
            self._send(child, data, deadline)
            length = int.from_bytes(self._receive(child, _LENGTH, deadline), "big")
            if length > _LONGEST_ANSWER:
                raise ChildProcessError
            answer = json.loads(self._receive(child, length, deadline))
            read = None if "refused" in answer else Extracted.from_plain(answer["read"])
            done = True
        except TimeoutError:
            raise ExtractionError(
                f"Reading it took longer than {seconds:.0f} seconds and was given up. Save it in a simpler form."
            ) from None
        except (EOFError, OSError):
            self._broke_down = _why_it_died(child)
            raise ChildProcessError from None
        except (ValueError, LookupError, TypeError):
            # What it was made to say by what it read is nothing to go by.
            self._broke_down = _BROKE_DOWN
            raise ChildProcessError from None
        finally:
            if not done:
                # Half an exchange would be taken for the beginning of the next.
                self.close()
        if read is None:
            raise ExtractionError(str(answer["refused"]))
        return read

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self.close()
        if self._child is None:
            self._read = 0
            self._child = subprocess.Popen(
                [sys.executable, "-c", _START, str(_ROOT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
            for pipe in (self._child.stdin, self._child.stdout):
                assert pipe is not None
                os.set_blocking(pipe.fileno(), False)
        self._read += 1
        return self._child

    def _send(self, child: subprocess.Popen[bytes], data: bytes, deadline: float) -> None:
        assert child.stdin is not None
        left = memoryview(data)
        while left:
            _wait(child.stdin.fileno(), selectors.EVENT_WRITE, deadline)
            left = left[os.write(child.stdin.fileno(), left[:_CHUNK]) :]

    def _receive(self, child: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert child.stdout is not None
        received = bytearray()
        while len(received) < size:
            _wait(child.stdout.fileno(), selectors.EVENT_READ, deadline)
            piece = os.read(child.stdout.fileno(), min(_CHUNK, size - len(received)))
            if not piece:
                raise EOFError
            received += piece
        return bytes(received)


def _why_it_died(child: subprocess.Popen[bytes]) -> str:
    try:
        code = child.wait(timeout=5)
    except subprocess.TimeoutExpired:
        return _BROKE_DOWN
    return _TOO_LARGE if code == _OUT_OF_MEMORY else _BROKE_DOWN


def _wait(pipe: int, event: int, deadline: float) -> None:
    """Wait until a pipe can be read or written. Raises TimeoutError after the deadline."""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise TimeoutError
