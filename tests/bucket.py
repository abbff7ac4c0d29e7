"""A bucket on this machine that speaks as much of S3 as files take: PUT, GET, HEAD and DELETE of one object."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass
class Bucket:
    """`files`: path → bytes. `refuses` is the status that all, or those of `methods`, are answered with instead."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    refuses: int = 0
    methods: tuple[str, ...] = ("GET", "HEAD", "PUT", "DELETE")
    port: int = 0

    @property
    def url(self) -> str:
        return f"s3://evidence/desk?endpoint=http://127.0.0.1:{self.port}&region=here"


@contextmanager
def serving() -> Iterator[Bucket]:
    """Run one until the block ends."""
    bucket = Bucket()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def _ask(self) -> None:
            path = unquote(urlsplit(self.path).path)
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            bucket.asked.append((self.command, path))
            bucket.signed.append(self.headers.get("Authorization", ""))
            if bucket.refuses and self.command in bucket.methods:
                self._answer(
                    bucket.refuses, b"<Error><Code>AccessDenied</Code><Message>No.</Message></Error>"
                )
            elif self.command == "PUT":
                assert "aws-chunked" not in self.headers.get("Content-Encoding", "")
                bucket.files[path] = content
                self._answer(200, ETag=f'"{hashlib.sha256(content).hexdigest()}"')
            elif self.command == "DELETE":
                bucket.files.pop(path, None)
                self._answer(204)
            elif path in bucket.files:
                self._answer(200, bucket.files[path], ETag='"x"')
            else:
                self._answer(404, b"<Error><Code>NoSuchKey</Code><Message>None.</Message></Error>")

        do_GET = do_HEAD = do_PUT = do_DELETE = _ask

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    bucket.port = server.server_address[1]
    hand = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    hand.start()
    try:
        yield bucket
    finally:
        server.shutdown()
        server.server_close()
        hand.join()
