"""From the bytes of a file to the text of record: decoded without guessing, in NFC, with `\\n` newlines.

Offsets count Unicode code points from 0, the end not included. The "original" is the decoded file without its
byte order mark, before newlines, NFC and the mending of mojibake where that was asked for. No Django in here.
"""

from __future__ import annotations

import bisect
import functools
import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from articles.importing import mojibake
from articles.importing.decoding import MAX_BYTES as MAX_BYTES
from articles.importing.decoding import TextError as TextError
from articles.importing.decoding import decode, line_of, refuse_characters, without_controls
from articles.spans import Span

_UNSEEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"), "a control for the direction of writing"),
    (re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]"), "a character without width"),
    (
        re.compile("[\x7f-\x9f]"),
        "a control character; the text may be Windows-1252 declared as something else",
    ),
    (re.compile("\ufffd"), "a replacement character: the text was damaged before it came here"),
)
_CONTROL = re.compile("[\x7f-\x9f]")
_IMAGE_SLUG = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")


# What people write for one another in quotations. Each line: any of these, read as that.
_ALIKE: tuple[tuple[str, str], ...] = (
    ('"`´‘’‚‛“”„‟«»‹›′″＇＂', "'"),
    ("‐‑‒–—―−﹘﹣－", "-"),
    ("…", "..."),
    ("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
)
_FOLD = {char: folded for chars, folded in _ALIKE for char in chars}
# Characters: how much of a text a message repeats, how much on either side of a difference, and the shortest
# beginning that two texts do not share by chance.
_SHOWN = 80
_AROUND = 24
_WORTH_SHOWING = 12


class QuoteError(ValueError):
    """A quotation that has no single place in a text. Its text is a sentence: what is wrong, where, what to
    do."""


@dataclass(frozen=True)
class TextOfRecord:
    """A text as the record keeps it.

    sha256 and original_sha256 are lower-case hex, of the UTF-8 of `text` and of the bytes as they came.
    `offset_map` holds breakpoints (offset in text, offset in original) for `to_original`; it is empty where
    the two run alike. `fingerprint` is equal for copies that differ only in quotation marks, dashes, spacing,
    letter case or image slugs. `warnings` are sentences for whoever imports.
    """

    text: str
    sha256: str
    original_sha256: str
    encoding: str
    offset_map: tuple[tuple[int, int], ...]
    fingerprint: str
    warnings: tuple[str, ...]

    def original_offset(self, offset: int) -> int:
        """Return where `offset` of the text lies in the decoded original; see `to_original`."""
        return to_original(self.offset_map, offset)


def read_text(data: bytes, declared: str | None = None, repair: bool = False) -> TextOfRecord:
    """Read a file's bytes as a text of record.

    The charset is the declared one, else that of the byte order mark, else UTF-8 where the bytes are valid
    UTF-8, else Windows-1252 with a warning. Raises TextError for more than 5,000,000 bytes, an unknown
    charset or bytes that are not in it, NUL and more control characters than a text has, lone surrogates, and a
    file in which nothing can be read. Stray control characters are made visible, one for one. Letters that look
    as if read in the wrong charset are told of, and mended only with `repair`.
    """
    if len(data) > MAX_BYTES:
        raise TextError(f"The file has {len(data):,} bytes; a text may have at most {MAX_BYTES:,}.")
    original, encoding, warnings = decode(data, declared)
    refuse_characters(original)
    original, told = without_controls(original)
    warnings = [*warnings, *told]
    if not _is_readable(original):
        raise TextError("The file is empty or holds only white space.")
    text, offset_map = _normalise(original)
    damaged = mojibake.changes(text)
    if repair:
        warnings += _repair_warnings(text, damaged)
        text, offset_map = _mended(text, offset_map, damaged)
        warnings += _unseen_warnings(text)
        damaged = []
    else:
        warnings += _unseen_warnings(original)
    if declared is None or encoding.startswith("utf"):
        # Who declares a charset of single bytes has said what the bytes are.
        warnings += _damage_warnings(text, damaged)
    return TextOfRecord(
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        original_sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding,
        offset_map=offset_map,
        fingerprint=fingerprint(text),
        warnings=tuple(warnings),
    )


def to_original(offset_map: Sequence[tuple[int, int]], offset: int) -> int:
    """Return where an offset of the text of record lies in the decoded original, both in code points.

    Exact wherever a character begins that stands by itself. Inside a group that newlines or NFC changed in
    length there is no exact answer: the result then stays within the group. Raises ValueError for a negative
    offset.
    """
    if offset < 0:
        raise ValueError(f"The offset {offset} is negative.")
    following = bisect.bisect_right(offset_map, offset, key=lambda point: point[0])
    in_text, in_original = offset_map[following - 1] if following else (0, 0)
    found = in_original + offset - in_text
    return found if following == len(offset_map) else min(found, offset_map[following][1])


def find_exact(text: str, quote: str, start: int | None = None) -> int:
    """Return the offset at which a quotation stands in a text, both in the form of the record.

    `start` names the place where the words occur more than once. Raises QuoteError where the quotation is
    empty, is not in the text, stands in several places while no start is given, or does not stand at the
    start that is given.
    """
    if not quote.strip():
        raise QuoteError("The quotation is empty.")
    places = _places(text, quote)
    if start is not None:
        if text.startswith(quote, start) and 0 <= start < len(text):
            return start
        here = text[max(start, 0) : max(start, 0) + min(len(quote), _SHOWN)]
        found = f"there the text reads {_shown(here)}" if here else f"the text has {len(text)} characters"
        elsewhere = f"The words stand at {_listed(places)}." if places else _nearest(text, quote)
        raise QuoteError(f"The quotation does not stand at offset {start}: {found}. {elsewhere}")
    if not places:
        raise QuoteError(f"The quotation is not in the text. {_nearest(text, quote)}")
    if len(places) > 1:
        raise QuoteError(
            f"The quotation stands in {len(places)} places, at {_listed(places)}: name one as start."
        )
    return places[0]


def find_folded(text: str, quote: str) -> list[Span]:
    """Return where a quotation stands in a text, whichever quotation marks, dashes, ellipses and white space
    either has.

    Characters without width count for nothing. The spans are those of the text as it stands; they are in
    order and may overlap. A quotation in which nothing but white space is left has no place.
    """
    folded, origins = _folded(text)
    sought = _folded(quote)[0].strip()
    if not sought:
        return []
    spans = (Span(origins[at], origins[at + len(sought) - 1] + 1) for at in _places(folded, sought))
    # Several places of the folded text may lie in one character of the text: "..." is found twice in "……".
    return list(dict.fromkeys(spans))


def find_words(quote: str, words: str) -> list[int]:
    """Return every offset at which words stand in a quotation as whole words; failing that, as part of longer
    ones.

    So "it" is not found in "exploited", while words of scripts without spaces are found at all.
    """
    whole = [match.start() for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", quote)]
    return whole or _places(quote, words)


def fingerprint(text: str) -> str:
    """Return the SHA-256 (hex) of the letters and digits of a text, in NFKC and case-folded, image slugs left
    out."""
    prose = "\n".join(line for line in text.split("\n") if not _IMAGE_SLUG.fullmatch(line.strip()))
    # NFKC again, because folding the case of Greek letters takes them apart.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", prose).casefold())
    # Texts without letters and digits would all be copies of one another: they are told apart by whatever
    # they do hold.
    kept = "".join(filter(str.isalnum, folded)) or "".join(text.split())
    return hashlib.sha256(kept.encode()).hexdigest()


def _is_readable(text: str) -> bool:
    return any(not char.isspace() and unicodedata.category(char) not in ("Cc", "Cf") for char in text)


def _unseen_warnings(original: str) -> list[str]:
    warnings = []
    for pattern, what in _UNSEEN:
        found = [match.start() for match in pattern.finditer(original)]
        if found:
            first = found[0]
            often = f", {len(found)} times" if len(found) > 1 else ""
            warnings.append(
                f"Line {line_of(original, first)} (offset {first}) holds {what}, U+{ord(original[first]):04X}; "
                f"it was kept{often}."
            )
    return warnings


def _damage_warnings(text: str, damaged: Sequence[mojibake.Change]) -> list[str]:
    # Control characters that stand alone are told of already.
    damage = mojibake.describe(
        text, [one for one in damaged if not _CONTROL.fullmatch(text, one.start, one.end)]
    )
    if damage is None:
        return []
    return [f"{damage.sentence} The text was kept as it is; import with --repair to mend it."]


def _repair_warnings(text: str, damaged: Sequence[mojibake.Change]) -> list[str]:
    damage = mojibake.describe(text, damaged)
    if damage is None:
        return []
    done = (
        "This was left as it is."
        if damage.beyond == damage.places
        else "The text was mended, as was asked for."
    )
    return [f"{damage.sentence} {done}"]


def _normalise(original: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the original in NFC with `\\n` newlines, and the breakpoints between the two."""
    if "\r" not in original and unicodedata.is_normalized("NFC", original):
        return original, ()
    pieces: list[str] = []
    breakpoints: list[tuple[int, int]] = []
    done = length = 0
    for start, end, replacement in _changes(original):
        pieces += (original[done:start], replacement)
        length += start - done + len(replacement)
        done = end
        if len(replacement) != end - start:
            breakpoints.append((length, end))
    pieces.append(original[done:])
    return "".join(pieces), tuple(breakpoints)


def _mended(
    text: str, offset_map: tuple[tuple[int, int], ...], damaged: Sequence[mojibake.Change]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the text in NFC with the changes made, and the breakpoints between it and the original."""
    breakpoints: list[tuple[int, int]] = []
    grown = 0
    for change in damaged:
        if change.after is not None and len(change.after) != change.end - change.start:
            grown += len(change.after) - (change.end - change.start)
            breakpoints.append((change.end + grown, change.end))
    # Letters that came out with their accents apart are put together once more.
    mended, composed = _normalise(mojibake.apply(text, damaged))
    return mended, _joined(composed, _joined(breakpoints, offset_map))


def _joined(
    outer: Sequence[tuple[int, int]], inner: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """Return the breakpoints from one text to a third by way of a second: `outer` leads to the second,
    `inner` from there on."""
    if not outer or not inner:
        return tuple(outer or inner)
    backwards = [(second, first) for first, second in outer]
    through = {first: to_original(inner, second) for first, second in outer}
    for second, third in inner:
        first = to_original(backwards, second)
        through[first] = max(third, through.get(first, 0))
    return tuple(sorted(through.items()))


def _changes(original: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, replacement) for the pieces of the original that may not stay as they are, in
    order."""
    if unicodedata.is_normalized("NFC", original):
        pattern = re.compile(r"\r\n?")
    else:
        pattern = _changeable()
    for match in pattern.finditer(original):
        piece = match.group()
        yield match.start(), match.end(), "\n" if piece[0] == "\r" else unicodedata.normalize("NFC", piece)


@functools.cache
def _changeable() -> re.Pattern[str]:
    """Return a pattern for the shortest pieces of a text that NFC can change independently of what is around
    them.

    NFC works across two characters only where the second is a combining mark or can be the second half of a
    composition (Hangul vowels and finals and some Indic vowel signs are such halves without being combining
    marks of a class), or decomposes into something that begins with one. Before every other character a text
    may be cut, normalised piece by piece, and joined again. The lists come from Python's own Unicode tables,
    so that the two cannot disagree.
    """
    halves = set(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))
    alone = set()
    decomposable = []
    for code in range(sys.maxunicode + 1):
        char = chr(code)
        mapping = unicodedata.decomposition(char)
        if mapping and mapping[0] != "<":
            decomposable.append(char)
            if unicodedata.normalize("NFC", char) != char:
                alone.add(char)
            elif " " in mapping:
                halves.add(chr(int(mapping.split()[1], 16)))
        if unicodedata.combining(char):
            halves.add(char)
    halves.update([char for char in decomposable if unicodedata.normalize("NFD", char)[0] in halves])
    dependent = _character_class(halves)
    return re.compile(rf"\r\n?|[^{dependent}\r\n]?[{dependent}]+|[{_character_class(alone - halves)}]")


def _character_class(chars: set[str]) -> str:
    """Return the inside of a character class that matches any of the characters, as ranges."""
    ranges: list[list[int]] = []
    for code in sorted(map(ord, chars)):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def _places(text: str, quote: str) -> list[int]:
    """Return every offset at which the quotation stands; places may overlap."""
    places = []
    at = text.find(quote)
    while at >= 0:
        places.append(at)
        at = text.find(quote, at + 1)
    return places


def _nearest(text: str, quote: str) -> str:
    """Return a sentence on where words like those of the quotation stand, or where the two part; never
    silent."""
    folded, origins = _folded(text)
    sought = _folded(quote)[0].strip()
    at = folded.find(sought) if sought else -1
    if at >= 0:
        start, end = origins[at], origins[at + len(sought) - 1] + 1
        return (
            f"Words that differ only in quotation marks, dashes or white space stand at offset {start} "
            f"(line {line_of(text, start)}); the text reads {_quoted(text[start:end])}."
        )
    # Whatever begins longer words in the text also begins shorter ones, so the longest beginning is found by
    # halving.
    shared = bisect.bisect_left(
        range(1, len(sought) + 1), True, key=lambda length: sought[:length] not in folded
    )
    if shared < _WORTH_SHOWING:
        return "Nothing like its beginning is there either."
    at = folded.find(sought[:shared])
    start = origins[at]
    there = text[origins[at + shared - 1] + 1 :][:_AROUND]
    return (
        f"Its first {shared} characters stand at offset {start} (line {line_of(text, start)}); then the text goes on "
        f"{_shown(there)} where the quotation has {_shown(sought[shared:][:_AROUND])}."
    )


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the text with quotation marks, dashes and white space made alike, and for each character where
    it came from."""
    chars: list[str] = []
    origins: list[int] = []
    for offset, char in enumerate(text):
        folded = " " if char.isspace() else _FOLD.get(char, char)
        # Runs of white space and of dashes count once: "--" is a dash on a typewriter.
        if folded in (" ", "-") and chars and chars[-1] == folded:
            continue
        chars += folded
        origins += [offset] * len(folded)
    return "".join(chars), origins


def _listed(offsets: Sequence[int]) -> str:
    shown = ", ".join(map(str, offsets[:10]))
    return f"offset{'s' if len(offsets) > 1 else ''} {shown}" + (", …" if len(offsets) > 10 else "")


def _quoted(text: str) -> str:
    """Return the text between marks that cannot be mistaken for its own, with every character visible."""
    visible = (char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return f"⟦{''.join(visible)}⟧"


def _shown(text: str) -> str:
    return _quoted(text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…")
