"""A file that was handed in, read as far as it can be without the record. No Django in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from articles.importing.layout import Laid
from articles.importing.text import TextOfRecord
from articles.vocabulary import Media


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came under a name: its bytes, the text read from them, and what the file says of itself.

    `facts` are fields of an article (title, byline, publisher, url, language and the three of `published`);
    `known` are blocks that the markup names; `method` says what read the text out of the bytes, "" for plain text.
    """

    name: str
    data: bytes
    media: Media
    text: TextOfRecord
    facts: Mapping[str, str | None] = field(default_factory=dict)
    known: tuple[Laid, ...] = ()
    method: str = ""
    notes: tuple[str, ...] = ()
