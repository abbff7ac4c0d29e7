"""Words in their place in a text, for pages of the desk: marked, with what stands around them, or with what changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles.comparing import folding
from articles.comparing.differences import Piece, differences

# How a stretch of a text is marked, from the inside out.
_LOOKS = {
    "rests": '<u class="rests">{}</u>',
    "who": '<b class="who">{}</b>',
    "sentence": "<mark>{}</mark>",
}
_CHANGED = {"removed": "<del>{}</del>", "added": "<ins>{}</ins>"}


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


def compared(old: str, new: str) -> list[tuple[bool, list[SafeString]]]:
    """Return two texts as one, in stretches of paragraphs: whether nothing changed in them, and they are to be folded,
    and each as HTML."""
    return [
        (stretch.is_folded, [_changes(pieces) for pieces in stretch.paragraphs])
        for stretch in folding.compared(old, new)
    ]
