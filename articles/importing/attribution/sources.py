"""Who says it: the stretches that may name the source of a cue. No Django in here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from articles.importing.attribution.cues import AUXILIARIES, EDGE, Cue
from articles.importing.attribution.tokens import NAME, NUMBER, Tokens, listed

PRONOUNS = listed("i he she they we you it who y'all everyone everybody nobody someone somebody anyone one")
_DETERMINERS = listed(
    "the a an his her their its our my your this that these those some several many most two three four five six "
    "dozens other one another no few both all each every former senior"
)
_PREPOSITIONS = listed("to by from of among in with for on")
_MARKS = listed(", ; : . ! ? ( ) [ ] \" ' — – - -- …")
_ENDING_CHUNK = (
    _MARKS
    | AUXILIARIES
    | listed(
        "who which that when where while as by in on at with from to and but or than after before because if about "
        "into over since until against whose '' ``"
    )
)
#: Not named, right before the cue, right after it, behind a "by" further on, earlier in the sentence.
WAYS = ("0", "L", "R", "B", "F")
_MARKS_BEFORE_CUE = frozenset([",", "—", "–", "-", "--", "("])
_NEVER_INSIDE = frozenset(['"', ";", ":", "!", "?"])
_HEARD, _PASSIVE = listed("told informed notified reassured"), listed("be been being is are was were")
# What joins a verb to an earlier one of the same speaker.
_JOINING = frozenset([",", "and", "but", "or", "then"])
_LINKS = frozenset({"by", "among", "from"})
_VERBS = AUXILIARIES - {"to", "not", "never", "'s", "being", "having", "am", "have", "do", "be"}
# In tokens: the longest source on either side, how far on a "by" may be, and how many sources apart from the cue.
_LONGEST_BEFORE, _LONGEST_BEHIND, _FURTHER_ON, _FAR = 20, 14, 12, 8


class Option(NamedTuple):
    """One possible answer: the tokens from `first` to before `after` (equal: no answer), and why.

    `own` are features of this option; `carried` those that it and all later options of its `way` bear.
    """

    way: str
    first: int
    after: int
    own: Sequence[str]
    carried: Sequence[str] = ()


def options(tokens: Tokens, cue: Cue) -> tuple[list[str], list[Option]]:
    """Return the features on which the way depends in which a source stands to its cue, and the options.

    The ways are those of WAYS.
    """
    words, classes, quoted = tokens.words, tokens.classes, tokens.quoted
    low, high, first, at = cue.low, cue.high, cue.first, cue.at
    word, kind = words[at], classes[at]
    end = first
    while end > low and words[end - 1] in _MARKS_BEFORE_CUE:
        end -= 1
    found = [Option("0", at, at, ())]
    found += _behind(tokens, cue)
    # "Residents were told": they hear it.
    if word not in _HEARD or words[max(low, at - 1)] not in _PASSIVE:
        found += _before(tokens, cue, end)
        found += _far(tokens, cue, end)
    before = classes[first - 1] if first > low else EDGE
    mark = before if end < first else "-"
    behind = words[cue.after] if cue.after < high else EDGE
    opens = "n" if behind in (NAME, NUMBER) or behind in _DETERMINERS else "-"
    ongoing = "g" if word.endswith("ing") else "-"
    bare = _bare(words, cue.after, high)
    group = words[first] if first < at else "-"
    after = classes[cue.after] if cue.after < high else EDGE
    later = classes[cue.after + 1] if cue.after + 1 < high else EDGE
    quote = "q" if end > low and quoted[end - 1] != quoted[at] else "-"
    inside = "i" if quoted[at] >= 0 else "-"
    shared = [
        "1",
        f"w {word}",
        f"k {kind}",
        f"B {before}",
        f"k,B {kind} {before}",
        f"g {group}",
        f"k,g {kind} {group}",
        f"w,A {word} {after}",
        f"A,L {after} {later}",
        f"w,q {word} {quote}{inside}",
        f"B,A {before} {after}",
        f"m,w,o {mark} {word} {opens}",
        f"m,k,o {mark} {kind} {opens}",
        f"m,o {mark} {opens}{ongoing}",
        f"m,o,b {mark} {opens}{ongoing}{bare}",
        f"m,o,b,k {mark} {opens}{bare} {kind}",
    ]
    if mark != "-" and opens == "n" and bare == "-" and ongoing == "-":
        # "…, said two people" or "Lomax, a baker, said the oven failed": is a sentence complete before the cue?
        shared.append(f"d {min((end - low) // 2, 8)}")
        shared += [f"v {kind}" for kind in set(classes[low:end])]
    return shared, found


def _before(tokens: Tokens, cue: Cue, end: int) -> Iterator[Option]:
    """Yield the options for a source right before the cue, the shortest first; each ends at `end`."""
    words, classes, quoted = tokens.words, tokens.classes, tokens.quoted
    low, here = cue.low, quoted[cue.at]
    comma = "," if end < cue.first else "-"
    # Inside of a quotation nobody outside of it is meant; outside, nobody inside.
    for start in range(end - 1, max(low, end - _LONGEST_BEFORE) - 1, -1):
        word = words[start]
        if quoted[start] != here or word in _NEVER_INSIDE:
            break
        kind = classes[start]
        if start > low:
            previous, previous_kind = words[start - 1], classes[start - 1]
        else:
            previous = previous_kind = EDGE
        size = min(end - start, 9)
        own = (
            f"Ls {word}",
            f"Lp {previous}",
            f"LP,S {previous_kind} {kind}",
            f"Ln {size}{comma}",
            f"Ln,S {size} {kind}",
        )
        yield Option("L", start, end, own, (f"Lin {comma}{kind}",))


def _behind(tokens: Tokens, cue: Cue) -> Iterator[Option]:
    """Yield the options for a source right behind the cue, and behind a "by" or "among" further on."""
    words, classes, quoted = tokens.words, tokens.classes, tokens.quoted
    high, here = cue.high, quoted[cue.at]
    start = cue.after
    if start < high and words[start] in _PREPOSITIONS:
        start += 1
    starts = [("R", start)]
    for place in range(cue.after + 1, min(high, cue.after + _FURTHER_ON)):
        if words[place] in _LINKS:
            starts.append(("B", place + 1))
            break
    for way, start in starts:
        for stop in range(start + 1, min(high, start + _LONGEST_BEHIND) + 1):
            last = classes[stop - 1]
            if quoted[stop - 1] != here or words[stop - 1] in _NEVER_INSIDE:
                break
            following, following_kind = (words[stop], classes[stop]) if stop < high else (EDGE, EDGE)
            size = min(stop - start, 9)
            own = (
                f"{way}f {following}",
                f"{way}E,F {last} {following_kind}",
                f"{way}E {last}",
                f"{way}n {size}",
                f"{way}n,S {size} {classes[start]}",
            )
            carried: tuple[str, ...] = (f"{way}in {last}",)
            if size == 1:
                carried += (f"{way}s {words[start]}", f"{way}t {words[start - 1]} {last}")
            yield Option(way, start, stop, own, carried)


def _far(tokens: Tokens, cue: Cue, end: int) -> Iterator[Option]:
    """Yield options for a source that stands earlier in the sentence, apart from the cue."""
    words, classes = tokens.words, tokens.classes
    chunks = _chunks(tokens, cue, end)
    if len(chunks) > _FAR:
        chunks = chunks[:2] + chunks[-(_FAR - 2) :]
    mark = words[cue.first - 1] if cue.first > cue.low else EDGE
    joining = mark if mark in _JOINING else "-"
    kind_of_cue = classes[cue.at]
    ongoing = "g" if words[cue.at].endswith("ing") else "-"
    for number, (start, stop) in enumerate(chunks):
        if words[start] == "who" and joining == "-":
            # "An official who asked for tea said": the official said it.
            continue
        kind, following = classes[start], classes[stop]
        previous = classes[start - 1] if start > cue.low else EDGE
        left = min(len(chunks) - number, 5)
        own = (
            f"Fs {words[start]}",
            f"Fs,j {words[start]} {joining}",
            f"FP {previous}",
            f"FF {following}",
            f"Fleft {left}",
            f"Fleft,m {left} {mark}",
            f"Ffrom,m {min(number, 3)} {mark}",
            f"Fm,F {mark} {_parting(following)} {ongoing}",
            f"Fm,F,k {mark} {_parting(following)} {kind_of_cue}",
            f"FP,S {previous} {kind}",
            f"FS,F {kind} {following}",
        )
        yield Option("F", start, stop, own)


def _bare(words: Sequence[str], start: int, high: int) -> str:
    """Return how what follows a cue up to a comma goes on: words for somebody have no verb of their own."""
    for place in range(start, min(high, start + _LONGEST_BEHIND)):
        word = words[place]
        if word in _VERBS:
            return "v"
        if word in (",", ".", "who", "?", "!", '"', ";"):
            return "-" if place > start else "0"
    return "~"


def _parting(kind: str) -> str:
    """Return whether the words for somebody are followed by what interrupts, or go on as a sentence does."""
    return "," if kind in (",", "(", "who", "—", "–", "--") else "."


def _chunks(tokens: Tokens, cue: Cue, end: int) -> list[tuple[int, int]]:
    """Return what looks like the words for somebody or something, from the sentence's beginning to `end`."""
    words, quoted = tokens.words, tokens.quoted
    here = quoted[cue.at]
    chunks = []
    at = cue.low
    while at < end:
        word = words[at]
        begins = word == NAME or word in PRONOUNS or word in _DETERMINERS
        if quoted[at] != here or not (begins or (at == cue.low and word not in _ENDING_CHUNK)):
            at += 1
            continue
        stop = at + 1
        while word not in PRONOUNS and stop < end and quoted[stop] == here:
            if words[stop] in _ENDING_CHUNK or words[stop] in PRONOUNS:
                break
            # Small words before a name belong to it, those behind a name do not.
            if words[stop - 1] == NAME and words[stop] != NAME and words[stop] not in ("of", "for", "'s"):
                break
            stop += 1
        if stop < end:
            chunks.append((at, stop))
        at = stop
    return chunks
