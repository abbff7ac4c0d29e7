"""Reads texts out of ZIP files that strangers made: in order, one member at a time, never trusting a header.

Nothing is ever unpacked to disk, so a member's name is only a name; one that would leave the folder it is
unpacked to is refused all the same, since whoever made it meant harm. No Django in here.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

MAX_BYTES = 200_000_000
MAX_MEMBERS = 10_000
MAX_UNPACKED = 1_000_000_000
#: How many times its packed size a member may have; prose packs to a third, repetitive markup to a thirtieth.
MAX_RATIO = 200

# What is smaller than this cannot hurt, however well it packs.
_SMALL = 1_000_000
# Of the list of members, which the reader of the list takes in whole: far more than 10,000 members need.
_MAX_LIST = 5_000_000
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1
_IS_UTF8 = 0x800
_DRIVE = re.compile(r"[A-Za-z]:")
_CHUNK = 1 << 16


class ArchiveError(ValueError):
    """A ZIP file, or a member of one, that is not read. Its text is a sentence: what is wrong, what to do."""


class Unfit(NamedTuple):
    """A member that is refused without being read: its name as it stands, and why, as a sentence."""

    name: str
    sentence: str


@dataclass(frozen=True)
class Member:
    """A file in an archive; `size` in bytes, as its header says."""

    archive: Path
    name: str
    size: int
    packed: int
    _offset: int
    _method: int
    _checksum: int

    def read(self, limit: int) -> bytes:
        """Return the member's bytes.

        Raises ArchiveError where it has more than `limit` bytes or is not what its header says, OSError
        where the archive can no longer be read.
        """
        if self.size > limit:
            raise ArchiveError(f"It has {self.size:,} bytes; at most {limit:,} are read.")
        if self.size > _SMALL and self.size > MAX_RATIO * self.packed:
            raise ArchiveError(
                f"It is {self.size // max(self.packed, 1):,} times as large unpacked as packed; "
                f"more than {MAX_RATIO} times is taken for an attack. Name the unpacked file instead."
            )
        data = self.head(self.size + 1)
        # The size the header gives was checked; inflating stopped right behind it.
        if len(data) != self.size or zlib.crc32(data) != self._checksum:
            raise ArchiveError("It is damaged: its bytes are not those its header describes. Pack it again.")
        return data

    def head(self, size: int) -> bytes:
        """Return the first bytes of the member, at most `size` and at most one more than its header says.

        Raises ArchiveError and OSError as `read` does.
        """
        wanted = min(size, self.size + 1)
        with self.archive.open("rb") as file:
            self._seek_data(file)
            if self._method == zipfile.ZIP_STORED:
                return file.read(min(wanted, self.packed))
            return self._inflated(file, wanted)

    def _seek_data(self, file: BinaryIO) -> None:
        # A damaged list puts members before the beginning of the file.
        file.seek(max(self._offset, 0))
        header = file.read(_LOCAL.size)
        if self._offset < 0 or len(header) < _LOCAL.size or header[:4] != b"PK\x03\x04":
            raise ArchiveError("It is not where the list of members says: the ZIP file is damaged.")
        _, _, flags, _, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack(header)
        name = file.read(name_length).decode("utf-8" if flags & _IS_UTF8 else "cp437", "replace")
        if name != self.name:
            # Programs differ in which of the two they go by, so people would be shown two different archives.
            raise ArchiveError("Its own header gives it another name than the list of members does.")
        file.seek(extra_length, 1)

    def _inflated(self, file: BinaryIO, wanted: int) -> bytes:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        pieces: list[bytes] = []
        length, left = 0, self.packed
        try:
            while length < wanted and not inflater.eof:
                packed = inflater.unconsumed_tail
                if not packed:
                    packed = file.read(min(_CHUNK, left))
                    left -= len(packed)
                    if not packed:
                        break
                piece = inflater.decompress(packed, wanted - length)
                pieces.append(piece)
                length += len(piece)
        except zlib.error:
            raise ArchiveError("It is damaged and cannot be unpacked. Pack it again.") from None
        return b"".join(pieces)


def members(path: Path) -> Iterator[Member | Unfit]:
    """Yield the files in an archive in the order of its list, without reading them; folders are left out.

    Raises ArchiveError where the file is not a ZIP file, is damaged, or is larger than the limits allow;
    OSError where it cannot be read.
    """
    seen: set[str] = set()
    for info in _listed(path):
        name = info.orig_filename
        if name.endswith("/") and not info.file_size:
            continue
        sentence = _unfit(info)
        if sentence is None and name in seen:
            sentence = "The archive holds two files of this name; the first was read."
        seen.add(name)
        if sentence is not None:
            yield Unfit(name, sentence)
            continue
        yield Member(
            path, name, info.file_size, info.compress_size, info.header_offset, info.compress_type, info.CRC
        )


def _listed(path: Path) -> list[zipfile.ZipInfo]:
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ArchiveError(f"The ZIP file has {size:,} bytes; at most {MAX_BYTES:,} are read. Split it.")
    with path.open("rb") as file:
        count, list_size = _announced(file, size)
        # Checked before the list is read, which takes memory for each member ...
        if count > MAX_MEMBERS or list_size > _MAX_LIST:
            raise ArchiveError(f"The ZIP file lists more than {MAX_MEMBERS:,} files. Split it.")
        try:
            with zipfile.ZipFile(file) as archive:
                infos = archive.infolist()
        except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, EOFError):
            raise ArchiveError("The ZIP file is damaged: its list of members cannot be read.") from None
    # ... and again after, since a number in a header is no more than a claim.
    if len(infos) > MAX_MEMBERS:
        raise ArchiveError(f"The ZIP file lists more than {MAX_MEMBERS:,} files. Split it.")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED:
        raise ArchiveError(
            f"The ZIP file has {unpacked:,} bytes unpacked; at most {MAX_UNPACKED:,} are read. Split it."
        )
    return infos


def _announced(file: BinaryIO, size: int) -> tuple[int, int]:
    """Return how many members the end of the file announces, and how many bytes their list has."""
    # The end record has 22 bytes and may be followed by a comment of up to 65,535.
    file.seek(max(0, size - _END.size - 0xFFFF))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise ArchiveError("It is not a whole ZIP file: its end is missing. Was it cut off on the way?")
    _, _, _, _, count, list_size, _, _ = _END.unpack(tail[at : at + _END.size])
    return count, list_size


def _unfit(info: zipfile.ZipInfo) -> str | None:
    """Return why a member is refused by its header alone, None where it is not."""
    name = info.orig_filename
    if "\0" in name:
        return "Its name holds a NUL character."
    if "\\" in name or _DRIVE.match(name) or name.startswith("/") or ".." in name.split("/"):
        return "Its name leads out of the archive or is not a plain path; rename it and pack it again."
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "It is a symbolic link; only files themselves are read."
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "It is not a regular file."
    if info.flag_bits & _ENCRYPTED:
        return "It is encrypted: unpack it with its password and name the files."
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "It is packed with a method that is not read: pack it again with “deflate”."
    return None
