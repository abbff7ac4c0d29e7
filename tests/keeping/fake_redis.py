"""As much of a Redis server as the cache asks for, in a thread of the test. It can be stopped, and begun again."""

from __future__ import annotations

import socketserver
import threading
import time
from typing import Any

OK, NOTHING = b"+OK\r\n", b"$-1\r\n"


class _Asked(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self.server.connected.append(self.connection)
        try:
            while words := self._words():
                while self.server.hangs.is_set():
                    time.sleep(0.05)
                self.wfile.write(self._answer(*words))
        except (OSError, ValueError):
            pass  # it was stopped

    def _words(self) -> list[bytes]:
        line = self.rfile.readline()
        if not line.startswith(b"*"):
            return []
        words = []
        for _ in range(int(line[1:])):
            length = int(self.rfile.readline()[1:])
            words.append(self.rfile.read(length + 2)[:-2])
        return words

    def _answer(self, verb: bytes, *words: bytes) -> bytes:
        kept, verb = self.server.kept, verb.upper()
        self.server.asked.append(verb.decode())
        if verb == b"GET":
            return self._text(kept.get(words[0]))
        if verb == b"MGET":
            return b"*%d\r\n" % len(words) + b"".join(self._text(kept.get(one)) for one in words)
        if verb == b"SET":
            if b"NX" in words and words[0] in kept:
                return NOTHING
            kept[words[0]] = words[1]
            return OK
        if verb == b"DEL":
            return b":%d\r\n" % sum(kept.pop(one, None) is not None for one in words)
        if verb == b"FLUSHDB":
            kept.clear()
            return OK
        return OK

    def _text(self, value: bytes | None) -> bytes:
        return NOTHING if value is None else b"$%d\r\n%s\r\n" % (len(value), value)


class FakeRedis:
    """`kept` is what stands in it, `asked` what it was asked."""

    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}
        self.asked: list[str] = []
        self.hangs = threading.Event()
        self.port = 0
        self.begin()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def begin(self) -> None:
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self._server: Any = socketserver.ThreadingTCPServer(("127.0.0.1", self.port), _Asked)
        self._server.daemon_threads, self._server.connected = True, []
        self._server.hangs = self.hangs
        self._server.kept, self._server.asked = self.kept, self.asked
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        for one in self._server.connected:
            try:
                one.shutdown(2)
            except OSError:
                pass
