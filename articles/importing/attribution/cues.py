"""Words that may say that somebody says something: "said", "according", "fears", a colon. No Django in here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from articles.importing.attribution.tokens import NAME, Tokens, listed

#: Verbs without a content of their own; they and adverbs stand between who says it and the cue.
AUXILIARIES = listed(
    "is are was were be been being am has have had having do does did will would can could may might must shall "
    "should 's 'd 'll 've isn't aren't wasn't weren't hasn't haven't hadn't don't doesn't didn't won't wouldn't "
    "can't cannot couldn't shouldn't not never to"
)
ADVERBS = listed(
    "also later then still already once again even just only now ever often always simply soon yet first long "
    "instead further once twice both all"
)
_LONGEST_GROUP = 5
#: Stands for the token before the first and after the last of a sentence.
EDGE = "^"


class Cue(NamedTuple):
    """A candidate: the token `at`, with its auxiliaries and adverbs from `first`, in the sentence from `low` to
    before `high`."""

    at: int
    first: int
    after: int
    low: int
    high: int


_PARTICLES = {"according": "to", "point": "out", "points": "out", "pointed": "out", "pointing": "out"}
_OF_SOURCES = frozenset({"all", "both", "even", "just"})
_DASHES = listed("— ― – - -- ~")
# Words that introduce nothing, wherever they stand.
_SMALL = (
    AUXILIARIES
    | ADVERBS
    | listed(
        "the a an his her their its our my your this that these those some several many most and or but nor so than as "
        "if while when where because since although though who whom whose which what how why whether in on at by with "
        "from for of to into over about after before during under i he she they we you it him them us me there here "
        "very more less such other another one two three so-called being having"
    )
)
# A cue looks no further than this many tokens to either side.
_REACH = 90
# What holds more candidates than this is no sentence.
_MOST = 60


def cues(tokens: Tokens, stems: Mapping[str, str]) -> Iterator[Cue]:
    """Yield the candidates of a paragraph, in order: words with a stem, and whatever may introduce a quotation or
    a "that"."""
    words = tokens.words
    # Most sentences hold neither, and are passed over at the cost of a look at each word.
    places = [at for at, word in enumerate(words) if word in stems]
    if tokens.spoken or "that" in words:
        known = set(places)
        places += [at for at in range(len(words)) if at not in known and _may_introduce(tokens, at)]
        places.sort()
    seen, sentence = 0, -1
    for at in places:
        seen = seen + 1 if tokens.sentence[at] == sentence else 1
        sentence = tokens.sentence[at]
        if seen > _MOST:
            continue
        low, high = tokens.edges[sentence]
        first = at
        floor = max(low, at - _LONGEST_GROUP)
        while first > floor and (
            words[first - 1] in AUXILIARIES or words[first - 1] in ADVERBS or words[first - 1].endswith("ly")
        ):
            first -= 1
        # "They both say": the word belongs to those who say it.
        while first < at and words[first] in _OF_SOURCES:
            first += 1
        after = at + 1
        if after < high and words[after] == _PARTICLES.get(words[at]):
            after += 1
        yield Cue(at, first, after, max(low, at - _REACH), min(high, at + _REACH))


def _may_introduce(tokens: Tokens, at: int) -> bool:
    """Does a word that is no known cue stand where cues do: next to a quotation, or before "that"?"""
    words, quoted = tokens.words, tokens.quoted
    low, high = tokens.edges[tokens.sentence[at]]
    word, here = words[at], quoted[at]
    if word in _DASHES:
        return at > low and here < 0 <= quoted[at - 1] and at + 1 < high and words[at + 1] == NAME
    if at + 1 < high and words[at + 1] == "that":
        return word.islower() and word not in _SMALL
    if here >= 0 or not word.islower() or word in _SMALL:
        return False
    if at + 1 < high and (
        quoted[at + 1] >= 0 or (at + 2 < high and quoted[at + 2] >= 0 and words[at + 1] in ",:")
    ):
        return True
    return at > low and (
        quoted[at - 1] >= 0
        or (at - 1 > low and quoted[at - 2] >= 0)
        or (at - 2 > low and quoted[at - 3] >= 0)
    )


def features(tokens: Tokens, cue: Cue, stems: Mapping[str, str]) -> list[str]:
    """Return what the decision whether a candidate is a cue rests on."""
    words, classes, quoted = tokens.words, tokens.classes, tokens.quoted
    at, first, low, high = cue.at, cue.first, cue.low, cue.high
    word, kind = words[at], classes[at]
    stem = stems.get(word, "?")
    if cue.after > at + 1:
        stem = f"{stem} {words[at + 1]}"
    before_kind = classes[first - 1] if first > low else EDGE
    earlier_kind = classes[first - 2] if first - 1 > low else EDGE
    near = words[at - 1] if at > low else EDGE
    group = words[first] if first < at else "-"
    after = words[at + 1] if at + 1 < high else EDGE
    after_kind = classes[at + 1] if at + 1 < high else EDGE
    later = words[at + 2] if at + 2 < high else EDGE
    found = [
        f"w {word}",
        f"m {stem}",
        f"k {kind}",
        f"n {near}",
        f"w,n {word} {near}",
        f"a {after}",
        f"w,a {word} {after}",
        f"m,A {stem} {after_kind}",
        f"E,B {earlier_kind} {before_kind}",
        f"l {later}",
        f"k,g {kind} {group}",
    ]
    if quoted[at] >= 0:
        found.append("inside")
        found.append(f"w,inside {word}")
    else:
        ahead = (at + 1 < high and quoted[at + 1] >= 0) or (at + 2 < high and quoted[at + 2] >= 0)
        behind = first > low and (quoted[first - 1] >= 0 or (first - 1 > low and quoted[first - 2] >= 0))
        if ahead or behind:
            beside = ("<" if behind else "") + (">" if ahead else "")
            found.append(f"q {beside}")
            found.append(f"k,q {kind}{beside}")
    return found
