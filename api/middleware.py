"""What every answer under /api/ has, also one that Django gave before or instead of a view."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from api.errors import CONTENT_TYPE, plain_problem

PREFIX = "/api/"
SAFE = ("GET", "HEAD", "OPTIONS")


class AnswersForPrograms:
    """Problems as JSON, and leave for pages of other sites to read what everybody may read.

    Answers to a request that carries a cookie or a key belong to one person: no other site's page gets them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = preflight()
        else:
            response = self.get_response(request)
        if response.status_code >= 400 and not (response.status_code >= 500 and settings.DEBUG):
            response = as_problem(request, response)
        anonymous = not request.META.get("HTTP_AUTHORIZATION") and not request.META.get("HTTP_COOKIE")
        if anonymous and request.method in SAFE:
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = "Allow, ETag, Retry-After"
        patch_vary_headers(response, ["Cookie"])
        return response


def preflight() -> HttpResponse:
    """Answer what a browser asks before it lets a page of another site read with a header of its own."""
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Methods": ", ".join(SAFE),
            "Access-Control-Allow-Headers": "Accept, If-None-Match",
            "Access-Control-Max-Age": "86400",
        },
    )


def as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Put problem details into a refusal, unless it holds them already. Its other headers stay."""
    kind = response.headers.get("Content-Type", "")
    if kind.startswith(CONTENT_TYPE):
        return response
    if response.streaming:
        response.close()
        response = HttpResponse(status=response.status_code)
    said = response.content.decode(errors="replace").strip() if kind.startswith("text/plain") else ""
    body = plain_problem(response.status_code, request, said[:500])
    response.content = json.dumps(body, ensure_ascii=False).encode()
    response["Content-Type"] = CONTENT_TYPE
    response["Content-Length"] = str(len(response.content))
    response["Cache-Control"] = "no-store"
    return response
