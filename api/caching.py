"""How a program learns that it has the newest answer already."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.http import parse_etags


@cache
def shape() -> str:
    """Return what changes with the code that shapes answers: a release may say more of a row that did not change."""
    code = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in code)).hexdigest()[:8]


def etag(noun: str, pk: Any, seq: int | None) -> str:
    """Return the tag of a row as everybody sees it. Weak: the same content, though perhaps indented otherwise."""
    return f'W/"{noun}-{pk}-{seq or 0}-{shape()}"'


def matches(request: Any, tag: str) -> bool:
    """Does the asker have it already? Compared weakly, as RFC 9110 says for reading."""
    given = [one.removeprefix("W/") for one in parse_etags(request.META.get("HTTP_IF_NONE_MATCH", ""))]
    return "*" in given or tag.removeprefix("W/") in given
