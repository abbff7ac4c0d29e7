"""Cuts lines into blocks, by what each line says and how it is marked. No Django in here.

What stands around a block is looked at later, in `articles.importing.layout.laying_out`.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from articles.importing.layout import lines as line_reader
from articles.importing.layout.daylines import crawled
from articles.importing.layout.furniture import furniture
from articles.importing.layout.lines import Line
from articles.spans import Span
from articles.vocabulary import BlockRole

_UNDERLINE = re.compile(r"={3,}|-{3,}|~{3,}|\^{3,}|#{3,}|\*{3,}|\"{3,}")
_HASHES = re.compile(r"#{1,6}\s+\S")
_BOLD = re.compile(r"(?:\*\*[^*\n]{2,100}\*\*|__[^_\n]{2,100}__):?")
_DASHED = re.compile(r"(?:–|—|--) ?[^\W\d_][^\n]{1,80}[^\s] ?(?:–|—|--)\.?")
_LIST_ITEM = re.compile(
    r"(?:[-*+•·‣▪◦●○■►~]\s+|\d{1,3}\\?[.)]\s+|\((?:\d{1,3}|[a-z]|[ivx]{1,4})\)\s+|(?:[a-z]|[ivx]{1,4})[.)]\s+)\S"
    r"|[-•·‣▪●](?=[A-Z“\"‘])"
)
_ROW = re.compile(r"\|.*\||\|?(?:\s*:?-{3,}:?\s*\|)+\s*:?-*:?\s*|[^|]+ \| [^|]+ \| [^|]+.*")
_COLUMNS = re.compile(r"\S(?:\t+| {3,})\S")
_FENCE = re.compile(r"(?:`{3,}|~{3,})[\w+-]{0,20}")
_FRONT_KEY = re.compile(r"[A-Za-z][\w -]{0,30}:(?:\s|\Z)")
_HEAD_KEY = re.compile(
    r"(?:Title|Headline|Subtitle|Author|Byline|Source|Publisher|Publication|Date|URL|Link|Site|Website|Retrieved|"
    r"Accessed|Description|Summary|Language|Section|Category|Tags|ID|Copyright|Published|Updated|Crawled|Domain): ?\S.*"
)
# A heading that is longer is a sentence somebody forgot to close.
_LONGEST_UNDERLINED = 160
_HEAD_LINES = 12
_FRONT_LINES = 60


@dataclass(slots=True)
class Draft:
    """A block whose role may still change: by what stands around it, unless somebody has said it already."""

    role: BlockRole
    start: int
    end: int
    said_by: Span | None = None
    is_known: bool = False
    is_alone: bool = False
    is_one_line: bool = True


def blocks(text: str, start: int, end: int, wrapped: bool) -> Iterator[Draft]:
    """Yield the blocks of text[start:end], with the roles that their own lines give them."""
    if start == 0:
        prefix = crawled(text[: min(end, 80)])
        if prefix is not None:
            yield Draft(BlockRole.METADATA, 0, prefix[0])
            start = prefix[0]
    found = line_reader.cut(text, start, end)
    at = 0
    if start == 0 and found:
        at = _front_matter(text, found)
        if at:
            yield Draft(BlockRole.METADATA, found[0].start, found[at - 1].end)
    fences = _fences(text, found)
    while at < len(found):
        draft, at = _block(text, found, at, wrapped, fences)
        yield draft


def _front_matter(text: str, found: Sequence[Line]) -> int:
    """Return how many lines the front matter has: `---`, keys and values, `---`; 0 where there is none."""
    if text[found[0].start : found[0].end] not in ("---", "+++"):
        return 0
    fence = text[found[0].start : found[0].end]
    for number, line in enumerate(found[1:_FRONT_LINES], start=1):
        words = text[line.start : line.end]
        if words == fence:
            return number + 1 if number > 1 else 0
        if not (_FRONT_KEY.match(words) or line.indent or words.startswith(("- ", "#")) or " = " in words):
            return 0
    return 0


def _block(
    text: str, found: Sequence[Line], at: int, wrapped: bool, fences: Sequence[int]
) -> tuple[Draft, int]:
    """Return the block that begins with a line, and the number of the line after it."""
    line = found[at]
    words = text[line.start : line.end]
    if _FENCE.fullmatch(words) and (end := _fence_end(found, at, fences)):
        return _draft(BlockRole.EMBED, found, at, end), end
    if (end := _table_end(text, found, at)) > at:
        return _draft(BlockRole.TABLE, found, at, end), end
    if words[0] == ">":
        return _quoted_lines(text, found, at)
    role = _marked(text, found, at, words)
    if role is BlockRole.HEADING and _is_underlined(text, found, at):
        return _draft(role, found, at, at + 2), at + 2
    if role is None:
        role = furniture(words)
    if role is None and at < _HEAD_LINES and _HEAD_KEY.fullmatch(words):
        role = BlockRole.METADATA
    if role is None and at and not line.after_blank and _is_slug(text, found[at - 1]):
        role = BlockRole.CAPTION
    end = at + 1
    if role in (None, BlockRole.LIST_ITEM, BlockRole.CAPTION, BlockRole.FOOTNOTE, BlockRole.PROVENANCE):
        end = _running(text, found, at, wrapped, role)
    return _draft(role or BlockRole.PARAGRAPH, found, at, end), end


def _draft(role: BlockRole, found: Sequence[Line], at: int, end: int) -> Draft:
    first, last = found[at], found[end - 1]
    alone = first.after_blank and last.before_blank
    return Draft(role, first.start, last.end, is_alone=alone, is_one_line=end == at + 1)


def _running(text: str, found: Sequence[Line], at: int, wrapped: bool, role: BlockRole | None) -> int:
    """Return the number of the line after the last one that belongs to the block of found[at]."""
    end = at + 1
    while end < len(found):
        line, following = found[end - 1], found[end]
        indented = (
            role is BlockRole.LIST_ITEM and not line.before_blank and following.indent > found[at].indent
        )
        if not (indented or line_reader.runs_on(text, found[at].start, line, following, wrapped)):
            break
        words = text[following.start : following.end]
        if _marked(text, found, end, words) is not None or words[0] in ">|":
            break
        # Within a wrapped paragraph a line is what the width made it, and no furniture.
        if not wrapped and furniture(words) is not None:
            break
        end += 1
    return end


def _marked(text: str, found: Sequence[Line], at: int, words: str) -> BlockRole | None:
    """Return the role that marks at the line's beginning, or the line under it, give it."""
    if _HASHES.match(words) or _DASHED.fullmatch(words):
        return BlockRole.HEADING
    if _is_underlined(text, found, at):
        return BlockRole.HEADING
    if not any(char.isalnum() for char in words):
        return BlockRole.BOILERPLATE
    if _LIST_ITEM.match(words):
        # "* Correction:" and "25. October 2024" only look like items of a list.
        role = furniture(words)
        return role if role in (BlockRole.FOOTNOTE, BlockRole.METADATA) else BlockRole.LIST_ITEM
    if _BOLD.fullmatch(words) and found[at].after_blank and words.strip("*_: ")[-1:] not in ".!?,;":
        return BlockRole.HEADING if furniture(words) is None else None
    return None


