"""The passage of a text that is most like a quotation. No Django in here.

Passages are found by the rare words they share with the quotation, cut to size by aligning the words, and
compared letter by letter only where words differ.
"""

from __future__ import annotations

import bisect
import difflib
import functools
import heapq
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from articles.comparing.alignment import Match, align
from articles.comparing.differences import is_word, tokens
from articles.spans import Span

# Below this, what is found is as likely another sentence on the same matter. Measured on revisions of platform
# rules, where nothing lies between .62 and .80, and checked on revisions of documentation.
SIMILAR = 0.7
# How much the context counts between passages about equally like the quotation (a perfect one, this much).
_CONTEXT_WEIGHT = 0.1
# Words: the longest stretch that is looked up as one.
_BLOCK = 60
# Blocks compared for one quotation: those that share the most weight of words with it. Of one longer than a
# block, nearly every block of the right passage leads there, and each costs more.
_BLOCKS_COMPARED = 8
_BLOCKS_COMPARED_LONG = 2
# In the local alignment a word that both have counts 1 and one that only the passage has this. With less the
# sentence beside is taken in.
_FOREIGN = -1.0
# A quotation that was a whole sentence is shown as one, unless too little of that is like it then: where the
# sentence grew by half, this is left.
_SIMILAR_AS_WHOLE = 0.75
# A passage that shares fewer words, counted twice, of all that it and the quotation have, is not compared further.
_SHARED_WORDS = 0.35
# Characters: longer stretches of changed words are not compared letter by letter.
_LETTERS_COMPARED = 300
_BREAK = re.compile(r"(?<=[.!?…:;])([\"'”’)\]*_]*)\s+|\n\s*")
_ENDS_SENTENCE = re.compile(r"[.!?…:;][\"'”’)\]*_]*\s*$|\n[^\w]*$|^\s*$")
_EDGES = re.compile(r"(\W*)(?:\w.*\w|\w?)(\W*)", re.DOTALL)
# Characters that the end of a sentence and what follows it may take.
_FAR_ENOUGH = 12


@dataclass(frozen=True, slots=True)
class Passage:
    """text[start:end] and how like the quotation it is, from 0 to 1; 1 only where the characters are the same."""

    start: int
    end: int
    similarity: float


