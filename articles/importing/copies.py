"""Near-copies: the same article with other quotation marks, lost captions, another header, a paragraph more.

`marks` are stored with each version of a text, so that the database finds the few texts worth comparing;
`likeness` compares two and decides. Both look only at the words, so that quotation marks, dashes, spacing, letter
case and line breaks make no difference. No Django in here.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

# A run of so many words that stands in two texts was hardly written twice.
_RUN = 6
#: The most marks that a text has.
MOST_MARKS = 128
# Marks fit a signed 64-bit column and are not negative.
_MODULUS = (1 << 61) - 1
_BASE = 0x1B2E_4F7A_93C5_D601 % _MODULUS
_SPREAD = 0x1F0D_3A5B_7C9E_2463 % _MODULUS
#: Where two texts share at least this much of the longer one, one is a near-copy of the other. Measured: see
#: tests/bench/importing/copies.py.
NEAR_COPY = 0.6
# From this share on a text is said to stand in another as a whole.
_WHOLE = 0.9
# Below this share, what two texts have in common is not worth naming.
_SOME = 0.1
# Lines of fewer words that end no sentence are captions, bylines and buttons, which copies lose first.
_SHORT_LINE = 4
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W_{_IDEOGRAPHS}]+")
_IMAGE_SLUG = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")
_SENTENCE_ENDS = tuple(".!?…:;,\"'”’»)")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts have in common, in words that stand in both in runs of some length, from 0 to 1.

    `shared` is the share of the longer text, `of_old` and `of_new` those of either. `sentence` says it for
    people.
    """

    shared: float
    of_old: float
    of_new: float
    is_near_copy: bool
    sentence: str


def marks(text: str) -> tuple[int, ...]:
    """Return up to 128 fingerprints of a text, in rising order: of all its runs of six words, those that are
    smallest as numbers.

    Each is from 0 to 2**61 - 2. Near-copies share most of them, wherever their lines break. A text of fewer than
    six words has none.
    """
    return tuple(heapq.nsmallest(MOST_MARKS, set(_runs(_words(text)))))


def likeness(old: str, new: str) -> Likeness:
    """Say how much two texts have in common, and whether one is a near-copy of the other."""
    old_words, new_words = _words(old), _words(new)
    if old_words == new_words:
        old_shared = new_shared = len(old_words)
    else:
        old_runs, new_runs = _runs(old_words), _runs(new_words)
        in_both = set(old_runs) & set(new_runs)
        old_shared, new_shared = _covered(old_runs, in_both), _covered(new_runs, in_both)
    # A text without any words has one here, so that nothing is divided by nought.
    old_size, new_size = max(len(old_words), 1), max(len(new_words), 1)
    shared = min(old_shared, new_shared) / max(old_size, new_size)
    of_old, of_new = old_shared / old_size, new_shared / new_size
    return Likeness(shared, of_old, of_new, shared >= NEAR_COPY, _sentence(shared, of_old, of_new))


def _sentence(shared: float, of_old: float, of_new: float) -> str:
    if shared >= NEAR_COPY:
        return f"One is a near-copy of the other: they share {_percent(shared)} of the longer text."
    for inner, outer, of_inner, of_outer in (("old", "new", of_old, of_new), ("new", "old", of_new, of_old)):
        if of_inner >= _WHOLE:
            return (
                f"Not a copy, but the {outer} text holds {_percent(of_inner)} of the {inner} one, which makes up "
                f"{_percent(of_outer)} of it: it may quote it whole."
            )
    if max(of_old, of_new) >= _SOME:
        return (
            f"Not a copy, but passages stand in both: {_percent(of_old)} of the old text, {_percent(of_new)} of "
            "the new."
        )
    return "Not a copy: the two have next to nothing in common."


def _percent(share: float) -> str:
    """Return a share in percent, rounded down: "100 %" is all of it."""
    return f"{int(100 * share)} %"


def _words(text: str) -> list[str]:
    """Return the words of the lines that are prose, folded so that other spellings of the same are alike; of a
    text without such lines all words, of one without words whatever it holds."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    prose: list[str] = []
    others: list[str] = []
    for line in map(str.strip, folded.split("\n")):
        if _IMAGE_SLUG.fullmatch(line):
            continue
        words = _WORD.findall(line)
        is_prose = len(words) >= _SHORT_LINE or line.endswith(_SENTENCE_ENDS)
        (prose if is_prose else others).extend(words)
    return prose or others or folded.split()


def _runs(words: Sequence[str]) -> list[int]:
    """Return a number for each run of six words: that which begins with the first word, the second and so on."""
    # A polynomial over the words, from which the word that leaves the run is taken off again.
    leaving = pow(_BASE, _RUN, _MODULUS)
    codes = [zlib.crc32(word.encode("utf-8", "surrogatepass")) + 1 for word in words]
    runs = []
    rolling = 0
    for at, code in enumerate(codes):
        rolling = (rolling * _BASE + code) % _MODULUS
        if at >= _RUN:
            rolling = (rolling - codes[at - _RUN] * leaving) % _MODULUS
        if at >= _RUN - 1:
            runs.append(rolling * _SPREAD % _MODULUS)
    return runs


def _covered(runs: Sequence[int], in_both: set[int]) -> int:
    """Return how many words lie in runs that both texts have."""
    covered = done = 0
    for at, run in enumerate(runs):
        if run in in_both:
            covered += at + _RUN - max(at, done)
            done = at + _RUN
    return covered
