"""Finds the files that somebody named: texts, web pages and PDFs, in folders, ZIP files and standard input.

Files are listed and looked into one at a time, and read only when they are asked for, so that thousands of them
take no memory. What is not read is told, never an error that ends the rest. No Django in here.
"""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from articles.importing import decoding
from articles.importing.files import archive
from articles.importing.files.archive import ArchiveError, Member, Unfit
from articles.importing.files.places import File, InArchive, InMemory, OnDisk, reason, too_large
from articles.importing.files.places import IncomingError as IncomingError
from articles.importing.files.signatures import HEAD, ZIP, recognise
from articles.vocabulary import Media

#: What a name's ending promises. Where one manifest lies beside several texts, it is that of the first here.
ENDINGS: dict[str, Media] = {
    ".txt": Media.TEXT,
    ".md": Media.MARKDOWN,
    ".markdown": Media.MARKDOWN,
    ".html": Media.HTML,
    ".htm": Media.HTML,
    ".xhtml": Media.HTML,
    ".pdf": Media.PDF,
}
MANIFESTS: tuple[str, ...] = (".yaml", ".yml")
ARCHIVE = ".zip"
#: Bytes that a file of a kind may have at most.
LIMITS: dict[Media, int] = {
    Media.TEXT: decoding.MAX_BYTES,
    Media.MARKDOWN: decoding.MAX_BYTES,
    Media.HTML: 10_000_000,
    Media.PDF: 50_000_000,
}
MAX_MANIFEST = decoding.MAX_BYTES
STANDARD_INPUT = "-"

_ACCEPTED = f"{', '.join(ENDINGS)} or {ARCHIVE}"
_LONGEST_NAME = 400
_ABOUT = frozenset({"readme", "license", "licence", "copying", "changelog", "contributing"})


