"""What stands where nothing is."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse

from articles.views.page import show

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


def words_of(path: str) -> str:
    """Return the words of an address by which somebody might find what they came for."""
    found = [word for word in WORD.findall(path) if word.lower() not in OURS]
    return " ".join(list(dict.fromkeys(found))[:MOST_WORDS])
