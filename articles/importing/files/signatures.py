"""Tells what a file is by how it begins, whatever its name says. No Django in here."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from articles.vocabulary import Media

#: Bytes from the beginning of a file that `recognise` looks at.
HEAD = 4096


class Recognised(NamedTuple):
    """What a file is: its kind where it is one we read, and in words (“a PNG image”)."""

    media: Media | None
    called: str


_PDF = Recognised(Media.PDF, "a PDF")
_PAGE = Recognised(Media.HTML, "a web page (HTML)")
ZIP = Recognised(None, "a ZIP file or an office document")
_BINARY = Recognised(None, "not a text: its bytes are no letters of any charset")

# How files of these kinds begin. None of them is how a text begins: each holds a byte that no text has, or
# letters that nobody writes.
_BEGINNINGS: tuple[tuple[bytes, Recognised], ...] = (
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"PK\x07\x08", ZIP),
    (b"\x7fELF", Recognised(None, "a program")),
    (b"\xca\xfe\xba\xbe", Recognised(None, "a program")),
    (b"\xcf\xfa\xed\xfe", Recognised(None, "a program")),
    (b"\x89PNG\r\n", Recognised(None, "a PNG image")),
    (b"\xff\xd8\xff", Recognised(None, "a JPEG image")),
    (b"GIF87a", Recognised(None, "a GIF image")),
    (b"GIF89a", Recognised(None, "a GIF image")),
    (b"II*\x00", Recognised(None, "a TIFF image")),
    (b"MM\x00*", Recognised(None, "a TIFF image")),
    (b"\x1f\x8b", Recognised(None, "a gzip archive")),
    (b"\xfd7zXZ\x00", Recognised(None, "an xz archive")),
    (b"\x28\xb5\x2f\xfd", Recognised(None, "a Zstandard archive")),
    (b"7z\xbc\xaf\x27\x1c", Recognised(None, "a 7z archive")),
    (b"Rar!\x1a\x07", Recognised(None, "a RAR archive")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Recognised(None, "an office document of an old format")),
    (b"{\\rtf", Recognised(None, "an RTF document")),
    (b"%!PS-Adobe", Recognised(None, "a PostScript document")),
    (b"SQLite format 3\x00", Recognised(None, "a database")),
    (b"OggS\x00", Recognised(None, "a sound or a film")),
    (b"ID3\x03", Recognised(None, "a sound")),
    (b"ID3\x04", Recognised(None, "a sound")),
)
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_PDF_HEADER = re.compile(rb"%PDF-[0-9]")
# What may stand before a page's first tag; each comment is looked for from where the last one ended.
_BEFORE_PAGE = re.compile(rb"\s+|<!--.*?-->|<\?xml[^>]*>", re.DOTALL)
_PAGE_TAG = re.compile(rb"<(?:!doctype\s+html|html|head|body|frameset)(?![\w-])", re.IGNORECASE)


def recognise(head: bytes) -> Recognised | None:
    """Return what a file is that begins with these bytes; None where it may be a text."""
    for beginning, recognised in _BEGINNINGS:
        if head.startswith(beginning):
            return recognised
    if head.startswith(b"RIFF") and head[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return Recognised(None, "an image, a sound or a film")
    if head.startswith(b"MZ") and b"\0" in head:
        return Recognised(None, "a program")
    if head[4:8] == b"ftyp" and b"\0" in head[:4]:
        return Recognised(None, "a film or an image")
    # A few programs write something before the header, which readers look for in the first 1,024 bytes; a text
    # that mentions it there does not do so at the beginning of a line and with bytes above 127 below it.
    header = _PDF_HEADER.search(head, 0, 1024)
    if header is not None and (not head[: header.start()].strip(b"\r\n\t \xef\xbb\xbf") or b"\0" in head):
        return _PDF
    if _begins_a_page(_narrow(head)):
        return _PAGE
    return _BINARY if _is_binary(head) else None


def _begins_a_page(head: bytes) -> bool:
    at = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    while (before := _BEFORE_PAGE.match(head, at)) is not None:
        at = before.end()
    return _PAGE_TAG.match(head, at) is not None


def _narrow(head: bytes) -> bytes:
    """Return the ASCII letters of a file that says it is UTF-16 or UTF-32; other files as they are."""
    return head[2:].replace(b"\0", b"") if head.startswith(_WIDE_MARKS) else head


def _is_binary(head: bytes) -> bool:
    """Are there NUL bytes, other than those that UTF-16 and UTF-32 have in every other place?"""
    if b"\0" not in head or head.startswith(_WIDE_MARKS):
        return False
    odd, even = head[1::2].count(0), head[::2].count(0)
    return min(odd, even) > 0 or max(odd, even) < len(head) // 8
