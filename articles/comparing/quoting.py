"""Where the words somebody quotes stand in a text: exactly, with other spaces and marks, or only nearly.

No Django in here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from articles.comparing.passages import nearest

# Characters. A longer quotation is looked for exactly and no other way; in a longer text nothing like it is looked for.
LONGEST_PASSAGE = 4_000
LONGEST_TEXT = 200_000
# Shorter ones are like too much.
SHORTEST_ALIKE = 20
# Of the same words in several places so many are counted.
MOST_PLACES = 100

# What one writes for the other without meaning anything by it.
_SPACES = r"[\s\u200b\u200c\u200d\u2060\ufeff]+"
_ALIKE = (
    ('"“”„‟«»″', '["“”„‟«»″]'),
    ("'‘’‚‛′`´", "['‘’‚‛′`´]"),
    ("-‐‑‒–—―−", "[-‐‑‒–—―−]"),
)
_INVISIBLE = "\u00ad?"
_ELLIPSIS = r"(?:…|\.\s?\.\s?\.)"
_PIECE = re.compile(rf"{_SPACES}|{_ELLIPSIS}|.", re.DOTALL)


class Standing(StrEnum):
    """How a quotation stands in a text."""

    EXACT = "exact"
    # The same words with other spaces, quotation marks, dashes or dots.
    OTHER_MARKS = "other_marks"
    # Words like these.
    NEARLY = "nearly"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Place:
    """text[start:end] is where it stands, or what is most like it; `places`: so many there are of just these words."""

    standing: Standing
    start: int = 0
    end: int = 0
    places: int = 0


def find(passage: str, text: str) -> Place:
    """Return where a passage stands in a text, in code points: the first place, where there are several.

    White space at its ends counts as it stands. An empty passage stands nowhere.
    """
    at = text.find(passage) if passage else -1
    if at >= 0:
        return Place(Standing.EXACT, at, at + len(passage), _counted(text, passage))
    if not passage.strip() or len(passage) > LONGEST_PASSAGE:
        return Place(Standing.NOWHERE)
    found = _loosely(passage).search(text)
    if found is not None:
        return Place(Standing.OTHER_MARKS, *found.span(), _counted(text, found[0]))
    if len(passage) < SHORTEST_ALIKE or len(text) > LONGEST_TEXT:
        return Place(Standing.NOWHERE)
    alike = nearest(passage.strip(), "", "", text)
    if alike is None:
        return Place(Standing.NOWHERE)
    return Place(Standing.NEARLY, alike.start, alike.end, 1)


def _counted(text: str, words: str) -> int:
    places, at = 0, text.find(words)
    while at >= 0 and places < MOST_PLACES:
        places += 1
        at = text.find(words, at + 1)
    return places


def _loosely(passage: str) -> re.Pattern[str]:
    """Return a pattern for the passage in which spaces, quotation marks, dashes and dots stand for each other."""
    return re.compile("".join(_pattern_of(piece[0]) for piece in _PIECE.finditer(passage.strip())))


def _pattern_of(piece: str) -> str:
    if re.fullmatch(_SPACES, piece):
        return _SPACES
    if re.fullmatch(_ELLIPSIS, piece):
        return _ELLIPSIS
    for characters, pattern in _ALIKE:
        if piece in characters:
            return pattern
    return re.escape(piece) + _INVISIBLE if piece.isalpha() else re.escape(piece)