@dataclass(frozen=True, slots=True)
class Beside:
    """The manifest that lies beside a text. `path` is None in an archive."""

    name: str
    path: Path | None
    _file: File = field(repr=False)

    def read(self) -> bytes:
        """Return the manifest's bytes. Raises IncomingError."""
        return _read(self._file, MAX_MANIFEST)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that is read: its name for people, what it is by its content, and the manifest beside it.

    `name` is the path below what was named, without characters that cannot be seen; `path` is where it is, None
    in an archive and on standard input; `notes` are sentences for whoever imports.
    """

    name: str
    path: Path | None
    media: Media
    manifest: Beside | None
    notes: tuple[str, ...]
    _file: File = field(repr=False)

    def read(self) -> bytes:
        """Return the file's bytes. Raises IncomingError."""
        return _read(self._file, LIMITS[self.media])


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was named, or was found in it, and cannot be read; `sentence` says why and what to do."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """How many files of a folder or an archive are none that are read, and which endings they have."""

    name: str
    count: int
    sentence: str


Found = Incoming | Refusal | Skipped


def find(names: Sequence[Path | str], stdin: BinaryIO | None = None) -> Iterator[Found]:
    """Yield what the names lead to, in their order, sorted within a folder, each file once.

    A name is that of a text, of a manifest (its text is read), of a folder (with all below), of a ZIP file, or
    "-" for `stdin`.
    """
    seen: set[str] = set()
    for name in dict.fromkeys(map(str, names)):
        if name == STANDARD_INPUT:
            yield _standard_input(stdin)
        else:
            yield from _named(Path(name), seen)


def clean_name(name: str) -> str:
    """Return a name as it can be shown and stored: in NFC, without controls and turns of direction, neither
    empty nor longer than 400 characters."""
    # A name that is no UTF-8 comes with halves of surrogate pairs in place of its bytes.
    readable = unicodedata.normalize(
        "NFC", name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    )
    visible = "".join(char for char in readable if unicodedata.category(char) not in ("Cc", "Cf", "Zl", "Zp"))
    if not visible.strip():
        return "a file without a name"
    return visible if len(visible) <= _LONGEST_NAME else "…" + visible[1 - _LONGEST_NAME :]


def _read(file: File, limit: int) -> bytes:
    try:
        return file.read(limit)
    except (OSError, ArchiveError) as error:
        raise IncomingError(reason(error)) from None


def _judged(
    file: File, name: str, ending: str, path: Path | None = None, manifest: Beside | None = None
) -> Incoming | Refusal:
    """Return a file as what it is by its content, or why it is not read."""
    try:
        size, head = file.look()
    except (OSError, ArchiveError, IncomingError) as error:
        return Refusal(name, reason(error))
    if not size:
        return Refusal(name, "It is empty.")
    promised = ENDINGS[ending]
    is_a = recognise(head)
    media, note = promised, ""
    if is_a is None:
        if promised is Media.PDF:
            return Refusal(name, f"Its name ends in {ending}, but it does not begin as a PDF does.")
    elif is_a.media is None or (promised is Media.PDF and is_a.media is Media.HTML):
        hint = ": perhaps an error page that was saved instead" if is_a.media else ""
        return Refusal(name, f"Its name ends in {ending}, but it is {is_a.called}{hint}.")
    elif is_a.media is Media.PDF and promised is not Media.PDF:
        media, note = Media.PDF, f"Its name ends in {ending}, but it is a PDF and was read as one."
    elif promised in (Media.TEXT, Media.MARKDOWN):
        note = (
            f"It holds the source of a web page and was read as text, markup and all, because its name ends in "
            f"{ending}. Rename it to .html to have its words only."
        )
    if size > LIMITS[media]:
        return Refusal(name, too_large(size, LIMITS[media]))
    return Incoming(name, path, media, manifest, (note,) if note else (), file)


def _standard_input(stdin: BinaryIO | None) -> Incoming | Refusal:
    name = "standard input"
    if stdin is None:
        return Refusal(name, "There is no standard input here. Name a file.")
    most = max(LIMITS.values())
    data = b""
    while len(data) <= most and (piece := stdin.read(most + 1 - len(data))):
        data += piece
    if len(data) > most:
        return Refusal(name, f"It has more than {most:,} bytes; no more are read.")
    is_a = recognise(data[:HEAD])
    if is_a == ZIP:
        return Refusal(name, "It is a ZIP file: save it to a file and name that.")
    if is_a is not None and is_a.media is None:
        return Refusal(name, f"It is {is_a.called}.")
    media = Media.TEXT if is_a is None or is_a.media is None else is_a.media
    # Two texts that come this way have nothing to do with each other; a name of their own says so.
    own_name = f"{name} {hashlib.sha256(data).hexdigest()[:12]}" if data else name
    if len(data) > LIMITS[media]:
        return Refusal(name, too_large(len(data), LIMITS[media]))
    return _judged(InMemory(data), own_name, next(one for one, kind in ENDINGS.items() if kind is media))


def _named(path: Path, seen: set[str]) -> Iterator[Found]:
    shown, ending = clean_name(path.name or str(path)), path.suffix.lower()
    try:
        about = path.stat()
    except FileNotFoundError:
        yield Refusal(
            clean_name(str(path)), "It is not there. Name a file, a folder, a ZIP file, or - for input."
        )
    except (OSError, ValueError) as error:
        yield Refusal(clean_name(str(path)), reason(error))
    else:
        if stat.S_ISDIR(about.st_mode):
            yield from _Folder(path, seen).found()
        elif ending == ARCHIVE:
            yield from _archive(path, shown, seen)
        elif ending in ENDINGS or ending in MANIFESTS:
            yield from _named_text(path, shown, ending, seen)
        else:
            yield Refusal(shown, f"It is not read: its name ends in none of {_ACCEPTED}.")


def _named_text(path: Path, shown: str, ending: str, seen: set[str]) -> Iterator[Found]:
    try:
        with os.scandir(path.parent) as entries:
            stem = path.stem
            beside = _Stems(
                entry.name for entry in entries if entry.name.startswith(stem) and entry.is_file()
            )
    except OSError:
        # A folder that may be entered but not listed.
        beside = _Stems([path.name])
    name = path.name
    if ending in MANIFESTS:
        text = beside.text_of(name)
        if text is None:
            yield Refusal(shown, _no_text(path.stem))
            return
        name = text
    text_path = path.with_name(name)
    if _first_time(os.path.realpath(text_path), seen):
        manifest = beside.manifest_of(name)
        yield _judged(
            OnDisk(str(text_path)),
            clean_name(name),
            text_path.suffix.lower(),
            text_path,
            _beside(path.with_name(manifest), clean_name(manifest)) if manifest else None,
        )


def _beside(path: Path, name: str) -> Beside:
    return Beside(name, path, OnDisk(str(path)))


def _no_text(stem: str) -> str:
    return f"It is a manifest, but {clean_name(stem)}{next(iter(ENDINGS))} is not beside it."


def _first_time(real_path: str, seen: set[str]) -> bool:
    if real_path in seen:
        return False
    seen.add(real_path)
    return True


class _Stems:
    """The names in one folder, by what stands before the ending: which text a manifest belongs to."""

    def __init__(self, names: Iterable[str]) -> None:
        self._endings: dict[str, dict[str, str]] = {}
        for name in sorted(names):
            pure = PurePosixPath(name)
            if pure.suffix.lower() in ENDINGS or pure.suffix.lower() in MANIFESTS:
                stem = str(pure.with_suffix(""))
                self._endings.setdefault(stem, {}).setdefault(pure.suffix.lower(), name)

    def text_of(self, manifest: str) -> str | None:
        """Return the name of the text that a manifest belongs to, None where there is none."""
        return self._first(manifest, ENDINGS)

    def manifest_of(self, text: str) -> str | None:
        """Return the name of the manifest that belongs to a text, None where there is none."""
        return self._first(text, MANIFESTS) if self.text_of(text) == text else None

    def _first(self, name: str, endings: Iterable[str]) -> str | None:
        there = self._endings.get(str(PurePosixPath(name).with_suffix("")), {})
        return next((there[ending] for ending in endings if ending in there), None)


def _is_about_the_folder(name: str) -> bool:
    """Is this a file that tells about the files beside it? Named itself, it is read like any other."""
    return PurePosixPath(name).stem.lower() in _ABOUT


def _is_hidden(part: str) -> bool:
    return (part.startswith(".") and part not in (".", "..")) or part == "__MACOSX"


class _Tally:
    """What of a folder or an archive was read, and what was passed over."""

    def __init__(self) -> None:
        self.passed: Counter[str] = Counter()
        self.found = 0

    def summary(self, name: str, what: str) -> Iterator[Found]:
        if self.passed:
            endings = ", ".join(f"{count:,} {ending}" for ending, count in sorted(self.passed.items())[:10])
            count = self.passed.total()
            files = "1 file" if count == 1 else f"{count:,} files"
            yield Skipped(name, count, f"{files} in it of other kinds {_were(count)} passed over: {endings}.")
        if not self.found:
            yield Refusal(name, f"The {what} holds no text: no file in it ends in {', '.join(ENDINGS)}.")


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


class _Folder:
    """One walk through a folder that was named. Links to folders are not followed."""

    def __init__(self, root: Path, seen: set[str]) -> None:
        self._root = str(root)
        self._real_root = os.path.realpath(root)
        self._seen = seen
        self._tally = _Tally()

    def found(self) -> Iterator[Found]:
        # By hand rather than by recursion: folders may lie deeper than Python calls itself.
        waiting = [self._listing("")]
        while waiting:
            entry = next(waiting[-1], None)
            if entry is None:
                waiting.pop()
            elif isinstance(entry, str):
                waiting.append(self._listing(entry))
            else:
                self._tally.found += not isinstance(entry, Skipped)
                yield entry
        yield from self._tally.summary(clean_name(os.path.basename(self._real_root) or self._root), "folder")

    def _listing(self, below: str) -> Iterator[Found | str]:
        """Yield what is in a folder, its folders as their paths below the root."""
        try:
            with os.scandir(os.path.join(self._root, below)) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Refusal(clean_name(below or self._root), reason(error))
            return
        # Files only, and no links out of the folder: a text's manifest is read without being listed.
        stems = _Stems(entry.name for entry in listed if entry.is_file() and not self._leads_out(entry))
        for entry in listed:
            if not _is_hidden(entry.name):
                yield from self._entry(entry, os.path.join(below, entry.name), stems)

    def _entry(self, entry: os.DirEntry[str], below: str, stems: _Stems) -> Iterator[Found | str]:
        shown, ending = clean_name(below), os.path.splitext(entry.name)[1].lower()
        real_path = os.path.join(self._real_root, below)
        try:
            if entry.is_symlink():
                real_path = os.path.realpath(real_path)
                if self._leads_out(entry):
                    yield Refusal(
                        shown, "It is a symbolic link to something outside the folder. Name that itself."
                    )
                    return
                if entry.is_dir():
                    return
            elif entry.is_dir():
                yield below
                return
        except OSError as error:
            yield Refusal(shown, reason(error))
            return
        path = Path(self._root, below)
        if ending == ARCHIVE:
            yield from _archive(path, shown, self._seen)
        elif ending in MANIFESTS:
            if stems.text_of(entry.name) is None:
                yield Refusal(shown, _no_text(os.path.splitext(entry.name)[0]))
        elif ending not in ENDINGS:
            self._tally.passed[clean_name(ending) if ending else "without an ending"] += 1
        elif _is_about_the_folder(entry.name):
            self._tally.passed[clean_name(entry.name)] += 1
        elif _first_time(real_path, self._seen):
            manifest = stems.manifest_of(entry.name)
            beside = None
            if manifest:
                beside = _beside(
                    path.with_name(manifest), clean_name(os.path.join(os.path.dirname(below), manifest))
                )
            yield _judged(OnDisk(real_path), shown, ending, path, beside)
        else:
            self._tally.found += 1

    def _leads_out(self, entry: os.DirEntry[str]) -> bool:
        if not entry.is_symlink():
            return False
        return os.path.commonpath([os.path.realpath(entry.path), self._real_root]) != self._real_root


def _archive(path: Path, shown: str, seen: set[str]) -> Iterator[Found]:
    if not _first_time(os.path.realpath(path), seen):
        return
    try:
        listed = [one for one in archive.members(path) if not any(map(_is_hidden, one.name.split("/")))]
    except (OSError, ArchiveError) as error:
        yield Refusal(shown, reason(error))
        return
    tally = _Tally()
    fit = {one.name: one for one in listed if isinstance(one, Member)}
    stems = _Stems(fit)
    for one in listed:
        name, ending = clean_name(f"{shown}/{one.name}"), PurePosixPath(one.name).suffix.lower()
        tally.found += ending not in MANIFESTS
        if isinstance(one, Unfit):
            yield Refusal(name, one.sentence)
        elif ending == ARCHIVE:
            yield Refusal(name, "It is a ZIP file in a ZIP file: unpack the outer one and name this one.")
        elif ending in MANIFESTS:
            if stems.text_of(one.name) is None:
                yield Refusal(name, _no_text(PurePosixPath(one.name).stem))
        elif ending not in ENDINGS:
            tally.passed[clean_name(ending) if ending else "without an ending"] += 1
            tally.found -= 1
        elif _is_about_the_folder(one.name):
            tally.passed[clean_name(PurePosixPath(one.name).name)] += 1
            tally.found -= 1
        else:
            manifest = stems.manifest_of(one.name)
            beside = None
            if manifest:
                beside = Beside(clean_name(f"{shown}/{manifest}"), None, InArchive(fit[manifest]))
            yield _judged(InArchive(one), name, ending, None, beside)
    yield from tally.summary(shown, "ZIP file")
