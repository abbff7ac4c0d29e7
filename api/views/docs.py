"""The description of the API as pages for people, made by us: no script, no font, no file from elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from api.manual import manual

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


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, template, context)
    for header, value in KEEP.items():
        answer[header] = value
    return answer
