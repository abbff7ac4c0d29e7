"""What kind of statement a sentence makes, by rules that can be read. No Django in here.

There is no labelled set for kinds. The rules go from what most surely rules a check out (questions,
greetings, requests) over what people say of themselves (predictions, opinions) to what is left: facts.
"""

from __future__ import annotations

import re
from enum import StrEnum

from articles.importing.checkworthiness.lexicon import PAIRS, WORDS, Cue, word_list
from articles.importing.checkworthiness.reading import MONEY, NAME, PERCENT, Reading
from articles.importing.checkworthiness.sentence import Sentence
from articles.vocabulary import BlockRole, ClaimKind

_FEWEST_WORDS = 3
_COURTESY_WORDS = 8
_QUOTED_WORDS = 4
_QUOTED = re.compile(r"[“\"”]([^“”\"]*)[”\"]")
_MODALS = word_list("may might could")
_CONDITIONALS = word_list("would should must can can't couldn't wouldn't shouldn't cannot ought")
_LINKING = word_list(
    "is are was were be been it's that's he's she's they're we're you're there's seems feels"
)
_ADVERBS = word_list("a an the so very really just not quite too such simply most one")
_ADJECTIVES = word_list("ugly silly lovely")
_ARTICLES = word_list("a an the")
_COURTESIES = word_list("thank thanks please welcome congratulations")
# Of the words of law, those that name a proceeding or a breach rather than politics at large.
_PROCEEDINGS = word_list(
    "court courts judge judges jury lawsuit lawsuits sued sues suing indicted indictment convicted "
    "conviction pleaded prosecuted prosecutors plaintiff plaintiffs defendant defendants defamation "
    "felony sentenced unlawful illegal illegally statute verdict laws constitutional arrested violate "
    "violates violated violation"
)
_CONJUNCTIONS = word_list("and but so well now because also then or yet")


class Tense(StrEnum):
    """What the first finite verb of a sentence says of time, as far as word forms tell."""

    PAST = "past"
    PRESENT = "present"
    FUTURE = "future"
    MODAL = "modal"
    CONDITIONAL = "conditional"
    UNKNOWN = "unknown"


class Subject(StrEnum):
    """With what a sentence begins, its conjunction left out."""

    SPEAKER = "speaker"
    GROUP_OF_SPEAKER = "group of speaker"
    LISTENER = "listener"
    THIRD_PERSON = "third person"
    THING = "thing"
    NAME = "name"
    OTHER = "other"


_SUBJECTS: tuple[tuple[Cue, Subject], ...] = (
    (Cue.SPEAKER, Subject.SPEAKER),
    (Cue.GROUP_OF_SPEAKER, Subject.GROUP_OF_SPEAKER),
    (Cue.LISTENER, Subject.LISTENER),
    (Cue.THIRD_PERSON, Subject.THIRD_PERSON),
)


def tense_of(reading: Reading) -> Tense:
    """Return the tense of the first word of a sentence that looks like a finite verb."""
    words = reading.words
    regular = {word.lower() for word in reading.regular_past}
    for at, word in enumerate(words):
        cues = WORDS.get(word, ())
        if word in _MODALS:
            return Tense.MODAL
        if word in _CONDITIONALS:
            return Tense.CONDITIONAL
        if word in ("will", "won't", "shall", "gonna") or word.endswith("'ll"):
            return Tense.FUTURE
        if word in ("going", "about") and at and words[at + 1 : at + 2] == ["to"] and "'" in words[at - 1]:
            return Tense.FUTURE
        if Cue.PAST in cues or word in regular:
            return Tense.PAST
        if Cue.PRESENT in cues:
            following = words[at + 1 : at + 3]
            return Tense.FUTURE if following == ["going", "to"] else Tense.PRESENT
        if Cue.REPORT in cues:
            return Tense.PAST if word.endswith(("ed", "d", "t", "e")) else Tense.PRESENT
    return Tense.UNKNOWN


def subject_of(reading: Reading) -> Subject:
    """Return whom or what a sentence begins with."""
    for word in reading.words[:3]:
        if word in _CONJUNCTIONS:
            continue
        if word == NAME:
            return Subject.NAME
        if word in ("it", "it's", "this", "that", "that's", "these", "those", "there", "there's"):
            return Subject.THING
        cues = WORDS.get(word, ())
        return next((subject for cue, subject in _SUBJECTS if cue in cues), Subject.OTHER)
    return Subject.OTHER


