"""Cuts a text into blocks and says what each of them is. No Django in here.

What a line says decides first (`articles.importing.layout.furniture`), then how it is marked, then where it stands.
In doubt a block is a paragraph: a heading that is read as text costs an editor a glance, a paragraph that is
read as a heading is never seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from articles.importing.layout import lines as line_reader
from articles.importing.layout.blocks import Draft
from articles.importing.layout.blocks import blocks as read_blocks
from articles.importing.layout.furniture import orphan_link
from articles.importing.layout.laid import Laid
from articles.spans import Span
from articles.vocabulary import BlockRole

_LABEL = re.compile(
    r"[\[(](?:From|Via|from|via|Quoted from|Excerpt from|Source:|Via:|From:)\s+(?P<of>[^\[\]()\n]{1,120})[\])]"
    r"|(?P<dash>—|―|–|--)\s?(?P<by>[A-Z@\"“][^\n]{1,100})"
)
_TERMINAL = re.compile(r"[.!?…。！？।:;,][\"'”’»)\]*_]*\Z")
_LOOK_BACK = 6
# More than a heading: two sentences, or a sentence and who said it.
_SEVERAL = re.compile(r"[a-z]{2}[.!?][\"”’]?\s")
# A question by itself, not one that is quoted or that a named speaker asks.
_ASKED = re.compile(r"(?!\w+:\s)[^\W\d_][^“”\":]*\?")
_CAPITALS = re.compile(r"[^a-zß-öø-ÿ]*[A-Z]{2}[^a-zß-öø-ÿ]*")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
# Characters: a heading and a title that are longer are sentences somebody forgot to close.
_LONGEST_HEADING = 90
_MOST_HEADING_WORDS = 14
_LONGEST_TITLE = 160
_LONGEST_LABEL = 140
# What a heading or title stands over is at least so long.
_SHORTEST_TEXT = 60
_FURNISHED = frozenset(
    {BlockRole.METADATA, BlockRole.BYLINE, BlockRole.BOILERPLATE, BlockRole.LINK_TEXT, BlockRole.IMAGE_SLUG}
    | {BlockRole.CREDIT, BlockRole.CAPTION, BlockRole.PROVENANCE, BlockRole.EMBED}
)
# What a label after it can give to somebody.
_QUOTABLE = frozenset({BlockRole.PARAGRAPH, BlockRole.QUOTATION, BlockRole.LIST_ITEM})
_LISTING = re.compile(
    r"(?i:related|more (?:from|on|stories|news|articles)|most (?:read|popular|viewed|shared)|trending|recommended|"
    r"you (?:may|might)|popular|recent posts|latest (?:posts|stories|articles)|top stories|what to read|read next|"
    r"up next|see also|also (?:read|on)|read also|editor[’']?s[’']? picks|don[’']t miss)\b"
)


def lay_out(text: str, known: Sequence[Laid] = ()) -> tuple[Laid, ...]:
    """Return the blocks of a text, in order.

    Each character that is no white space lies in exactly one block, and no block begins or ends with white
    space, but for the prefix of a crawler, which keeps the space it was written with. `known` are blocks
    whose roles are certain: they come back as they are, and the rest is laid out around them. Of known blocks
    that overlap the first is kept.
    """
    kept = _kept(text, known)
    drafts: list[Draft] = []
    every_line = line_reader.cut(text, 0, len(text))
    wrapped = line_reader.is_wrapped(text, every_line)
    done = 0
    for block in [*kept, None]:
        end = len(text) if block is None else block.start
        drafts.extend(read_blocks(text, done, end, wrapped))
        if block is not None:
            drafts.append(Draft(block.role, block.start, block.end, block.said_by, is_known=True))
            done = block.end
    _find_title(text, drafts)
    _find_link_lists(text, drafts)
    _find_lists_and_headings(text, drafts)
    _find_quoted(text, drafts)
    return tuple(
        Laid(role, start, end, draft.said_by)
        for draft in drafts
        for role, start, end in _without_orphan_link(text, draft)
    )


def _kept(text: str, known: Sequence[Laid]) -> list[Laid]:
    kept: list[Laid] = []
    done = 0
    for block in sorted(known, key=lambda block: (block.start, block.end)):
        if done <= block.start < block.end <= len(text):
            kept.append(block)
            done = block.end
    return kept


def _find_title(text: str, drafts: list[Draft]) -> None:
    """Make the first line the title where it shows that it is one; never the first sentence."""
    if any(draft.role is BlockRole.TITLE for draft in drafts):
        return
    at = next((n for n, draft in enumerate(drafts) if draft.role not in _FURNISHED), len(drafts))
    if at >= len(drafts) or drafts[at].is_known:
        return
    draft = drafts[at]
    words = text[draft.start : draft.end]
    if draft.role is BlockRole.HEADING:
        first = words.lstrip()
        if first.startswith("# ") or not first.startswith("#"):
            draft.role = BlockRole.TITLE
        return
    following = next((other for other in drafts[at + 1 :] if other.role not in _FURNISHED), None)
    if draft.role is not BlockRole.PARAGRAPH or not draft.is_one_line or following is None:
        return
    if not 2 <= len(words) <= _LONGEST_TITLE or words[0].islower() or len(words.split()) < 2:
        return
    told = text[following.start : following.end]
    parted = draft.is_alone or drafts[at + 1].role in _FURNISHED
    asks = parted and words.rstrip("\"'”’").endswith("?") and _is_capitalised(words)
    if _is_ended(words) and not asks:
        return
    if parted or (len(told) >= _SHORTEST_TEXT and len(told) > len(words) and _is_ended(told)):
        draft.role = BlockRole.TITLE


def _is_ended(words: str) -> bool:
    return _TERMINAL.search(words, max(0, len(words) - _LOOK_BACK)) is not None


def _is_capitalised(words: str) -> bool:
    """Are the long words written with a capital, as in headlines?"""
    long = _LONG_WORD.findall(words)
    return len(long) >= 2 and sum(word[0].isupper() for word in long) >= 0.8 * len(long)


def _find_link_lists(text: str, drafts: list[Draft]) -> None:
    """Make boilerplate of the headlines that stand under "Related articles" and its like."""
    listing = False
    for draft in drafts:
        words = text[draft.start : draft.end]
        if draft.role is BlockRole.BOILERPLATE:
            listing = bool(_LISTING.match(words))
        elif listing and draft.role in (BlockRole.PARAGRAPH, BlockRole.LIST_ITEM) and not draft.is_known:
            listing = len(words) <= _LONGEST_TITLE and not _is_ended(words)
            if listing:
                draft.role = BlockRole.BOILERPLATE
        elif draft.role not in (BlockRole.METADATA, BlockRole.BYLINE, BlockRole.IMAGE_SLUG):
            listing = False


def _find_lists_and_headings(text: str, drafts: list[Draft]) -> None:
    """Find the headings and lists that no mark shows: short lines that end without one."""
    short = [_is_short(text, draft) for draft in drafts]
    at = 0
    while at < len(drafts):
        if not short[at]:
            at += 1
            continue
        end = at
        while end < len(drafts) and short[end]:
            end += 1
        before = drafts[at - 1] if at else None
        leads = before is not None and text[before.end - 1] in ":："
        if leads and end - at >= 2:
            for draft in drafts[at:end]:
                draft.role = BlockRole.LIST_ITEM
        elif end - at <= 2 and not leads:
            for draft in drafts[at:end]:
                if _is_heading(text, draft, before, drafts[end] if end < len(drafts) else None):
                    draft.role = BlockRole.HEADING
        at = end


def _is_short(text: str, draft: Draft) -> bool:
    """Could this be an entry of a list or a heading: one short line of text that no sentence ends?"""
    if draft.role is not BlockRole.PARAGRAPH or draft.is_known or not draft.is_one_line:
        return False
    if draft.end - draft.start > _LONGEST_HEADING:
        return False
    words = text[draft.start : draft.end]
    if len(words.split()) > _MOST_HEADING_WORDS:
        return False
    if _CAPITALS.fullmatch(words) and not words.rstrip("”’\"'").endswith((",", ";", ":")):
        return True
    if _SEVERAL.search(words):
        return False
    return not _is_ended(words) or (words[-1] == "?" and _ASKED.fullmatch(words) is not None)


def _is_heading(text: str, draft: Draft, before: Draft | None, after: Draft | None) -> bool:
    """Does a short line stand over a paragraph, and by itself?"""
    words = text[draft.start : draft.end]
    if after is None or after.role not in (BlockRole.PARAGRAPH, BlockRole.LIST_ITEM, BlockRole.QUOTATION):
        return False
    if after.end - after.start < _SHORTEST_TEXT or after.end - after.start <= len(words):
        return False
    if not (words[0].isupper() or words[0].isdigit() or words[0] in "“‘\"'#$¿¡"):
        return False
    # Where paragraphs are parted by blank lines a heading is, too.
    parted = draft.is_alone or not after.is_alone
    return parted and (before is None or before.is_known or text[before.end - 1] not in ",;")


def _find_quoted(text: str, drafts: list[Draft]) -> None:
    """Make quotations of the paragraphs that a line after them gives to somebody: "[From …]", "— Name"."""
    for at, draft in enumerate(drafts):
        words = text[draft.start : draft.end]
        if draft.role is BlockRole.QUOTATION and draft.said_by is None and not draft.is_known:
            draft.said_by = _signed(text, draft)
            continue
        if draft.role is BlockRole.ATTRIBUTION_LABEL:
            label = _LABEL.fullmatch(words)
        elif (
            draft.role in (BlockRole.PARAGRAPH, BlockRole.LIST_ITEM)
            and not draft.is_known
            and len(words) < _LONGEST_LABEL
        ):
            label = _label(words, at)
        else:
            continue
        before = drafts[at - 1] if at else None
        if label is None or before is None or before.role not in _QUOTABLE:
            continue
        if label["dash"] and before.end - before.start < 2 * len(words) and not _in_marks(text, before):
            continue
        draft.role = BlockRole.ATTRIBUTION_LABEL
        group = "of" if label["of"] else "by"
        said_by = Span(draft.start + label.start(group), draft.start + label.end(group))
        if not before.is_known:
            _give_to(drafts, at - 1, said_by)


def _signed(text: str, draft: Draft) -> Span | None:
    """Return the name in the last line of a marked quotation: "> — Jane Roe"."""
    at = text.rfind("\n", draft.start, draft.end) + 1
    line = text[at : draft.end]
    if at <= draft.start or len(line) >= _LONGEST_LABEL:
        return None
    signature = _label(line.lstrip("> \t"), at)
    if signature is None or signature["by"] is None:
        return None
    return Span(draft.end - len(signature["by"]), draft.end)


def _label(words: str, at: int) -> re.Match[str] | None:
    label = _LABEL.fullmatch(words) if at else None
    if label is None or (label["dash"] and not _is_name(label["by"])):
        return None
    return label


def _is_name(words: str) -> bool:
    """Are all long words before the first comma written with a capital, and no sentence among them?"""
    longer = [word for word in words.partition(",")[0].split() if len(word) > 3]
    return words[-1] not in ".!?;:,–—-―" and all(not word[0].islower() for word in longer)


def _in_marks(text: str, draft: Draft) -> bool:
    return text[draft.start] in "\"“‘'«„>" or text[draft.end - 1] in "\"”’'»“"


def _give_to(drafts: list[Draft], at: int, said_by: Span) -> None:
    """Give the paragraph, and of a quotation that is marked as one all its paragraphs, to whoever said it."""
    marked = drafts[at].role is BlockRole.QUOTATION
    drafts[at].role, drafts[at].said_by = BlockRole.QUOTATION, said_by
    while marked and at and drafts[at - 1].role is BlockRole.QUOTATION and drafts[at - 1].said_by is None:
        at -= 1
        if not drafts[at].is_known:
            drafts[at].said_by = said_by


def _without_orphan_link(text: str, draft: Draft) -> Iterator[tuple[BlockRole, int, int]]:
    """Yield the block, and behind it the text of a lost link that closes it."""
    at = None
    if draft.role in _QUOTABLE and not draft.is_known:
        at = orphan_link(text, draft.start, draft.end)
    if at is None:
        yield draft.role, draft.start, draft.end
        return
    yield draft.role, draft.start, draft.start + len(text[draft.start : at].rstrip())
    yield BlockRole.LINK_TEXT, at, draft.end
