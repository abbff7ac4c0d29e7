"""Finds who says what in an article. No Django in here.

Word by word: what may be a cue; is it one; who is its source; on which side of it lies the content, and where
does that begin and end. Each question is answered by a linear model over the words around. A quotation that is
left over is given to its likeliest speaker, since words in quotation marks are somebody's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from articles.importing.attribution import claimants, contents, stances
from articles.importing.attribution.attribution import Attribution
from articles.importing.attribution.cues import Cue, cues
from articles.importing.attribution.cues import features as cue_features
from articles.importing.attribution.model import Model, best, probability, shipped, total, totals
from articles.importing.attribution.sources import WAYS, Option
from articles.importing.attribution.sources import options as source_options
from articles.importing.attribution.tokens import NAME, Tokens, listed
from articles.spans import Span

# A candidate is a cue from here on; next to a quotation nobody else says, less is enough.
_ACCEPTED = 0.42
_CONSIDERED = 0.1
# Two attributions of so much of the same words are one.
_NEARLY_ALL = 0.7
# Quotations of fewer words without a cue are terms, titles and words held at arm's length.
_SAID_WORDS = 5
_OPENING_MARKS = frozenset({'"', "'", "``", "''"})
_CITING = frozenset({"citing", "quoting"})
# The longest name, in tokens, between "a claim by" and "that".
_LONGEST_AUTHOR = 9
_AUTHORS = frozenset({"by", "from"})
_OF_NOUNS = frozenset({"this", "a", "an", "another"})
_DASHES = listed("— ― – - -- ~")


@dataclass(slots=True)
class _Draft:
    """An attribution in tokens of its paragraph; `pieces` are the content as (first token, token after)."""

    cue: Cue | None
    likely: float
    source: tuple[int, int] | None
    pieces: list[tuple[int, int]]
    #: Whole quotations of later paragraphs that belong to it.
    beyond: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    """A paragraph and its attributions; `last` is the one whose words go on where the next paragraph quotes on."""

    tokens: Tokens
    drafts: list[_Draft]
    last: _Draft | None = None

    def goes_on(self) -> bool:
        """Does the paragraph end in a colon, or in a quotation that was not closed?"""
        words, spoken = self.tokens.words, self.tokens.spoken
        if not words or words[-1] == ":":
            return bool(words)
        return bool(spoken) and spoken[-1][1] == len(words) and words[-1] not in _OPENING_MARKS


def find(text: str, paragraphs: Sequence[Span], sentences: Sequence[Sequence[Span]]) -> list[Attribution]:
    """Return the attributions of an article, in the order of the text; sentences[i] are those of paragraphs[i]."""
    return find_with(shipped(), text, paragraphs, sentences)


def find_with(
    model: Model, text: str, paragraphs: Sequence[Span], sentences: Sequence[Sequence[Span]]
) -> list[Attribution]:
    """Return the attributions of an article that a given model finds; see `find`."""
    readings: list[_Reading] = []
    for paragraph, within in zip(paragraphs, sentences, strict=True):
        tokens = Tokens(text, paragraph, within, model.classes)
        readings.append(_reading(model, tokens, readings[-1] if readings else None))
    found = [_attribution(reading.tokens, draft) for reading in readings for draft in reading.drafts]
    return sorted(
        found, key=lambda attribution: min(attribution.content + attribution.cue + attribution.source)
    )


def _reading(model: Model, tokens: Tokens, before: _Reading | None) -> _Reading:
    """Return the attributions of a paragraph; a quotation of the paragraph before may go on in it."""
    drafts: list[_Draft] = []
    unlikely: list[tuple[float, Cue]] = []
    for cue in cues(tokens, model.stems):
        likely = probability(total(model.cue, cue_features(tokens, cue, model.stems)))
        authored = _authored(model, tokens, cue, likely)
        plain = _CONSIDERED <= likely < _ACCEPTED and _plain_cue(tokens, cue)
        if authored is not None:
            drafts.append(authored)
        elif likely >= _ACCEPTED or plain:
            draft = _draft(model, tokens, cue, likely)
            if draft is not None and (not plain or _plain(tokens, cue, draft)):
                drafts.append(draft)
        elif likely >= _CONSIDERED:
            unlikely.append((likely, cue))
    reading = _Reading(tokens, _apart(drafts))
    if tokens.spoken:
        _give_away_quotations(model, reading, unlikely, before)
    elif reading.drafts:
        reading.last = reading.drafts[-1]
    return reading


def _draft(model: Model, tokens: Tokens, cue: Cue, likely: float) -> _Draft | None:
    """Return the likeliest attribution of a cue, or None where there is nothing it could be about."""
    shared, options = source_options(tokens, cue)
    bases = dict(zip(WAYS, totals(model.ways, shared, len(WAYS)), strict=True))
    source = best(model.source, options, bases)
    left, right = contents.sides(tokens, cue, source)
    shape = _shape(model, tokens, cue, source, left, right)
    pieces: list[tuple[int, int]] = []
    if "L" in shape:
        start = best(model.left, contents.left_starts(tokens, cue, source, left, shape), {})
        pieces.append((start.first, start.after))
    if "R" in shape:
        starts = contents.right_starts(tokens, cue, source, right)
        if starts:
            begin = best(model.right, starts, {}).first
            end = best(model.end, contents.right_ends(tokens, cue, source, begin, shape), {})
            pieces.append((end.first, end.after))
    if not pieces:
        return None
    quotation = contents.extension(tokens, cue)
    if quotation is not None and pieces[-1][1] <= quotation[0]:
        features = contents.extension_features(tokens, cue, source, shape, pieces[-1][1], quotation)
        if total(model.extension, features) > 0:
            pieces.append(quotation)
    named = (source.first, source.after) if source.after > source.first else None
    return _turned(tokens, _Draft(cue, likely, named, pieces))


def _turned(tokens: Tokens, draft: _Draft) -> _Draft:
    """Return the draft turned round where what follows the cue is no statement but the words for its source.

    "…, citing a person close to the museum", "…, said two people briefed on the plan": they are the source of
    what stands before. Other drafts are returned as they are.
    """
    cue, (first, after) = draft.cue, draft.pieces[-1]
    if cue is None or first != cue.after or len(draft.pieces) > 1 or tokens.quoted[first] >= 0:
        return draft
    end = cue.first
    while end > cue.low and tokens.words[end - 1] in (",", "—", "–", "--"):
        end -= 1
    word, words = tokens.words[cue.at], tokens.span(first, after).of(tokens.text)
    if word in _CITING:
        turns = claimants.describe(words)[0] is not None
    else:
        turns = end < cue.first and stances.is_saying(word) and claimants.names_people(words)
    return _Draft(cue, draft.likely, (first, after), [(cue.low, end)]) if turns and end > cue.low else draft


def _authored(model: Model, tokens: Tokens, cue: Cue, likely: float) -> _Draft | None:
    """Return the draft of a noun whose form leaves no doubt: "a claim by the museum that …"; else None."""
    words, first = tokens.words, cue.after + 1
    if first >= cue.high or words[first - 1] not in _AUTHORS or not stances.is_noun(words[cue.at]):
        return None
    for that in range(first, min(cue.high - 1, first + _LONGEST_AUTHOR)):
        if words[that] in (",", ";", ":", '"'):
            return None
        if words[that] == "that" and that > first:
            source = Option("R", first, that, ())
            end = best(model.end, contents.right_ends(tokens, cue, source, that, "R"), {})
            return _Draft(cue, likely, (first, that), [(end.first, end.after)])
    return None


def _plain_cue(tokens: Tokens, cue: Cue) -> bool:
    """May form alone show an attribution: "the Herald's report that", "concerns among residents"?"""
    if cue.after >= cue.high or not _may_assert(tokens, cue):
        return False
    return tokens.words[cue.after] in ("that", "among")


def _plain(tokens: Tokens, cue: Cue, draft: _Draft) -> bool:
    """Does the draft of such a cue have a source, and the content where the form says?"""
    if draft.source is None:
        return False
    if tokens.words[cue.after] == "that":
        return draft.pieces[0][0] in (cue.after, cue.after + 1)
    return draft.source[0] == cue.after + 1


def _shape(model: Model, tokens: Tokens, cue: Cue, source: Option, left: int, right: int) -> str:
    """Return the side of the cue on which the content lies; "" where there are no words on either."""
    if left <= cue.low:
        return "R" if right < cue.high else ""
    if right >= cue.high:
        return "L"
    features = contents.shape_features(tokens, cue, source, left, right)
    sums = totals(model.shape, features, len(contents.SHAPES))
    return contents.SHAPES[sums.index(max(sums))]


def _apart(drafts: list[_Draft]) -> list[_Draft]:
    """Return the drafts without those that attribute nearly the same words as a likelier one beside them."""
    dropped: set[int] = set()
    near: list[tuple[int, int]] = []
    order = sorted(range(len(drafts)), key=lambda index: drafts[index].pieces[0])
    for index in order:
        draft = drafts[index]
        start = draft.pieces[0][0]
        # Only those that reach this far can share words with it.
        near = [(end, other) for end, other in near if end > start]
        for _, other in near:
            if _same_words(draft, drafts[other]):
                dropped.add(min(index, other, key=lambda number: drafts[number].likely))
        near.append((draft.pieces[-1][1], index))
    return [draft for index, draft in enumerate(drafts) if index not in dropped]


def _same_words(one: _Draft, other: _Draft) -> bool:
    shared = sum(
        max(0, min(after, stop) - max(first, start))
        for first, after in one.pieces
        for start, stop in other.pieces
    )
    union = sum(after - first for first, after in one.pieces + other.pieces) - shared
    # "The paper reported that she said": the one holds the other's cue, and both are meant.
    return shared > _NEARLY_ALL * union and not _holds(other, one.cue) and not _holds(one, other.cue)


def _holds(draft: _Draft, cue: Cue | None) -> bool:
    return cue is not None and any(first <= cue.at < after for first, after in draft.pieces)


def _give_away_quotations(
    model: Model, reading: _Reading, unlikely: Sequence[tuple[float, Cue]], before: _Reading | None
) -> None:
    """Add to a paragraph's drafts what attributes the quotations that none of them holds."""
    tokens, speakers = reading.tokens, _speakers(reading.tokens, reading.drafts)
    left = [
        index
        for index, (first, after) in enumerate(tokens.spoken)
        if index not in speakers
        and sum([word[0].isalnum() for word in tokens.words[first:after]]) >= _SAID_WORDS
    ]
    if left:
        near = {tokens.sentence[token] for index in left for token in _edges(tokens.spoken[index])}
        possible = [
            _draft(model, tokens, cue, likely)
            for likely, cue in sorted(unlikely, reverse=True)
            if tokens.sentence[cue.at] in near
        ]
        likeliest = _speakers(tokens, [draft for draft in possible if draft is not None])
    for index in left:
        first, after = tokens.spoken[index]
        previous = speakers.get(index - 1)
        if index in speakers:
            continue
        if index in likeliest:
            reading.drafts.append(likeliest[index])
            for held in _quotations_in(tokens, likeliest[index]):
                speakers.setdefault(held, likeliest[index])
        elif first == 0 and before is not None and before.goes_on() and before.last is not None:
            before.last.beyond.append(tokens.span(first, after))
            speakers[index] = before.last
        elif previous in reading.drafts and (
            tokens.sentence[tokens.spoken[index - 1][1] - 1] == tokens.sentence[first]
        ):
            # “One thing,” she said, “and another.”
            previous.pieces = sorted([*previous.pieces, (first, after)])
            speakers[index] = previous
        else:
            speakers[index] = _Draft(None, 0.0, _signature(tokens, after), [(first, after)])
            reading.drafts.append(speakers[index])
    reading.last = speakers.get(len(tokens.spoken) - 1)
    if tokens.words[-1] == ":" and reading.drafts:
        reading.last = max(reading.drafts, key=lambda draft: draft.cue.at if draft.cue is not None else -1)