def begins_with_request(reading: Reading) -> bool:
    """Does the sentence ask its reader to do something?"""
    words = reading.words
    if not words or Cue.IMPERATIVE not in WORDS.get(words[0], ()):
        return False
    # Some verbs look the same in the past: "let", "put", "read".
    return all(word.lower() == words[0] for word in reading.cues.get(Cue.PAST, ()))


def counts(reading: Reading) -> bool:
    """Does the sentence say how many or how much? A year alone is a date."""
    return bool(
        reading.numbers
        or MONEY in reading.words
        or PERCENT in reading.words
        or Cue.QUANTITY in reading.cues
        or Cue.COUNT in reading.cues
    )


def kind_of(sentence: Sentence, reading: Reading, tense: Tense) -> ClaimKind:
    """Return what kind of statement the sentence makes; `reading` and `tense` are what was read in it."""
    if _says_nothing(reading):
        return ClaimKind.OTHER
    if _is_quotation(sentence, reading):
        return ClaimKind.QUOTATION
    if sentence.attributed:
        return ClaimKind.ATTRIBUTED_REPORT
    if _foretells(reading, tense):
        return ClaimKind.PREDICTION
    reports = Cue.REPORT in reading.cues and Cue.SPEAKER not in reading.cues
    if reports and tense == Tense.PAST:
        return ClaimKind.ATTRIBUTED_REPORT
    if _judges(reading, tense):
        return ClaimKind.OPINION
    if reports:
        return ClaimKind.ATTRIBUTED_REPORT
    if sentence.legal or any(word.lower() in _PROCEEDINGS for word in reading.cues.get(Cue.LAW, ())):
        return ClaimKind.LEGAL
    return ClaimKind.QUANTITY if counts(reading) else ClaimKind.FACT


def _says_nothing(reading: Reading) -> bool:
    """Is it a question, a greeting, a request to the reader, or too short to say anything?"""
    words = reading.words
    if "?" in reading.marks or reading.length < _FEWEST_WORDS or not words:
        return True
    if Cue.COURTESY in reading.cues and (
        reading.length < _COURTESY_WORDS
        or words[0] in _COURTESIES
        or PAIRS.get(" ".join(words[:2])) == Cue.COURTESY
    ):
        return True
    return begins_with_request(reading)


def _is_quotation(sentence: Sentence, reading: Reading) -> bool:
    if sentence.quoted and sentence.role != BlockRole.QUOTATION:
        return True
    if not (sentence.attributed or Cue.REPORT in reading.cues) or reading.marks.isdisjoint('“”"'):
        return False
    return any(len(quoted.split()) >= _QUOTED_WORDS for quoted in _QUOTED.findall(sentence.text))


def _foretells(reading: Reading, tense: Tense) -> bool:
    if tense in (Tense.FUTURE, Tense.MODAL):
        return True
    return Cue.SPEAKER in reading.cues and not {"predict", "bet", "betting"}.isdisjoint(reading.words)


def _judges(reading: Reading, tense: Tense) -> bool:
    """Does the writer say what he thinks, wishes or finds right?"""
    cues = reading.cues
    if Cue.SPEAKER in cues and (Cue.BELIEF in cues or Cue.WISH in cues):
        return True
    if Cue.JUDGEMENT in cues and _says_of_something(reading):
        return True
    wavers = Cue.OBLIGATION in cues or Cue.HEDGE in cues
    return wavers and tense != Tense.PAST and not counts(reading)


def _says_of_something(reading: Reading) -> bool:
    """Is a word of judgement said of something ("it is so good"), not in passing ("the good soil")?"""
    words = reading.words
    for at, word in enumerate(words):
        if Cue.JUDGEMENT not in WORDS.get(word, ()):
            continue
        if (word.endswith("ly") and word not in _ADJECTIVES) or "!" in reading.marks:
            return True
        before = at - 1
        while before >= 0 and words[before] in _ADVERBS:
            before -= 1
        if (before < 0 and words[0] not in _ARTICLES) or (before >= 0 and words[before] in _LINKING):
            return True
    return False
