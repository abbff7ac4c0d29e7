"""What a text and a claim have in common, as numbers. No Django in here.

Each feature is computed from the two texts and from how rare words are in claims, so that it is the same on every
engine and in a record of any size. `quick` is cheap and looks at all candidates, `full` at the best of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from articles.matching.cleaning import Post
from articles.matching.reading import Reading, Wordings, read
from articles.matching.words import grams, stems

QUICK = ("bm25", "claim_covered", "least_covered", "rarest", "three_rarest", "author", "year", "length")
FULL = (
    "bm25", "least_covered", "rarest", "three_rarest", "author", "year", "length", "text_grams", "claim_grams",
    "text_alike", "claim_alike", "content_covered", "phrase", "names", "numbers",
)  # fmt: skip

# BM25's constants and how many words a claim has, as in `articles.search.ranking`.
_K1, _B, _USUAL = 1.2, 0.75, 30.0
# What claims about images, posts and rumours are framed with; the post itself seldom says it.
FRAME = frozenset(
    stems(
        "photograph photographs photo photos image images picture pictures video videos footage clip show shows "
        "depict viral meme real authentic genuine actual actually claim claimed rumor hoax fake false tweet "
        "tweeted post posted facebook twitter social media internet online did does do is was were are "
        "has have been this these reveal captured documents true recently"
    )
)
# Added to what a share is of: that all of a title of two words is in a text says little.
_FEW = 1.5
# A word counts as much like another's when they share more of their letters than this.
_ALIKE, _LESS = 0.5, 0.8
_RARE, _LONG = 0.45, 3
# A phrase is looked for in so many words, and at so many places of each: a word may stand there a thousand times.
_MOST_TOKENS, _MOST_PLACES = 400, 20


@dataclass
class Asked:
    """The text somebody asks about: what it says, and who said it when, where it tells."""

    post: Post

    @cached_property
    def said(self) -> Reading:
        return read(self.post.said)

    @cached_property
    def author(self) -> Reading:
        return read(self.post.author)

    @cached_property
    def whole(self) -> Reading:
        """What it says, and who says it."""
        return read(f"{self.post.said} {self.post.author}")

    @cached_property
    def date(self) -> Reading:
        return read(self.post.date)

    @cached_property
    def known(self) -> frozenset[str]:
        """All stems of the text, of who wrote it and of when."""
        return frozenset({*self.said.rarity, *self.author.rarity, *self.date.rarity})

    @cached_property
    def against_itself(self) -> float:
        return _bm25(self.said, self.said, list(self.said.rarity)) or 1e-9


def quick(asked: Asked, claim: Wordings) -> list[float]:
    """Return the values of QUICK, in that order."""
    said, whole, known = asked.said, claim.all, asked.known
    rarity = said.rarity
    shared = [one for one in whole.rarity if one in rarity]
    rarest = sorted((rarity[one] for one in shared), reverse=True)
    covered = [
        sum([rare for one, rare in wording.rarity.items() if one in known]) / (wording.total + _FEW)
        for wording in claim.each
    ]
    author = asked.author
    return [
        _bm25(said, whole, shared) / asked.against_itself,
        max(covered),
        min(covered),
        rarest[0] if rarest else 0.0,
        sum(rarest[:3]),
        sum([rare for one, rare in author.rarity.items() if one in whole.rarity]) / author.total,
        float(not asked.date.years.isdisjoint(whole.years)),
        math.log1p(len(whole.tokens)),
    ]


def full(asked: Asked, claim: Wordings, looked: list[float]) -> list[float]:
    """Return the values of FULL, in that order; `looked` is what `quick` returned."""
    said, known = asked.said, asked.known
    named = {one: claim.all.rarity.get(one, 0.0) for wording in claim.each for one in wording.names}
    content = 0.0
    for one in claim.each:
        own = [(stem, rare) for stem, rare in one.rarity.items() if stem not in FRAME]
        total = sum([rare for _, rare in own]) + _FEW
        content = max(content, sum([rare for stem, rare in own if stem in known]) / total)
    bm25, _claim_covered, *others = looked
    return [
        bm25,
        *others,
        len(said.grams & claim.all.grams) / (len(said.grams) or 1),
        max([len(said.grams & one.grams) / (len(one.grams) or 1) for one in claim.each]),
        _alike(said, claim.all),
        max([_alike(one, said, known) for one in claim.each]),
        content,
        math.log1p(max([phrase(said, one) for one in claim.each])),
        sum([rare for one, rare in named.items() if one in known]) / (sum(named.values()) or 1e-9)
        if named
        else 0.5,
        float(min(2, len(said.numbers & claim.all.numbers))),
    ]


def _bm25(said: Reading, claim: Reading, shared: list[str]) -> float:
    norm = _K1 * (1 - _B + _B * len(claim.tokens) / _USUAL)
    rarity, count = said.rarity, claim.tokens.count
    found = 0.0
    for one in shared:
        often = count(one)
        found += rarity[one] * (_K1 + 1) * often / (often + norm)
    return found


def _alike(one: Reading, other: Reading, known: frozenset[str] | None = None) -> float:
    """Return how much of a text is in another, words with some of the same letters counting in part."""
    words = other.rarity if known is None else known
    letters = other.grams
    found = 0.0
    for word, rare in one.rarity.items():
        if word in words:
            found += rare
        elif rare > _RARE and len(word) > _LONG:
            own = grams(word)
            share = len(own & letters) / len(own)
            if share > _ALIKE:
                found += rare * share * _LESS
    return found / (one.total + _FEW)


def phrase(one: Reading, other: Reading) -> float:
    """Return the weight of the heaviest run of words that stands in both texts."""
    places: dict[str, list[int]] = {}
    for at, token in enumerate(other.tokens):
        if token in one.rarity:
            found = places.setdefault(token, [])
            if len(found) < _MOST_PLACES:
                found.append(at)
    heaviest = 0.0
    before: dict[int, float] = {}
    for token in one.tokens[:_MOST_TOKENS]:
        here: dict[int, float] = {}
        for at in places.get(token, ()):
            here[at] = weight = before.get(at - 1, 0.0) + one.rarity[token]
            if weight > heaviest:
                heaviest = weight
        before = here
    return heaviest
