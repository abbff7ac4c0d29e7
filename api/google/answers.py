"""Answers and refusals as Google's APIs write them: JSON that leaves out what is empty, errors under `error`."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import Http404, HttpResponse
from rest_framework.exceptions import APIException

CONTENT_TYPE = "application/json; charset=UTF-8"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"

# Google's word for each status; whatever else is the asker's mistake is an invalid argument.
STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


class InvalidArgument(Exception):
    """What was asked cannot be read; `violations` are (parameter, sentence) and never empty."""

    def __init__(self, violations: list[tuple[str, str]]) -> None:
        super().__init__(violations)
        self.violations = violations


def answer(body: dict[str, Any], status: int = 200, *, pretty: bool = True) -> HttpResponse:
    """Return the answer of this door; anybody's page may read it, for it never says more to one than to another."""
    if pretty:
        content = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    else:
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(
        # Half a character cannot be written; nothing on record has one, but a refusal may quote what was asked.
        content.encode(errors="replace"),
        status=status,
        content_type=CONTENT_TYPE,
        headers={
            "Access-Control-Allow-Origin": "*",
            "Cache-Control": "public, no-cache" if status < HTTPStatus.BAD_REQUEST else "no-store",
        },
    )


def refusal(status: int, message: str, violations: list[tuple[str, str]] | None = None) -> HttpResponse:
    """Return an error in Google's shape; a status that Google has no word for becomes 400."""
    if status not in STATUSES:
        status = 400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500
    body: dict[str, Any] = {"code": int(status), "message": message, "status": STATUSES[status]}
    if violations:
        fields = [{"field": name, "description": sentence} for name, sentence in violations]
        body["details"] = [{"@type": BAD_REQUEST, "fieldViolations": fields}]
    return answer({"error": body}, status)


def refusal_of(trouble: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Turn an exception of a view into an error; None for bugs, which are logged and become a plain 500."""
    if isinstance(trouble, InvalidArgument):
        return refusal(400, "\n".join(sentence for _, sentence in trouble.violations), trouble.violations)
    if isinstance(trouble, Http404):
        return refusal(404, str(trouble) or "There is nothing at this address.")
    if isinstance(trouble, (BadRequest, SuspiciousOperation)):
        return refusal(400, "This request cannot be read.")
    if isinstance(trouble, APIException):
        response = refusal(trouble.status_code, str(trouble.detail))
        if wait := getattr(trouble, "wait", None):
            response["Retry-After"] = str(int(wait))
        return response
    return None
