"""Do two texts that are close say opposite things, or speak of other numbers or times? No Django in here.

Read off the words alone: negations, a small list of words that are each other's opposites, numbers and years. Only
where the rest of the words are nearly the same does a difference in these mean anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from articles.comparing.wording import Fact, NoticeKind, facts
from articles.matching.features import FRAME
from articles.matching.reading import Reading, read
from articles.matching.words import MARK, is_year, stem, stems

# Shares of the words, by their rarity, that have to be common: of the claim, and of the sentence that is beside it.
_OF_CLAIM, _OF_SENTENCE = 0.7, 0.5
# Where the one holds so much of the other, which then says more or less than it, a denial leaves it in doubt.
_HELD = 0.8
# Of a text, so many sentences are looked at: a claim is in one of them.
_SENTENCES = 12
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\s*[\n;]\s*")
# Left to right and right to left: a word of the one side against one of the other turns what is said around.
_AGAINST = (
    (
        "increase rise rose grow grew gain climb up higher more soar surge raise raised expand",
        "decrease fall fell drop decline shrink shrank sink sank down lower less fewer plunge cut reduce",
    ),
    ("legal lawful allowed permitted", "illegal unlawful banned forbidden prohibited"),
    ("allow permit", "ban forbid prohibit prevent"),
    ("guilty convicted", "innocent acquitted"),
    ("true real authentic genuine", "false fake fabricated untrue hoax"),
    ("safe harmless", "dangerous unsafe harmful"),
    ("support back favour favor", "oppose"),
    ("approve accept", "reject refuse"),
    ("win won victory", "lose lost defeat"),
    ("alive", "dead died"),
    ("open opened", "close closed shut"),
    ("hire hired", "fire fired dismissed"),
    ("before", "after"),
    ("majority", "minority"),
    ("maximum", "minimum"),
    ("always", "never"),
    ("with", "without"),
    ("possible", "impossible"),
    ("succeed succeeded", "fail failed"),
    ("remember remembered", "forget forgot"),
    ("enter entered join joined", "leave left"),
    ("start started begin began", "end ended stop stopped"),
    ("strengthen", "weaken"),
    ("hot hotter", "cold colder"),
    ("early earlier", "late later"),
    ("best", "worst"),
    ("better", "worse"),
)  # fmt: skip
_SIDES: dict[str, tuple[int, int]] = {
    one: (pair, side)
    for pair, sides in reversed(list(enumerate(_AGAINST)))
    for side, words in enumerate(sides)
    for one in stems(words)
}
# What denies by itself where nothing else stands against it. The rest of the list above has an own opposite.
_OWN_OPPOSITE = frozenset({"reject", "refuse", "fail", "without", "false", "untrue", "never"})
# “Not only” denies nothing; “neither … nor” denies once.
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely)\b", re.IGNORECASE)
# “400k” and “$2m” as the reader of numbers knows them.
_SHORT_SCALE = re.compile(r"(?<=\d)\s?(k|mn?)\b", re.IGNORECASE)
# Numbers are the same where one is the other rounded: to as few digits as it has, or this close.
_CLOSE = 0.02


@dataclass(frozen=True, slots=True)
class Clash:
    """How two close texts differ: whether they say opposite things, or just speak of other `numbers` or `years`.

    Each is (words of the text, words of the claim); `negation` has the words that turn the one against the other.
    `denial` has such words where one text holds the other and more: that is no opposite, and not the same either.
    """

    negation: tuple[str, ...] = ()
    numbers: tuple[tuple[str, str], ...] = ()
    years: tuple[tuple[str, str], ...] = ()
    denial: tuple[str, ...] = ()

    @property
    def is_opposite(self) -> bool:
        return bool(self.negation or self.numbers)

    def __bool__(self) -> bool:
        return bool(self.negation or self.numbers or self.years or self.denial)


def clash(text: str, claims: Sequence[Reading]) -> Clash:
    """Return how a text and a claim, given by its wordings, clash; an empty Clash where they do not, or are not close.

    A claim is said one way in all its wordings: where one of them is met without a clash, there is none.
    """
    sentences = [read(one) for one in sentences_of(text)]
    met: Clash | None = None
    held: list[tuple[str, ...]] = []
    for claim in claims:
        closest = max(((_close(one, claim), at) for at, one in enumerate(sentences)), default=(0.0, 0))
        if not closest[0]:
            most = max(((max(shares(one, claim)), at) for at, one in enumerate(sentences)), default=(0.0, 0))
            if most[0] >= _HELD:
                held.append(_between(sentences[most[1]], claim).negation)
            continue
        found = _between(sentences[closest[1]], claim)
        if not found:
            return found
        met = met or found
    return met or Clash(denial=held[0] if held and all(held) else ())


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text that are looked at; the text itself where it is one."""
    return [one for one in _SENTENCE.split(text, maxsplit=_SENTENCES) if one.strip()][:_SENTENCES]


def _close(one: Reading, other: Reading) -> float:
    """Return how close two texts are in the words that can not clash, 0 where they are too far apart for a clash."""
    of_claim, of_sentence = shares(one, other)
    return of_claim * of_sentence if of_claim >= _OF_CLAIM and of_sentence >= _OF_SENTENCE else 0.0


def shares(one: Reading, other: Reading) -> tuple[float, float]:
    """Return the shares that the words common to a text and a claim are of the claim, and of the text; 0 to 1 each.

    By how rare the words are; numbers, negations and what claims are framed with do not count.
    """
    mine, theirs = _content(one), _content(other)
    common = sum(rare for key, rare in theirs.items() if key in mine)
    return common / (sum(theirs.values()) or 1e-9), common / (sum(mine.values()) or 1e-9)


