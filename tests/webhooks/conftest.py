"""A receiver on this machine that answers as it is told and remembers what it was sent."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from articles import reaching


@dataclass
class Receiver:
    """`answer` is called with the handler of each request; the default is 204."""

    answer: Callable[[BaseHTTPRequestHandler], None] | None = None
    requests: list[tuple[dict[str, str], str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.requests]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.requests]

    def says(self, status: int, body: bytes = b"", **headers: str) -> None:
        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        self.answer = answer


@pytest.fixture(autouse=True)
def no_names(monkeypatch):
    """No name is looked up outside this machine, not even hooks.example."""

    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(reaching, "look_up", unknown)


@pytest.fixture
def receiver(settings):
    settings.REACH_THIS_MACHINE = True
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.requests.append((headers, body))
            try:
                if receiver.answer is not None:
                    receiver.answer(self)
                else:
                    self.send_response(204)
                    self.end_headers()
            except OSError:
                pass  # it did not wait for the end

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    serving.start()
    yield receiver
    server.shutdown()
    server.server_close()
    serving.join()
