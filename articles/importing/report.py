"""What an import did, or would do, with one text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

#: What becomes of a quotation that needs nobody's decision.
MOVED = "moves by itself"
_SHOWN = 80
# Nouns that several of are called otherwise than with an s.
_SEVERAL = {
    "copy": "copies", "evidence": "evidence", "file held for a decision": "files held for a decision",
}  # fmt: skip


class Fate(StrEnum):
    """What became of a file as a whole."""

    NEW = "new article"
    VERSION = "new version"
    KNOWN = "on record already"
    HELD = "held for a decision"
    MANIFEST = "with its manifest"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass
class Report:
    """The fate of one file: counts per noun, and sentences for whoever imports."""

    file: str
    fate: Fate = Fate.MANIFEST
    article_id: int | None = None
    arrival_id: int | None = None
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    #: Where manifest and record differ and the record was left as it is.
    differences: list[str] = field(default_factory=list)
    #: What else an editor should know: how the bytes were decoded, whose copy this is.
    notes: list[str] = field(default_factory=list)
    #: (claim, what becomes of its quotation in the new text, its words), for each claim of the version before.
    anchors: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        return not self.created and not self.updated

    @property
    def moved(self) -> int:
        """Return how many quotations of the version before stand in the new one beyond doubt."""
        return sum(1 for _claim, fate, _words in self.anchors if fate == MOVED)

    @property
    def summary(self) -> str:
        """Return what was written, in one line."""
        parts = [
            f"{count} new {numbered(noun, count)}" for noun, count in sorted(self.created.items()) if count
        ]
        parts += [
            f"{count} changed {numbered(noun, count)}"
            for noun, count in sorted(self.updated.items())
            if count
        ]
        if self.anchors:
            quotations = numbered("quotations", len(self.anchors))
            parts.append(f"{self.moved} of {len(self.anchors)} {quotations} carried over")
        if self.unchanged:
            parts.append(f"{self.unchanged} unchanged")
        return ", ".join(parts) or "nothing to do"

    def lines(self) -> list[str]:
        """Return the report as lines of text, the summary first."""
        if self.fate == Fate.SKIPPED:
            return [f"{self.file}: {' '.join(self.notes)}"]
        return [
            f"{self.file}: {self.summary}",
            *(f"  claim {claim}: {fate}: “{_short(words)}”" for claim, fate, words in self.anchors),
            *(f"  differs: {one}" for one in self.differences),
            *(f"  note: {one}" for one in self.notes),
        ]

    def as_json(self, *, at_desk: bool = True) -> dict[str, Any]:
        """Return the report for machines; its keys stay.

        Whoever is not of the desk is told what became of the file, and not a word of the articles it resembles.
        """
        told = {
            "claims": [{"claim": claim, "fate": fate, "words": words} for claim, fate, words in self.anchors],
            "differences": self.differences,
            "notes": self.notes,
        }
        return {
            "file": self.file,
            "fate": self.fate.name.lower(),
            "article": self.article_id,
            "arrival": self.arrival_id,
            "created": dict(self.created),
            "updated": dict(self.updated),
            "unchanged": self.unchanged,
            **(told if at_desk else {name: [] for name in told}),
            "refused": [],
        }


@dataclass(frozen=True)
class Failure:
    """A file of which nothing was written, and why: one sentence for each mistake."""

    file: str
    sentences: list[str]
    fate: Fate = Fate.REFUSED

    def as_json(self, *, at_desk: bool = True) -> dict[str, Any]:
        """Return the refusal for machines, with the keys of a report."""
        return {**Report(self.file, self.fate).as_json(), "refused": self.sentences}


def numbered(noun: str, count: int) -> str:
    """Return a noun, as the reports count it, for one or for several."""
    one, _, of = noun.partition(" of ")
    single = one.removesuffix("s")
    several = _SEVERAL.get(single, f"{single}s")
    return (single if count == 1 else several) + (f" of {of}" if of else "")


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
