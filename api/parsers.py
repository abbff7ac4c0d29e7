"""How bodies are read: strict JSON, so that nothing a program sent is quietly read as something else."""

from __future__ import annotations

import json
import math
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

# Deeper than any body we take; a request is refused for it before anything looks into it.
DEEPEST = 32


class StrictJSON(BaseParser):
    """JSON (RFC 8259) in UTF-8. Refuses keys given twice, NaN, numbers too large, half characters, what is too deep."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        # A request knows how much of it may be read; the bare stream does not.
        raw = stream.body if hasattr(stream, "body") else stream.read()
        try:
            found = json.loads(
                raw.decode("utf-8"),
                object_pairs_hook=_once,
                parse_constant=_no_number,
                parse_float=_finite,
                parse_int=_whole,
            )
        except UnicodeDecodeError as trouble:
            raise ParseError(f"The body is not UTF-8: see byte {trouble.start}.", "not_utf8") from trouble
        except RecursionError as trouble:
            raise ParseError("The body is nested too deeply.", "too_deep") from trouble
        except json.JSONDecodeError as trouble:
            raise ParseError(
                f"The body is no JSON: {trouble.msg} at line {trouble.lineno}, column {trouble.colno}.",
                "no_json",
            ) from trouble
        _require_plain(found, 1)
        return found


class MergePatch(StrictJSON):
    """A JSON merge patch (RFC 7396): what is named changes, null empties, what is not named stays."""

    media_type = "application/merge-patch+json"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ParseError(f"The key “{twice[:100]}” is given twice.", "key_twice")
    return found


def _no_number(word: str) -> Any:
    raise ParseError(f"{word} is no JSON.", "no_json")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ParseError(f"The number {digits[:40]} is too large.", "number_too_large")
    return number


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise ParseError(f"The number {digits[:20]}… is too large.", "number_too_large")
    return int(digits)


def _require_plain(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ParseError(f"The body is nested more than {DEEPEST} levels deep.", "too_deep")
    if isinstance(value, dict):
        for key, inner in value.items():
            _require_plain(key, depth)
            _require_plain(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _require_plain(inner, depth + 1)
    elif isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        raise ParseError("The body holds half a character (a lone surrogate).", "half_character")
