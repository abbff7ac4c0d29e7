"""Why a claim was found for a text, in words of the two. No Django in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from articles.matching.features import FRAME, Asked
from articles.matching.opposites import Clash
from articles.matching.reading import TELLING, Reading, Wordings
from articles.matching.words import MARK, is_year, placed, stems

# How many words a reason names, and how many a phrase has at least.
_MOST, _PHRASE = 6, 4
_LONGEST = 160
# Every other text has these, though claims seldom do: that both have them says nothing.
_SMALL = frozenset(
    stems(
        "a about after again all also an and any are as at be because been before being both but by can could did do "
        "does each even ever every for from get go going got had has have he her here hers him his how i if in into is "
        "it its just like make many may me might more most much must my no nor not now of on only or other our out "
        "over own same say says said she should so some such than that the their them then there these they this those "
        "to too under up us very want was way we well were what when where which while who why will with would you your"
    )
)


class ReasonCode(StrEnum):
    """What a reason is about."""

    SHARED_PHRASE = "shared_phrase"
    SHARED_NAMES = "shared_names"
    SHARED_NUMBERS = "shared_numbers"
    SHARED_WORDS = "shared_words"
    SAME_AUTHOR = "same_author"
    DIFFERENT_NUMBER = "different_number"
    DIFFERENT_YEAR = "different_year"
    NEGATION = "negation"
    DENIAL = "denial"
    MEANING = "meaning"


_SENTENCES: Mapping[ReasonCode, str] = MappingProxyType(
    {
        ReasonCode.SHARED_PHRASE: "Both say {}.",
        ReasonCode.SHARED_NAMES: "Both name {}.",
        ReasonCode.SHARED_NUMBERS: "Both have the number {}.",
        ReasonCode.SHARED_WORDS: "Both have the words {}.",
        ReasonCode.SAME_AUTHOR: "The claim speaks of who wrote the text: {}.",
        ReasonCode.DIFFERENT_NUMBER: "The text says {}, the claim {}.",
        ReasonCode.DIFFERENT_YEAR: "The text speaks of {}, the claim of {}.",
        ReasonCode.NEGATION: "One says the opposite of the other: {}.",
        ReasonCode.DENIAL: "One of them denies something: {}.",
        ReasonCode.MEANING: "A language model finds the two close in meaning.",
    }
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `words` are the claim's own words; of a difference, first the text's and then the claim's.

    Of closeness in meaning there are none: no word says it.
    """

    code: ReasonCode
    words: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The reason as a sentence for people."""
        quoted = [f"“{one}”" for one in self.words]
        pattern = _SENTENCES[self.code]
        if pattern.count("{}") == 2:
            return pattern.format(*quoted[:2])
        return pattern.format(", ".join(quoted))


def reasons(asked: Asked, claim: Wordings, found: Clash) -> list[Reason]:
    """Return why a claim was found, what differs first; nothing where the two share no telling word."""
    made = [Reason(ReasonCode.DIFFERENT_NUMBER, pair) for pair in found.numbers]
    made += [Reason(ReasonCode.DIFFERENT_YEAR, pair) for pair in found.years]
    if found.negation:
        made.append(Reason(ReasonCode.NEGATION, found.negation))
    if found.denial:
        made.append(Reason(ReasonCode.DENIAL, found.denial))
    shown = _shown(claim)
    said = asked.said
    if run := _phrase(said, claim.each):
        made.append(Reason(ReasonCode.SHARED_PHRASE, (run,)))
    names = {one for wording in claim.each for one in wording.names}
    shared = sorted(
        (one for one in claim.all.rarity if one in said.rarity), key=lambda one: -claim.all.rarity[one]
    )

    def add(code: ReasonCode, some: Sequence[str]) -> None:
        if some:
            made.append(Reason(code, tuple(dict.fromkeys(shown[one] for one in some[:_MOST]))))

    add(
        ReasonCode.SHARED_NAMES, [one for one in shared if one in names and one not in FRAME and len(one) > 1]
    )
    add(ReasonCode.SHARED_NUMBERS, [one for one in shared if one[0] == MARK and not is_year(one)])
    telling = [
        one
        for one in shared
        if claim.all.rarity[one] > TELLING and one not in names and one not in _SMALL and one[0] != MARK
    ]
    add(ReasonCode.SHARED_WORDS, [one for one in telling if one not in FRAME] or telling)
    add(ReasonCode.SAME_AUTHOR, [one for one in asked.author.rarity if one in names])
    return made


def _shown(claim: Wordings) -> dict[str, str]:
    """Return stem → the words of the claim it stands for; of several, those of the last wording."""
    return {
        one: wording.text[start:end]
        for wording in claim.each
        for one, start, end in reversed(list(placed(wording.text)))
    }


def _phrase(said: Reading, wordings: Sequence[Reading]) -> str:
    """Return the longest run of words of a wording that stands in the text too, "" where none is long enough."""
    longest, best = 0, ""
    known = {said.tokens[at : at + _PHRASE] for at in range(len(said.tokens) - _PHRASE + 1)}
    for wording in wordings:
        places = list(placed(wording.text))
        tokens = wording.tokens
        at = 0
        while at + _PHRASE <= len(tokens):
            end = at
            # Runs of so many words that overlap make a longer one.
            while end + _PHRASE <= len(tokens) and tokens[end : end + _PHRASE] in known:
                end += 1
            if end > at and end - at + _PHRASE - 1 > longest:
                longest = end - at + _PHRASE - 1
                best = wording.text[places[at][1] : places[at + longest - 1][2]]
            at = max(end, at + 1)
    return best if len(best) <= _LONGEST else best[: _LONGEST - 1] + "…"
