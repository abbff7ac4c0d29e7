"""One pass over the words of a sentence: its numbers, its names, and what its words are signs of.

No Django in here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from articles.importing.checkworthiness.lexicon import PAIRS, WORDS, Cue, word_list

_TOKEN = re.compile(
    r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:st|nd|rd|th)\b|\d+(?:[.,:]\d+)*|[$£€¥%?!…“”\"()\[\]—–;:,]"
)
_MONEY = frozenset("$£€¥")
# After these a capital letter begins a sentence and tells nothing.
_OPENING = frozenset('"“”([…:;?!—')
_CENTURIES = ("18", "19", "20")
# Where so many words are capitalised, as in headlines, capitals do not tell names.
_MOST = 0.6
_FEW_WORDS = 4
_LONGEST_ACRONYM = 6
# Acronyms that would read as words of the lexicon.
_ACRONYMS = word_list("WHO ACT")
# Without "may" and the short forms that are first names.
_MONTHS = word_list(
    "january february march april june july august september october november december "
    "feb apr aug sept oct nov dec"
)
_CALENDAR = _MONTHS | word_list("monday tuesday wednesday thursday friday saturday sunday")

NAME = "<name>"
NUMBER = "<number>"
YEAR = "<year>"
DAY = "<day>"
ORDINAL = "<ordinal>"
MONEY = "<money>"
PERCENT = "percent"


@dataclass(slots=True)
class Reading:
    """What was read in a sentence.

    words: its words in lower case and with straight apostrophes, in order; each run of names is NAME, a number
    is NUMBER, YEAR, DAY or ORDINAL, a symbol MONEY or PERCENT. length: how many words, names counted one by one.
    cues: for each sign found, the words that gave it, as they stand there. names, acronyms, numbers, years,
    days: likewise, as they stand; the parts of a name are joined by a space. marks: which punctuation and symbols
    occur. regular_past: words in -ed, as they stand. adverbs, participles, abstracts: how many, by their
    endings; superlatives: likewise, as they stand.
    """

    words: list[str] = field(default_factory=list)
    length: int = 0
    cues: dict[Cue, list[str]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    acronyms: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    years: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    regular_past: list[str] = field(default_factory=list)
    adverbs: int = 0
    participles: int = 0
    abstracts: int = 0
    superlatives: list[str] = field(default_factory=list)


def tokens(text: str) -> list[str]:
    """Return the words, numbers and telling marks of a text, as they stand, in order."""
    return _TOKEN.findall(text)


def names_of(documents: Iterable[Sequence[str]]) -> frozenset[str]:
    """Return the words that the tokens of a document's sentences show to be names.

    These are written with a capital inside sentences and never without one.
    """
    capital: set[str] = set()
    small: set[str] = set()
    for sentence in documents:
        if _is_capitalised_throughout(sentence):
            continue
        opening = True
        for token in sentence:
            first = token[0]
            if first.islower():
                small.add(token)
            elif first.isalpha() and not opening:
                capital.add(token)
            opening = first in _OPENING
    return frozenset(word for word in capital if word.lower() not in small and word.lower() not in WORDS)


def read(sentence: Sequence[str], names: frozenset[str] = frozenset()) -> Reading:
    """Read the tokens of a sentence; `names` are words known to be names even where they begin it."""
    reading = Reading()
    words, cues = reading.words, reading.cues
    capitals_tell = not _is_capitalised_throughout(sentence)
    opening = True
    run: list[str] = []
    for piece in sentence:
        first = piece[0]
        if first.isalpha():
            word = piece.lower().replace("’", "'")
            reading.length += 1
            for cue in WORDS.get(word, ()):
                if cue in cues:
                    cues[cue].append(piece)
                else:
                    cues[cue] = [piece]
            if first.isupper() and capitals_tell and _is_name(piece, word, opening, names):
                if not run:
                    words.append(NAME)
                run.append(piece)
                opening = False
                continue
            if word not in WORDS:
                _note_ending(reading, word, piece)
            if word in _MONTHS and words and words[-1] == NUMBER:
                words[-1] = DAY
                reading.days.append(reading.numbers.pop())
            words.append(word)
            opening = False
        elif first.isdigit():
            _note_number(reading, piece)
            opening = False
        else:
            reading.marks.add(piece)
            opening = opening or piece in _OPENING
            if piece in _MONEY:
                words.append(MONEY)
            elif piece == "%":
                words.append(PERCENT)
        if run:
            _note_name(reading, run)
            run = []
    if run:
        _note_name(reading, run)
    for one, two in pairwise(words):
        pair = PAIRS.get(f"{one} {two}")
        if pair is not None:
            cues.setdefault(pair, []).append(one)
    return reading


def _is_capitalised_throughout(sentence: Sequence[str]) -> bool:
    letters = capitals = 0
    for token in sentence:
        if token[0].isalpha():
            letters += 1
            capitals += token[0].isupper()
    return letters >= _FEW_WORDS and capitals > _MOST * letters


def _is_name(token: str, word: str, opening: bool, names: frozenset[str]) -> bool:
    """Is a word with a capital, `word` in small letters, a name rather than the beginning of a sentence?"""
    if word == "i" or word.startswith("i'") or word in _CALENDAR:
        return False
    if opening and _without_ending(token) not in names:
        return False
    if len(token) > 2 and token.isupper():
        # What is written large for emphasis is no name.
        return len(token) <= _LONGEST_ACRONYM and (word not in WORDS or token in _ACRONYMS)
    return True


def _without_ending(name: str) -> str:
    """Return a name without its possessive ending."""
    return name.replace("’", "'").partition("'")[0]


def _note_name(reading: Reading, run: list[str]) -> None:
    reading.names.append(" ".join(run))
    reading.acronyms += [name for name in run if len(name) > 1 and _without_ending(name).isupper()]


def _note_number(reading: Reading, token: str) -> None:
    if token[-1].isalpha():
        reading.cues.setdefault(Cue.ORDINAL, []).append(token)
        reading.words.append(ORDINAL)
    elif len(token) == 4 and token.startswith(_CENTURIES) and token.isdigit():
        reading.years.append(token)
        reading.words.append(YEAR)
    elif len(token) < 3 and reading.words and reading.words[-1] in _MONTHS:
        reading.days.append(token)
        reading.words.append(DAY)
    else:
        reading.numbers.append(token)
        reading.words.append(NUMBER)


def _note_ending(reading: Reading, word: str, token: str) -> None:
    if len(word) < 5:
        return
    if word.endswith("ed"):
        reading.regular_past.append(token)
    elif word.endswith("ly"):
        reading.adverbs += 1
    elif word.endswith("ing"):
        reading.participles += 1
    elif word.endswith("est"):
        reading.superlatives.append(token)
    elif word.endswith(("tion", "sion", "ment", "ance", "ence", "ity")):
        reading.abstracts += 1
