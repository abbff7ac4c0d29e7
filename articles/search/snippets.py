"""The part of a text that shows why it was found, cut into pieces: what was looked for, and what stands around it."""

from __future__ import annotations

import re
from collections.abc import Iterable

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
LENGTH = 240

Pieces = list[tuple[str, bool]]


def words(texts: Iterable[str]) -> set[str]:
    """Return the different words of these texts, as they stand there."""
    return {found.group() for text in texts for found in WORD.finditer(text)}


def pieces(text: str, marked: set[str], length: int = LENGTH) -> Pieces:
    """Return about `length` characters of the text with most of the `marked` words in them, as (text, is marked).

    Joined, the pieces are a part of the text; where it was cut, they begin or end with an ellipsis.
    """
    found = [one for one in WORD.finditer(text) if one.group() in marked]
    start, end = _window(text, found, length)
    cut: Pieces = [("… ", False)] if start else []
    at = start
    for one in found:
        if one.start() >= start and one.end() <= end:
            cut += [(text[at : one.start()], False), (one.group(), True)]
            at = one.end()
    cut.append((text[at:end], False))
    if end < len(text):
        cut.append((" …", False))
    return [piece for piece in cut if piece[0]]


def _window(text: str, found: list[re.Match[str]], length: int) -> tuple[int, int]:
    if len(text) <= length:
        return 0, len(text)
    best, first, most = 0, 0, 0
    for last, one in enumerate(found):
        while one.end() - found[first].start() > length:
            first += 1
        different = len({each.group().lower() for each in found[first : last + 1]})
        if different > most:
            best, most = found[first].start(), different
    start = max(0, best - length // 4)
    # Not in the middle of a word.
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = min(len(text), start + length)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + length // 2)
    return start, end
