"""Two wordings of a long text as one, paragraph by paragraph, what stayed the same being folded. No Django in here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from articles.comparing.differences import Piece, differences

# How many unchanged paragraphs are shown on either side of a changed one.
_NEIGHBOURS = 1


@dataclass(frozen=True)
class Stretch:
    """Paragraphs with what changed in them, or such as nothing changed in, which are folded."""

    paragraphs: tuple[tuple[Piece, ...], ...]
    is_folded: bool

    @property
    def length(self) -> int:
        """How many code points it has."""
        return sum(len(piece.text) for paragraph in self.paragraphs for piece in paragraph)


def compared(old: str, new: str) -> list[Stretch]:
    """Return the paragraphs of two texts in one order: what changed with its neighbours, the rest to be folded.

    Equal texts give one folded stretch, or nothing where there are no words in them.
    """
    paragraphs = list(_paragraphs(differences(old, new)))
    touched = [number for number, one in enumerate(paragraphs) if any(piece.kind != "same" for piece in one)]
    near = {
        neighbour for number in touched for neighbour in range(number - _NEIGHBOURS, number + _NEIGHBOURS + 1)
    }
    stretches: list[tuple[bool, list[tuple[Piece, ...]]]] = []
    for number, one in enumerate(paragraphs):
        folded = number not in near
        if not stretches or stretches[-1][0] != folded:
            stretches.append((folded, []))
        stretches[-1][1].append(one)
    return [Stretch(tuple(lines), folded) for folded, lines in stretches]


def _paragraphs(pieces: Iterable[Piece]) -> Iterator[tuple[Piece, ...]]:
    """Yield the pieces of each line that holds more than space, without the breaks at its end."""
    line: list[Piece] = []
    for piece in pieces:
        parts = piece.text.split("\n")
        for number, part in enumerate(parts):
            if part:
                line.append(Piece(piece.kind, part))
            if number < len(parts) - 1:
                if _is_said(line):
                    yield tuple(line)
                line = []
    if _is_said(line):
        yield tuple(line)


def _is_said(line: Iterable[Piece]) -> bool:
    return any(not piece.text.isspace() for piece in line)
