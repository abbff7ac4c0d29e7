"""The lines of a text, and which of them run on: hard-wrapped lines are one paragraph. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_LINE = re.compile(r"[^\n]+")
_ENDED = re.compile(r"[.!?…。！？।:;][\"'”’»)\]*_]*\Z")
_FIRST_WORD = re.compile(r"\S{1,40}")
# Typewriters and mail programs break at 60 to 80 characters, some at 120. Shorter lines are verses and lists.
_NARROWEST, _WIDEST = 40, 130
_LOOK_BACK = 6


@dataclass(frozen=True, slots=True)
class Line:
    """text[start:end] without the white space around it.

    `indent` is how far it stands in. `after_blank` and `before_blank` say whether a blank line, or an end of
    the stretch, is next to it.
    """

    start: int
    end: int
    indent: int
    after_blank: bool
    before_blank: bool

    def __len__(self) -> int:
        return self.end - self.start


def cut(text: str, start: int, end: int) -> list[Line]:
    """Return the lines of text[start:end] in which something can be read, in order."""
    seen: list[tuple[int, int, int]] = []
    for match in _LINE.finditer(text, start, end):
        words = match.group()
        bare = words.strip()
        if bare:
            indent = len(words) - len(words.lstrip())
            seen.append((match.start() + indent, match.start() + indent + len(bare), indent))
    lines: list[Line] = []
    for number, (first, last, indent) in enumerate(seen):
        after = number == 0 or text.count("\n", seen[number - 1][1], first) > 1
        before = number + 1 == len(seen) or text.count("\n", last, seen[number + 1][0]) > 1
        lines.append(Line(first, last, indent, after, before))
    return lines


def ends_sentence(text: str, line: Line) -> bool:
    """Does the line close with a mark that ends a sentence or leads over to what comes?"""
    return _ENDED.search(text, max(line.start, line.end - _LOOK_BACK), line.end) is not None


def is_wrapped(text: str, lines: Sequence[Line]) -> bool:
    """Are these lines, or most of them, broken because they were full?

    A line was full where the first word of the next would not have fitted into the widest line around it.
    """
    junctions = full = unfinished = 0
    for group in _groups(lines):
        width = max(map(len, group))
        for line, following in pairwise(group):
            junctions += 1
            word = _FIRST_WORD.match(text, following.start, following.end)
            room = width - len(line) - 1
            if _NARROWEST <= width <= _WIDEST and word is not None and len(word.group()) > room:
                full += 1
            unfinished += not ends_sentence(text, line)
    return junctions >= 2 and full >= 0.7 * junctions and unfinished >= 0.4 * junctions


def runs_on(text: str, begin: int, line: Line, following: Line, wrapped: bool) -> bool:
    """Does the paragraph that began at `begin` and reached `line` go on with the line that follows?

    `wrapped` says whether the text breaks lines because they are full.
    """
    if line.before_blank:
        return False
    ended = ends_sentence(text, line)
    if not wrapped:
        return not ended and text[following.start].islower() and not text[begin].islower()
    # In wrapped text without blank lines a paragraph shows by its short last line.
    return not (ended and len(line) < _NARROWEST)


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the runs of lines without a blank line between them."""
    groups: list[list[Line]] = []
    for line in lines:
        if line.after_blank or not groups:
            groups.append([])
        groups[-1].append(line)
    return groups
