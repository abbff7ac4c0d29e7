"""From the bytes of a file to its text of record, whatever kind of file it is. No Django in here."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from types import TracebackType
from typing import Self

from articles.importing.arrived import Arrived
from articles.importing.extraction.readers import Readers
from articles.importing.files.incoming import Incoming
from articles.importing.text import read_text
from articles.vocabulary import Media


class Opener:
    """Opens files one after the other. Web pages and PDFs are read in a child process, started where one comes.

    With `repair`, texts that were decoded wrongly before they came here are mended; else that is only told.
    """

    def __init__(self, repair: bool = False) -> None:
        self.repair = repair
        self._readers: Readers | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, trouble: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._readers is not None:
            self._readers.close()

    def open(self, file: Incoming, data: bytes) -> Arrived:
        """Return what a file holds. Raises TextError, with a sentence, where no text can be read from it."""
        if file.media in (Media.TEXT, Media.MARKDOWN):
            text = read_text(data, repair=self.repair)
            return Arrived(name=file.name, data=data, media=file.media, text=text, notes=file.notes)
        if self._readers is None:
            self._readers = Readers()
        found = self._readers.read(file.media, data)
        if self.repair:
            found = found.mended()
        text = read_text(found.text.encode())
        return Arrived(
            name=file.name,
            data=data,
            media=file.media,
            text=replace(text, original_sha256=hashlib.sha256(data).hexdigest()),
            facts=found.facts,
            known=found.blocks,
            method=found.method,
            notes=(*file.notes, *found.notes),
        )