def _is_underlined(text: str, found: Sequence[Line], at: int) -> bool:
    line = found[at]
    if line.before_blank or at + 1 >= len(found) or len(line) > _LONGEST_UNDERLINED:
        return False
    rule = text[found[at + 1].start : found[at + 1].end]
    # Three dashes under a paragraph part it from the next; a heading's rule is about as long as the heading.
    return bool(_UNDERLINE.fullmatch(rule)) and line.after_blank and 2 * len(rule) >= len(line)


def _is_slug(text: str, line: Line) -> bool:
    return furniture(text[line.start : line.end]) is BlockRole.IMAGE_SLUG


def _fences(text: str, found: Sequence[Line]) -> list[int]:
    """Return the numbers of the lines that can close a fence: nothing but its marks."""
    return [
        n for n, line in enumerate(found) if len(line) >= 3 and not text[line.start : line.end].strip("`~")
    ]


def _fence_end(found: Sequence[Line], at: int, fences: Sequence[int]) -> int:
    """Return the number of the line after the fence that closes the one at `at`; 0 where none does."""
    closing = bisect.bisect_right(fences, at)
    return fences[closing] + 1 if closing < len(fences) else 0


def _table_end(text: str, found: Sequence[Line], at: int) -> int:
    """Return the number of the line after the table that begins here; `at` itself where none does."""
    end = at
    while end < len(found):
        words = text[found[end].start : found[end].end]
        if not (_ROW.fullmatch(words) or _COLUMNS.search(words)) or _LIST_ITEM.match(words):
            break
        end += 1
        if found[end - 1].before_blank:
            break
    return end if end - at >= 2 else at


def _quoted_lines(text: str, found: Sequence[Line], at: int) -> tuple[Draft, int]:
    """Return the paragraph of lines that begin with `>`, as mail and Markdown quote."""
    end = at + 1
    while end < len(found) and not found[end - 1].before_blank:
        words = text[found[end].start : found[end].end]
        if words[0] != ">" or not words.strip("> \t"):
            break
        end += 1
    return _draft(BlockRole.QUOTATION, found, at, end), end
