"""Shorthand of the tests of attribution: what is found in a text, in its own words."""

from __future__ import annotations

from articles.importing.attribution import Attribution, find
from articles.importing.sentences.splitting import split
from articles.spans import Span


def lines(text: str) -> list[Span]:
    """Return the lines of a text as paragraphs."""
    found = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            found.append(Span(start, start + len(line)))
        start += len(line) + 1
    return found


def attributions(text: str) -> list[Attribution]:
    """Return the attributions of a text whose lines are its paragraphs."""
    paragraphs = lines(text)
    return find(text, paragraphs, [split(text, *paragraph) for paragraph in paragraphs])


def reported(text: str) -> list[tuple[str, str, str]]:
    """Return (source, cue, content) of each attribution; pieces are joined by " … "."""

    def words(pieces: tuple[Span, ...]) -> str:
        return " … ".join(piece.of(text) for piece in pieces)

    return [(words(one.source), words(one.cue), words(one.content)) for one in attributions(text)]
