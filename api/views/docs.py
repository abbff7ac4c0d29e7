"""The description of the API as pages for people, made by us: no script, no font, no file from elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from api import guide as pages
from api.manual import SITE, manual

# It changes with the code alone.
KEEP = {"Cache-Control": "public, max-age=300"}


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """Show all operations, noun by noun, each with a line."""
    return _page(request, "api/contents.html", {"nouns": manual().values()})


@require_safe
def noun(request: HttpRequest, name: str) -> HttpResponse:
    """Show all that is done with rows of one kind."""
    found = manual().get(name)
    if found is None:
        raise Http404
    return _page(request, "api/noun.html", {"noun": found, "nouns": manual().values()})


@require_safe
def guide(request: HttpRequest, name: str = "api") -> HttpResponse:
    """Show a page of `docs/`: the tasks, what holds everywhere, the codes, the promise."""
    if not pages.has_page(name):
        raise Http404
    text = pages.page(name, reverse("api-root")).replace(SITE, _site(request))
    return _page(request, "api/guide.html", {"name": name, "text": text, "nouns": manual().values()})


def _site(request: HttpRequest) -> str:
    """Return where this instance stands, such as `https://desk.example`."""
    return request.build_absolute_uri("/").removesuffix("/")


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    guides = [
        {"name": name, "title": title, "url": reverse("api-docs") + pages.below(name)}
        for name, title in pages.PAGES.items()
        if pages.has_page(name)
    ]
    answer = render(request, template, {**context, "site": _site(request), "guides": guides})
    for header, value in KEEP.items():
        answer[header] = value
    return answer
