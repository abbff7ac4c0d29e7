"""Through whom a sentence or clause is asserted. No Django in here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from articles.importing.attribution.attribution import Attribution
from articles.spans import Span
from articles.vocabulary import ClaimantKind

# Of a sentence, an attribution must concern so much to be said of the sentence as a whole.
_CONTENT_SHARE = 0.5
_WHOLE_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Link:
    """Who asserts something, by the words text[start:end] that name them; see `Attribution` for the rest."""

    start: int
    end: int
    unnamed: bool
    kind: ClaimantKind | None
    verbatim: bool


def chain(span: Span, attributions: Sequence[Attribution], said_by: Span | None = None) -> tuple[Link, ...]:
    """Return through whom a sentence or clause is asserted, outermost first.

    `said_by` is the label of the block quotation it stands in. The article itself has no words and is not in
    the chain: () is its own voice. Attributions without a source, and those whose source does not assert what it
    is said to say, give no link.
    """
    links = []
    if said_by is not None:
        links.append(Link(said_by.start, said_by.end, unnamed=False, kind=None, verbatim=True))
    bearing = [attribution for attribution in attributions if _bears(attribution, span)]
    # The widest is outermost; of two that stand side by side neither speaks through the other.
    bearing.sort(key=lambda attribution: -_size(attribution.content))
    nested: list[Attribution] = []
    for attribution in bearing:
        if all(_within(attribution, outer) for outer in nested):
            nested.append(attribution)
    for attribution in nested:
        start, end = attribution.source[0].start, attribution.source[-1].end
        links.append(Link(start, end, attribution.unnamed, attribution.kind, attribution.verbatim))
    return tuple(links)


def _bears(attribution: Attribution, span: Span) -> bool:
    """Is the span, as a whole, what the attribution's source says?"""
    if not attribution.source or not attribution.asserts:
        return False
    content = _shared(attribution.content, span)
    if content == 0:
        return False
    frame = _shared((*attribution.cue, *attribution.source), span)
    size = span.end - span.start
    if content >= _CONTENT_SHARE * max(1, size - frame):
        return True
    return frame > 0 and content + frame >= _WHOLE_SHARE * size


def _within(inner: Attribution, outer: Attribution) -> bool:
    """Do the words that attribute the one stand in the content of the other?"""
    return all(any(piece.holds(part) for piece in outer.content) for part in (*inner.cue, *inner.source))


def _shared(pieces: Sequence[Span], span: Span) -> int:
    return sum(max(0, min(piece.end, span.end) - max(piece.start, span.start)) for piece in pieces)


def _size(pieces: Sequence[Span]) -> int:
    return sum(piece.end - piece.start for piece in pieces)
