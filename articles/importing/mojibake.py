"""Tells, and on request mends, letters that were read in the wrong charset: “donâ€™t” for “don’t”.

What is damaged is ftfy's judgement, and so is what it was; nothing else of ftfy is used: quotation marks stay
curly, ligatures, widths, entities, spaces and line breaks stay as they are. Quotations are evidence, so nothing
is mended unless somebody asks. Texts are in NFC: damage that was taken apart into letters and accents is put
together by it, and only then seen. No Django in here.
"""

from __future__ import annotations

import bisect
import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

# Every pattern ftfy takes for damage holds one of these; whatever holds none costs a single pass.
_SUSPECT = re.compile(r"[^\x00-\x7f]{2}|[\x80-\x9fŒœÃÂ]")
# What bytes above 127 never turn into: there the damaged and the mended line can be laid side by side.
_ANCHOR = re.compile(r"[!-~]+")
# Damage that NFKC has since taken apart, so that its bytes are gone: “naÃ¯ve” with a macron on a space for “¯”,
# “GÃ¼” with a fraction in three characters for “¼”.
_BEYOND = re.compile("[ÃÂ](?: [\u0301\u0304\u0308\u0327]|[13]\u2044[24])")
# An accent on a space: NFKC's, too, and the space is then no part of a letter.
_LOOSE_ACCENT = re.compile("[ \u00a0][\u0300-\u036f]")
# Control characters and halves of surrogate pairs: never what somebody wrote.
_UNWELCOME = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")
# Characters: a line is judged as a whole up to this length, and in pieces of it beyond.
_JUDGED = 20_000
_SHOWN = 24

_CHARSETS = {
    "latin-1": "Latin-1",
    "sloppy-windows-1252": "Windows-1252",
    "sloppy-windows-1251": "Windows-1251",
    "sloppy-windows-1250": "Windows-1250",
    "sloppy-windows-1253": "Windows-1253",
    "sloppy-windows-1254": "Windows-1254",
    "sloppy-windows-1257": "Windows-1257",
    "windows-1252": "Windows-1252",
    "iso-8859-2": "ISO 8859-2",
    "macroman": "Mac Roman",
    "cp437": "code page 437",
    "utf-8": "UTF-8",
    "utf-8-variants": "UTF-8",
}


class Change(NamedTuple):
    """text[start:end] of the damaged text reads `after` in the mended one, None where it is beyond mending."""

    start: int
    end: int
    after: str | None


@dataclass(frozen=True)
class Damage:
    """What looks like mojibake in a text.

    `places` counts the stretches that are damaged, `beyond` those among them that cannot be mended; `line`
    (from 1) and `offset` (code points) are those of the first, `before` and `after` the word around it as it
    stands and as it was probably meant, `after` None where that cannot be told. `mix_up` says in words which
    charset was taken for which.
    """

    places: int
    beyond: int
    line: int
    offset: int
    before: str
    after: str | None
    mix_up: str

    @property
    def sentence(self) -> str:
        """Return what was found, for whoever imports; what was done about it is the caller's to say."""
        places = "1 place looks" if self.places == 1 else f"{self.places:,} places look"
        where = "" if self.places == 1 else "the first "
        return (
            f"{places} like {self.mix_up}, {where}in line {self.line} (offset {self.offset}): “{self.before}”"
            + (f" for “{self.after}”" if self.after is not None else "")
            + (f"; {self.beyond:,} of them cannot be mended." if self.beyond else ".")
        )


def detect(text: str) -> Damage | None:
    """Return what looks like letters read in the wrong charset, None where nothing does."""
    return describe(text, changes(text))


def repair(text: str) -> str:
    """Return the text with letters that were read in the wrong charset mended, all else untouched."""
    return apply(text, changes(text))


def changes(text: str) -> list[Change]:
    """Return what is damaged in the text and what it was, in order, none overlapping another.

    Texts of whatever length take time in proportion to it.
    """
    if text.isascii() or not _SUSPECT.search(text):
        return []
    found = [change for start, end in _pieces(text) for change in _changes_within(text, start, end)]
    beyond: list[Change] = []
    ends = [change.end for change in found]
    for match in _BEYOND.finditer(text):
        at = bisect.bisect_right(ends, match.start())
        if at == len(found) or found[at].start >= match.end():
            beyond.append(Change(*match.span(), None))
    return list(heapq.merge(found, beyond))


def apply(text: str, wanted: Sequence[Change]) -> str:
    """Return the text with the changes made."""
    pieces: list[str] = []
    done = 0
    for change in wanted:
        if change.after is not None:
            pieces += (text[done : change.start], change.after)
            done = change.end
    pieces.append(text[done:])
    return "".join(pieces)


