"""A text read once for all comparisons: its stems, how rare they are, its names and numbers. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

from articles.matching.weights import load
from articles.matching.words import MARK, grams, is_year, stems

# Of each wording of a claim, and how many wordings of one claim are compared.
LONGEST, MOST = 1_000, 6
# Rarer words than this carry a meaning of their own.
TELLING = 0.25
_CAPITAL = re.compile(r"(?<!\w)[A-Z][\w'’]*")
_BEGINS = re.compile(r"(?:^|[.!?:;“\"‘'(\n])\s*$")
# Where more words than this have capitals, as in titles, they say nothing.
_TITLE = 0.6


class Reading:
    """The words of one text. `rarity`: stem → 0 to 1; `total`: their sum."""

    def __init__(self, text: str, tokens: tuple[str, ...], rarity: Mapping[str, float]) -> None:
        self.text = text
        self.tokens = tokens
        self.rarity = rarity
        self.total = sum(rarity.values()) or 1e-9

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its numbers but for years."""
        return frozenset(one for one in self.rarity if one[0] == MARK and not is_year(one))

    @cached_property
    def years(self) -> frozenset[str]:
        return frozenset(one for one in self.rarity if one[0] == MARK and is_year(one))

    @cached_property
    def grams(self) -> frozenset[str]:
        """Runs of letters of its telling words."""
        return frozenset().union(*(grams(one) for one, rare in self.rarity.items() if rare > TELLING))

    @cached_property
    def names(self) -> frozenset[str]:
        """Stems of words with a capital that do not begin a sentence."""
        found = list(_CAPITAL.finditer(self.text))
        if len(found) > _TITLE * len(self.text.split()):
            return frozenset()
        inner = [one for one in found if not _BEGINS.search(self.text[max(0, one.start() - 3) : one.start()])]
        return frozenset(part for one in inner for part in stems(one.group()))


def read(text: str) -> Reading:
    """Return a text as it is compared."""
    weights = load()
    tokens = tuple(stems(text))
    return Reading(text, tokens, {one: weights.rarity.get(one, weights.unknown) for one in tokens})


class Wordings:
    """A claim: each of its wordings, and all of them together."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.each = [read(text) for text in texts] or [read("")]
        self.all = self.each[0]
        if len(self.each) > 1:
            self.all = Reading(
                "\n".join(one.text for one in self.each),
                tuple(token for one in self.each for token in one.tokens),
                {token: rare for one in self.each for token, rare in one.rarity.items()},
            )


@lru_cache(maxsize=4_096)
def wordings(texts: tuple[str, ...]) -> Wordings:
    """Return a claim as it is compared, given its wordings; what many ask for is read once."""
    some = dict.fromkeys(" ".join(text[:LONGEST].split()) for text in texts)
    return Wordings([text for text in some if text][:MOST])
