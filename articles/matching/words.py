"""The words of a text as matching compares them: folded, stemmed, numbers by their value. No Django in here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

#: What a number begins with among the stems: “#2000000”.
MARK = "#"

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\W_]+")
_SCALES = {
    "hundred": 2, "thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "billion": 9, "bn": 9, "trillion": 12,
}  # fmt: skip
_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
# Not “one”: it mostly counts nothing.
_SPELLED = {word: str(value) for value, word in enumerate(_BELOW_TWENTY.split()) if value > 1} | {
    word: str(10 * value) for value, word in enumerate(_TENS.split(), 2)
}
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_MOST_DIGITS = 15
# A longer word is a word of no language, and its pieces would cost.
_LONGEST_WORD = 40
_VOWELS = frozenset("aeiouy")


def folded(word: str) -> str:
    """Return a word in lower case, without accents, its apostrophes straight."""
    word = word.lower()
    if word.isascii():
        return word
    parts = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return "".join(one for one in parts if not unicodedata.combining(one))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return what the forms of a word have in common: “Running”, “runs” → “run”. Lighter than Porter's rules."""
    word = folded(word[:_LONGEST_WORD])
    word = word.partition("'")[0] if word.endswith(("'s", "'")) else word.replace("'", "")
    if len(word) <= 3 or not word.isascii():
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ingly", "edly", "ing", "ed", "ly"):
        left = word[: -len(ending)]
        if word.endswith(ending) and len(left) >= 3 and not _VOWELS.isdisjoint(left):
            word = left
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def stems(text: str) -> list[str]:
    """Return the stems of a text in order; numbers as “#2000000”, whether written “2 million” or “2,000,000”."""
    words = _TOKEN.findall(text)
    found = [_single(word) for word in words]
    for at in range(len(found) - 1, 0, -1):
        if found[at - 1][:1] == MARK and words[at].lower() in _SCALES:
            # A number with a scale goes with its number: now and then one by one, as `placed` does for all.
            return [one for one, _, _ in placed(text)]
    return found


@lru_cache(maxsize=50_000)
def _single(word: str) -> str:
    """Return the stem of a word or number by itself."""
    if word[0].isdigit():
        return MARK + _plain(word)
    value = _SPELLED.get(word.lower())
    return stem(word) if value is None else MARK + value


def placed(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each stem with where its words begin and end in the text; “2 million” is one."""
    number: tuple[str, int, int] | None = None
    for match in _TOKEN.finditer(text):
        word = match.group()
        if number is not None:
            places = _SCALES.get(word.lower())
            if places is not None:
                number = (_scaled(number[0], places), number[1], match.end())
                continue
            yield number
            number = None
        one = _single(word)
        if one[:1] == MARK:
            number = (one, match.start(), match.end())
        else:
            yield one, match.start(), match.end()
    if number is not None:
        yield number


def is_year(one: str) -> bool:
    """Is a stem a number that looks like a year of our time?"""
    return len(one) == 5 and "#1900" <= one <= "#2100" and one[1:].isdecimal()


def _plain(digits: str) -> str:
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    if digits.count(".") == 1 and "," not in digits:
        digits = digits.rstrip("0").rstrip(".")
    return digits[:_LONGEST_WORD]


def _scaled(number: str, places: int) -> str:
    try:
        value = float(number[1:]) * 10**places
    except ValueError:
        return number
    return MARK + (f"{value:.0f}" if value < 10**_MOST_DIGITS else number[1:])


@lru_cache(maxsize=50_000)
def grams(word: str) -> frozenset[str]:
    """Return the runs of three to five characters in a stem with its edges marked."""
    edged = f" {word} "
    return frozenset(edged[at : at + size] for size in (3, 4, 5) for at in range(len(edged) - size + 1))
