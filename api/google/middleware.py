"""What every answer below /v1alpha1/ has, also one that Django gave before or instead of a view."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from api.google.answers import refusal

PREFIX = "/v1alpha1/"
SENTENCES = {
    400: "This request cannot be read.",
    403: "You may not do this.",
    404: "There is nothing at this address.",
    500: "Something went wrong here. It was noted; try again later.",
    503: "The database took too long over this, and it was given up. Try again in a while, or ask for less at once.",
}


class AnswersInGooglesShape:
    """Errors as Google writes them, and what is left of the budget; as `api.middleware` does it below /api/."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(PREFIX):
            return response
        kind = response.headers.get("Content-Type", "")
        is_ours = response.status_code < 400 or kind.startswith("application/json")
        if not is_ours and not (response.status_code >= 500 and settings.DEBUG):
            said = response.content.decode(errors="replace").strip() if kind.startswith("text/plain") else ""
            sentence = said[:500] or SENTENCES.get(response.status_code, f"{response.reason_phrase}.")
            response = refusal(response.status_code, sentence)
        standing = getattr(request, "standing", None)
        if standing is not None:
            for name, value in standing.headers().items():
                response[name] = value
        return response
