"""Reads the labelled sets that the weights are fitted with and measured on. No Django in here.

They are research data in other people's formats, kept outside this repository.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Source(StrEnum):
    """Whose labels they are, each with a definition of its own."""

    CHECKTHAT = "checkthat"
    CLAIMBUSTER = "claimbuster"
    POLICLAIM = "policlaim"


@dataclass(frozen=True)
class Document:
    """The sentences of a document in order, and for each whether the annotators said yes."""

    name: str
    sentences: tuple[str, ...]
    labels: tuple[bool, ...]


@dataclass(frozen=True)
class Part:
    """A file or folder of one source; `files` are (name, SHA-256 in lower-case hex)."""

    name: str
    source: Source
    documents: tuple[Document, ...]
    files: tuple[tuple[str, str], ...]

    @property
    def sentences(self) -> int:
        """How many sentences there are."""
        return sum(len(document.sentences) for document in self.documents)


_SUFFIXES = {".tsv": Source.CHECKTHAT, ".xlsx": Source.POLICLAIM, ".json": Source.CLAIMBUSTER}
# ClaimBuster does not say which debate a sentence is from, but numbers them in order: so many stretches stand
# for documents.
_STRETCHES = 10


def parts(folder: Path) -> Iterator[Part]:
    """Yield the labelled parts of a folder by name: each file, and each folder of files, in a known format.

    Raises ValueError, with a sentence, for a file in a known format that is not what its ending says.
    """
    for path in sorted(folder.iterdir()):
        paths = sorted(path.iterdir()) if path.is_dir() else [path]
        by_source: dict[Source, list[Path]] = {}
        for file in paths:
            source = _SUFFIXES.get(file.suffix)
            if source is not None:
                by_source.setdefault(source, []).append(file)
        for source, files in by_source.items():
            yield _part(path.stem, source, files)


def _part(name: str, source: Source, files: list[Path]) -> Part:
    documents: list[Document] = []
    for file in files:
        try:
            if source == Source.CHECKTHAT:
                documents.append(_debate(file))
            elif source == Source.POLICLAIM:
                documents.append(_speech(file))
            else:
                documents += _stretches(file)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise ValueError(f"{file.name} is not a file of {source}: {error!r}.") from error
    digests = tuple((file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files)
    return Part(name, source, tuple(documents), digests)


def _debate(file: Path) -> Document:
    with file.open(encoding="utf-8", newline="\n") as lines:
        rows = [line.rstrip("\r\n").split("\t") for line in lines]
    rows = [row for row in rows if len(row) >= 4]
    return Document(file.stem, tuple(row[2] for row in rows), tuple(row[-1].strip() == "1" for row in rows))


def _speech(file: Path) -> Document:
    import openpyxl

    sheet = openpyxl.load_workbook(file, read_only=True).worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)
    sentence, label = header.index("SENTENCES"), header.index("golden")
    told = [(str(row[sentence]), row[label] == 1) for row in rows if row[sentence] and row[label] is not None]
    return Document(file.stem, tuple(text for text, _ in told), tuple(yes for _, yes in told))


def _stretches(file: Path) -> list[Document]:
    rows = sorted(json.loads(file.read_text(encoding="utf-8")), key=lambda row: int(row["sentence_id"]))
    bounds = [len(rows) * at // _STRETCHES for at in range(_STRETCHES + 1)]
    return [
        Document(
            f"{file.stem} {at + 1}",
            tuple(str(row["text"]) for row in rows[bounds[at] : bounds[at + 1]]),
            tuple(row["label"] == 1 for row in rows[bounds[at] : bounds[at + 1]]),
        )
        for at in range(_STRETCHES)
    ]
