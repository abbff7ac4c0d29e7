"""From the bytes of a file to the text of record: decoded without guessing, in NFC, with `\\n` newlines.

Offsets count Unicode code points from 0, the end not included. The "original" is the decoded file without its
byte order mark, before newlines and NFC. No Django in here.
"""

from __future__ import annotations

import bisect
import codecs
import functools
import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

MAX_BYTES = 5_000_000

# Longest marks first: that of UTF-32 LE begins with that of UTF-16 LE.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Python's codecs that are not charsets of files, or that read bytes as commands.
_NOT_CHARSETS = frozenset(
    {
        "idna",
        "punycode",
        "unicode-escape",
        "unicode_escape",
        "raw-unicode-escape",
        "raw_unicode_escape",
        "utf-7",
        "charmap",
        "undefined",
    }
)
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_UNSEEN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"), "a control for the direction of writing"),
    (re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]"), "a character without width"),
    (
        re.compile("[\x7f-\x9f]"),
        "a control character; the text may be Windows-1252 declared as something else",
    ),
    (re.compile("\ufffd"), "a replacement character: the text was damaged before it came here"),
)
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


class TextError(ValueError):
    """A file that cannot become a text of record. Its text is a sentence: what is wrong, where, what to
    do."""


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


def read_text(data: bytes, declared: str | None = None) -> TextOfRecord:
    """Read a file's bytes as a text of record.

    The charset is the declared one, else that of the byte order mark, else UTF-8 where the bytes are valid
    UTF-8, else Windows-1252 with a warning. Raises TextError for more than 5,000,000 bytes, an unknown
    charset or bytes that are not in it, control characters, lone surrogates, and a file in which nothing can
    be read.
    """
    if len(data) > MAX_BYTES:
        raise TextError(f"The file has {len(data):,} bytes; a text may have at most {MAX_BYTES:,}.")
    original, encoding, warnings = _decode(data, declared)
    refused = _REFUSED.search(original)
    if refused is not None:
        _refuse_character(original, refused.start())
    if not _is_readable(original):
        raise TextError("The file is empty or holds only white space.")
    warnings += _unseen_warnings(original)
    text, offset_map = _normalise(original)
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


def _decode(data: bytes, declared: str | None) -> tuple[str, str, list[str]]:
    """Return the decoded text without its byte order mark, Python's name of the charset, and warnings."""
    mark, marked = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", ""))
    if declared is not None:
        charset = _reconcile(declared, marked)
        return _decode_strictly(data[len(mark) :], charset, f"was declared “{declared[:40]}”"), charset, []
    if marked:
        reason = f"begins with the byte order mark of {marked.upper()}"
        return _decode_strictly(data[len(mark) :], marked, reason), marked, []
    try:
        return data.decode("utf-8"), "utf-8", []
    except UnicodeDecodeError as error:
        where = f"line {_line(data[: error.start].decode(), error.start)}, byte {error.start}"
    try:
        halves = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        pass
    else:
        # Read as Windows-1252, such bytes would pass as three odd letters each.
        surrogate = _REFUSED.search(halves)
        assert surrogate is not None
        _refuse_character(halves, surrogate.start())
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise TextError(
            f"The file is neither UTF-8 ({where}) nor Windows-1252 (byte {error.start}): "
            "declare its charset, or save it as UTF-8."
        ) from None
    return text, "cp1252", [f"The file is not UTF-8 ({where}); it was read as Windows-1252."]


def _reconcile(declared: str, marked: str) -> str:
    """Return the charset that the declaration and the byte order mark agree on; `marked` is "" where there is
    no mark."""
    try:
        charset = codecs.lookup(declared.strip()).name
        # Codecs that do not turn bytes into text ("hex") are known to lookup but refuse this.
        b"a".decode(charset, "ignore")
    except (LookupError, ValueError):
        charset = ""
    if not charset or charset in _NOT_CHARSETS:
        raise TextError(
            f"“{declared[:40]}” is not a charset this program knows; that of most files is “utf-8”."
        )
    charset = charset.removesuffix("-sig")
    if marked:
        if charset not in (marked, marked[:-3]):
            # One of the two is wrong, and a text of record cannot be corrected later.
            raise TextError(
                f"The file begins with the byte order mark of {marked.upper()} but was declared “{declared[:40]}”: "
                "declare what it is."
            )
        return marked
    if charset in ("utf-16", "utf-32"):
        raise TextError(
            f"The file was declared “{declared[:40]}” but has no byte order mark: declare {charset}-le or {charset}-be."
        )
    return charset


def _decode_strictly(data: bytes, charset: str, reason: str) -> str:
    try:
        return data.decode(charset)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(charset, "replace")
        raise TextError(
            f"The file {reason}, but line {_line(before, len(before))} (byte {error.start}) is not in that charset."
        ) from None


def _line(text: str, offset: int) -> int:
    """Return the number, from 1, of the line on which an offset lies, whichever newlines the text has."""
    before = text[:offset]
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")


def _refuse_character(original: str, offset: int) -> NoReturn:
    code = ord(original[offset])
    where = f"line {_line(original, offset)}, offset {offset}"
    if code == 0:
        sentence = (
            f"The file holds a NUL character ({where}): it is not a text, or is UTF-16 that was not declared."
        )
    elif code >= 0xD800:
        sentence = f"The file holds half of a surrogate pair, U+{code:04X} ({where}): save it again as UTF-8."
    else:
        sentence = f"The file holds the control character U+{code:04X} ({where}): remove it."
    raise TextError(sentence)


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
                f"Line {_line(original, first)} (offset {first}) holds {what}, U+{ord(original[first]):04X}; "
                f"it was kept{often}."
            )
    return warnings


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
            f"(line {_line(text, start)}); the text reads {_quoted(text[start:end])}."
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
        f"Its first {shared} characters stand at offset {start} (line {_line(text, start)}); then the text goes on "
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
