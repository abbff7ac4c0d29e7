"""What search engines ask for: the sitemap and its parts, and what they should leave alone."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch
from django.utils import translation

from articles import sitemaps
from articles.addresses import address
from articles.views.feeds import kept
from articles.views.page import answered

# Nothing there is for a search engine: ever new questions, forms, private links, and the desk.
LEFT_ALONE = ("search", "check", "submit", "report", "admin:index")
# Private links have no page above them, so no name by which it is found.
PRIVATE = "submissions/"


@answered
def index(request: HttpRequest) -> HttpResponse:
    """The sitemap: an index of its parts."""
    return kept(request, "sitemap", sitemaps.CONTENT_TYPE, sitemaps.index)


@answered
def pages(request: HttpRequest) -> HttpResponse:
    """The pages that stand alone."""
    return kept(request, "sitemap", sitemaps.CONTENT_TYPE, sitemaps.pages)


@answered
def part(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The pages of one noun in one range of numbers."""
    if name not in sitemaps.NOUNS or number > 10**12:
        raise Http404("There is no such part of the sitemap.")

    def make(base: str) -> bytes:
        made = sitemaps.part(base, name, number)
        if made is None:
            raise Http404("Nothing in this part of the sitemap is open to readers.")
        return made

    return kept(request, "sitemap", sitemaps.CONTENT_TYPE, make)


@answered
def robots(request: HttpRequest) -> HttpResponse:
    """What programs should leave alone, and where all other addresses are listed, in each language."""

    def make(base: str) -> bytes:
        lines = ["User-agent: *"]
        listed = []
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                lines += [f"Disallow: {where}" for where in _left_alone()]
                listed.append(f"Sitemap: {base}{address('sitemap')}")
        return "\n".join([*dict.fromkeys(lines), "", *listed, ""]).encode()

    return kept(request, "robots", "text/plain; charset=utf-8", make)


def _left_alone() -> list[str]:
    found = []
    for name in LEFT_ALONE:
        try:
            found.append(address(name))
        except NoReverseMatch:
            continue
    return [*found, address("home") + PRIVATE]