def _content(text: Reading) -> dict[object, float]:
    """Return the words of a text but for numbers, negations and frames; opposites as one."""
    return {
        _SIDES[one][0] if one in _SIDES else one: rare
        for one, rare in text.rarity.items()
        if one[0] != MARK and one not in _DENIALS and (one in _SIDES or one not in FRAME)
    }


_DENIALS = frozenset(
    stems(
        "not no never none nobody nothing neither nor cannot don't doesn't didn't isn't aren't wasn't weren't won't "
        "wouldn't can't couldn't hasn't haven't hadn't shouldn't deny denies denied false untrue without"
    )
)


def _between(text: Reading, claim: Reading) -> Clash:
    said, claimed = (_SHORT_SCALE.sub(_spelled, one.text) for one in (text, claim))
    mine, theirs = facts(said), facts(claimed)
    denials = [_denials(said, mine), _denials(claimed, theirs)]
    turned = _turned(text.rarity, claim.rarity)
    negation: tuple[str, ...] = ()
    if (len(denials[0]) + len(denials[1]) + len(turned)) % 2:
        negation = tuple(
            dict.fromkeys([*denials[0], *denials[1], *(word for pair in turned for word in pair)])
        )
    return Clash(negation, _apart(_values(mine), _values(theirs)), _years(text, claim))


def _spelled(scale: re.Match[str]) -> str:
    return " thousand" if scale[1].lower() == "k" else " million"


def _denials(text: str, found: Iterable[Fact]) -> list[str]:
    """Return the words that deny something, each denial once."""
    kept = _NOT_ONLY.sub(lambda match: "x" * len(match.group()), text)
    words = [
        fact
        for fact in found
        if fact.kind is NoticeKind.NEGATION
        and stem(fact.words) not in _SIDES
        and fact.span.of(kept) == fact.words
    ]
    neither = any(fact.key == "neither" for fact in words)
    return [fact.words for fact in words if not (neither and fact.key == "nor")]


def _turned(mine: Iterable[str], theirs: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs of opposites that stand one in either text; what both texts have turns nothing."""
    found: list[tuple[str, str]] = []
    first: dict[int, dict[int, str]] = {}
    second: dict[int, dict[int, str]] = {}
    mine, theirs = set(mine), set(theirs)
    for words, sides in ((mine, first), (theirs, second)):
        for word in sorted(words):
            if word in _SIDES:
                pair, side = _SIDES[word]
                sides.setdefault(pair, {})[side] = word
    for pair in first.keys() & second.keys():
        if len(first[pair]) == len(second[pair]) == 1:
            (side, word), (other, against) = next(iter(first[pair].items())), next(iter(second[pair].items()))
            if side != other:
                found.append((word, against))
    # “False”, “without” and the like deny where the other text has nothing against them.
    for own, sides in ((first, second), (second, first)):
        for pair, one in own.items():
            denial = one.get(1, "")
            if len(one) == 1 and pair not in sides and denial in _OWN_DENIALS:
                found.append((denial, denial))
    return found


_OWN_DENIALS = frozenset(stem(word) for word in _OWN_OPPOSITE)


def _values(found: Iterable[Fact]) -> dict[str, str]:
    """Return number → its words; years and ordinals are none."""
    return {
        fact.key: fact.words.strip()
        for fact in found
        if fact.kind is NoticeKind.NUMBER and _value(fact.key) is not None and not is_year(MARK + fact.words)
    }


def _value(key: str) -> float | None:
    try:
        value = float(key.strip("$€£¥%").removesuffix("percentagepoint"))
    except ValueError:
        return None
    return value if value < 1e15 else None


def _unit(key: str) -> str:
    return "%" if key.endswith(("%", "percentagepoint")) else key[0] if key[0] in "$€£¥" else ""


def _apart(mine: dict[str, str], theirs: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Return the numbers that stand against each other: of one unit, and neither is the other one rounded.

    Only where each text has as many left of that unit: one number more than the other may just be more detail.
    """
    left = [one for one in mine if not any(_same(one, other) for other in theirs)]
    right = [one for one in theirs if not any(_same(one, other) for other in mine)]
    pairs: list[tuple[str, str]] = []
    for unit in dict.fromkeys(map(_unit, left)):
        some, others = (
            [one for one in left if _unit(one) == unit],
            [one for one in right if _unit(one) == unit],
        )
        if len(some) == len(others):
            pairs += [(mine[one], theirs[other]) for one, other in zip(some, others, strict=True)]
    return tuple(pairs)


def _same(one: str, other: str) -> bool:
    units = {_unit(one), _unit(other)}
    first, second = _value(one), _value(other)
    if len(units - {""}) > 1 or first is None or second is None:
        return False
    if first == second:
        return True
    return (
        abs(first - second) <= _CLOSE * max(abs(first), abs(second))
        or _rounds(first, second)
        or _rounds(second, first)
    )


def _rounds(exact: float, round_: float) -> bool:
    """Is a large number the other one, rounded to as many digits as it has?"""
    if round_ < 10:
        return False
    digits = len(f"{round_:.0f}".rstrip("0"))
    return f"{exact:.{digits - 1}e}" == f"{round_:.{digits - 1}e}"


def _years(text: Reading, claim: Reading) -> tuple[tuple[str, str], ...]:
    mine, theirs = text.years - claim.years, claim.years - text.years
    if not mine or not theirs or text.years & claim.years:
        return ()
    return ((" ".join(sorted(one[1:] for one in mine)), " ".join(sorted(one[1:] for one in theirs))),)
