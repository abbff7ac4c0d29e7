"""Words in their place in a text, for pages of the desk: marked, with what stands around them, or with what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.comparing.differences import Piece, differences

# How a stretch of a text is marked, from the inside out.
_LOOKS = {
    "rests": '<u class="rests">{}</u>',
    "who": '<b class="who">{}</b>',
    "sentence": "<mark>{}</mark>",
}
_CHANGED = {"removed": "<del>{}</del>", "added": "<ins>{}</ins>"}
# How many unchanged paragraphs are shown on either side of a changed one.
_NEIGHBOURS = 1


@dataclass(frozen=True)
class Marked:
    """text[start:end] is one of the things that a page points at: the sentence, who says it, what it rests on."""

    start: int
    end: int
    look: str


def places(text: str, words: str) -> list[int]:
    """Return the offsets at which the words stand, overlapping ones included."""
    found, at = [], text.find(words)
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return found


def shown(text: str, start: int, end: int, marks: Iterable[Marked]) -> SafeString:
    """Return text[start:end] as HTML, with what is marked in it; marks may overlap and reach beyond."""
    within = [one for one in marks if one.start < end and one.end > start]
    edges = {edge for one in within for edge in (one.start, one.end) if start < edge < end}
    cuts = sorted({start, end, *edges})
    pieces = []
    for first, last in pairwise(cuts):
        looks = {one.look for one in within if one.start <= first and last <= one.end}
        piece: SafeString | str = text[first:last]
        for look, pattern in _LOOKS.items():
            if look in looks:
                piece = format_html(pattern, piece)
        pieces.append((piece,))
    return format_html_join("", "{}", pieces)


def in_context(text: str, start: int, end: int, around: int, marks: Iterable[Marked] = ()) -> SafeString:
    """Return the words of text[start:end] with about `around` characters on either side, in whole words."""
    first, last = max(0, start - around), min(len(text), end + around)
    while 0 < first < start and not text[first - 1].isspace():
        first += 1
    while end < last < len(text) and not text[last].isspace():
        last -= 1
    return format_html(
        "{}{}{}",
        "… " if first > 0 else "",
        shown(text, first, last, marks or [Marked(start, end, "sentence")]),
        " …" if last < len(text) else "",
    )


def changed(old: str, new: str) -> SafeString:
    """Return the new words as HTML, with what came and what went word by word."""
    return _changes(differences(old, new))


def _changes(pieces: Iterable[Piece]) -> SafeString:
    return format_html_join(
        "", "{}", ((format_html(_CHANGED.get(one.kind, "{}"), one.text),) for one in pieces)
    )


@dataclass(frozen=True)
class Stretch:
    """Paragraphs that are shown, or that nothing changed in and that are folded."""

    paragraphs: tuple[SafeString, ...]
    is_folded: bool


def compared(old: str, new: str) -> list[Stretch]:
    """Return two texts as one, paragraph by paragraph: what changed with its neighbours, the rest to be folded."""
    paragraphs = list(_paragraphs(differences(old, new)))
    touched = [number for number, one in enumerate(paragraphs) if any(piece.kind != "same" for piece in one)]
    near = {
        neighbour for number in touched for neighbour in range(number - _NEIGHBOURS, number + _NEIGHBOURS + 1)
    }
    stretches: list[tuple[bool, list[SafeString]]] = []
    for number, one in enumerate(paragraphs):
        folded = number not in near
        if not stretches or stretches[-1][0] != folded:
            stretches.append((folded, []))
        stretches[-1][1].append(_changes(one))
    return [Stretch(tuple(lines), folded) for folded, lines in stretches]


def _paragraphs(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces of each line that holds more than space."""
    line: list[Piece] = []
    for piece in pieces:
        for part in piece.text.splitlines(keepends=True):
            line.append(Piece(piece.kind, part))
            if part.endswith("\n"):
                if _is_said(line):
                    yield line
                line = []
    if _is_said(line):
        yield line


def _is_said(line: Iterable[Piece]) -> bool:
    return any(not piece.text.isspace() for piece in line)
