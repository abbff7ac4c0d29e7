"""Finds a quotation of one version of a text again in the next.

A quotation is stored with the words around it: its prefix and its suffix. It carries over by itself only
where there can be no doubt; all else is a proposal for an editor, since "does apply" and "does not apply" are
0.90 similar. No Django in here.
"""

from __future__ import annotations

from dataclasses import dataclass

from articles.comparing.passages import context_similarity, nearest
from articles.vocabulary import ProposalKind

#: Characters of context on either side of a quotation, as stored with it.
CONTEXT_SIZE = 32

# How much of the old text around a quotation tells passages apart that are much alike. More than is stored.
_AROUND = 160
# So many places at which the same words stand are looked at; an editor is shown the likeliest.
_MOST_PLACES = 1000
_MOST_SHOWN = 20


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
    words may be in several places, the likeliest 20 first. lost: nothing like them is there, no candidates.
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
      with the new one, and a shorter suffix must end with it. The edge of a text is context like any other:
      "He resigned." alone is not the same as "It is not true that: He resigned.";
    - and, if `old_text` is given, the context was unique there too. Of two equal passages one may be gone,
      and which one nobody can tell.

    Raises ValueError for an empty quotation.
    """
    if not exact:
        raise ValueError("An empty quotation cannot be found again.")
    whole = prefix + exact + suffix
    before, after = prefix, suffix
    was_unique = True
    if old_text is not None:
        old_places = [place + len(prefix) for place in _places(old_text, whole, _MOST_PLACES)]
        was_unique = len(old_places) < 2
        here = [
            place for place in old_places if _has_same_edges(prefix, exact, suffix, old_text, place, size)
        ]
        if len(here) == 1:
            before, after = context(old_text, here[0], here[0] + len(exact), max(size, _AROUND))
    places = [place + len(prefix) for place in _places(new_text, whole, _MOST_PLACES)]
    if len(places) == 1:
        start, end = places[0], places[0] + len(exact)
        if was_unique and _has_same_edges(prefix, exact, suffix, new_text, start, size):
            return Carried(start, end)
        kind = ProposalKind.CHANGED if was_unique else ProposalKind.AMBIGUOUS
        return Proposal(kind, (Candidate(start, end, 1.0),))
    places = places or _places(new_text, exact, _MOST_PLACES)
    if places:
        kind = ProposalKind.CHANGED if len(places) == 1 else ProposalKind.AMBIGUOUS
        # What is stored around a quotation is quick to compare, more of the old text says more.
        likeliest = _likeliest((prefix, suffix), len(exact), places, new_text)[:_MOST_SHOWN]
        likeliest = _likeliest((before, after), len(exact), likeliest, new_text)
        return Proposal(kind, tuple(Candidate(place, place + len(exact), 1.0) for place in likeliest))
    passage = nearest(exact, before, after, new_text)
    if passage is None:
        return Proposal(ProposalKind.LOST)
    return Proposal(ProposalKind.CHANGED, (Candidate(passage.start, passage.end, passage.similarity),))


def _has_same_edges(prefix: str, exact: str, suffix: str, text: str, start: int, size: int) -> bool:
    """Does the text begin and end around the place wherever the stored context says that it does?"""
    begins = len(prefix) >= size or start == len(prefix)
    ends = len(suffix) >= size or start + len(exact) + len(suffix) == len(text)
    return begins and ends


def _likeliest(around: tuple[str, str], length: int, places: list[int], text: str) -> list[int]:
    """Return the places sorted by how like the text around them is to the context, the likeliest first."""
    if len(places) == 1:
        return places
    return sorted(places, key=lambda place: -context_similarity(*around, text, place, place + length))


def _places(text: str, words: str, most: int) -> list[int]:
    """Return the first offsets at which the words stand, at most so many; places may overlap."""
    places: list[int] = []
    at = text.find(words)
    while at >= 0 and len(places) < most:
        places.append(at)
        at = text.find(words, at + 1)
    return places
