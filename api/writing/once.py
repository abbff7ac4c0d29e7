"""A request that names itself (`Idempotency-Key`) is carried out once, however often it comes.

The draft draft-ietf-httpapi-idempotency-key-header: the same key with the same request is answered as before, with
`Idempotency-Replayed: true`; with another request it is 422. A twin that comes meanwhile waits. A request that was
refused left nothing behind, its key neither: mended, it may come again under the same one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import orjson
from django.db import transaction
from rest_framework.exceptions import ParseError
from rest_framework.response import Response

from articles.models import AnsweredRequest

LONGEST = 255
# What an answer is besides its body.
KEPT_HEADERS = ("Location", "ETag")


def once(request: Any, do: Callable[[], Response]) -> Response:
    """Carry a request out, or answer as it was answered before. Raises Reused, ParseError for a key that is none."""
    name = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if name is None:
        return do()
    if not name.strip() or len(name) > LONGEST or not name.isascii() or not name.isprintable():
        raise ParseError(
            f"Idempotency-Key must be 1 to {LONGEST} plain characters; a UUID is a good one.", "malformed_key"
        )
    with transaction.atomic():
        kept = AnsweredRequest.begin(_sender(request), name, _fingerprint(request))
        if kept.is_answered:
            return Response(
                kept.again(), status=kept.status, headers={**kept.headers, "Idempotency-Replayed": "true"}
            )
        response = do()
        if response.status_code >= 400:
            transaction.set_rollback(True)
            return response
        headers = {header: response[header] for header in KEPT_HEADERS if header in response}
        body = b"" if response.data is None else orjson.dumps(response.data)
        kept.keep(response.status_code, headers, body)
    return response


def _sender(request: Any) -> str:
    """Return who asks: each key names its requests for itself, and each person at the desk."""
    return f"user:{request.user.pk}" if request.auth is None else f"key:{request.auth.pk}"


def _fingerprint(request: Any) -> str:
    """Return a SHA-256 over all that is asked: method, address, body; of a form its fields and files."""
    whole = hashlib.sha256(f"{request.method} {request.get_full_path()}\0".encode())
    if request.content_type.startswith("multipart/"):
        # Not the bytes: each sending draws another boundary.
        for name, values in sorted(request.data.lists()):
            for value in values:
                whole.update(f"{name}\0".encode())
                if hasattr(value, "chunks"):
                    whole.update(f"{value.name}\0".encode())
                    for chunk in value.chunks():
                        whole.update(hashlib.sha256(chunk).digest())
                    value.seek(0)
                else:
                    whole.update(f"{value}\0".encode())
    else:
        whole.update(request._request.body)
    return whole.hexdigest()
