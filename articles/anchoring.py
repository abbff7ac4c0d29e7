"""Finds a quotation of one version of a text again in the next.

A quotation is stored with the words around it: its prefix and its suffix. It carries over by itself only
where there can be no doubt; all else is a proposal for an editor, since "does apply" and "does not apply" are
0.90 similar. No Django in here.
"""

from __future__ import annotations

import difflib
import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass

from articles.vocabulary import ProposalKind

#: Characters of context on either side of a quotation, as stored with it.
CONTEXT_SIZE = 32

# Below this, what difflib finds is as likely another sentence on the same matter (measured: see the pull
# request).
_SIMILAR = 0.6
# How much shorter or longer than the quotation a passage may be and still be proposed for it.
_SHORTEST, _LONGEST = 0.4, 2.5
# Passages that share the most words with the quotation are compared letter by letter: this many of them.
_COMPARED = 12
_LONGEST_PIECE = 5000
_WORD = re.compile(r"\w+")
_BREAK = re.compile(r"(?<=[.!?…:;])[\"'”’)\]*_]*\s+|\s*\n\s*")


@dataclass(frozen=True)
class Carried:
    """The quotation stands at text[start:end] of the new version, beyond doubt."""

    start: int
    end: int


@dataclass(frozen=True)
class Candidate:
    """A passage new_text[start:end] that may be the quotation's; `similarity` is 1.0 where the words are the
    same."""

    start: int
    end: int
    similarity: float


@dataclass(frozen=True)
class Proposal:
    """What an editor has to decide.

    changed: the words, or those around them, differ; the one candidate is the nearest passage. ambiguous: the
    words may be in several places, the likeliest first. lost: nothing like them is there, no candidates.
    """

    kind: ProposalKind
    candidates: tuple[Candidate, ...] = ()


