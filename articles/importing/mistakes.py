"""What is wrong with a manifest, said so that whoever wrote it finds the place and knows what to do. No
Django in here."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong in a file.

    `line` counts from 1; `field` names the place within the file, e.g. "claims[cost].quote", and is "" for
    the file as a whole; `sentence` says what is wrong there.
    """

    file: str
    line: int
    field: str
    sentence: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (f"{self.file}:{self.line}", self.field, self.sentence)))


class ManifestError(ValueError):
    """Everything that is wrong with a manifest: `mistakes`, in the order of their lines; as text, one per
    line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(dict.fromkeys(mistakes), key=lambda mistake: mistake.line))
        super().__init__("\n".join(map(str, self.mistakes)))


def choice_sentence(written: str, allowed: Iterable[str]) -> str:
    """Return a sentence that refuses a word and names the allowed ones."""
    allowed = list(allowed)
    return f"{shown(written)} is not one of {listed(allowed)}.{did_you_mean(written, allowed)}"


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """Return " Did you mean `x`?" for the known word nearest to the written one, or "" where none is near."""
    near = difflib.get_close_matches(written, list(known), n=1)
    return f" Did you mean `{near[0]}`?" if near else ""


def listed(words: Iterable[str]) -> str:
    """Return the words as code, joined by commas."""
    return ", ".join(f"`{word}`" for word in words)


def shown(written: str) -> str:
    """Return what somebody wrote, between quotation marks, on one line and not too long."""
    line = " ".join(written.split())
    return f"“{line if len(line) <= 60 else line[:59] + '…'}”"
