"""Reads the text of a PDF, page by page, and tells apart what repeats on its pages: running heads and numbers.

Lines stay as they are set, hyphens at their ends included. No Django in here.
"""

from __future__ import annotations

import io
import logging
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

from articles.importing.decoding import MAX_BYTES
from articles.importing.extraction.extracted import Declared, Extracted, ExtractionError
from articles.importing.layout import Laid
from articles.vocabulary import BlockRole

MAX_PDF_BYTES = 50_000_000
MAX_PAGES = 2_000

# The end of a whole file, and how far before its last byte it may stand.
_END = b"%%EOF"
_END_WITHIN = 2_048
# Lines at the top and at the bottom of a page that may run on from page to page, the fewest pages that make them
# a running line, and the share of the pages they stand on.
_EDGE = 2
_FEWEST = 3
_SHARE = 0.5
_LONGEST_RUNNING = 120
# Lines that say themselves that they number a page.
_PAGE_NUMBER = re.compile(
    r"page\s+[0-9]{1,4}(?:\s*(?:/|of)\s*[0-9]{1,4})?|[0-9]{1,4}\s*(?:/|of)\s*[0-9]{1,4}|[-–—]\s*[0-9]{1,4}\s*[-–—]",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:page\s*)?[-–—\[(|\s]*(?:[0-9]{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of)\s*[0-9]{1,4})?[-–—\])|\s]*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[0-9]+|\b[ivxlc]{1,7}\b", re.IGNORECASE)
