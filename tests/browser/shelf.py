"""Pages given to a browser as they were answered, with their headers, and without a server.

The answers are fetched first and opened afterwards: while Playwright runs, Django's database is not asked.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client

from tests.engines import BROWSERS

BROWSER = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
HOST = "http://localhost"
KINDS = {".css": "text/css", ".svg": "image/svg+xml", ".js": "text/javascript", ".png": "image/png"}


@dataclass
class Shelf:
    """Answers by their address, such as `/claims/?kind=fact`; `beside` are those that pages ask for by themselves, and
    `astray` is what a browser wanted besides."""

    answers: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    astray: list[str] = field(default_factory=list)

    def add(self, address: str, client: Client | None = None, **headers: str) -> str:
        """Ask for a page as a reader does and keep the answer; return its address."""
        answer = (client or Client()).get(address, headers=headers)
        assert answer.status_code not in (301, 302), (address, answer.get("Location"))
        return self.put(address, answer)

    def put(self, address: str, answer: Any) -> str:
        self.answers[address] = as_sent(answer)
        return address

    def serve(self, route: Any) -> None:
        """Answer a request of the browser; what is neither a page of ours nor a file is noted as gone astray."""
        url = route.request.url
        place = urlsplit(url)
        path = f"{place.path}?{place.query}" if place.query else place.path
        if not url.startswith(f"{HOST}/"):
            self.astray.append(url)
            route.abort()
        elif path in self.answers or path in self.beside:
            route.fulfill(**(self.answers.get(path) or self.beside[path]))
        elif place.path.startswith("/static/") and (
            file := finders.find(place.path.removeprefix("/static/"))
        ):
            route.fulfill(path=file, content_type=KINDS[file[file.rindex(".") :]])
        else:
            self.astray.append(url)
            route.fulfill(status=404, body="")


def as_sent(answer: Any) -> dict[str, Any]:
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Encoding"}
    return {"status": answer.status_code, "headers": headers, "body": answer.content}


@contextmanager
def browser() -> Iterator[Any]:
    """The system's Chromium, for the length of the block."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def tab(opened: Any, shelf: Shelf, *, width: int = 1280, height: int = 900, **options: Any) -> Iterator[Any]:
    """A tab of a window of its own that reads from the shelf; `options` are those of Playwright's contexts."""
    shelf.astray.clear()
    window = opened.new_context(viewport={"width": width, "height": height}, **options)
    try:
        window.route("**/*", shelf.serve)
        yield window.new_page()
    finally:
        window.close()
