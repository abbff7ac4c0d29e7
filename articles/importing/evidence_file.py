"""A file that somebody hands in as a version of a source: what it is by its content, and what can be read of it.
No Django in here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from articles import pictures
from articles.importing.decoding import TextError
from articles.importing.extraction.readers import Readers
from articles.importing.files.incoming import LIMITS
from articles.importing.files.signatures import HEAD, recognise
from articles.importing.text import read_text
from articles.vocabulary import Media

#: Bytes that any file may have here.
HEAVIEST = max(*LIMITS.values(), pictures.HEAVIEST_EVIDENCE)
#: What a form that asks for such a file accepts.
ENDINGS = (".txt", ".md", ".html", ".htm", ".pdf", ".png", ".jpg", ".jpeg", ".webp", ".gif")

_ENDINGS = {Media.HTML: "html", Media.PDF: "pdf"}
_TELLS_MORE = (
    "Beside what it shows this picture holds data about how it was made (EXIF, XMP): perhaps a place, a time, a name. "
    "It is kept byte for byte, so that its hash proves it. Where these data could give somebody away, take them out of "
    "the file first and choose it again."
)


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """What a file is and says. `ending` is as `SourceVersion.add` wants it; `text` is None where none was read;
    `notes` are sentences about what was read."""

    data: bytes
    ending: str
    text: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def is_picture(self) -> bool:
        # Only their endings say how large they are.
        return "." in self.ending


def read(data: bytes, charset: str | None = None) -> EvidenceFile:
    """Return what a file is, and its text: of texts, web pages and PDFs. `charset` is what somebody declares it to be.

    Raises TextError with a sentence where the file is of no kind we keep, too large, or a text that cannot be read. A
    PDF in which no text is found is kept all the same, with a note.
    """
    if not data:
        raise TextError("The file is empty. Choose another.")
    try:
        picture = pictures.measured_evidence(data)
    except pictures.NotAPicture as trouble:
        raise TextError(str(trouble)) from None
    if picture is not None:
        kind, width, height = picture
        notes = (_TELLS_MORE,) if pictures.tells_more(data) else ()
        return EvidenceFile(data, f"{width}x{height}.{kind}", None, notes)
    begins = data[:HEAD]
    if b"<svg" in begins.lower():
        raise TextError("This is a drawing in SVG, which may hold scripts. Save it as a PNG picture.")
    found = recognise(begins)
    media = Media.TEXT if found is None else found.media
    if media is None:
        called = found.called if found is not None else "something else"
        raise TextError(
            f"This is {called}. Kept are texts, web pages (HTML), PDFs, and pictures as PNG, JPEG, WebP or GIF."
        )
    if len(data) > LIMITS[media]:
        raise TextError(f"The file has {len(data):,} bytes; one of its kind may have {LIMITS[media]:,}.")
    if media not in _ENDINGS:
        text = read_text(data, charset)
        return EvidenceFile(data, "txt", text.text, text.warnings)
    with Readers() as readers:
        try:
            extracted = readers.read(media, data, charset)
        except TextError as trouble:
            if media is not Media.PDF:
                raise
            note = f"No text was read from it: {trouble} It is kept as a file; you may paste its words beside it."
            return EvidenceFile(data, "pdf", None, (note,))
    text = read_text(extracted.text.encode())
    return EvidenceFile(data, _ENDINGS[media], text.text, (*extracted.notes, *text.warnings))
