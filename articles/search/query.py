"""The language of the search box, read into groups of terms. Pure: no Django, no database, never raises.

    tax reform              both words
    "tax reform"            the words in this order
    tax OR levy             either
    -reform  -"tax reform"  not this
    econom*                 words that begin so
    claimant:"Jane Roe" rating:false source:journal before:2024-11-01 after:2024
                            claims only: who says it, our current rating, what bears on it, when it was said

Whatever cannot be read as an operator is taken as words. What was left out is told in `notes`, as sentences.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from articles.dates import DateRange

LONGEST = 10_000
MOST_TERMS = 64
# The beginning of a word stands for many words, each to be looked up: fewer of them, and none shorter.
MOST_PREFIXES = 6
SHORTEST_PREFIX = 3
FIELDS = ("claimant", "rating", "source", "before", "after")

# Words that nearly every English text has. They decide nothing and cost the most; alone, or in a phrase, they count.
STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "our",
        "she",
        "so",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "will",
        "with",
        "would",
        "you",
        "your",
        "not",
        "no",
    ]
)

_TOKEN = re.compile(
    r"""(?P<minus>-?)(?:(?P<field>claimant|rating|source|before|after):)?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))""",
    re.IGNORECASE,
)
# Curly quotes come with pasted text; they mean what straight ones mean.
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\u2212": "-"})


@dataclass(frozen=True)
class Term:
    """A word, a phrase, or the beginning of a word, as typed."""

    text: str
    is_prefix: bool = False

    @property
    def is_stop_word(self) -> bool:
        return not self.is_prefix and self.text.lower() in STOP_WORDS


@dataclass(frozen=True)
class Query:
    """What was asked for: one term of each group, none of the `without`, and all of `fields`."""

    groups: tuple[tuple[Term, ...], ...] = ()
    without: tuple[Term, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(term for group in self.groups for term in group)

    def __bool__(self) -> bool:
        return bool(self.groups or self.fields)

    def days(self, name: str) -> list[date]:
        """Return the days that `before:` or `after:` name; a year or month stands for its first day."""
        read = (_day(value) for key, value in self.fields if key == name)
        return [day for day in read if day is not None]

    def texts(self, name: str) -> list[str]:
        return [value for key, value in self.fields if key == name]

    def choosing(self, rating: str) -> Query:
        """Return the same where `rating:` names one that was chosen, by its slug: nobody has to ask which one is meant.

        Its field is called `chosen`, which cannot be typed.
        """
        typed = ("rating", rating)
        return replace(self, fields=tuple(("chosen", rating) if one == typed else one for one in self.fields))


@dataclass
class _Reading:
    groups: list[list[Term]] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def parse(text: str) -> Query:
    """Return what `text` asks for. Any text is read; what is left out of it is told in `notes`."""
    reading = _Reading()
    if len(text) > LONGEST:
        reading.notes.append(f"Only the first {LONGEST:,} characters were searched for.")
        text = text[:LONGEST]
    # What cannot be stored cannot be found: NUL and lone surrogates end up as spaces, as other controls do.
    text = "".join(" " if unicodedata.category(one) in ("Cc", "Cs") else one for one in text)
    seen: set[Term] = set()
    either = dropped = False
    prefixes = 0
    for minus, name, phrase, word in _tokens(text.translate(_QUOTES)):
        if word == "OR" and not minus and not name:
            either = bool(reading.groups)
            continue
        if not name and word and word.endswith(":") and word[:-1].lower() in FIELDS:
            name, word = word[:-1].lower(), ""
        if name:
            _read_field(reading, name, phrase if phrase is not None else word or "", bool(minus))
            continue
        term = _term(phrase, word)
        if term is None:
            continue
        if term.is_prefix:
            prefixes += 1
            if prefixes > MOST_PREFIXES:
                term = Term(term.text)
        if minus:
            if len(reading.without) < MOST_TERMS:
                reading.without.append(term)
            continue
        joins, either = either, False
        if term in seen:
            continue
        if len(seen) >= MOST_TERMS:
            dropped = True
            continue
        seen.add(term)
        if joins:
            reading.groups[-1].append(term)
        else:
            reading.groups.append([term])
    if prefixes > MOST_PREFIXES:
        reading.notes.append(f"Only the first {MOST_PREFIXES} words with a star stand for their beginnings.")
    if dropped:
        reading.notes.append(f"Only the first {MOST_TERMS} different words were searched for.")
    groups = [group for group in reading.groups if not all(term.is_stop_word for term in group)]
    if not groups and reading.groups and not reading.fields:
        groups = reading.groups
    if not groups and not reading.fields and reading.without:
        reading.notes.append("Say also what you look for, not only what to leave out.")
    return Query(
        groups=tuple(tuple(group) for group in groups),
        without=tuple(reading.without),
        fields=tuple(reading.fields),
        notes=tuple(reading.notes),
    )


def passage(text: str) -> Query:
    """Return the words of a text that somebody else wrote, all as one group: in it nothing is an operator."""
    notes = [] if len(text) <= LONGEST else [f"Only the first {LONGEST:,} characters were searched for."]
    words = re.findall(r"[^\W_]+(?:['’][^\W_]+)*", text[:LONGEST])
    terms = list(dict.fromkeys(Term(word.lower()) for word in words))
    said = [term for term in terms if not term.is_stop_word] or terms
    if len(said) > MOST_TERMS:
        notes.append(f"Only the first {MOST_TERMS} different words were searched for.")
    return Query(groups=(tuple(said[:MOST_TERMS]),) if said else (), notes=tuple(notes))


def _tokens(text: str) -> Iterator[tuple[str, str, str | None, str | None]]:
    for found in _TOKEN.finditer(text):
        yield found["minus"], (found["field"] or "").lower(), found["phrase"], found["word"]


def _term(phrase: str | None, word: str | None) -> Term | None:
    text = phrase if phrase is not None else word or ""
    if not any(one.isalnum() for one in unicodedata.normalize("NFKD", text)):
        return None
    if phrase is not None:
        return Term(" ".join(text.split()))
    bare = text.rstrip("*")
    return Term(bare, is_prefix=text.endswith("*") and len(bare) >= SHORTEST_PREFIX)


def _read_field(reading: _Reading, name: str, value: str, is_negated: bool) -> None:
    value = " ".join(value.split())
    if is_negated:
        reading.notes.append(f"“-{name}:” is not understood and was left out; only words can be excluded.")
    elif not value:
        reading.notes.append(f"“{name}:” needs a value, as in {name}:{_example(name)}, and was left out.")
    elif name in ("before", "after") and _day(value) is None:
        reading.notes.append(
            f"“{name}:{value[:40]}” names no day and was left out; write {name}:{_example(name)}."
        )
    elif len(reading.fields) < 8:
        reading.fields.append((name, value))
    else:
        reading.notes.append(f"“{name}:{value[:40]}” was left out: eight conditions are the most.")


def _example(name: str) -> str:
    return {
        "claimant": '"name of who says it"',
        "rating": "false",
        "source": "journal",
        "before": "2024-11-01",
        "after": "2024",
    }[name]


def _day(value: str) -> date | None:
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value, re.ASCII):
        return None
    try:
        return DateRange.parse(value).earliest
    except ValueError:
        return None