@dataclass(frozen=True, slots=True)
class _Index:
    """The words of a text, case-folded, and where they are.

    starts, ends: characters, for each word. blocks: ranges of words, never across the end of a sentence.
    postings: the blocks in which a word stands. openings, closings: where sentences and lines begin and end.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    blocks: list[Span]
    postings: dict[str, list[int]]
    openings: list[int]
    closings: list[int]


@dataclass(frozen=True, slots=True)
class _Quotation:
    """What is looked for; `words` are those of `exact`, case-folded."""

    exact: str
    words: list[str]
    begins_sentence: bool
    ends_sentence: bool


def nearest(exact: str, before: str, after: str, text: str) -> Passage | None:
    """Return the passage most like the quotation, or None where none is like it.

    `before` and `after` are what stood around the quotation, of any length; they decide between passages that
    are about equally like it. Where the quotation was whole sentences, so is the passage, unless too little of
    it is like the quotation then.
    """
    index = _index(text)
    quotation = _Quotation(
        exact,
        [token.casefold() for token in tokens(exact) if is_word(token)],
        begins_sentence=_ENDS_SENTENCE.search(before[-_FAR_ENOUGH:]) is not None,
        ends_sentence=after[:1] in ("", "\n") or _ENDS_SENTENCE.search(exact[-_FAR_ENOUGH:]) is not None,
    )
    best: tuple[float, Passage] | None = None
    for core, match in _cores(quotation.words, index):
        passage = _cut(quotation, text, index, core, match)
        if passage is None:
            continue
        score = passage.similarity + _CONTEXT_WEIGHT * context_similarity(
            before, after, text, passage.start, passage.end
        )
        if best is None or score > best[0]:
            best = score, passage
    return None if best is None else best[1]


def context_similarity(before: str, after: str, text: str, start: int, end: int) -> float:
    """Return how like the context of text[start:end] is to a stored one, from 0 to 1."""
    there_before = text[max(0, start - len(before)) : start]
    there_after = text[end : end + len(after)]
    return (similarity(before, there_before) + similarity(after, there_after)) / 2


def similarity(one: str, other: str) -> float:
    """Return twice the characters that two texts share in order, over the characters they have; 1 for two empty
    ones."""
    if one == other:
        return 1.0
    if max(len(one), len(other)) <= _LETTERS_COMPARED:
        return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()
    ours, theirs = tokens(one), tokens(other)
    shared = 0.0
    in_one = in_other = 0
    for match in [*align(ours, theirs), Match(len(ours), len(theirs), 0)]:
        gone, come = "".join(ours[in_one : match.in_old]), "".join(theirs[in_other : match.in_new])
        if gone and come and max(len(gone), len(come)) <= _LETTERS_COMPARED:
            ratio = difflib.SequenceMatcher(None, gone, come, autojunk=False).ratio()
            shared += ratio * (len(gone) + len(come)) / 2
        in_one, in_other = match.in_old + match.size, match.in_new + match.size
        shared += sum(map(len, ours[match.in_old : in_one]))
    return 2 * shared / (len(one) + len(other))


# One text is asked for all the quotations of its last version, one after the other.
@functools.lru_cache(maxsize=1)
def _index(text: str) -> _Index:
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for token in tokens(text):
        if is_word(token):
            words.append(token.casefold())
            starts.append(at)
            ends.append(at + len(token))
        at += len(token)
    openings, closings = [0], []
    for match in _BREAK.finditer(text):
        closings.append(match.end(1) if match[1] is not None else match.start())
        openings.append(match.end())
    closings.append(len(text))
    borders = sorted({bisect.bisect_left(starts, opening) for opening in openings} | {len(words)})
    blocks = [
        Span(first, min(first + _BLOCK, end))
        for start, end in itertools.pairwise(borders)
        for first in range(start, end, _BLOCK)
    ]
    postings: defaultdict[str, list[int]] = defaultdict(list)
    for number, block in enumerate(blocks):
        for word in dict.fromkeys(words[block.start : block.end]):
            postings[word].append(number)
    return _Index(words, starts, ends, blocks, dict(postings), openings, closings)


def _cores(sought: Sequence[str], index: _Index) -> Iterator[tuple[Span, Span]]:
    """Yield ranges of words of the text that share the most with the words sought, and of those sought the range
    from the first to the last that is in them."""
    seen: set[Span] = set()
    for number in _likeliest_blocks(sought, index):
        block = index.blocks[number]
        if any(core.holds(block) for core in seen):
            continue
        matches = _matches_around(block, sought, index.words)
        if not matches:
            continue
        core, match = _densest(matches)
        shared = sum(found.size for found in matches if core.start <= found.in_new < core.end)
        if core not in seen and 2 * shared >= _SHARED_WORDS * (len(sought) + core.end - core.start):
            seen.add(core)
            yield core, match


def _matches_around(block: Span, sought: Sequence[str], words: Sequence[str]) -> list[Match]:
    """Return what of the words sought stands in a block, and before and after it what those still lack."""
    if len(sought) > _BLOCK:
        # A block is a small part of them then, and its common words might be taken for any of theirs.
        start = max(0, block.start - len(sought))
        around = align(sought, words[start : block.end + len(sought)])
        return [match._replace(in_new=match.in_new + start) for match in around]
    inside = align(sought, words[block.start : block.end])
    if not inside:
        return []
    first, end = inside[0].in_old, inside[-1].in_old + inside[-1].size
    start = max(0, block.start - first - _BLOCK)
    before = align(sought[:first], words[start : block.start])
    after = align(sought[end:], words[block.end : block.end + len(sought) - end + _BLOCK])
    return [
        *(match._replace(in_new=match.in_new + start) for match in before),
        *(match._replace(in_new=match.in_new + block.start) for match in inside),
        *(Match(match.in_old + end, match.in_new + block.end, match.size) for match in after),
    ]


def _likeliest_blocks(sought: Sequence[str], index: _Index) -> list[int]:
    """Return the blocks that share the most weight of words with those sought; a rare word weighs more."""
    weights: defaultdict[int, float] = defaultdict(float)
    for word in dict.fromkeys(sought):
        numbers = index.postings.get(word, [])
        for number in numbers:
            weights[number] += math.log(1 + len(index.blocks) / len(numbers))
    most = _BLOCKS_COMPARED if len(sought) <= _BLOCK else _BLOCKS_COMPARED_LONG
    # Of equals the first in the text, so that the same texts give the same answer.
    return heapq.nsmallest(most, weights, key=lambda number: (-weights[number], number))


def _densest(matches: Sequence[Match]) -> tuple[Span, Span]:
    """Return the range of words that holds the most of those sought for its length, and the range of those
    sought that it holds; there is at least one match."""
    best = total = 0.0
    first = last = begins = matches[0]
    done = 0
    for match in matches:
        total += _FOREIGN * (match.in_new - done)
        if total <= 0:
            total, begins = 0.0, match
        total += match.size
        done = match.in_new + match.size
        if total > best:
            best, first, last = total, begins, match
    return Span(first.in_new, last.in_new + last.size), Span(first.in_old, last.in_old + last.size)


def _cut(quotation: _Quotation, text: str, index: _Index, core: Span, match: Span) -> Passage | None:
    """Return the passage around a core that is best shown for the quotation, or None where it is not like it."""
    first, last = index.starts[core.start], index.ends[core.end - 1]
    opening = index.openings[bisect.bisect_right(index.openings, first) - 1]
    closing = index.closings[bisect.bisect_left(index.closings, last)]
    # As many words as the quotation has before and after those that were found: they were replaced, perhaps.
    missing = len(quotation.words) - match.end
    start = max(opening, index.starts[max(0, core.start - match.start)])
    end = min(closing, index.ends[min(len(index.words), core.end + missing) - 1])
    start, end = _with_marks(quotation.exact, text, start, end)
    whole = Span(opening if quotation.begins_sentence else start, closing if quotation.ends_sentence else end)
    for passage, least in ((whole, _SIMILAR_AS_WHOLE), (Span(start, end), SIMILAR)):
        likeness = similarity(quotation.exact, passage.of(text))
        if likeness >= least:
            return Passage(passage.start, passage.end, likeness)
    return None


def _with_marks(exact: str, text: str, start: int, end: int) -> tuple[int, int]:
    """Return the passage with the marks around it that the quotation also begins or ends with."""
    words = _EDGES.fullmatch(exact)
    assert words is not None
    for mark in reversed(words[1]):
        if not start or text[start - 1] != mark:
            break
        start -= 1
    for mark in words[2]:
        if end == len(text) or text[end] != mark:
            break
        end += 1
    return start, end
