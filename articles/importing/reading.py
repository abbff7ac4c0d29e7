"""Reads a text from its layout to its suggestions: what each of the other steps finds, put together.

Nothing here knows a database; what comes out is written by `articles.importing.filing`. No Django in here.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from articles.importing import attribution, checkworthiness
from articles.importing.attribution import Attribution, Link
from articles.importing.checkworthiness import Judgement, Reason, Sentence
from articles.importing.copies import marks
from articles.importing.layout import Header, Laid, lay_out, read_header
from articles.importing.references import Reference, references
from articles.importing.sentences import clauses, split
from articles.spans import Span
from articles.vocabulary import COURT_KINDS, TELLING_ROLES, BlockRole, ClaimKind, SourceKind

#: Which program read a text: kept with all that can be made again from it.
READER = f"importer 1; {checkworthiness.MODEL}; {attribution.MODEL}"

# What stands before the words of an item or a quoted line.
_MARKED = re.compile(r"(?:[-*•>]|\d{1,3}[.)])\s+(?=\S)")
_LEGAL = COURT_KINDS | {SourceKind.STATUTE}


@dataclass(frozen=True, slots=True)
class Suggested:
    """text[start:end] says something that could be checked; all other offsets are of the same text."""

    start: int
    end: int
    kind: ClaimKind
    score: float
    reasons: tuple[Reason, ...]
    chain: tuple[Link, ...]
    clauses: tuple[Span, ...]
    rests_on: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text, read: its blocks in order, a suggestion for each sentence that is told, and what finds its copies."""

    blocks: tuple[Laid, ...]
    suggestions: tuple[Suggested, ...]
    header: Header
    marks: tuple[int, ...]


def read(text: str, known: Sequence[Laid] = ()) -> Reading:
    """Read a text of record. `known` are blocks whose roles somebody said already: a manifest, or the markup."""
    blocks = lay_out(text, known)
    told = [block for block in blocks if block.role in TELLING_ROLES]
    prose = "\n".join(text[block.start : block.end] for block in told)
    return Reading(
        blocks=blocks,
        suggestions=tuple(_suggested(text, told)),
        header=read_header(text, blocks),
        marks=marks(prose),
    )


def _suggested(text: str, told: Sequence[Laid]) -> Iterator[Suggested]:
    paragraphs = [Span(block.start, block.end) for block in told]
    sentences = [split(text, block.start, block.end) for block in told]
    said = _by_paragraph(paragraphs, attribution.find(text, paragraphs, sentences))
    found = references(text, paragraphs)
    places = [reference.start for reference in found]
    seen: list[tuple[Span, tuple[Link, ...], tuple[Reference, ...]]] = []
    judged: list[Sentence] = []
    for block, spans, attributions in zip(told, sentences, said, strict=True):
        for whole in spans:
            span = _without_mark(text, block, whole)
            chain = attribution.chain(span, attributions, block.said_by)
            first, last = bisect.bisect_left(places, span.start), bisect.bisect_left(places, span.end)
            rests_on = tuple(found[first:last])
            seen.append((span, chain, rests_on))
            judged.append(
                Sentence(
                    text=span.of(text),
                    role=block.role,
                    quoted=block.role == BlockRole.QUOTATION or any(link.verbatim for link in chain),
                    attributed=len(chain) > (block.said_by is not None),
                    legal=any(reference.kind in _LEGAL for reference in rests_on),
                )
            )
    judgements: list[Judgement] = checkworthiness.judge(judged)
    for (span, chain, rests_on), judgement in zip(seen, judgements, strict=True):
        yield Suggested(
            start=span.start,
            end=span.end,
            kind=judgement.kind,
            score=judgement.score,
            reasons=judgement.reasons,
            chain=chain,
            clauses=tuple(clauses(text, span.start, span.end)),
            rests_on=rests_on,
        )


def _without_mark(text: str, block: Laid, sentence: Span) -> Span:
    """Return a sentence without the mark of the item or the quotation that it begins."""
    if block.role not in (BlockRole.LIST_ITEM, BlockRole.QUOTATION):
        return sentence
    mark = _MARKED.match(text, sentence.start, sentence.end)
    return Span(mark.end(), sentence.end) if mark else sentence


def _by_paragraph(paragraphs: Sequence[Span], attributions: Sequence[Attribution]) -> list[list[Attribution]]:
    """Return for each paragraph the attributions that reach into it; one may go over several."""
    starts = [paragraph.start for paragraph in paragraphs]
    reaching: list[list[Attribution]] = [[] for _ in paragraphs]
    for one in attributions:
        places = [*one.content, *one.cue, *one.source]
        first = max(bisect.bisect_right(starts, min(span.start for span in places)) - 1, 0)
        last = bisect.bisect_left(starts, max(span.end for span in places))
        for number in range(first, last):
            reaching[number].append(one)
    return reaching
