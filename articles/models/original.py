"""The bytes of a file as they came, so that everything made of them can be made again and checked."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
import zlib
from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils import timezone

from articles.models.choices import labelled, one_of
from articles.models.ledger import DeskOnlyQuerySet
from articles.vocabulary import Media

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})")
_TAG = re.compile(r"<[^<>]*>")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class Original(models.Model):
    """One file, whatever it was called, and only once. A redaction of its words takes its bytes away."""

    sha256 = models.CharField(max_length=64, unique=True, help_text="Of the bytes as they came.")
    size = models.PositiveIntegerField(help_text="Bytes.")
    media = models.CharField(max_length=20, choices=labelled(Media))
    packed = models.BinaryField(help_text="The bytes, deflated; empty once they were redacted.")
    kept_at = models.DateTimeField(default=timezone.now)

    objects = DeskOnlyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [one_of("media", Media, "original_media_known")]

    def __str__(self) -> str:
        return f"{self.get_media_display()} of {self.size:,} bytes, {self.sha256[:12]}"

    @classmethod
    def keep(cls, data: bytes, media: Media) -> Original:
        """Return the row of these bytes, after storing them where they are new."""
        sha256 = hashlib.sha256(data).hexdigest()
        found, _made = cls.objects.defer("packed").get_or_create(
            sha256=sha256,
            defaults={"size": len(data), "media": media.value, "packed": zlib.compress(data, 6)},
        )
        return found

    @property
    def is_erased(self) -> bool:
        return not self.packed

    @property
    def data(self) -> bytes:
        """Return the bytes as they came; none where a redaction took them away."""
        return zlib.decompress(bytes(self.packed)) if self.packed else b""

    def says(self, pattern: re.Pattern[str]) -> bool:
        """Do the words stand in the bytes, also where markup or the spelling of its characters parts them?

        What a PDF says is compressed or drawn; it is found by the texts that were read from it.
        """
        data = self.data
        declared = _CHARSET.search(data, 0, 4096)
        charsets = ["utf-16" if data.startswith(_UTF_16) else "utf-8", "cp1252"]
        charsets += [declared[1].decode("ascii")] if declared else []
        spellings = []
        for charset in charsets:
            try:
                text = data.decode(charset, errors="replace")
            except LookupError:
                continue
            spellings.append(text)
            if self.media != Media.PDF:
                # Markdown may hold tags and entities too.
                spellings += [html.unescape(one) for one in (text, _TAG.sub("", text), _TAG.sub(" ", text))]
        # In the form of the texts of record, which the pattern was made from.
        return any(pattern.search(unicodedata.normalize("NFC", one)) for one in spellings)

    @classmethod
    def erase(cls, hashes: Iterable[str]) -> None:
        """Take away the bytes of these files, because a redaction took words out of the texts made of them."""
        cls.objects.filter(sha256__in=list(hashes)).update(packed=b"")
