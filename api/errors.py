"""Every answer that says no has one shape: problem details (RFC 9457), as `application/problem+json`.

`type` is `about:blank`, so `title` is the phrase of the status. What a program acts on is `code`, which is stable;
what a person reads is `detail`. `errors` names the places: each with a code and a sentence, and where it applies a
`parameter` of the address or a `pointer` into the body (RFC 6901, as a fragment).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404, HttpRequest
from rest_framework import exceptions
from rest_framework.response import Response

from articles.models.answered_request import Reused
from articles.refusals import NotAllowed, NotPublishable, Refused, Stale

CONTENT_TYPE = "application/problem+json"
# A request with a thousand mistakes is not told all of them, but of many rows at least one for each.
MOST_ERRORS = 500

# What our own exceptions and Django's mean to a program: status, code and, where they have none, a sentence.
REFUSALS: dict[type[Exception], int] = {
    NotAllowed: HTTPStatus.FORBIDDEN,
    Stale: HTTPStatus.PRECONDITION_FAILED,
    Reused: HTTPStatus.UNPROCESSABLE_ENTITY,
    Refused: HTTPStatus.CONFLICT,
}
OTHERS: dict[type[Exception], tuple[int, str, str]] = {
    Http404: (404, "not_found", "There is nothing at this address that you may see."),
    PermissionDenied: (403, "not_allowed", "You may not do this."),
    RequestDataTooBig: (413, "body_too_large", "The body of the request is too large."),
    SuspiciousOperation: (400, "bad_request", "This request cannot be read."),
    RecursionError: (400, "too_deep", "The body of the request is nested too deeply."),
}


class InvalidParameters(Exception):
    """The query of an address cannot be read; `errors` says why, each as `error` makes them."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors)
        self.errors = errors


def error(
    code: str, detail: str, *, parameter: str | None = None, pointer: str | None = None
) -> dict[str, Any]:
    """Return one entry of `errors`."""
    return {"code": code, "detail": detail, "parameter": parameter, "pointer": pointer}


def problem(
    status: int, code: str, detail: str, errors: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Return the body of a problem."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "code": code,
        "errors": (errors or [])[:MOST_ERRORS],
    }


def answer(trouble: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception of a view into a problem; None for bugs, which are logged and become a plain 500."""
    body = body_for(trouble, context)
    if body is None:
        return None
    headers = {"Cache-Control": "no-store"}
    if isinstance(trouble, exceptions.APIException):
        if challenge := getattr(trouble, "auth_header", None):
            headers["WWW-Authenticate"] = challenge
        if wait := getattr(trouble, "wait", None):
            headers["Retry-After"] = str(int(wait))
    return Response(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


def body_for(trouble: Exception, context: dict[str, Any] | None = None) -> dict[str, Any] | None:
    """Return the problem that an exception means, or None for one that nobody expected."""
    if isinstance(trouble, InvalidParameters):
        errors = trouble.errors
        return problem(400, "invalid_parameters", _first_of(errors), errors)
    if isinstance(trouble, ModelValidationError):
        errors = list(_model_errors(trouble))
        return problem(400, "invalid", _first_of(errors), errors)
    if isinstance(trouble, exceptions.ValidationError):
        errors = list(_field_errors(trouble.get_full_details(), ""))
        return problem(400, "invalid", _first_of(errors), errors)
    if isinstance(trouble, exceptions.APIException):
        detail = trouble.detail
        code = getattr(detail, "code", trouble.default_code)
        sentence = _in_our_words(trouble, context) or str(detail)
        return problem(trouble.status_code, code, sentence, getattr(trouble, "errors", None))
    if isinstance(trouble, Refused):
        status = next(status for kind, status in REFUSALS.items() if isinstance(trouble, kind))
        obstacles = trouble.obstacles if isinstance(trouble, NotPublishable) else []
        errors = [error(one.code, one.sentence, pointer=f"#/{one.where}") for one in obstacles]
        return problem(status, trouble.code, trouble.sentence, errors)
    for kind, (status, code, sentence) in OTHERS.items():
        if isinstance(trouble, kind):
            return problem(status, code, sentence)
    return None


def _in_our_words(trouble: exceptions.APIException, context: dict[str, Any] | None) -> str:
    """Return what to do instead, where the framework only says what does not go."""
    view = (context or {}).get("view")
    if isinstance(trouble, exceptions.MethodNotAllowed) and view is not None:
        return f"{view.request.method} means nothing here; there is {', '.join(view.allowed_methods)}."
    if isinstance(trouble, exceptions.UnsupportedMediaType) and view is not None:
        return f"This is not read here. Send {' or '.join(one.media_type for one in view.parser_classes)}."
    if isinstance(trouble, exceptions.NotAcceptable):
        return "Answers are JSON: send “Accept: application/json”, or no Accept header."
    return ""


def errors_of(trouble: Exception) -> list[dict[str, Any]]:
    """Return what an exception says as entries of `errors`, one at least."""
    body = body_for(trouble)
    assert body is not None
    return body["errors"] or [error(body["code"], body["detail"])]


def plain_problem(status: int, request: HttpRequest, said: str = "") -> dict[str, Any]:
    """Return a problem for an answer that never reached a view of the API."""
    codes = {400: "bad_request", 403: "not_allowed", 404: "not_found", 500: "server_error", 503: "busy"}
    sentences = {
        400: "This request cannot be read.",
        403: "You may not do this.",
        404: f"There is nothing at {request.path[:200]}.",
        500: "Something went wrong here. It was noted; try again later.",
        503: "Somebody else was writing all the time. Nothing was changed; see Retry-After and try again.",
    }
    code = codes.get(status, HTTPStatus(status).phrase.lower().replace(" ", "_"))
    return problem(status, code, said or sentences.get(status, f"{HTTPStatus(status).phrase}."))


def _first_of(errors: list[dict[str, Any]]) -> str:
    """Return one sentence for people: the first mistake with its place, and how many more there are."""
    more, place = len(errors) - 1, (errors[0]["pointer"] or "").removeprefix("#/")
    return (
        (f"{place}: " if place else "")
        + errors[0]["detail"]
        + (f" ({more} more under errors.)" if more else "")
    )


def _model_errors(trouble: ModelValidationError) -> Any:
    """Yield an entry for each sentence of a model's ValidationError."""
    fields = trouble.error_dict if hasattr(trouble, "error_dict") else {NON_FIELD_ERRORS: trouble.error_list}
    for field, sentences in fields.items():
        pointer = None if field == NON_FIELD_ERRORS else f"#/{field}"
        for one in sentences:
            yield error(one.code or "invalid", " ".join(one.messages), pointer=pointer)


def _field_errors(details: Any, path: str) -> Any:
    """Yield an entry for each leaf of a serializer's errors: {"code", "message"} under keys and positions."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield error(details["code"], str(details["message"]), pointer=f"#{path}" if path else None)
    elif isinstance(details, dict):
        for key, inner in details.items():
            yield from _field_errors(inner, path if key == "non_field_errors" else f"{path}/{key}")
    else:
        leaves = all(isinstance(inner, dict) and set(inner) == {"message", "code"} for inner in details)
        for position, inner in enumerate(details):
            yield from _field_errors(inner, path if leaves else f"{path}/{position}")
