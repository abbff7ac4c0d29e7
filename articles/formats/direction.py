"""Words of the record in a line of ours that no element keeps apart: a title, a citation, a sentence of a list.

Invisible characters turn the direction of what follows them until another one closes them. Left open, or closed once
too often, they turn our own words around: the rating behind a claim, the name of the newsroom. No Django in here.
"""

from __future__ import annotations

import re

# Embeddings and overrides end with PDF, isolates with PDI, which ends what was begun within them too (UAX #9).
_EMBEDDINGS, _ISOLATES = frozenset("\u202a\u202b\u202d\u202e"), frozenset("\u2066\u2067\u2068")
_PDF, _PDI = "\u202c", "\u2069"
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def closed(words: str) -> str:
    """Return words with every turn of direction in them ended, and without an end of what did not begin in them."""
    if not _TURNING.search(words):
        return words
    open_ones: list[str] = []
    kept = []
    for character in words:
        if character in _EMBEDDINGS or character in _ISOLATES:
            open_ones.append(character)
        elif character == _PDF:
            if not open_ones or open_ones[-1] in _ISOLATES:
                continue
            open_ones.pop()
        elif character == _PDI:
            if _ISOLATES.isdisjoint(open_ones):
                continue
            while open_ones.pop() not in _ISOLATES:
                pass
        kept.append(character)
    kept += [_PDI if one in _ISOLATES else _PDF for one in reversed(open_ones)]
    return "".join(kept)
