"""From the bytes of a file to characters, without guessing: which charset, and which characters may not be in it.

The charset is the declared one, else that of the byte order mark, else UTF-8 where the bytes are valid UTF-8,
else Windows-1252 with a warning. No Django in here.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

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
_REFUSED = re.compile(r"[\x00\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f]")
# What a control of pages and lines is read as, and what stands for every other: Unicode's picture of it.
_SHOWN_AS = {0x0B: "\n", 0x0C: "\n"} | {code: chr(0x2400 + code) for code in (*range(1, 9), *range(14, 32))}
# A text has a stray control character here and there; more than one in so many is a file of another kind.
_TEXT_PER_CONTROL = 100


class TextError(ValueError):
    """A file that cannot become a text of record. Its text is a sentence: what is wrong, where, what to
    do."""


class Decoded(NamedTuple):
    """The characters of a file without its byte order mark, Python's name of the charset, and warnings."""

    text: str
    charset: str
    warnings: list[str]


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Return the characters of a file.

    Raises TextError for an unknown charset and for bytes that are not in it.
    """
    mark, marked = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", ""))
    if declared is not None:
        charset = _reconcile(declared, marked)
        text = _decode_strictly(data[len(mark) :], charset, f"was declared “{declared[:40]}”")
        return Decoded(text, charset, [])
    if marked:
        reason = f"begins with the byte order mark of {marked.upper()}"
        return Decoded(_decode_strictly(data[len(mark) :], marked, reason), marked, [])
    try:
        return Decoded(data.decode("utf-8"), "utf-8", [])
    except UnicodeDecodeError as error:
        where = f"line {line_of(data[: error.start].decode(), error.start)}, byte {error.start}"
    try:
        halves = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        pass
    else:
        # Read as Windows-1252, such bytes would pass as three odd letters each.
        refuse_characters(halves)
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise TextError(
            f"The file is neither UTF-8 ({where}) nor Windows-1252 (byte {error.start}): "
            "declare its charset, or save it as UTF-8."
        ) from None
    return Decoded(text, "cp1252", [f"The file is not UTF-8 ({where}); it was read as Windows-1252."])


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
            f"The file {reason}, but line {line_of(before, len(before))} (byte {error.start}) is not in that charset."
        ) from None


def line_of(text: str, offset: int) -> int:
    """Return the number, from 1, of the line on which an offset lies, whichever newlines the text has."""
    before = text[:offset]
    return 1 + before.count("\n") + before.count("\r") - before.count("\r\n")


def without_controls(original: str) -> tuple[str, list[str]]:
    """Return a text of the same length whose control characters can be seen, and what to tell of them.

    The end of a page is read as the end of a line. Raises TextError where there are too many for a text.
    """
    found = [match.start() for match in _CONTROLS.finditer(original)]
    if not found:
        return original, []
    if len(found) * _TEXT_PER_CONTROL > len(original):
        raise TextError(
            f"The file holds {len(found):,} control characters, the first in line {line_of(original, found[0])}: "
            "it is not a text, or not all of it is. Remove them."
        )
    first = found[0]
    shown = original.translate(_SHOWN_AS)
    what = "a line break" if shown[first] == "\n" else f"“{shown[first]}”"
    often = f", as were {len(found) - 1:,} more" if len(found) > 1 else ""
    return shown, [
        f"Line {line_of(original, first)} (offset {first}) holds the control character U+{ord(original[first]):04X}; "
        f"it was read as {what}{often}."
    ]


def refuse_characters(original: str) -> None:
    """Raise TextError where a text holds NUL or halves of surrogate pairs."""
    refused = _REFUSED.search(original)
    if refused is None:
        return
    offset = refused.start()
    code = ord(original[offset])
    where = f"line {line_of(original, offset)}, offset {offset}"
    if code == 0:
        sentence = (
            f"The file holds a NUL character ({where}): it is not a text, or is UTF-16 that was not declared."
        )
    else:
        sentence = f"The file holds half of a surrogate pair, U+{code:04X} ({where}): save it again as UTF-8."
    raise TextError(sentence)
