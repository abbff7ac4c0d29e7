"""What is said: the stretches that may be the content of a cue. No Django in here."""

from __future__ import annotations

from articles.importing.attribution.cues import AUXILIARIES, EDGE, Cue
from articles.importing.attribution.sources import Option
from articles.importing.attribution.tokens import Tokens, listed

#: Where the content may lie: right of the cue, left of it, on both sides.
SHAPES = ("R", "L", "LR")
_MARKS = frozenset([",", ";", ":", "—", "–", "-", "--", "(", ")", "…", "...", '"', "``", "''", ".", "!", "?"])
_TRAILING = frozenset([",", "—", "–", "-", "--", "(", ":", ";"])
_BREAKING = (
    _MARKS
    | AUXILIARIES
    | listed(
        "and but or that because while as who which when where if after before since although though whether in on at "
        "by with from for during about against among between despite until without amid following including"
    )
)
_BEGINNINGS = listed("that to whether how what why of for about")
# How many options are looked at, the likely ones first.
_STARTS_RIGHT, _STARTS_LEFT, _ENDS, _LAST_ENDS = 16, 14, 24, 6


def sides(tokens: Tokens, cue: Cue, source: Option) -> tuple[int, int]:
    """Return where the part left of cue and source ends and where that right of them begins."""
    left, right = cue.first, cue.after
    if source.after > source.first:
        if source.way == "L":
            left = source.first
        elif source.way == "R":
            right = source.after
    words = tokens.words
    while left > cue.low and words[left - 1] in _TRAILING:
        left -= 1
    while right < cue.high and words[right] in (",", ":", "—", "–", "--"):
        right += 1
    return left, right


def shape_features(tokens: Tokens, cue: Cue, source: Option, left: int, right: int) -> list[str]:
    """Return what the decision on which side the content lies rests on."""
    words, classes, quoted = tokens.words, tokens.classes, tokens.quoted
    word, kind = words[cue.at], classes[cue.at]
    way = source.way
    before = "q" if left > cue.low and words[left - 1] in ('"', "''", "'") else "-"
    mark = words[left] if left < cue.first and words[left] in _TRAILING else "-"
    after_kind = classes[right] if right < cue.high else EDGE
    gap = words[cue.after] if cue.after < cue.high else EDGE
    rest = min(cue.high - right, 6)
    lead = min(left - cue.low, 4)
    ahead = "q" if right < cue.high and quoted[right] >= 0 and quoted[right] != quoted[cue.at] else "-"
    start = classes[cue.low] if left > cue.low else EDGE
    group = words[cue.first] if cue.first < cue.at else "-"
    quote_start = "q" if quoted[cue.low] >= 0 and quoted[cue.low] != quoted[cue.at] else "-"
    later = "-"
    if tokens.spoken and ahead == "-":
        for place in range(right + 1, min(cue.high, right + 14)):
            if quoted[place] >= 0 and quoted[place] != quoted[place - 1] and quoted[place] != quoted[cue.at]:
                later = words[place - 1]
                break
    return [
        f"A {after_kind}",
        f"A,y {way}{after_kind}",
        f"G {gap}",
        f"Q {quote_start}{before}{ahead}",
        f"S {start}",
        f"d,r {lead} {rest}",
        f"d,y {lead}{way}",
        f"g {group}",
        f"g,y,A {group}{way}{after_kind}",
        f"k,y {kind}{way}",
        f"m {mark}",
        f"o,q {later}{before}{mark}",
        f"o,y {later}{way}",
        f"r {rest}",
        f"r,m,y,q {rest}{mark}{way}{before}",
        f"w {word}",
        f"w,A {word} {after_kind}",
        f"w,y {word}{way}",
    ]


