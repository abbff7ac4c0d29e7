"""Files that come through a page or the API instead of a folder: uploads and pasted texts. No Django in here."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Protocol

from articles.importing.files.incoming import Found, Incoming, clean_name, find
from articles.importing.files.places import InMemory
from articles.vocabulary import Media

#: What one request may bring: bytes of a file, and files in all.
MAX_UPLOAD = 50_000_000
MAX_FILES = 100

_CHUNK = 1 << 20
# What every file system takes as a name, in bytes.
_LONGEST = 200


class NothingHandedIn(ValueError):
    """What came is not imported at all. Its text is a sentence: what is wrong, what to do."""


class Upload(Protocol):
    """What Django makes of an uploaded file, as far as it is needed here."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def chunks(self, chunk_size: int | None = None) -> Iterable[bytes]:
        """Yield the bytes piece by piece."""


@contextmanager
def uploaded(files: Iterable[Upload], most: int | None = None) -> Iterator[list[Found]]:
    """Yield what the uploaded files are, those of a ZIP file one by one; they are there until the block ends.

    `most` is how many files may be in them, by default MAX_FILES. A manifest that is uploaded with its text is found
    beside it. Raises NothingHandedIn for too much at once; then nothing was read.
    """
    files = list(files)
    for file in files:
        if file.size is not None and file.size > MAX_UPLOAD:
            raise NothingHandedIn(
                f"{clean_name(file.name or 'The file')} has {file.size:,} bytes; at most {MAX_UPLOAD:,} are taken "
                "here. On the server `manage.py import_articles` reads larger ones."
            )
    with tempfile.TemporaryDirectory() as place:
        paths: list[Path] = []
        for file in files:
            path = Path(place, _file_name(file.name or ""))
            if path in paths:
                raise NothingHandedIn(f"Two files are called {path.name}: hand them in one after the other.")
            paths.append(path)
            with path.open("wb") as kept:
                for chunk in file.chunks(_CHUNK):
                    kept.write(chunk)
        found = list(find(paths))
        number = sum(1 for one in found if isinstance(one, Incoming))
        most = MAX_FILES if most is None else most
        if number > most:
            raise NothingHandedIn(
                f"These are {number:,} files; at most {most:,} are taken here at once. On the server "
                "`manage.py import_articles` reads whole folders."
            )
        yield found


def pasted(text: str, name: str = "") -> list[Found]:
    """Return a text that somebody pasted; without a name it is known by its hash. Raises NothingHandedIn."""
    if not text.strip():
        raise NothingHandedIn("The text is empty. Paste the article's text, or choose a file.")
    data = text.encode("utf-8", "surrogatepass")
    name = clean_name(name).strip() if name.strip() else f"pasted-{hashlib.sha256(data).hexdigest()[:12]}"
    return [Incoming(name, None, Media.TEXT, None, (), InMemory(data))]


def _file_name(name: str) -> str:
    """Return the last part of a name, as any file system takes it; some browsers send whole paths."""
    last = clean_name(PurePath(name.replace("\\", "/")).name).strip() or "upload"
    stem, suffix = PurePath(last).stem, PurePath(last).suffix
    while len(f"{stem}{suffix}".encode()) > _LONGEST and stem:
        stem = stem[:-1]
    return f"{stem}{suffix}" if stem else "upload"
