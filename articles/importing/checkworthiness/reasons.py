"""Why a sentence has its score, in words for editors. No Django in here.

Reasons are the model's own contributions, gathered by what they are about, so that they cannot say anything
that the score did not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from articles.importing.checkworthiness.lexicon import Cue


class ReasonCode(StrEnum):
    """What a reason is about."""

    QUANTITY = "quantity"
    DATE = "date"
    COMPARISON = "comparison"
    REPORT = "report"
    NAMES = "names"
    LAW = "law"
    PAST = "past"
    PRESENT = "present"
    WORDING = "wording"
    NEIGHBOURS = "neighbours"
    QUESTION = "question"
    REQUEST = "request"
    COURTESY = "courtesy"
    LISTENER = "listener"
    SPEAKER = "speaker"
    OPINION = "opinion"
    FUTURE = "future"
    HEDGE = "hedge"
    LENGTH = "length"
    SHORT = "short"


#: What a reason says, before the words it is about.
SENTENCES: Mapping[ReasonCode, str] = MappingProxyType(
    {
        ReasonCode.QUANTITY: "names a quantity",
        ReasonCode.DATE: "names a date or a time",
        ReasonCode.COMPARISON: "compares or ranks",
        ReasonCode.REPORT: "tells what somebody else says or what a record shows",
        ReasonCode.NAMES: "names people, groups or organisations",
        ReasonCode.LAW: "speaks of law or a court",
        ReasonCode.PAST: "tells of something past",
        ReasonCode.PRESENT: "says how things are",
        ReasonCode.WORDING: "its wording, above all",
        ReasonCode.NEIGHBOURS: "the sentences around it",
        ReasonCode.QUESTION: "a question",
        ReasonCode.REQUEST: "asks its reader to do something",
        ReasonCode.COURTESY: "a greeting, thanks or applause",
        ReasonCode.LISTENER: "addresses its reader",
        ReasonCode.SPEAKER: "first person",
        ReasonCode.OPINION: "an opinion or judgement",
        ReasonCode.FUTURE: "about the future",
        ReasonCode.HEDGE: "hedged or conditional",
        ReasonCode.LENGTH: "its length",
        ReasonCode.SHORT: "too short to stand alone",
    }
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for checking a sentence (weight above 0) or against it (below 0).

    code: a ReasonCode. words: the exact words of the sentence that it is about, "" where there are none.
    weight: how much it moved the log-odds of the score.
    """

    code: str
    words: str = ""
    weight: float = 0.0

    def __str__(self) -> str:
        sentence = SENTENCES[ReasonCode(self.code)]
        return f"{sentence}: “{self.words}”" if self.words else sentence


#: What each trait of a sentence is about, by its name or by the part before the colon.
ABOUT: Mapping[str, ReasonCode] = MappingProxyType(
    {
        "number": ReasonCode.QUANTITY,
        "number:year": ReasonCode.DATE,
        "number:day": ReasonCode.DATE,
        "name": ReasonCode.NAMES,
        "length": ReasonCode.LENGTH,
        "mark": ReasonCode.WORDING,
        "mark:question": ReasonCode.QUESTION,
        "mark:exclamation": ReasonCode.OPINION,
        "form": ReasonCode.WORDING,
        "form:past": ReasonCode.PAST,
        "form:past twice": ReasonCode.PAST,
        "form:than": ReasonCode.COMPARISON,
        "form:superlative": ReasonCode.COMPARISON,
        "form:request": ReasonCode.REQUEST,
        "subject": ReasonCode.WORDING,
        "subject:speaker": ReasonCode.SPEAKER,
        "subject:group of speaker": ReasonCode.SPEAKER,
        "subject:listener": ReasonCode.LISTENER,
        "subject:name": ReasonCode.NAMES,
        "tense": ReasonCode.WORDING,
        "tense:past": ReasonCode.PAST,
        "tense:present": ReasonCode.PRESENT,
        "tense:future": ReasonCode.FUTURE,
        "tense:modal": ReasonCode.HEDGE,
        "tense:conditional": ReasonCode.HEDGE,
        "kind": ReasonCode.WORDING,
        "kind:quantity": ReasonCode.QUANTITY,
        "kind:legal": ReasonCode.LAW,
        "kind:attributed_report": ReasonCode.REPORT,
        "kind:quotation": ReasonCode.REPORT,
        "kind:opinion": ReasonCode.OPINION,
        "kind:prediction": ReasonCode.FUTURE,
        "cue": ReasonCode.WORDING,
        "flag:attributed": ReasonCode.REPORT,
        "flag:legal": ReasonCode.LAW,
    }
)

#: What each cue is about; a cue that is not here counts as wording.
ABOUT_CUE: Mapping[Cue, ReasonCode] = MappingProxyType(
    {
        Cue.QUANTITY: ReasonCode.QUANTITY,
        Cue.COUNT: ReasonCode.QUANTITY,
        Cue.TIME: ReasonCode.DATE,
        Cue.COMPARISON: ReasonCode.COMPARISON,
        Cue.ORDINAL: ReasonCode.COMPARISON,
        Cue.ABSOLUTE: ReasonCode.COMPARISON,
        Cue.REPORT: ReasonCode.REPORT,
        Cue.RECORD: ReasonCode.REPORT,
        Cue.LAW: ReasonCode.LAW,
        Cue.PEOPLE: ReasonCode.NAMES,
        Cue.PAST: ReasonCode.PAST,
        Cue.PRESENT: ReasonCode.PRESENT,
        Cue.BELIEF: ReasonCode.OPINION,
        Cue.WISH: ReasonCode.OPINION,
        Cue.JUDGEMENT: ReasonCode.OPINION,
        Cue.OBLIGATION: ReasonCode.OPINION,
        Cue.HEDGE: ReasonCode.HEDGE,
        Cue.CONDITION: ReasonCode.HEDGE,
        Cue.FUTURE: ReasonCode.FUTURE,
        Cue.SPEAKER: ReasonCode.SPEAKER,
        Cue.GROUP_OF_SPEAKER: ReasonCode.SPEAKER,
        Cue.LISTENER: ReasonCode.LISTENER,
    }
)


def about(feature: str) -> ReasonCode:
    """Return what a feature, by its name, is about."""
    group, colon, what = feature.partition(":")
    if not colon:
        return ReasonCode.WORDING
    if group == "cue":
        return ABOUT_CUE.get(Cue(what), ReasonCode.WORDING)
    return ABOUT[feature] if feature in ABOUT else ABOUT[group]
