"""The state of a row that whoever writes has seen: `ETag` of what was answered, `If-Match` of what comes back.

The tag of a row that may be written is strong and has two parts: `"claim-12-r5.8c1f0a3b"`. Before the dot stands the
row with its revision, which every change of its own columns counts; after it a digest of the whole answer, in which
other rows show too. A precondition is about the row: so only the part before the dot is compared, and it may be sent
alone (`"claim-12-r5"`), as who has only read a list knows it. Of what changes and counts no revision, such as an
assignment, the whole tag is compared. What everybody may read has a weak tag instead (see `articles.keeping`), which
by RFC 9110 matches no `If-Match`.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import orjson
from rest_framework.exceptions import APIException, ParseError

from api.rooms import shown
from articles.models.ledger import alone
from articles.models.recorded import Recorded

_TAGS = re.compile(r'\s*(W/)?"([\x21\x23-\x7e]*)"\s*(?:,|$)')
LONGEST = 2000


class PreconditionRequired(APIException):
    """A change must say which state it is a change of."""

    status_code = 428
    default_code = "precondition_required"


class PreconditionFailed(APIException):
    """The row is in another state than the one that was seen; `row` is the row."""

    status_code = 412
    default_code = "stale"

    def __init__(self, sentence: str, row: Any) -> None:
        super().__init__(sentence)
        self.row = row


def state_of(row: Any) -> str:
    """Return the part of the tag that a precondition is about, such as `claim-12-r5`."""
    return _state(type(row), row.pk, getattr(row, "revision", 0))


def tag_of(model: type[Any], pk: Any, data: Any) -> str:
    """Return the tag of this whole answer about a row of this model; a row without a revision stands at 0."""
    digest = hashlib.blake2b(orjson.dumps(data, default=str), digest_size=6).hexdigest()
    return f'"{_state(model, pk, data.get("revision", 0))}.{digest}"'


def _state(model: type[Any], pk: Any, revision: int) -> str:
    return f"{model._meta.model_name}-{pk}-r{revision}"


def held(request: Any) -> AbstractContextManager[None]:
    """Return what keeps a state that `If-Match` was compared with as it is until the verb has written on it."""
    return alone() if "HTTP_IF_MATCH" in request.META else nullcontext()


def require_seen(request: Any, row: Any, *, needed: bool) -> int | None:
    """Compare `If-Match` with the row, and return its revision where it matches; None where there is none.

    Raises PreconditionRequired where one is needed, PreconditionFailed, and ParseError for what is no list of tags.
    """
    given = request.META.get("HTTP_IF_MATCH", "").strip()
    if not given or given == "*":
        if needed or given:
            what = "“*” would overwrite what nobody has seen" if given else "the header is missing"
            also = (
                f', and so does its revision: If-Match: "{row._meta.model_name}-{row.pk}-r<revision>"'
                if hasattr(row, "revision")
                else ""
            )
            raise PreconditionRequired(
                f"Say which state you have seen by If-Match: {what}. The ETag of its detail says it{also}."
            )
        return None
    seen = [tag for is_weak, tag in _read(given) if not is_weak]
    if hasattr(row, "revision") or isinstance(row, Recorded):
        matches = state_of(row) in [tag.partition(".")[0] for tag in seen]
    else:
        matches = tag_of(type(row), row.pk, shown(row, request)[0]).strip('"') in seen
    if matches:
        return int(getattr(row, "revision", 0))
    sentence = (
        f"This {row._meta.verbose_name} is not in the state you have seen any more."
        if seen
        else "A weak tag (W/) is for reading: ask for the detail with your key, which gets one to write with."
    )
    raise PreconditionFailed(
        f"{sentence} Nothing of yours was written; what it is now is under current.", row
    )


def _read(header: str) -> list[tuple[bool, str]]:
    found, place = [], 0
    while place < len(header):
        match = _TAGS.match(header, place)
        if match is None or len(header) > LONGEST:
            raise ParseError('If-Match holds no tags such as "claim-12-r5".', "malformed_if_match")
        found.append((match[1] is not None, match[2]))
        place = match.end()
    return found
