"""Pictures that people upload: what kind they are and how large, read from their bytes and from nothing else."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

# What a logo may weigh, in bytes, and measure on either side, in pixels.
HEAVIEST = 300_000
LARGEST = 4000
# What a picture that is evidence may: screenshots of whole pages are long.
HEAVIEST_EVIDENCE = 20_000_000
LARGEST_EVIDENCE = 30_000
MOST_PIXELS = 100_000_000
# What the head of a page has room for, on a telephone too.
SHOWN_HIGH, SHOWN_WIDE = 48, 240
KINDS = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
EVIDENCE_KINDS = {**KINDS, "gif": "image/gif"}
# SOFn: the segment of a JPEG that says how large it is.
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
NAME = re.compile(r"(?:newsroom|sources)/([0-9a-f]{64})-(\d{1,5})x(\d{1,5})\.(png|jpg|webp|gif)")
# How data begin that cameras and programs put beside a picture: who made it with what, where and when.
BESIDE = (b"Exif\x00\x00", b"eXIf", b"EXIF", b"http://ns.adobe.com/xap/1.0/", b"XML:com.adobe.xmp", b"XMP ")


class NotAPicture(ValueError):
    """These bytes are no picture that we show; the text is a sentence."""


@dataclass(frozen=True)
class Picture:
    """A stored picture: its name says the SHA-256 of its bytes, its width and height, and its kind."""

    name: str
    sha256: str
    width: int
    height: int
    kind: str

    @property
    def short(self) -> str:
        """The beginning of the hash, for addresses."""
        return self.sha256[:16]

    @property
    def shown_height(self) -> int:
        """How high a page shows it, in pixels: as it is, or as far as the head of a page has room for it."""
        return max(1, round(self.height * self._scale))

    @property
    def shown_width(self) -> int:
        return max(1, round(self.width * self._scale))

    @property
    def _scale(self) -> float:
        return min(1.0, SHOWN_HIGH / self.height, SHOWN_WIDE / self.width)


def named(name: str) -> Picture | None:
    """Return the picture that a name of ours is of; None for any other name."""
    found = NAME.fullmatch(name)
    if not found:
        return None
    digest, width, height, ending = found.groups()
    return Picture(name, digest, int(width), int(height), EVIDENCE_KINDS[ending])


def measured(content: bytes) -> tuple[str, int, int]:
    """Return (ending, width, height) of a PNG, JPEG or WebP picture for a logo. Raises NotAPicture with a sentence."""
    if len(content) > HEAVIEST:
        raise NotAPicture(
            f"This picture has {len(content):,} bytes; a logo may have {HEAVIEST:,}. Save it smaller."
        )
    found = _looked_at(content)
    if found is None or found[0] not in KINDS:
        raise NotAPicture(
            "This is no PNG, JPEG or WebP picture, whatever its name says. Choose one of these."
        )
    ending, width, height = found
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise NotAPicture(
            f"This picture is {width} × {height} pixels; a logo has 1 to {LARGEST} on each side."
        )
    return ending, width, height


def measured_evidence(content: bytes) -> tuple[str, int, int] | None:
    """Return (ending, width, height) of a PNG, JPEG, WebP or GIF picture that is evidence; None for what is none.

    Raises NotAPicture, with a sentence, for one that is broken or too large.
    """
    found = _looked_at(content)
    if found is None:
        return None
    ending, width, height = found
    if len(content) > HEAVIEST_EVIDENCE:
        raise NotAPicture(
            f"This picture has {len(content):,} bytes; at most {HEAVIEST_EVIDENCE:,} are kept. Save it smaller."
        )
    if not (0 < width <= LARGEST_EVIDENCE and 0 < height <= LARGEST_EVIDENCE) or width * height > MOST_PIXELS:
        raise NotAPicture(
            f"This picture is {width} × {height} pixels; one that is kept has 1 to {LARGEST_EVIDENCE:,} on each side "
            f"and at most {MOST_PIXELS // 1_000_000} million in all. Save it smaller, or in parts."
        )
    return ending, width, height


def tells_more(content: bytes) -> bool:
    """Do data stand beside the picture that may tell who made it, where, when or with what (EXIF, XMP)?"""
    return any(mark in content for mark in BESIDE)


def _looked_at(content: bytes) -> tuple[str, int, int] | None:
    """Return (ending, width, height) as the bytes say; None for what is no picture of a kind we know."""
    for ending, measure in (("png", _png), ("jpg", _jpeg), ("webp", _webp), ("gif", _gif)):
        try:
            found = measure(content)
        except (struct.error, IndexError):
            raise NotAPicture("This picture ends before it says how large it is. Save it anew.") from None
        if found is not None:
            return (ending, *found)
    return None


def _png(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    if content[12:16] != b"IHDR":
        raise IndexError
    return struct.unpack(">II", content[16:24])


def _gif(content: bytes) -> tuple[int, int] | None:
    return struct.unpack("<HH", content[6:10]) if content[:6] in (b"GIF87a", b"GIF89a") else None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while True:
        if content[at] != 0xFF:
            raise IndexError
        marker = content[at + 1]
        if marker == 0xFF:
            # Padding before a marker.
            at += 1
        elif marker in FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
        else:
            (length,) = struct.unpack(">H", content[at + 2 : at + 4])
            if length < 2:
                raise IndexError
            at += 2 + length


def _webp(content: bytes) -> tuple[int, int] | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    chunk = content[12:16]
    if chunk == b"VP8X":
        width = int.from_bytes(_bytes(content, 24, 27), "little") + 1
        return width, int.from_bytes(_bytes(content, 27, 30), "little") + 1
    if chunk == b"VP8L":
        bits = int.from_bytes(_bytes(content, 21, 25), "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", content[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise IndexError


def _bytes(content: bytes, start: int, end: int) -> bytes:
    if len(content) < end:
        raise IndexError
    return content[start:end]