def _speakers(tokens: Tokens, drafts: Sequence[_Draft]) -> dict[int, _Draft]:
    """Return the first of the drafts that holds each quotation, by the quotation's index."""
    found: dict[int, _Draft] = {}
    for draft in drafts:
        for index in _quotations_in(tokens, draft):
            found.setdefault(index, draft)
    return found


def _edges(quotation: tuple[int, int]) -> tuple[int, int]:
    """Return the first and the last token of a quotation."""
    return quotation[0], quotation[1] - 1


def _quotations_in(tokens: Tokens, draft: _Draft) -> list[int]:
    """Return the indexes of the quotations of which a draft holds at least half."""
    counts = Counter(tokens.quoted[token] for first, after in draft.pieces for token in range(first, after))
    return [
        index
        for index, count in counts.items()
        if index >= 0 and 2 * count >= tokens.spoken[index][1] - tokens.spoken[index][0]
    ]


def _signature(tokens: Tokens, after: int) -> tuple[int, int] | None:
    """Return the name behind a quotation and a dash that ends the paragraph: “Lovely.” — Ada Example"""
    words, size = tokens.words, len(tokens.words)
    if after >= size or words[after] not in _DASHES:
        return None
    stop = after + 1
    while stop < size and words[stop] == NAME:
        stop += 1
    return (after + 1, stop) if stop > after + 1 else None


