"""What stands where nothing is, and where something went wrong."""

from __future__ import annotations

import re
import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

from articles.views.page import show

# Seconds after which to try again where somebody else was writing all the time that was waited.
BUSY = 5
# As many as a search box shows; an address may be as long as somebody likes.
MOST_WORDS = 8
WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]{3,40}(?![^\W\d_])")
# Words of our own addresses, which say nothing of what somebody looked for.
OURS = {
    "claims", "claim", "articles", "article", "sources", "source", "claimants", "claimant", "topics", "topic",
    "search", "feeds", "feed", "atom", "json", "html", "php", "index", "xml", "csv", "www",
}  # fmt: skip


def not_found(request: HttpRequest, exception: Any) -> HttpResponse:
    """Return 404 with a page that helps: a search box with the words of the address in it, and the lists."""
    return show(request, "404.html", {"words": words_of(request.path)}, status=404)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Return 500; 503 where nothing is broken and the same request will do a little later."""
    if not is_busy(sys.exc_info()[1]):
        return server_error(request)
    response = render(None, "503.html", status=503)
    response.headers["Retry-After"] = str(BUSY)
    response.headers["Cache-Control"] = "no-store"
    return response


def is_busy(trouble: BaseException | None) -> bool:
    """Did somebody wait for their turn, at SQLite's one lock or for a connection of the pool, until time was up?

    What began was rolled back then.
    """
    if not isinstance(trouble, OperationalError):
        return False
    return "is locked" in str(trouble) or type(trouble.__cause__).__name__ == "PoolTimeout"


def words_of(path: str) -> str:
    """Return the words of an address by which somebody might find what they came for."""
    found = [word for word in WORD.findall(path) if word.lower() not in OURS]
    return " ".join(list(dict.fromkeys(found))[:MOST_WORDS])
