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
# What pages of other sites may do: all of them, and those this house has named (API_CORS_ORIGINS).
ALL_MAY = {
    "Access-Control-Allow-Methods": ", ".join(SAFE),
    "Access-Control-Allow-Headers": "Accept, If-None-Match, Ledger-At-Least",
}
NAMED_MAY = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, "
    "Ledger-At-Least, Prefer",
}
# What a browser lets a page of another site read besides the body.
EXPOSED = (
    "Allow, Deprecation, ETag, Idempotency-Replayed, Ledger-Position, Link, Location, Preference-Applied, "
    "RateLimit, RateLimit-Policy, Retry-After, Sunset"
)


class AnswersForPrograms:
    """Problems as JSON, what is left of the budget, and leave for pages of other sites to read.

    What everybody may read, every site's pages may. Answers to a key go only to sites this house has named, and
    those to a cookie to none: no answer ever allows credentials.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            response = preflight(request)
        else:
            response = self.get_response(request)
        if response.status_code >= 400 and not (response.status_code >= 500 and settings.DEBUG):
            response = as_problem(request, response)
        standing = getattr(request, "standing", None)
        if standing is not None:
            for name, value in standing.headers().items():
                response[name] = value
        share(request, response)
        patch_vary_headers(response, ["Cookie", "Authorization"])
        return response


def preflight(request: HttpRequest) -> HttpResponse:
    """Answer what a browser asks before it lets a page of another site send more than a plain question."""
    may = NAMED_MAY if is_named(request) else ALL_MAY
    return HttpResponse(status=204, headers={**may, "Access-Control-Max-Age": "86400"})


def share(request: HttpRequest, response: HttpResponse) -> None:
    """Say whose pages may read this answer."""
    given = request.META
    if given.get("HTTP_COOKIE"):
        return
    for_all = not given.get("HTTP_AUTHORIZATION") and request.method in SAFE
    if settings.API_CORS_ORIGINS and (not for_all or request.method == "OPTIONS"):
        patch_vary_headers(response, ["Origin"])
    if for_all and not (request.method == "OPTIONS" and is_named(request)):
        response["Access-Control-Allow-Origin"] = "*"
    elif is_named(request):
        response["Access-Control-Allow-Origin"] = given["HTTP_ORIGIN"]
    else:
        return
    response["Access-Control-Expose-Headers"] = EXPOSED


def is_named(request: HttpRequest) -> bool:
    """Does the request come from a page of a site that this house has named?"""
    return request.META.get("HTTP_ORIGIN", "") in settings.API_CORS_ORIGINS


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
