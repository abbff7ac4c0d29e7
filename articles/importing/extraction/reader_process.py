"""The child process that reads web pages and PDFs, so that a file which ruins its reader ruins nothing else.

It answers one request after the other on its standard output: four bytes of length, then JSON. It has bounded
memory and time, and ends when its parent is gone, however that went. No Django in here; nothing of ours that
imports it either.
"""

from __future__ import annotations

import json
import logging
import os
import select
import signal
import struct
import sys
import warnings
from typing import Any, BinaryIO

from articles.importing.decoding import TextError
from articles.importing.extraction import pdf_document, web_page
from articles.vocabulary import Media

#: Length of what follows, in bytes.
LENGTH = struct.Struct(">L")
#: Exit code of a process that ran out of memory and wants to be replaced.
OUT_OF_MEMORY = 77
#: Bytes of address space.
MEMORY = 1_000_000_000

# Seconds between two looks whether the parent is still there.
_LOOK = 5.0


def main() -> None:
    """Answer requests until there are no more."""
    requests, answers = _channels()
    _limit_memory()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    while True:
        _wait_for_request(requests)
        head = _exactly(requests, LENGTH.size)
        request = json.loads(_exactly(requests, *LENGTH.unpack(head)))
        data = _exactly(requests, request["size"])
        # Kills this process, whatever it is doing; its parent does so first, where there is one.
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        answer = answer_to(Media(request["media"]), data, request["declared"])
        signal.setitimer(signal.ITIMER_REAL, 0)
        if answer is None:
            os._exit(OUT_OF_MEMORY)
        sent = json.dumps(answer).encode()
        answers.write(LENGTH.pack(len(sent)) + sent)
        answers.flush()
        del data, answer, sent


def answer_to(media: Media, data: bytes, declared: str | None) -> dict[str, Any] | None:
    """Return what was read as {"read": ...}, or {"refused": sentence}; None where memory ran out."""
    try:
        if media is Media.PDF:
            return {"read": pdf_document.extract(data).to_plain()}
        return {"read": web_page.extract(data, declared).to_plain()}
    except TextError as error:
        return {"refused": str(error)}
    except MemoryError:
        return None
    except RecursionError:
        return {"refused": "The file is built too deeply to be read."}


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """Return the ends of the pipes to the parent, where no library writes to by mistake."""
    requests, answers = os.fdopen(os.dup(0), "rb", buffering=0), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    return requests, answers


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        # Not a Unix: the deadline remains.
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _wait_for_request(requests: BinaryIO) -> None:
    """Wait until something comes, or end the process where the parent is gone.

    A parent that forked keeps its end of the pipe open in its child: then only its number tells that it died.
    """
    parent = os.getppid()
    while not select.select([requests], [], [], _LOOK)[0]:
        if os.getppid() != parent:
            sys.exit()


def _exactly(requests: BinaryIO, size: int) -> bytes:
    """Return so many bytes; ends the process where the parent closed its end."""
    pieces: list[bytes] = []
    while size:
        piece = requests.read(min(size, 1 << 20))
        if not piece:
            sys.exit()
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


if __name__ == "__main__":
    main()