def context(text: str, start: int, end: int, size: int = CONTEXT_SIZE) -> tuple[str, str]:
    """Return the up to `size` characters before and after text[start:end], fewer only at the edges of the
    text.

    Raises ValueError for an empty range or one that leaves the text.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"The range [{start}, {end}] is empty or leaves the text of {len(text)} characters.")
    return text[max(0, start - size) : start], text[end : end + size]


def carry_over(
    prefix: str,
    exact: str,
    suffix: str,
    new_text: str,
    *,
    old_text: str | None = None,
    size: int = CONTEXT_SIZE,
) -> Carried | Proposal:
    """Find a quotation, stored with its context of `size` characters, in a new version of its text.

    It is carried over only where prefix + exact + suffix occurs in the new text once, and

    - the edges are the same: a prefix shorter than `size` began with the old text, so the match must begin
    with the new one,
      and a shorter suffix must end with it. The edge of a text is context like any other: "He resigned."
      alone is not the same as "It is not true that: He resigned.";
    - and, if `old_text` is given, the context was unique there too. Of two equal passages one may be gone,
    and which one
      nobody can tell.

    Raises ValueError for an empty quotation.
    """
    if not exact:
        raise ValueError("An empty quotation cannot be found again.")
    whole = prefix + exact + suffix
    places = [place + len(prefix) for place in _places(new_text, whole)]
    if len(places) == 1:
        was_unique = old_text is None or len(_places(old_text, whole)) < 2
        start, end = places[0], places[0] + len(exact)
        begins = len(prefix) >= size or start == len(prefix)
        ends = len(suffix) >= size or end + len(suffix) == len(new_text)
        if was_unique and begins and ends:
            return Carried(start, end)
        kind = ProposalKind.CHANGED if was_unique else ProposalKind.AMBIGUOUS
        return Proposal(kind, (Candidate(start, end, 1.0),))
    if not places:
        places = _places(new_text, exact)
        places.sort(
            key=lambda place: -_context_similarity(prefix, suffix, new_text, place, place + len(exact))
        )
    if places:
        kind = ProposalKind.CHANGED if len(places) == 1 else ProposalKind.AMBIGUOUS
        return Proposal(kind, tuple(Candidate(place, place + len(exact), 1.0) for place in places))
    nearest = _nearest(prefix, exact, suffix, new_text)
    return Proposal(ProposalKind.LOST) if nearest is None else Proposal(ProposalKind.CHANGED, (nearest,))


def _places(text: str, words: str) -> list[int]:
    """Return every offset at which the words stand; places may overlap."""
    places = []
    at = text.find(words)
    while at >= 0:
        places.append(at)
        at = text.find(words, at + 1)
    return places


def _context_similarity(prefix: str, suffix: str, text: str, start: int, end: int) -> float:
    """Return how like the context of text[start:end] is to a stored one, from 0 to 1."""
    before, after = text[max(0, start - len(prefix)) : start], text[end : end + len(suffix)]
    return (_ratio(prefix, before) + _ratio(suffix, after)) / 2


def _ratio(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _nearest(prefix: str, exact: str, suffix: str, text: str) -> Candidate | None:
    """Return the passage most like the quotation, or None where none is like it."""
    # Of passages that hold the same words the shortest is nearest.
    likeliest = heapq.nsmallest(
        _COMPARED,
        _passages(exact, text),
        key=lambda passage: (-passage[0], passage[2] - passage[1], passage[1]),
    )
    spans = {(start, end) for _, start, end in likeliest}
    matcher = difflib.SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(exact)
    # A quotation may be part of a sentence, or of a longer one now.
    trimmed = {_trimmed(matcher, text, start, end) for start, end in spans}
    best: tuple[float, Candidate] | None = None
    for start, end in sorted(spans | trimmed | set(_between(prefix, exact, suffix, text))):
        if end - start > _LONGEST * len(exact):
            continue
        matcher.set_seq1(text[start:end])
        if matcher.quick_ratio() < _SIMILAR:
            continue
        similarity = matcher.ratio()
        # The context decides between passages that are about equally like the quotation.
        score = similarity + 0.1 * _context_similarity(prefix, suffix, text, start, end)
        if similarity >= _SIMILAR and (best is None or score > best[0]):
            best = score, Candidate(start, end, similarity)
    return None if best is None else best[1]


def _passages(exact: str, text: str) -> Iterator[tuple[int, int, int]]:
    """Yield (words shared with the quotation, start, end) of passages that may be the quotation's.

    These are all single sentences and lines, and the runs of them whose length is near that of the quotation.
    """
    sought = set(_WORD.findall(exact.casefold()))
    pieces: list[tuple[int, int, set[str]]] = []
    start = 0
    for end, following in [
        *((match.start(), match.end()) for match in _BREAK.finditer(text)),
        (len(text), 0),
    ]:
        if end > start:
            pieces.append((start, end, sought.intersection(_WORD.findall(text[start:end].casefold()))))
        start = following
    for index, (start, first, shared) in enumerate(pieces):
        # A passage whose first sentence shares nothing is beaten by the one without it.
        if not shared:
            continue
        yield len(shared), start, first
        found = set(shared)
        for later in range(index + 1, len(pieces)):
            _, end, more = pieces[later]
            if end - start > _LONGEST * len(exact):
                break
            found |= more
            if end - start >= _SHORTEST * len(exact):
                yield len(found), start, end


def _trimmed(matcher: difflib.SequenceMatcher[str], text: str, start: int, end: int) -> tuple[int, int]:
    """Return the part of a passage, in whole words, from the first to the last of what it shares with the
    quotation."""
    # Long lines without sentences would take minutes to compare.
    end = min(end, start + _LONGEST_PIECE)
    matcher.set_seq1(text[start:end])
    blocks = [block for block in matcher.get_matching_blocks() if block.size > 3]
    if not blocks:
        return start, end
    first, last = start + blocks[0].a, start + blocks[-1].a + blocks[-1].size
    while first > start and text[first - 1].isalnum() and text[first].isalnum():
        first -= 1
    while last < end and text[last].isalnum() and text[last - 1].isalnum():
        last += 1
    return first, last


def _between(prefix: str, exact: str, suffix: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield what stands between the old prefix and the old suffix, where both are still there and near each
    other."""
    for before in _places(text, prefix) if prefix.strip() else ():
        start = before + len(prefix)
        end = (
            text.find(suffix, start, start + int(_LONGEST * len(exact)) + len(suffix))
            if suffix.strip()
            else -1
        )
        if end > start:
            yield start, end
