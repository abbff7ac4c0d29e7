"""Judges the sentences of a document: kind, check-worthiness and reasons. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from articles.importing.checkworthiness.lexicon import Cue
from articles.importing.checkworthiness.model import (
    Weighed,
    Weights,
    calibrate,
    emptiness,
    held_down,
    load,
    weigh,
    with_neighbours,
)
from articles.importing.checkworthiness.reading import names_of, read, tokens
from articles.importing.checkworthiness.reasons import ABOUT_CUE, Reason, ReasonCode
from articles.importing.checkworthiness.sentence import Sentence
from articles.vocabulary import ClaimKind

MODEL = f"checkworthiness 1 (weights {load().digest[:12]})"

_MOST_REASONS = 5
# Log-odds that nobody would notice in the score.
_SLIGHT = 0.1
_SHORT = 8
_FEW = 5
# Characters of the words of a reason.
_LONGEST = 80
_QUANTITY = re.compile(
    r"[$£€¥]?\d+(?:[.,]\d+)*(?:\s?%|\s(?:percent|per cent|hundred|thousand|million|billion|trillion)\b)?"
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the model makes of a sentence.

    score: check-worthiness, from 0 to 1. reasons: at most five, those that moved it most first.
    """

    kind: ClaimKind
    score: float
    reasons: tuple[Reason, ...]


def judge(sentences: Sequence[Sentence]) -> list[Judgement]:
    """Judge the sentences of one document, which are given in their order; one judgement for each."""
    weights = load()
    parts = [tokens(sentence.text) for sentence in sentences]
    names = names_of(parts)
    weighed = [
        weigh(sentence, read(part, names), weights) for sentence, part in zip(sentences, parts, strict=True)
    ]
    heard = with_neighbours([one.log_odds for one in weighed])
    final = held_down(heard, [one.kind for one in weighed])
    judged = []
    for one, beside, log_odds in zip(weighed, heard, final, strict=True):
        one.add(ReasonCode.NEIGHBOURS, beside - one.log_odds)
        if log_odds < beside:
            one.add(emptiness(one.reading), log_odds - beside)
        judged.append(Judgement(one.kind, calibrate(log_odds, weights), _reasons(one, weights)))
    return judged


def _reasons(weighed: Weighed, weights: Weights) -> tuple[Reason, ...]:
    """Return the reasons, strongest first."""
    shares = dict(weighed.shares)
    length = shares.pop(ReasonCode.LENGTH, 0.0) - weights.usual_length
    code = ReasonCode.SHORT if weighed.reading.length < _SHORT and length < 0 else ReasonCode.LENGTH
    shares[code] = shares.get(code, 0.0) + length
    strongest = sorted(
        ((code, share * weights.slope) for code, share in shares.items()),
        key=lambda pair: (-abs(pair[1]), pair[0]),
    )
    return tuple(
        Reason(code, _words(code, weighed)[:_LONGEST], round(share, 3))
        for code, share in strongest[:_MOST_REASONS]
        if abs(share) >= _SLIGHT
    )


# The words of a greeting or a request say so only where the whole sentence is one.
_CUES_OF: dict[ReasonCode, tuple[Cue, ...]] = {
    **{code: tuple(cue for cue, its in ABOUT_CUE.items() if its == code) for code in ReasonCode},
    ReasonCode.COURTESY: (Cue.COURTESY,),
    ReasonCode.REQUEST: (Cue.IMPERATIVE,),
}


def _words(code: ReasonCode, weighed: Weighed) -> str:
    """Return the words of the sentence that a reason is about, "" where no few words can be named."""
    reading, text = weighed.reading, weighed.sentence.text
    if code == ReasonCode.QUANTITY and reading.numbers:
        dates = {*reading.years, *reading.days} - set(reading.numbers)
        return next((found.group() for found in _QUANTITY.finditer(text) if found.group() not in dates), "")
    if code == ReasonCode.DATE and reading.years:
        return reading.years[0]
    if code == ReasonCode.NAMES and reading.names:
        # Names whose parts stand on two lines are not in the text as they were read.
        return next((name for name in reading.names[:_FEW] if name in text), "")
    if code == ReasonCode.WORDING:
        return _as_written(weighed.best, text)
    if code == ReasonCode.PAST and reading.regular_past and Cue.PAST not in reading.cues:
        return reading.regular_past[0]
    cues = reading.cues
    return next((cues[cue][0] for cue in _CUES_OF[code] if cue in cues), "")


def _as_written(feature: str, text: str) -> str:
    """Return the words that a feature of wording stands for as the text has them, "" where it has them not."""
    stem = feature.startswith("^")
    words = feature.removeprefix("^").removeprefix("<begin> ")
    small = text.lower().replace("’", "'")
    # A few capitals grow when they are made small, and then the places shift.
    if not words or "<" in words or len(small) != len(text):
        return ""
    at = small.find(words)
    while at >= 0:
        end = at + len(words)
        while stem and end < len(text) and text[end].isalpha():
            end += 1
        if not (at and small[at - 1].isalnum()) and not small[end : end + 1].isalnum():
            return text[at:end]
        at = small.find(words, end)
    return ""
