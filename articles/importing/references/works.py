"""Films and books that a text names. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from articles.importing.references.reference import Reference, one_line
from articles.spans import Span
from articles.vocabulary import SourceKind

_FILMS = "films?|movies?|documentar(?:y|ies)|docuseries|docudrama|mockumentary"
_BOOKS = "books?|novels?|memoirs?|biograph(?:y|ies)|autobiograph(?:y|ies)|bestseller"
_QUOTED = r"(?:[“\"‘]|'{1,2}|``)([^“”\"‘\n'`][^“”\"‘\n]{0,99}?)[,.]?(?:[”\"’](?!\w)|'{1,2}(?!\w))"
_WORD = r"(?:[A-ZÀ-Þ][\w’'-]{0,24}|\d[\d,]{0,8})"
_LITTLE = r"(?:of|the|a|an|and|in|on|to|for|with|from|at|by|&)"
_TITLE = rf"{_WORD}(?:\s{_WORD}|(?:\s{_LITTLE}){{1,2}}\s{_WORD}){{0,7}}"
# A title without marks is told from a person's name only by how the sentence goes on.
_GOES_ON = (
    r"(?=\s*[.,;:)!?—–]|\s*$|\s+(?:by|which|that|was|is|were|are|has|had|and|about|"
    r"claims?|claimed|alleges?|shows?)\b)"
)
_NAMED = re.compile(
    rf"\b({_FILMS}|{_BOOKS})(?:,|:|\s(?:called|titled|entitled|named|version\sof))?\s(?:{_QUOTED}|({_TITLE}){_GOES_ON})"
)
_QUOTED_BEFORE = re.compile(
    rf"{_QUOTED},?\s(?:(?:a|an|the|his|her|their)\s)?(?:(?:19|20)\d\d\s)?(?:\w{{2,15}}\s){{0,2}}({_FILMS}|{_BOOKS})\b"
)
_NOT_TITLES = frozenset(
    {
        "he", "she", "it", "they", "we", "you", "i", "mr", "mrs", "ms", "dr", "the", "this", "that",
        "when", "if", "but", "and", "so", "no", "yes",
    }
)  # fmt: skip


def find_works(text: str, block: Span) -> Iterator[Reference]:
    """Yield films and books whose title a text gives: "the documentary Salt and Slate", "her memoir, “Tides”"."""
    for match in _NAMED.finditer(text, block.start, block.end):
        group = 2 if match[2] else 3
        title = match[group]
        confirm = ""
        if group == 3:
            # One capitalised word may be anything that begins with one.
            first = title.split()[0].casefold()
            # "In the books, Ada Lamp …": several books have no one title.
            several = match[1].endswith("s") and match[1] != "docuseries"
            if (
                several
                or first in _NOT_TITLES
                or (" " not in title and not match[1].startswith(("film", "movie", "doc", "nov")))
            ):
                continue
            confirm = "The title stands without quotation marks; confirm where it ends."
        yield _work(match[1], match.start(group), match.end(group), title, confirm)
    for match in _QUOTED_BEFORE.finditer(text, block.start, block.end):
        title = match[1]
        # What people say is quoted too, and may end before "In the novel …".
        if _is_title(title) and text[match.end(1)] != ".":
            yield _work(match[2], match.start(1), match.end(1), title, "")


def _is_title(words: str) -> bool:
    """Have the first word of a title and every long one their capitals?"""
    first, *others = words.split() or [""]
    return all(not word[:1].islower() for word in (first, *(other for other in others if len(other) > 4)))


def _work(noun: str, start: int, end: int, title: str, confirm: str) -> Reference:
    kind = SourceKind.FILM if re.fullmatch(_FILMS, noun) else SourceKind.BOOK
    name = one_line(title)
    return Reference(kind, start, end, name, {"title": name}, confirm)
