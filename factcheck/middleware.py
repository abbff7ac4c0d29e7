"""What every request and every answer passes through, whatever the page."""

from collections.abc import Callable
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

Answer = Callable[[HttpRequest], HttpResponse]

# NUL, the other C0 controls and DEL. Tab and line ends are fair in a query (a pasted quotation), never in a path.
CONTROL = frozenset(map(chr, range(0x20))) | {"\x7f"}
CONTROL_IN_QUERY = CONTROL - frozenset("\t\n\r")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)


class RefuseControlCharacters:
    """PostgreSQL cannot store NUL and answers it with an error, SQLite can and cuts there: refuse it at the door."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = unquote_plus(request.META.get("QUERY_STRING", ""), errors="replace")
        if not CONTROL.isdisjoint(request.path) or not CONTROL_IN_QUERY.isdisjoint(query):
            return HttpResponse(
                "The address holds a control character (such as NUL). Remove it and try again.\n",
                status=400,
                content_type="text/plain; charset=utf-8",
            )
        return self.get_response(request)


class CompressPages(GZipMiddleware):
    """Pages and feeds for readers leave compressed.

    Not what somebody signed in sees: whoever can make them open addresses could learn words of it from the length of
    the answer (BREACH). Not what programs get: compressing would weaken the tag that their `If-Match` names.
    """

    TYPES = (
        "text/html",
        "text/csv",
        "text/plain",
        "application/atom+xml",
        "application/feed+json",
        "application/xml",
    )

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        of_the_desk = settings.SESSION_COOKIE_NAME in request.COOKIES
        fits = response.get("Content-Type", "").startswith(self.TYPES)
        if of_the_desk or not fits or request.path_info.startswith("/api/"):
            return response
        return super().process_response(request, response)


class LanguageOfTheAddress:
    """The address alone says in what language a page answers, so that a link shows the same to everybody.

    Django's own middleware would also ask the browser, and then no cache in front of us could share a page.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class ContentSecurityPolicy:
    """No page has inline script or style, so that the policy is a constant and needs no nonce.

    A view that other sites may frame sets the header itself, and then keeps its own.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
