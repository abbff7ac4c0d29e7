"""The part of a text that shows why it was found, cut into pieces: what was looked for, and what stands around it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
LENGTH = 240

Pieces = list[tuple[str, bool]]


def words(texts: Iterable[str]) -> set[str]:
    """Return the different words of these texts, as they stand there."""
    return {word for text in texts for word in WORD.findall(text)}


def alike(words: Iterable[str], looked_for: Iterable[str]) -> list[str]:
    """Leave out the words that no stemmer makes one of those looked for: none changes the first letter.

    A long text has thousands of words, and engines take their time over each. Letters beyond ASCII are folded by
    rules of theirs, and an apostrophe parts a word in two, so such words stay.
    """
    first = {word[0] for term in looked_for for word in WORD.findall(_folded(term))}
    if not first:
        return list(words)
    return [word for word in words if word[0].lower() in first or not word.isascii() or "'" in word]


def _folded(text: str) -> str:
    """Return a text in small letters, without accents."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def pieces(text: str, marked: set[str], length: int = LENGTH) -> Pieces:
    """Return about `length` characters of the text with most of the `marked` words in them, as (text, is marked).

    Joined, the pieces are a part of the text; where it was cut, they begin or end with an ellipsis.
    """
    found = list(_marked(text, marked))
    start, end = _window(text, found, length)
    cut: Pieces = [("… ", False)] if start else []
    at = start
    for one in found:
        if one.start() >= start and one.end() <= end:
            cut += [(text[at : one.start()], False), (one.group(), True)]
            at = one.end()
    cut.append((text[at:end], False))
    if end < len(text):
        cut.append((" …", False))
    return [piece for piece in cut if piece[0]]


def _marked(text: str, marked: set[str]) -> Iterator[re.Match[str]]:
    """Yield the marked words where they stand, without looking at every other word of a long text."""
    if not marked:
        return
    beginnings = re.compile("|".join(map(re.escape, sorted(marked))))
    for beginning in beginnings.finditer(text):
        at = beginning.start()
        if not _within_a_word(text, at):
            word = WORD.match(text, at)
            if word is not None and word.group() in marked:
                yield word


def _within_a_word(text: str, at: int) -> bool:
    """Does what stands here belong to the letters before, as in “Trump's” the s does?"""
    if at == 0:
        return False
    before = text[at - 2 : at - 1] if text[at - 1] in "'’" else text[at - 1]
    return WORD.match(before) is not None


def _window(text: str, found: list[re.Match[str]], length: int) -> tuple[int, int]:
    if len(text) <= length:
        return 0, len(text)
    best, first, most = 0, 0, 0
    for last, one in enumerate(found):
        while one.end() - found[first].start() > length:
            first += 1
        different = len({each.group().lower() for each in found[first : last + 1]})
        if different > most:
            best, most = found[first].start(), different
    start = max(0, best - length // 4)
    # Not in the middle of a word.
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = min(len(text), start + length)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + length // 2)
    return start, end