def _attribution(tokens: Tokens, draft: _Draft) -> Attribution:
    text, cue = tokens.text, draft.cue
    if draft.beyond and tokens.words[-1] == ":" and not _quotations_in(tokens, draft):
        # "She wrote in a letter:" and then the letter, not "a letter", is what she wrote.
        draft.pieces = []
    here = tokens.quoted[cue.at] if cue is not None else -1
    verbatim = bool(draft.beyond) or (
        bool(tokens.spoken)
        and any(
            tokens.quoted[token] not in (-1, here)
            for first, after in draft.pieces
            for token in range(first, after)
        )
    )
    source: tuple[Span, ...] = ()
    kind, unnamed, asserts = None, False, False
    if draft.source is not None:
        first, after = draft.source
        while after > first + 1 and tokens.words[after - 1] in (",", ";", ":", "—", "–", "--"):
            after -= 1
        if (
            cue is not None
            and after == cue.at
            and tokens.words[first] in _OF_NOUNS
            and stances.is_noun(tokens.words[cue.at])
        ):
            # "This new Example Times report": the small words belong to the report.
            while tokens.words[first] != NAME and NAME in tokens.words[first:after]:
                first += 1
        source = (tokens.span(first, after),)
        kind, unnamed = claimants.describe(source[0].of(text))
        known = kind is not None or (cue is not None and stances.is_saying(tokens.words[cue.at]))
        asserts = _asserts(tokens, draft, stances.may_speak(tokens.words[first:after], known))
    return Attribution(
        content=tuple(tokens.span(*piece) for piece in draft.pieces) + tuple(draft.beyond),
        cue=(tokens.span(cue.first, cue.after),) if cue is not None else (),
        source=source,
        unnamed=unnamed,
        kind=kind,
        verbatim=verbatim,
        asserts=asserts,
    )


def _may_assert(tokens: Tokens, cue: Cue) -> bool:
    """May the cue say that its source holds something true? One may point out a mistake, or point to a door."""
    return cue.after > cue.at + 1 or stances.may_assert(tokens.words[cue.at])


def _asserts(tokens: Tokens, draft: _Draft, speaks: bool) -> bool:
    """Is the source of a draft, which can speak or not, said to hold the content true?"""
    if not speaks or draft.cue is None:
        return speaks
    words, cue = tokens.words, draft.cue
    if stances.denies(words[max(cue.low, cue.first - 1) : cue.after]):
        return False
    # Whoever is quoted says it, whatever the verb.
    here = tokens.quoted[cue.at]
    if draft.beyond or any(tokens.quoted[first] not in (-1, here) for first, _ in draft.pieces):
        return True
    first = draft.pieces[0][0]
    return _may_assert(tokens, cue) and not (words[first] == "to" and first > cue.at)