def describe(text: str, wanted: Sequence[Change]) -> Damage | None:
    """Return the changes as damage that people can be told of, None where there are none."""
    if not wanted:
        return None
    first = wanted[0]
    # The word around the first place, as it stands and as mended with all the changes within it.
    start, end = first.start, first.end
    while start > 0 and first.start - start < _SHOWN and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and end - first.end < _SHOWN and not text[end].isspace():
        end += 1
    within = [
        Change(one.start - start, one.end - start, one.after) for one in wanted[:_SHOWN] if one.end <= end
    ]
    return Damage(
        places=len(wanted),
        beyond=sum(change.after is None for change in wanted),
        line=1 + text.count("\n", 0, first.start),
        offset=first.start,
        before=_visible(text[start:end]),
        after=None if first.after is None else _visible(apply(text[start:end], within)),
        mix_up=_mix_up(wanted, text),
    )


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of the lines that may be damaged; very long ones in pieces that end before a word."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > _JUDGED:
            end = _cut(text, start, start + _JUDGED)
        if _SUSPECT.search(text, start, end):
            yield start, end
        start = max(end, start + 1)


def _cut(text: str, start: int, end: int) -> int:
    """Return the last place in text[start:end] between an unaccented letter and a space: no damage runs over
    it. Failing that, the end."""
    at = text.rfind(" ", start, end)
    while at > start:
        if text[at - 1].isascii():
            return at
        at = text.rfind(" ", start, at)
    return end


def _changes_within(text: str, start: int, end: int) -> Iterator[Change]:
    # Here and not above: most texts never need it.
    import ftfy
    from ftfy.badness import is_bad

    piece = text[start:end]
    if not is_bad(piece):
        return
    fixed = ftfy.fix_encoding(piece)
    if _is_worse(fixed, piece):
        # Where a byte was lost ftfy shows that; without this the rest of the piece can still be mended.
        fixed = ftfy.fix_encoding(piece, replace_lossy_sequences=False)
    if fixed == piece or _is_worse(fixed, piece):
        return
    grown = 0
    for at, until, after in _differences(piece, fixed):
        clean = not _LOOSE_ACCENT.search(piece, at, until + 2) and _is_clean(
            fixed[max(0, at + grown - 2) : at + grown + len(after) + 2]
        )
        yield Change(start + at, start + until, after if clean else None)
        grown += len(after) - (until - at)


def _is_clean(mended: str) -> bool:
    """May people have written this? Where damage was damaged once more in another way, ftfy mends the outer
    layer only."""
    from ftfy.badness import is_bad

    return "ÃÂ" not in mended and not is_bad(mended.replace("\ufffd", ""))


def _is_worse(fixed: str, piece: str) -> bool:
    """Does mending bring in characters that say nothing, or another line?"""
    return (
        fixed.count("\ufffd") > piece.count("\ufffd") or "\n" in fixed or _UNWELCOME.search(fixed) is not None
    )


def _differences(before: str, after: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, what the other has there) for the stretches in which two lines differ.

    Bytes below 128 are the same in all the charsets concerned: runs of unaccented characters stand in both
    lines in the same order, and what lies between two of them in the one lies there in the other.
    """
    anchors, others = _ANCHOR.findall(before), _ANCHOR.findall(after)
    if anchors != others:
        yield 0, len(before), after
        return
    gaps = _gaps(before)
    for (start, end), (other_start, other_end) in zip(gaps, _gaps(after), strict=True):
        yield from _differences_of_gap(before, start, end, after[other_start:other_end])


def _gaps(line: str) -> list[tuple[int, int]]:
    """Return (start, end) of what lies before, between and after the runs of unaccented characters."""
    runs = [match.span() for match in _ANCHOR.finditer(line)]
    starts = [0, *(end for _, end in runs)]
    ends = [*(start for start, _ in runs), len(line)]
    return list(zip(starts, ends, strict=True))


def _differences_of_gap(before: str, start: int, end: int, mended: str) -> Iterator[tuple[int, int, str]]:
    words, mended_words = before[start:end].split(" "), mended.split(" ")
    if len(words) != len(mended_words):
        # A space was part of the damage: “Ã ” for “à”.
        words, mended_words = [before[start:end]], [mended]
    at = start
    for word, mended_word in zip(words, mended_words, strict=True):
        if word != mended_word:
            yield at, at + len(word), mended_word
        at += len(word) + 1


def _mix_up(wanted: Sequence[Change], text: str) -> str:
    """Return in words which charset was read as which, as far as the first place that can be mended tells."""
    import ftfy

    for change in wanted[:_SHOWN]:
        if change.after is None:
            continue
        steps = ftfy.fix_encoding_and_explain(text[change.start : change.end])
        plan = {step.action: step.parameter for step in reversed(steps.explanation or [])}
        read_as, written_in = _CHARSETS.get(plan.get("encode", "")), _CHARSETS.get(plan.get("decode", ""))
        if steps.text == change.after and read_as is not None and written_in is not None:
            return f"{written_in} read as {read_as}"
    return "letters read in the wrong charset"


def _visible(text: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
