"""One attribution: what is said, by which words, by whom. No Django in here."""

from __future__ import annotations

from dataclasses import dataclass

from articles.spans import Span
from articles.vocabulary import ClaimantKind


@dataclass(frozen=True, slots=True)
class Attribution:
    """Words that somebody is said to have said, thought or shown.

    `content` are those words, in several pieces where others interrupt them; `cue` the words that attribute
    them, () where there are none; `source` the words that name who says it, () where nobody is named.
    `unnamed` is True for an anonymous person or group, whose words of description are kept; `kind` is None
    where the words do not show it, as pronouns do not. `verbatim`: wholly or partly in quotation marks.
    `asserts`: the source, somebody other than the writer, is said to hold the content true. So it is not where
    it denies, asks, orders or wants it, nor where "I" say it.
    """

    content: tuple[Span, ...]
    cue: tuple[Span, ...]
    source: tuple[Span, ...]
    unnamed: bool
    kind: ClaimantKind | None
    verbatim: bool
    asserts: bool = True
