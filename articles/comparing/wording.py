"""The words of a text that carry its meaning and are easily overlooked: numbers, dates, negations, names, how sure
it is, quotation marks. Read off the words alone, for English. No Django in here.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from articles.spans import Span


class NoticeKind(StrEnum):
    """What came, went or changed."""

    NUMBER = "number"
    DATE = "date"
    NEGATION = "negation"
    NAME = "name"
    #: How sure the text is, or of how much: "may", "reportedly", "at least", "all".
    HEDGE = "hedge"
    QUOTATION_MARKS = "quotation_marks"


@dataclass(frozen=True, slots=True)
class Fact:
    """Words of a text that a notice may be about. Of two with equal keys one is as good as the other."""

    kind: NoticeKind
    span: Span
    words: str
    key: str


_SCALE: dict[str, Decimal] = {
    "hundred": Decimal(10) ** 2,
    "thousand": Decimal(10) ** 3,
    "million": Decimal(10) ** 6,
    "billion": Decimal(10) ** 9,
    "bn": Decimal(10) ** 9,
    "trillion": Decimal(10) ** 12,
}
_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_SMALL = _BELOW_TWENTY.split()
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUE: dict[str, int] = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
# Numbers that are only words: compared as they stand.
_OTHER_NUMBERS = (
    "half|third|quarter|quarters|thirds|dozen|dozens|hundreds|thousands|millions|billions|twice|thrice|double|"
    "doubled|triple|tripled|first|second|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
)
_SCALES = "|".join(_SCALE)
_SPELLED = rf"(?:(?:{'|'.join(_TENS)})(?:[-‑ ](?:{'|'.join(_SMALL[1:10])}))?|{'|'.join(_SMALL)})"
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<money>[$€£¥])?"
    rf"(?:(?P<digits>\d+(?:[.,:/]\d+)*)(?:st|nd|rd|th)?|(?P<spelled>{_SPELLED})\b|(?P<alone>{_SCALES}|{_OTHER_NUMBERS})\b)"
    rf"(?P<scale>(?:[ \u00a0-]?(?:{_SCALES})\b){{0,3}})"
    r"(?P<unit>\s?(?:%|percentage points?\b|per ?cent\b))?",
    re.IGNORECASE,
)
_MONTHS = (
    "January|February|March|April|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.?"
)
_DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_ON_DAY = r"(?:\s\d{1,2}(?:st|nd|rd|th)?(?![\w:]))?(?:,?\s\d{4}(?!\w))?"
_DATE = re.compile(
    rf"(?<![\w.])(?:\d{{4}}-\d\d-\d\d|(?:\d{{1,2}}(?:st|nd|rd|th)?\s)?(?:{_MONTHS}){_ON_DAY}"
    # "May" is a month beside a number or after a word that asks for one.
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\sMay{_ON_DAY}|May(?=\s\d){_ON_DAY}"
    r"|(?<=\bin )May|(?<=\bof )May|(?<=\blast )May|(?<=\bnext )May|(?<=\bsince )May|(?<=\buntil )May|(?<=\bthis )May"
    rf"|{_DAYS}|[Yy]esterday|[Tt]oday|[Tt]omorrow|[Tt]onight)(?!\w)"
)
# What each word stands for: words of one line say the same.
_NEGATIONS: dict[str, str] = {
    word: words.split()[0]
    for words in (
        "not cannot",
        "never",
        "no",
        "none",
        "nobody",
        "nothing",
        "nowhere",
        "neither",
        "nor",
        "without",
        "hardly barely scarcely",
        "deny denies denied denying",
        "refuse refuses refused refusing refusal",
        "reject rejects rejected rejecting",
        "decline declines declined declining",
        "fail fails failed failing failure",
        "lack lacks lacked lacking",
        "unable",
        "unlikely",
        "false falsely",
        "untrue",
    )
    for word in words.split()
}
# "No. 5" denies nothing.
_NEGATION = re.compile(
    rf"(?<!\w)(?:(?:{'|'.join(_NEGATIONS)})(?!\w)(?!(?<=no)\.\s?\d)|\w+n['’]t(?!\w))", re.IGNORECASE
)
_HEDGES: dict[str, str] = {
    word.replace("_", " "): words.split()[0]
    for words in (
        "may might",
        "could",
        "can",
        "would",
        "will",
        "shall",
        "should",
        "must",
        "alleged alleges allege allegedly",
        "reported reports reportedly",
        "claimed claims claim claiming",
        "suspected",
        "accused",
        "believed believes",
        "purported purportedly",
        "apparent apparently appears appeared appear",
        "seems seemed seem seemingly",
        "perhaps maybe possibly",
        "probably likely",
        "certainly definitely",
        "according_to",
        "approximately roughly about around",
        "nearly almost",
        "at_least",
        "at_most up_to",
        "more_than over",
        "less_than fewer_than under",
        "all",
        "every each",
        "most",
        "many",
        "some several few",
        "only",
        "always",
        "often",
        "sometimes",
        "rarely seldom",
    )
    for word in words.split()
}
# These say how much only before a number: "over 40 years", not "over the hill".
_BEFORE_NUMBERS = frozenset({"about", "around", "over", "under"})
_PLAIN_HEDGES = "|".join(word.replace(" ", r"\s") for word in _HEDGES if word not in _BEFORE_NUMBERS)
_HEDGE = re.compile(
    "|".join(
        [
            rf"(?<!\w)(?:{_PLAIN_HEDGES})(?!\w)",
            rf"(?<!\w)(?:{'|'.join(sorted(_BEFORE_NUMBERS))})(?=\s[$€£¥]?(?:\d|{_SPELLED}\b|half\b))",
            r"(?<!\w)can(?=not\b)",
            r"(?<!\w)wo(?=n['’]t\b)",
        ]
    ),
    re.IGNORECASE,
)
# So many digits are compared as a number; longer ones, which no text counts with, as they stand.
_MOST_DIGITS = 20
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(r"\w+(?:[-'’‑.&]\w+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
_SPACES = (" ", "\u00a0")
# Only where a quotation opens: its end adds nothing, and the end of single marks looks like an apostrophe.
_OPENING = re.compile(r"[“„«‟](?=\S)|(?<![\w.,!?;:)\]…])\"(?=[\w$€£(\[…'‘])|(?<!\w)['‘](?=[^\W\d])")
_CLOSING = re.compile(r"[”“»\"]|['’](?!\w)|\n")
_LONGEST_SHOWN = 60
# Words that open sentences and titles, so that their capital says nothing.
_OPENING_WORDS = (
    "a after all also although an and another any are as at because before both but by can could did do "
    "does during each even every few first for from had has have he her here his how however i i'm i’m "
    "i've i’ve if in instead is it it's it’s its last later many may maybe meanwhile more most much my "
    "neither never no nor not nothing now of on once one only or other others our people perhaps several "
    "she should since so some still such than that the their then there these they this those though "
    "three through to today two under until was we were what when where whether which while who whose why "
    "will with without would yes yet you your"
)
_OPENERS = frozenset(_OPENING_WORDS.split())
# Words after whose full stop a name goes on.
_TITLES = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "st", "sen", "rep", "gov", "gen", "col", "lt", "sgt", "capt"}
)
_SENTENCE_ENDS = ".!?:…\n"
# How far back the end of a sentence is looked for, over white space, quotation marks and brackets.
_FURTHEST_BACK = 20


def facts(text: str) -> list[Fact]:
    """Return what notices may be about, in order."""
    dates = [
        Fact(NoticeKind.DATE, Span(*match.span()), match.group(), " ".join(match.group().split()))
        for match in _DATE.finditer(text)
    ]
    others = [*_numbers(text), *_negations(text), *_hedges(text), *_names(text)]
    # The 3 of "March 3" and the month of "in May" are no number, name or hedge of their own.
    starts = [date.span.start for date in dates]
    apart = []
    for fact in others:
        nearest = bisect.bisect_left(starts, fact.span.end) - 1
        if nearest < 0 or not dates[nearest].span.meets(fact.span):
            apart.append(fact)
    return sorted([*dates, *apart, *_quotation_marks(text)], key=lambda fact: (fact.span, fact.kind))


def _numbers(text: str) -> Iterator[Fact]:
    for match in _NUMBER.finditer(text):
        yield Fact(NoticeKind.NUMBER, Span(*match.span()), match.group(), _value(match))


def _value(match: re.Match[str]) -> str:
    """Return a spelling of a number that is the same for "2 million" and "2,000,000"."""
    digits, spelled = match["digits"], match["spelled"]
    value = None
    if digits is not None and len(digits) <= _MOST_DIGITS:
        plain = digits.replace(",", "") if _GROUPED.fullmatch(digits) else digits
        value = Decimal(plain) if _PLAIN.fullmatch(plain) else None
    elif spelled is not None:
        value = Decimal(sum(_VALUE[word] for word in re.split("[-‑ ]", spelled.lower())))
    if value is None:
        return " ".join(match.group().lower().split())
    for word in re.findall(r"\w+", match["scale"].lower()):
        value *= _SCALE[word]
    unit = "".join((match["unit"] or "").lower().split()).replace("percent", "%").removesuffix("s")
    return f"{match['money'] or ''}{value.normalize()}{unit}"


def _negations(text: str) -> Iterator[Fact]:
    for match in _NEGATION.finditer(text):
        key = _NEGATIONS.get(match.group().lower(), "not")
        yield Fact(NoticeKind.NEGATION, Span(*match.span()), match.group(), key)


def _hedges(text: str) -> Iterator[Fact]:
    for match in _HEDGE.finditer(text):
        words = " ".join(match.group().lower().split())
        # "won't" is "will not".
        shown, key = ("will", "will") if words == "wo" else (match.group(), _HEDGES[words])
        yield Fact(NoticeKind.HEDGE, Span(*match.span()), shown, key)


def _names(text: str) -> Iterator[Fact]:
    """Yield the runs of capitalised words that are not capitalised for beginning a sentence."""
    runs = [(run, _begins_sentence(text, run[0].start())) for run in _capitalised_runs(text)]
    sure = {run[0].group() for run, begins in runs if not begins}
    for run, begins in runs:
        first = run[0].group()
        acronym = len(first) > 1 and first.isupper()
        if begins and len(run) == 1 and not acronym and first not in sure:
            continue
        span = Span(run[0].start(), run[-1].end())
        words = _POSSESSIVE.sub("", span.of(text))
        yield Fact(NoticeKind.NAME, span, words, " ".join(words.casefold().split()))


def _capitalised_runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield words that follow each other, each with a capital, without the openers of sentences before them."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        capital = word.group()[0].isupper()
        if run and not (capital and _goes_on(run[-1].group(), text[run[-1].end() : word.start()])):
            yield run
            run = []
        if capital and (run or word.group().lower() not in _OPENERS):
            run.append(word)
    if run:
        yield run


def _goes_on(last: str, between: str) -> bool:
    """May a name go on after a word and what stands between it and the next?"""
    abbreviated = len(last) == 1 or last.lower() in _TITLES
    return between in _SPACES or (abbreviated and between[:1] == "." and between[1:] in ("", *_SPACES))


def _begins_sentence(text: str, start: int) -> bool:
    """Does the word at the offset begin a sentence, a line or a quotation?"""
    for at in range(start - 1, max(-1, start - 1 - _FURTHEST_BACK), -1):
        char = text[at]
        if char in _SENTENCE_ENDS:
            return True
        if char.isalnum() or char in ",;":
            return False
    return start <= _FURTHEST_BACK


def _quotation_marks(text: str) -> Iterator[Fact]:
    for match in _OPENING.finditer(text):
        limit = match.end() + _LONGEST_SHOWN
        closing = _CLOSING.search(text, match.end(), limit)
        words = text[match.end() : closing.start()] if closing else text[match.end() : limit] + "…"
        yield Fact(NoticeKind.QUOTATION_MARKS, Span(*match.span()), words, "mark")