_NOT_IN_TEXTS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_PAGE_BREAKS = re.compile(r"[\x0b\x0c]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def extract(data: bytes) -> Extracted:
    """Read a PDF's bytes.

    Pages are separated by a blank line, and so are running heads, feet and page numbers, which are marked as
    boilerplate rather than dropped. Raises ExtractionError for more than 50,000,000 bytes or 2,000 pages, for
    what is encrypted, damaged, cut off or without text, and for what takes a reader endlessly.
    """
    import pypdf
    from pypdf.errors import DependencyError, PyPdfError

    if len(data) > MAX_PDF_BYTES:
        raise ExtractionError(f"The PDF has {len(data):,} bytes; at most {MAX_PDF_BYTES:,} are read.")
    if _END not in data[-_END_WITHIN:]:
        raise ExtractionError("The PDF is not whole: its end is missing. Fetch it again.")
    # pypdf writes to the log what it mends; people are told what became of it instead.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            reader = pypdf.PdfReader(io.BytesIO(data))
            _unlock(reader)
            pages, damaged = _pages(reader)
            declared = _declared(reader)
        except DependencyError:
            raise ExtractionError(_ENCRYPTED) from None
        except (
            PyPdfError,
            RecursionError,
            MemoryError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
        ) as error:
            # Damaged files reach places in pypdf that expect sound ones.
            if isinstance(error, ExtractionError):
                raise
            raise ExtractionError(_DAMAGED) from None
    if not any(page.strip() for page in pages):
        raise ExtractionError(
            "The PDF holds no text, only images of it or nothing: run it through text recognition (OCR) first."
        )
    text, blocks = _assembled(pages)
    if len(text.encode()) > MAX_BYTES:
        raise ExtractionError(
            f"The PDF's text has more than {MAX_BYTES:,} bytes, which is too long for one text."
        )
    return replace(
        declared,
        text=text,
        blocks=blocks,
        notes=tuple(_notes(pages, damaged)),
        method=f"pypdf {version('pypdf')}",
    )


_ENCRYPTED = "The PDF is encrypted: save it without a password and import that."
_DAMAGED = (
    "The PDF is damaged, or made in a way that cannot be read. Save it again from a program that shows it."
)


def _unlock(reader: Any) -> None:
    """Open a PDF that only restricts what readers may do, with the empty password they open it with."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise ExtractionError(_ENCRYPTED)


def _pages(reader: Any) -> tuple[list[str], list[int]]:
    """Return the text of each page, and the numbers (from 1) of those that are damaged."""
    from pypdf.errors import LimitReachedError

    count = len(reader.pages)
    if count > MAX_PAGES:
        raise ExtractionError(f"The PDF has {count:,} pages; at most {MAX_PAGES:,} are read. Split it.")
    pages: list[str] = []
    damaged: list[int] = []
    length = 0
    for number in range(count):
        try:
            page = _sound(reader.pages[number].extract_text())
        except (LimitReachedError, RecursionError, MemoryError):
            raise
        except Exception:
            # One page's fonts or streams may be broken in any way; the others are still worth having.
            page = ""
            damaged.append(number + 1)
        length += len(page)
        if length > MAX_BYTES:
            raise ExtractionError(
                f"The PDF's text has more than {MAX_BYTES:,} letters, too many for one text."
            )
        pages.append(page)
    if damaged and len(damaged) == count:
        raise ExtractionError(_DAMAGED)
    return pages, damaged


def _sound(text: str) -> str:
    """Return a page's text in NFC, with `\\n` newlines, without what no text of record may hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Characters beyond U+FFFF may come as two halves; a half alone is no character.
    text = _SURROGATES.sub("\ufffd", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return unicodedata.normalize("NFC", _NOT_IN_TEXTS.sub("", _PAGE_BREAKS.sub("\n\n", text)))


def _declared(reader: Any) -> Extracted:
    about = reader.metadata
    basis = "The PDF's own properties say so; often they keep the {} of another file."
    language = reader.root_object.get("/Lang")
    language = str(language).strip() if language is not None else ""
    return Extracted(
        text="",
        method="",
        title=_property(about and about.title, basis.format("title")),
        byline=_property(about and about.author, basis.format("author")),
        language=Declared(language, "The PDF's own properties say so.")
        if _LANGUAGE.fullmatch(language)
        else None,
    )


def _property(value: Any, basis: str) -> Declared | None:
    if not isinstance(value, str):
        return None
    tidy = " ".join("".join(char if char.isprintable() else " " for char in value).split())[:500]
    return Declared(tidy, basis) if tidy else None


def _notes(pages: Sequence[str], damaged: Sequence[int]) -> list[str]:
    notes = []
    empty = [number for number, page in enumerate(pages, 1) if not page.strip() and number not in damaged]
    for numbers, what in (
        (empty, "no text, perhaps an image of it"),
        (damaged, "text that could not be read"),
    ):
        if numbers:
            shown = ", ".join(map(str, numbers[:10])) + (", …" if len(numbers) > 10 else "")
            holds = f"Page {shown} of {len(pages)} holds" if len(numbers) == 1 else f"Pages {shown} hold"
            notes.append(f"{holds} {what}.")
    return notes


def _assembled(pages: Sequence[str]) -> tuple[str, tuple[Laid, ...]]:
    """Return the text of all pages, and their running lines as blocks of it."""
    split = [[line.rstrip() for line in page.strip("\n").split("\n")] for page in pages if page.strip()]
    running = _running(split)
    parts: list[str] = []
    blocks: list[Laid] = []
    length = 0
    for number, lines in enumerate(split, 1):
        first, last = _body(lines, running, number)
        heads, feet = [line for line in lines[:first] if line], [line for line in lines[last:] if line]
        body = "\n".join(lines[first:last]).strip("\n")
        for text, role in [
            *((head, True) for head in heads),
            (body, False),
            *((foot, True) for foot in feet),
        ]:
            if not text.strip():
                continue
            gap = "\n\n" if parts else ""
            start = length + len(gap)
            parts += (gap, text)
            length = start + len(text)
            if role:
                blocks.append(Laid(BlockRole.BOILERPLATE, start, length))
    return "".join(parts), tuple(blocks)


def _running(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the lines, numbers left open, that stand at the edge of most pages."""
    counts: Counter[str] = Counter()
    for lines in pages:
        written = [line for line in lines if line.strip()]
        counts.update({_form(line) for line in (*written[:_EDGE], *written[-_EDGE:])})
    needed = max(_FEWEST, len(pages) * _SHARE)
    return frozenset(
        form for form, count in counts.items() if count >= needed and len(form) <= _LONGEST_RUNNING
    )


def _form(line: str) -> str:
    return " ".join(_NUMBER.sub("#", line).split())


def _body(lines: Sequence[str], running: frozenset[str], number: int) -> tuple[int, int]:
    """Return where the running lines at the top of a page end, and where those at its bottom begin."""
    first = _edge(lines, running, number)
    return first, max(first, len(lines) - _edge(lines[::-1], running, number))


def _edge(lines: Sequence[str], running: frozenset[str], number: int) -> int:
    """Return how many lines at the beginning are running lines, or blank ones between them and the page."""
    found: list[str] = []
    for place, line in enumerate(lines):
        form = _form(line)
        if not form:
            continue
        runs = (
            form in running
            or line.strip() == str(number)
            or _PAGE_NUMBER.fullmatch(line.strip()[:_LONGEST_RUNNING])
        )
        # A page has one number: what is one more is a year that ends the text.
        if not runs or len(found) == _EDGE or (form == "#" and "#" in found):
            return place
        found.append(form)
    return len(lines)
