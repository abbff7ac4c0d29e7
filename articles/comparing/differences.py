"""What changed between two wordings, for people: word by word. `articles.comparing.notices` says what of it must not be
overlooked. No Django in here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from articles.comparing.alignment import Match, align
from articles.spans import Span

PieceKind = Literal["same", "removed", "added"]

# A number with its points and a word with its apostrophes are one token each; Chinese and Japanese, written
# without spaces, are compared character by character.
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTERS = rf"[^\W{_IDEOGRAPHS}]+"
_TOKEN = re.compile(
    rf"[{_IDEOGRAPHS}]|{_LETTERS}(?:['’\-‑]{_LETTERS}|(?<=\d)[.,:](?=\d){_LETTERS})*|\s+|[^\w\s]"
)
# Up to so many words that stayed the same between longer changes are shown with them: single words left
# standing in a rewritten sentence make it harder to read.
_FEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole words, with their spaces, that stand in both texts, only in the old or only in the new."""

    kind: PieceKind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """old[old.start:old.end] was replaced by new[new.start:new.end]; one of the two may be empty, and says
    where."""

    old: Span
    new: Span


def differences(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces that lead from one text to the other.

    Joined, those that are the same or removed give the old text, those that are the same or added the new
    one. What was removed comes before what was added in its place. No piece is empty.
    """
    pieces: list[Piece] = []
    done = 0
    for change in _readable(changes(old, new), old):
        pieces += (
            Piece("same", old[done : change.old.start]),
            Piece("removed", change.old.of(old)),
            Piece("added", change.new.of(new)),
        )
        done = change.old.end
    pieces.append(Piece("same", old[done:]))
    return tuple(piece for piece in pieces if piece.text)


def changes(old: str, new: str) -> tuple[Change, ...]:
    """Return what was replaced by what, in order, in whole words; between two changes the texts are equal.

    The changes are as small as they can be; `differences` takes some together, so that people can read them.
    """
    lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    old_offsets = _offsets(lines)
    new_offsets = _offsets(new_lines)
    found: list[Change] = []
    # Paragraphs that are equal cost nothing, and no word is matched across one.
    for gap in _gaps(align(lines, new_lines), len(lines), len(new_lines)):
        in_old = Span(old_offsets[gap.old.start], old_offsets[gap.old.end])
        in_new = Span(new_offsets[gap.new.start], new_offsets[gap.new.end])
        found += (
            Change(_moved(change.old, in_old.start), _moved(change.new, in_new.start))
            for change in _word_changes(in_old.of(old), in_new.of(new))
        )
    return tuple(found)


def tokens(text: str) -> list[str]:
    """Return the words, runs of white space and single marks that make up a text."""
    return [match.group() for match in _TOKEN.finditer(text)]


def is_word(token: str) -> bool:
    """Is the token a word or number, rather than white space or a mark?"""
    return token[0].isalnum() or token[0] == "_"


def _word_changes(old: str, new: str) -> Iterator[Change]:
    """Yield the changes between two stretches, in whole words."""
    old_tokens, new_tokens = tokens(old), tokens(new)
    old_offsets, new_offsets = _offsets(old_tokens), _offsets(new_tokens)
    for gap in _gaps(align(old_tokens, new_tokens), len(old_tokens), len(new_tokens)):
        yield Change(
            Span(old_offsets[gap.old.start], old_offsets[gap.old.end]),
            Span(new_offsets[gap.new.start], new_offsets[gap.new.end]),
        )


def _readable(changed: Sequence[Change], old: str) -> list[Change]:
    """Return the changes with what lies between them taken in where it is slight."""
    found: list[Change] = []
    for change in changed:
        # A change that swallowed what stood before it may now outweigh the words before that.
        while found and _is_slight(old[found[-1].old.end : change.old.start], found[-1], change):
            earlier = found.pop()
            change = Change(
                Span(earlier.old.start, change.old.end),
                Span(earlier.new.start, change.new.end),
            )
        found.append(change)
    return found


def _is_slight(kept: str, before: Change, after: Change) -> bool:
    """Is what stayed the same between two changes better shown as part of them?"""
    if "\n" in kept:
        return False
    if len(kept) > min(_size(before), _size(after)):
        return False
    return sum(map(is_word, tokens(kept))) <= _FEW_WORDS


def _size(change: Change) -> int:
    """Return the characters of a change on its longer side."""
    return max(change.old.end - change.old.start, change.new.end - change.new.start)


def _gaps(matches: Sequence[Match], old_size: int, new_size: int) -> list[Change]:
    """Return what lies between matches, in tokens."""
    found = []
    in_old = in_new = 0
    for match in [*matches, Match(old_size, new_size, 0)]:
        if match.in_old > in_old or match.in_new > in_new:
            found.append(Change(Span(in_old, match.in_old), Span(in_new, match.in_new)))
        in_old, in_new = match.in_old + match.size, match.in_new + match.size
    return found


def _offsets(tokens: Sequence[str]) -> list[int]:
    """Return where each token begins in the text they make up, and last where that ends."""
    return list(accumulate(map(len, tokens), initial=0))


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
