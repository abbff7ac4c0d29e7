"""What the tests of references ask: what was found in a text, in short."""

from __future__ import annotations

from articles.importing.references import Reference, references
from articles.spans import Span
from articles.vocabulary import SourceKind


def found(text: str, kind: SourceKind | None = None) -> list[Reference]:
    """Return the references of a text, each line a block, of one kind where one is given."""
    blocks, start = [], 0
    for line in text.split("\n"):
        blocks.append(Span(start, start + len(line)))
        start += len(line) + 1
    return [one for one in references(text, blocks) if kind in (None, one.kind)]


def words(text: str, kind: SourceKind | None = None) -> list[str]:
    """Return the exact words of the references of a text."""
    return [one.span.of(text) for one in found(text, kind)]


def only(text: str, kind: SourceKind | None = None) -> Reference:
    """Return the one reference of a text."""
    (one,) = found(text, kind)
    return one
