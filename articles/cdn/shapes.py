"""How each kind of CDN is spoken to: one line of a table for each, and no library of any vendor.

Limits are those the services publish: Fastly takes 16,384 bytes of keys with an answer, 1,024 of each, and 256 keys in
one purge; Cloudflare 16 KB with an answer, and 30 tags in one purge on every plan; of Varnish they are those of a
header, 8 KB as it comes. An answer of ours names three keys at most, none longer than 40 bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

BROWSERS_ASK = "public, no-cache"


def _told_apart(header: str) -> Callable[[int], dict[str, str]]:
    """Return how a CDN is told that has a header of its own for it, which it takes off: browsers ask as before."""
    return lambda seconds: {"Cache-Control": BROWSERS_ASK, header: f"max-age={seconds}"}


def _told_with_others(seconds: int) -> dict[str, str]:
    return {"Cache-Control": f"public, max-age=0, must-revalidate, s-maxage={seconds}"}


def _body(name: str) -> Callable[[Sequence[str]], tuple[dict[str, str], bytes]]:
    return lambda keys: (
        {"Content-Type": "application/json", "Accept": "application/json"},
        json.dumps({name: list(keys)}).encode(),
    )


def _in_header(name: str) -> Callable[[Sequence[str]], tuple[dict[str, str], bytes]]:
    return lambda keys: ({name: " ".join(keys)}, b"")


@dataclass(frozen=True)
class Shape:
    """What one kind of CDN reads in our answers, and how it is asked to forget some keys."""

    keys_in: str
    between: str
    lifetime: Callable[[int], Mapping[str, str]]
    method: str
    asked: Callable[[Sequence[str]], tuple[dict[str, str], bytes]]
    # How many keys one request may name.
    most: int
    # The header that the token goes in, and what stands before it there.
    token_in: str
    token_after: str = ""
    needs_token: bool = False
    # What the answer has to say besides its status, as JSON: name → value.
    done: tuple[str, object] | None = None


SHAPES = {
    "fastly": Shape(
        "Surrogate-Key", " ", _told_apart("Surrogate-Control"), "POST", _body("surrogate_keys"), 256,
        "Fastly-Key", needs_token=True,
    ),
    "cloudflare": Shape(
        "Cache-Tag", ",", _told_apart("CDN-Cache-Control"), "POST", _body("tags"), 30,
        "Authorization", "Bearer ", needs_token=True, done=("success", True),
    ),
    # The module xkey, which reads the keys of a PURGE from the header of the same name.
    "varnish": Shape("xkey", " ", _told_with_others, "PURGE", _in_header("xkey"), 100, "X-Purge-Token"),
    "json": Shape(
        "Surrogate-Key", " ", _told_with_others, "POST", _body("keys"), 100, "Authorization", "Bearer "
    ),
}  # fmt: skip
