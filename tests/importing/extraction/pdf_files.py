"""Writes small PDFs, sound and damaged ones, byte by byte."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def written(objects: Sequence[bytes], trailer: bytes = b"", root: int = 1) -> bytes:
    """Return a PDF of these objects, the first being number 1."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\n" % (len(objects) + 1, root, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(content: bytes, more: bytes = b"", packed: bool = False) -> bytes:
    if packed:
        content, more = zlib.compress(content), more + b" /Filter /FlateDecode"
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more, content)


def show(lines: Sequence[str]) -> bytes:
    """Return the operators that write lines below one another."""
    shown = b""
    for line in lines:
        escaped = line.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        shown += b"(%s) Tj T*\n" % escaped
    return b"BT /F1 11 Tf 14 TL 50 780 Td\n" + shown + b"ET"


def with_pages(
    contents: Sequence[bytes], trailer: bytes = b"", catalog: bytes = b"", more: Sequence[bytes] = ()
) -> bytes:
    """Return a PDF of pages with these content streams."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    first = 4 + len(more)
    kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        font,
        *more,
    ]
    for number, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (first + 2 * number + 1)
        )
        objects.append(content)
    return written(objects, trailer)


def pdf(
    *pages: Sequence[str], trailer: bytes = b"", catalog: bytes = b"", more: Sequence[bytes] = ()
) -> bytes:
    """Return a PDF of pages with these lines."""
    return with_pages([stream(show(lines)) for lines in pages], trailer, catalog, more)