def left_starts(tokens: Tokens, cue: Cue, source: Option, left: int, shape: str) -> list[Option]:
    """Return the options for where the part left of the cue begins; each goes to `left`."""
    words, classes, quoted = tokens.words, tokens.classes, tokens.quoted
    kind = classes[cue.at]
    closing = left > cue.low and words[left - 1] in ('"', "''", "'")
    spoken = quoted[left - 1]
    opening = tokens.spoken[spoken][0] if closing and spoken >= 0 else -1
    places = []
    for place in range(left - 1, cue.low - 1, -1):
        if place == cue.low or place == opening or left - place < 8 or words[place - 1] in _BREAKING:
            places.append(place)
            if len(places) >= _STARTS_LEFT:
                break
    if places and places[-1] != cue.low:
        places.append(cue.low)
    if 0 <= opening < cue.low:
        places.append(opening)
    found = []
    inside = str(int(closing))
    for place in places:
        previous = words[place - 1] if place > cue.low else EDGE
        previous_kind = classes[place - 1] if place > cue.low else EDGE
        at_low = "^" if place == cue.low else "-"
        if place == opening:
            at_low = "o"
        if opening >= 0 and place < opening:
            at_low += "<"
        size = min((left - place) // 2, 6)
        own = [
            f"e {at_low}{inside}",
            f"e,y {at_low}{inside}{source.way}{shape}",
            f"e,k {at_low}{inside} {kind}",
            f"e,w {at_low} {words[cue.at]}",
            f"s {words[place]}",
            f"p {previous}",
            f"p,S {previous} {classes[place]}",
            f"P,S {previous_kind} {classes[place]}",
            f"n,e {size}{at_low}{inside}",
            f"p,y {previous}{source.way}",
        ]
        found.append(Option("", place, left, own))
    return found


def right_starts(tokens: Tokens, cue: Cue, source: Option, right: int) -> list[Option]:
    """Return the options for where the part right of the cue begins."""
    words, classes, quoted = tokens.words, tokens.classes, tokens.quoted
    word, kind = words[cue.at], classes[cue.at]
    found = []
    high = min(_limit(tokens, cue), right + _STARTS_RIGHT)
    quotes = 0
    for place in range(right, high):
        skipped = place - right
        token = words[place]
        if token in (",", ".", ")") or (
            skipped > 6 and words[place - 1] not in _BREAKING and token not in _BREAKING
        ):
            continue
        opens = quoted[place] >= 0 and quoted[place] != quoted[place - 1]
        previous = words[place - 1]
        number = str(min(skipped, 6))
        own = [
            f"n {number}",
            f"n,w {number} {word}",
            f"n,k {number} {kind}",
            f"n,S {number} {classes[place]}",
            f"s {token}",
            f"p {previous}",
            f"s,k {token} {kind}",
            f"p,w {previous} {word}",
            f"P,S {classes[place - 1]} {classes[place]}",
            f"w,s {word} {token}",
        ]
        if opens:
            quotes += 1
            own.append(f"open {min(quotes, 3)}")
        carried = () if skipped == 0 else (f"in {classes[place - 1]}",)
        found.append(Option("", place, cue.high, own, carried))
    return found


def right_ends(tokens: Tokens, cue: Cue, source: Option, start: int, shape: str) -> list[Option]:
    """Return the options for where the part right of the cue ends that begins at `start`."""
    words, classes, quoted = tokens.words, tokens.classes, tokens.quoted
    word, here = words[cue.at], quoted[cue.at]
    limit = max(_limit(tokens, cue), start + 1)
    stop = limit
    while stop > start + 1 and words[stop - 1] == ".":
        stop -= 1
    opening = 0 <= quoted[start] != here
    closing = tokens.spoken[quoted[start]][1] if opening else -1
    # A quotation may go on in the next sentence.
    last = quoted[limit - 1]
    beyond = tokens.spoken[last][1] if 0 <= last != here and tokens.spoken[last][1] > limit else -1
    if opening:
        begin = "o"
    else:
        begin = words[start] if words[start] in _BEGINNINGS else classes[start]
    found = []
    commas, counted = 0, start
    for place in _ends(words, start, stop, closing, beyond):
        commas += words[counted:place].count(",")
        counted = place
        edge = "$" if place == stop else "+" if place == beyond else "-"
        if place == closing:
            edge += "c"
        elif opening and place > closing:
            edge += ">"
        elif place < limit and 0 <= quoted[place] == quoted[place - 1] != here:
            edge += "m"
        following = words[place] if place < limit else EDGE
        next_kind = classes[place + 1] if place + 1 < limit else EDGE
        length = place - start
        size = str(length if length < 4 else 4 + min((length - 4) // 4, 5))
        own = (
            f"e {edge}",
            f"e,w {edge} {word}",
            f"e,y {edge}{source.way}{shape}",
            f"f {following}",
            f"f,w {following} {word}",
            f"f,N {following} {next_kind}",
            f"L,f {classes[place - 1]} {following}",
            f"e,n {edge}{size}",
            f"b,n {begin} {size}",
            f"f,c {min(commas, 3)}{following}",
            f"e,c {min(commas, 3)}{edge}",
        )
        found.append(Option("", start, place, own))
    return found


def _ends(words: list[str], start: int, stop: int, closing: int, beyond: int) -> list[int]:
    """Return the tokens before which a part may end that begins at `start`, in order."""
    places = [
        place
        for place in range(start + 1, stop)
        if place == closing
        or (words[place] in _BREAKING and words[place - 1] not in _TRAILING and place > start + 1)
    ]
    if len(places) > _ENDS:
        places = places[: _ENDS - _LAST_ENDS] + places[-_LAST_ENDS:]
    places.append(stop)
    if beyond > stop:
        places.append(beyond)
    elif closing > stop:
        places.append(closing)
    return places


def _limit(tokens: Tokens, cue: Cue) -> int:
    """Return where the part right of a cue must end: with the sentence, or the quotation the cue stands in."""
    spoken = tokens.quoted[cue.at]
    return cue.high if spoken < 0 else min(cue.high, tokens.spoken[spoken][1] - 1)


def extension(tokens: Tokens, cue: Cue) -> tuple[int, int] | None:
    """Return the quotation that begins right behind the sentence of the cue, as tokens, or None."""
    high = cue.high
    if high >= len(tokens.words) or tokens.quoted[high] < 0:
        return None
    first, stop = tokens.spoken[tokens.quoted[high]]
    return (first, stop) if first == high else None


def extension_features(
    tokens: Tokens, cue: Cue, source: Option, shape: str, last: int, quotation: tuple[int, int]
) -> list[str]:
    """Return what the decision rests on whether the quotation behind the sentence is also said by the source.

    `last` is where the content in the sentence of the cue ends.
    """
    words, sentence, size = tokens.words, tokens.sentence, len(tokens.words)
    stop = quotation[1]
    ends = "q" if tokens.quoted[last - 1] >= 0 else "-"
    whole = "$" if stop == size or sentence[stop - 1] != sentence[stop] else "-"
    return [
        "1",
        f"y {shape}{source.way}{ends}",
        f"w {words[cue.at]}",
        f"f {words[stop] if stop < size else EDGE}",
        f"F {tokens.classes[stop] if stop < size else EDGE}",
        f"e {whole}",
        f"e,q {whole}{ends}{shape}",
        f"end,e {words[cue.high - 1]}{whole}",
    ]
