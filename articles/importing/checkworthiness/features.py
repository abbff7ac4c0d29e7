"""A sentence as the named numbers that the model weighs. No Django in here.

Words and pairs of neighbouring words are features by their own name, as are the first letters of longer words
behind "^". Every other name has a colon, which no word has: "group:what".
"""

from __future__ import annotations

from collections.abc import Mapping

from articles.importing.checkworthiness.kinds import Subject, Tense, begins_with_request
from articles.importing.checkworthiness.lexicon import Cue, word_list
from articles.importing.checkworthiness.reading import PERCENT, Reading
from articles.vocabulary import ClaimKind

#: What the words of a sentence weigh together: each of its n features of wording has the value WORDING / √n.
WORDING = 3.0

_BEGIN = "<begin>"
_STEM = 5
# Longer sentences are no likelier to be worth checking; debates, where they are, are spoken.
_LENGTHS = ((3, "length:3"), (5, "length:5"), (8, "length:8"), (12, "length:12"), (18, "length:18"))
_NUMBERS = ((1, "number:1"), (2, "number:2"), (3, "number:3"))
_NAMES = ((1, "name:1"), (2, "name:2"), (3, "name:3"), (5, "name:5"))
_CUES: Mapping[Cue, str] = {cue: f"cue:{cue}" for cue in Cue}
_KINDS: Mapping[ClaimKind, str] = {kind: f"kind:{kind}" for kind in ClaimKind}
_TENSES: Mapping[Tense, str] = {tense: f"tense:{tense}" for tense in Tense}
_SUBJECTS: Mapping[Subject, str] = {subject: f"subject:{subject}" for subject in Subject}
_MARKS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset("$£€¥"), "number:money"),
    (frozenset('“”"'), "mark:quotation"),
    (frozenset("?"), "mark:question"),
    (frozenset("!"), "mark:exclamation"),
    (frozenset("(["), "mark:bracket"),
    (frozenset("—"), "mark:dash"),
    (frozenset(":"), "mark:colon"),
)
_VERBS = frozenset(
    {Cue.PAST, Cue.PRESENT, Cue.FUTURE, Cue.OBLIGATION, Cue.HEDGE, Cue.CONDITION, Cue.REPORT},
)
_COMPARATIVES = word_list("more less better worse fewer")


def wording(reading: Reading) -> set[str]:
    """Return the words of a sentence, its pairs of neighbours, and the first letters of its longer words."""
    words = reading.words
    found = set(words)
    before = _BEGIN
    for word in words:
        found.add(before + " " + word)
        before = word
        if len(word) >= _STEM and word[0] != "<":
            found.add("^" + word[:_STEM])
    return found


def traits(reading: Reading, kind: ClaimKind, tense: Tense, subject: Subject) -> list[str]:
    """Return the names of everything else that is true of a sentence; each counts 1, each stands once."""
    cues = reading.cues
    found = [_KINDS[kind], _TENSES[tense], _SUBJECTS[subject]]
    found += [name for least, name in _LENGTHS if reading.length >= least]
    if reading.numbers:
        found += [name for least, name in _NUMBERS if len(reading.numbers) >= least]
    if reading.days:
        found.append("number:day")
    if reading.years:
        found.append("number:year")
    if reading.names:
        found += [name for least, name in _NAMES if len(reading.names) >= least]
        if reading.acronyms:
            found.append("name:acronym")
    found += [_CUES[cue] for cue in cues]
    if reading.marks:
        found += [name for marks, name in _MARKS if not marks.isdisjoint(reading.marks)]
    if PERCENT in reading.words:
        found.append("number:percent")
    if len(reading.regular_past) > 1:
        found.append("form:past twice")
    if reading.regular_past:
        found.append("form:past")
    elif cues.keys().isdisjoint(_VERBS):
        found.append("form:no verb")
    if "than" in reading.words and any(
        word in _COMPARATIVES or word.endswith("er") for word in reading.words
    ):
        found.append("form:than")
    if reading.superlatives:
        found.append("form:superlative")
    if reading.adverbs:
        found.append("form:adverb")
    if reading.participles:
        found.append("form:participle")
    if reading.abstracts:
        found.append("form:abstract")
    if begins_with_request(reading):
        found.append("form:request")
    return found
