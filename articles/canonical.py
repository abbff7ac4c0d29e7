"""One spelling of a value, so that its hash can be made again anywhere: canonical JSON and SHA-256.

Canonical JSON here is: UTF-8, keys sorted by code point, no spaces, no escapes that JSON does not demand,
no floating-point numbers. It is stored as text, because a database's JSON type re-orders keys.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any


def sha256(text: str) -> str:
    """Return the hex SHA-256 of the UTF-8 bytes of `text`."""
    return hashlib.sha256(text.encode()).hexdigest()


def moment(at: datetime) -> str:
    """Return a moment in UTC as `2024-10-25T12:00:00.000000Z`, always with microseconds."""
    # Not strftime: some systems write the year 999 in three digits.
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def plain(value: Any) -> Any:
    """Return `value` in the types of JSON; raise TypeError for what has no single spelling."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} has no canonical spelling")


_SPELLING = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def canonical(value: Any) -> str:
    """Return the canonical JSON text of `value`."""
    return _SPELLING.encode(plain(value))


def leaf(salt: str, payload: str) -> str:
    """Return the commitment to one payload: SHA-256 of 0x00, the hex salt and the payload's UTF-8 bytes."""
    return hashlib.sha256(b"\x00" + salt.encode() + payload.encode()).hexdigest()


def merkle_root(leaves: list[str]) -> str:
    """Return the Merkle root (hex) over hex leaves, in the shape of RFC 6962 (inner nodes start with 0x01).

    One leaf is its own root. An empty list has no root: ValueError.
    """
    if not leaves:
        raise ValueError("a Merkle tree needs at least one leaf")
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = merkle_root(leaves[:split]), merkle_root(leaves[split:])
    return hashlib.sha256(b"\x01" + bytes.fromhex(left) + bytes.fromhex(right)).hexdigest()
