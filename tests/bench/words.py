"""The language of the bench: made-up words, used as unevenly as words are."""

from __future__ import annotations

import random
from itertools import accumulate

SEED = "factcheck bench 1"
WORDS = 50_000
# What stands at the head of English texts, and is so common that search leaves it out.
SMALL = (
    "the", "of", "and", "to", "in", "a", "is", "that", "for", "it", "was", "on", "are", "as", "with",
    "they", "be", "at", "this", "from", "have", "or", "by", "not", "but", "what", "all", "were", "when", "we",
)  # fmt: skip


class Words:
    """Sentences of made-up words, as often used as words are: the tenth a tenth as often as the first."""

    def __init__(self) -> None:
        draw = random.Random(f"{SEED} words")
        made: dict[str, None] = {}
        while len(made) < WORDS - len(SMALL):
            syllables = draw.choices(
                [a + b for a in "bdfgjklmnprstvwz" for b in "aeiou"], k=draw.randint(2, 4)
            )
            made["".join(syllables) + draw.choice(["", "", "n", "s", "r", "l"])] = None
        self.words = [*SMALL, *made]
        self.weights = list(accumulate(1 / rank for rank in range(2, WORDS + 2)))

    def sentence(self, draw: random.Random, least: int = 8, most: int = 18) -> str:
        some = draw.choices(self.words, cum_weights=self.weights, k=draw.randint(least, most))
        return f"{' '.join(some).capitalize()}."
