"""A CDN on this machine: it keeps what it may by address, and forgets by key when it is told over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.module_loading import import_string

from articles.cdn.shapes import SHAPES
from articles.models import Job

TOKEN = "a-token-that-nobody-may-read"


@dataclass
class Cdn:
    """`held`: address → content and keys. `answer`, if there is one, answers a purge instead."""

    shape: str = "json"
    held: dict[str, tuple[bytes, frozenset[str]]] = field(default_factory=dict)
    told: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[BaseHTTPRequestHandler], None] | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/purge"

    def keys_of(self, answer: Any) -> frozenset[str]:
        shape = SHAPES[self.shape]
        return frozenset(answer.headers.get(shape.keys_in, "").split(shape.between)) - {""}

    def get(self, address: str) -> bytes:
        """Return what a reader gets: what is held, and else what the site answers, which is held if it may be."""
        if address not in self.held:
            answer = Client().get(address)
            content = answer.getvalue() if answer.streaming else answer.content
            if answer.status_code != 200 or not self.keys_of(answer):
                return content
            self.held[address] = (content, self.keys_of(answer))
        return self.held[address][0]

    def forget(self, keys: set[str]) -> None:
        self.held = {at: one for at, one in self.held.items() if not one[1] & keys}

    def keys_told(self) -> list[str]:
        return [key for _, headers, body in self.told for key in named(headers, body)]


def named(headers: dict[str, str], body: bytes) -> list[str]:
    """Return the keys of a purge, whatever its shape."""
    if "xkey" in headers:
        return headers["xkey"].split()
    (keys,) = json.loads(body).values()
    return keys


def work(until: Any = None) -> int:
    """Do the purges that are due, in this transaction; return how many there were."""
    due = Job.objects.purging().filter(state="waiting", run_after__lte=until or timezone.now())
    jobs = list(due.order_by("pk"))
    for job in jobs:
        import_string(job.task).func(*job.arguments["args"])
        job.delete()
    return len(jobs)


@pytest.fixture
def cdn(settings) -> Iterator[Cdn]:
    """A CDN in front of the site, empty."""
    cdn = Cdn()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            cdn.told.append((self.command, headers, body))
            try:
                if cdn.answer is not None:
                    cdn.answer(self)
                    return
                cdn.forget(set(named(headers, body)))
                said = b'{"success": true}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)
            except OSError:
                pass  # it did not wait for the end

        do_PURGE = do_POST

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    cdn.port = server.server_address[1]
    settings.CDN, settings.CDN_SECONDS, settings.CDN_TOKEN = cdn.shape, 60, TOKEN
    settings.CDN_PURGE_URLS, settings.CDN_PURGE_INSIDE = [cdn.url], True
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    serving.start()
    yield cdn
    server.shutdown()
    server.server_close()
    serving.join()
