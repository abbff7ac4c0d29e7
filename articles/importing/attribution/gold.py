"""Reads articles whose attributions people have marked, in brat's stand-off format, for fitting and measuring.

No Django in here, and none of this is needed to read an article.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from articles.importing.sentences.splitting import split
from articles.spans import Span

_ANNOTATOR = re.compile(r"_[0-9a-f]{4}$")
_NUMBER = re.compile(r"\d+$")
_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")


@dataclass(frozen=True, slots=True)
class Marked:
    """An attribution as people marked it; each part may be in several pieces, cue and source may be ()."""

    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """An article and the attributions marked in it; offsets are code points of the file with its own newlines."""

    name: str
    text: str
    marked: tuple[Marked, ...]


def examples(folder: Path) -> Iterator[Example]:
    """Yield the articles of a folder with `text/` and `attributions/`, by name.

    Of an article that several people marked the first, by file name, is taken. Raises OSError where a file
    cannot be read.
    """
    done: set[str] = set()
    for path in sorted((folder / "attributions").glob("*.ann")):
        name = _ANNOTATOR.sub("", path.stem)
        if name in done:
            continue
        done.add(name)
        text = (folder / "text" / f"{name}.txt").read_bytes().decode("utf-8")
        yield Example(name, text, tuple(_marked(path.read_text(encoding="utf-8"))))


def digest(folder: Path) -> str:
    """Return one SHA-256 (hex) over the names and bytes of a folder's articles and annotations."""
    whole = hashlib.sha256()
    for path in sorted((*(folder / "attributions").glob("*.ann"), *(folder / "text").glob("*.txt"))):
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def paragraphs(text: str) -> list[Span]:
    """Return the lines of a text that are not empty, without the white space around them."""
    found = []
    for match in _LINE.finditer(text):
        line = match.group()
        start = match.start() + len(line) - len(line.lstrip())
        end = match.end() - (len(line) - len(line.rstrip()))
        if start < end:
            found.append(Span(start, end))
    return found


def sentences(text: str, lines: Sequence[Span]) -> list[list[Span]]:
    """Return the sentences of each line."""
    return [split(text, start, end) for start, end in lines]


def _marked(annotations: str) -> Iterator[Marked]:
    """Yield what a brat file marks: lines of spans ("T…") and of relations between them ("E…")."""
    spans: dict[str, list[Span]] = {}
    events: list[str] = []
    for line in annotations.split("\n"):
        fields = line.split("\t")
        if line.startswith("T") and len(fields) >= 3:
            pieces = fields[1].split(" ", 1)[1].split(";")
            spans[fields[0]] = [Span(*map(int, piece.split())) for piece in pieces]
        elif line.startswith("E") and len(fields) >= 2:
            events.append(fields[1])
    for event in events:
        parts: dict[str, list[Span]] = {"content": [], "cue": [], "source": []}
        for argument in event.split():
            role, _, span = argument.partition(":")
            part = parts.get(_NUMBER.sub("", role).lower())
            if part is not None:
                part += spans.get(span, [])
        if parts["content"]:
            yield Marked(*(tuple(sorted(parts[part])) for part in ("content", "cue", "source")))
