"""What is read out of a file that is more than text: its words, their roles, and what it says of itself.

No Django in here.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, Self

from articles.importing import mojibake
from articles.importing.decoding import TextError
from articles.importing.layout import Laid
from articles.spans import Span
from articles.vocabulary import BlockRole


class ExtractionError(TextError):
    """A file out of which no text can be read. Its text is a sentence: what is wrong, what to do."""


class Declared(NamedTuple):
    """A fact that a file states of itself, and in words where it does so."""

    value: str
    basis: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """A text in NFC with `\\n` newlines, the blocks whose roles the file names, and what it declares.

    `published` is a day, as ISO 8601. Nothing is guessed: what a file does not declare is None. `notes` are
    sentences for whoever imports; `method` names the program that read the text, with its version.
    """

    text: str
    method: str
    blocks: tuple[Laid, ...] = ()
    title: Declared | None = None
    byline: Declared | None = None
    publisher: Declared | None = None
    url: Declared | None = None
    language: Declared | None = None
    published: Declared | None = None
    notes: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, str | None]:
        """Return what is declared as fields of an article, the day of publishing as the three such fields."""
        facts = {name: declared.value if (declared := getattr(self, name)) else None for name in DECLARED}
        day = facts.pop("published")
        basis = self.published.basis if self.published else None
        return facts | {"published_earliest": day, "published_latest": day, "published_basis": basis}

    def mended(self) -> Self:
        """Return the same with letters mended that were read in the wrong charset, and a note where there are."""
        damage = mojibake.detect(self.text)
        if damage is None or damage.beyond == damage.places:
            return self
        spans = [Span(block.start, block.end) for block in self.blocks]
        spans += [block.said_by for block in self.blocks if block.said_by is not None]
        # Cut where blocks begin and end: what is mended between two cuts cannot move either.
        cuts = sorted({0, len(self.text), *(place for span in spans for place in span)})
        pieces = [
            unicodedata.normalize("NFC", mojibake.repair(self.text[start:end]))
            for start, end in pairwise(cuts)
        ]
        moved = dict(zip(cuts, accumulate(map(len, pieces), initial=0), strict=True))
        return replace(
            self,
            text="".join(pieces),
            blocks=tuple(
                Laid(
                    block.role,
                    moved[block.start],
                    moved[block.end],
                    Span(moved[block.said_by[0]], moved[block.said_by[1]]) if block.said_by else None,
                )
                for block in self.blocks
            ),
            notes=(*self.notes, f"{damage.sentence} The text was mended, as was asked for."),
        )

    def to_plain(self) -> dict[str, Any]:
        """Return the same in lists, mappings and texts, for the way between two processes."""
        plain: dict[str, Any] = {
            "text": self.text,
            "method": self.method,
            "notes": list(self.notes),
            "blocks": [[block.role.value, block.start, block.end, block.said_by] for block in self.blocks],
        }
        return plain | {name: getattr(self, name) for name in DECLARED}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Extracted:
        """Return what `to_plain` was made from. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            text=str(plain["text"]),
            method=str(plain["method"]),
            notes=tuple(map(str, plain["notes"])),
            blocks=tuple(
                Laid(BlockRole(role), int(start), int(end), Span(*said_by) if said_by else None)
                for role, start, end, said_by in plain["blocks"]
            ),
            **{name: Declared(*plain[name]) if plain[name] else None for name in DECLARED},
        )


#: The fields of `Extracted` that a file may declare.
DECLARED: tuple[str, ...] = ("title", "byline", "publisher", "url", "language", "published")
