"""Cuts a block of text into sentences. No Django in here.

A full stop ends a sentence unless it belongs to an abbreviation, an initial, a number or an omission; what
follows it decides where the word before it does not. In doubt nothing is cut: a claim that is too long can be
narrowed by an editor, half a claim says something else.
"""

from __future__ import annotations

import re

from articles.importing.sentences.abbreviations import (
    AFTER_HOURS,
    BEFORE_NUMBERS,
    EXCLAIMED,
    LETTERED,
    MAYBE_LAST,
    NEVER_LAST,
    REPORTING,
    STARTERS,
)
from articles.spans import Span

# Marks of scripts that put no space after them, and marks of scripts that have no capitals.
_CUTS = "。！？｡।॥።။៕۔؟"
_STOPS = ".!?…‼⁇⁈⁉‽"
_QUOTES = "\"'”’»“›」』"
_CLOSERS = _QUOTES + ")]}*_¹²³"
_UNCUT = frozenset(_STOPS + _CUTS + _CLOSERS + ",，、")
# A run of stops and what closes behind it, footnote numbers included. Nothing in it is optional at the end, so
# that it never has to be tried twice: a text of nothing but full stops is read once.
_STOP = re.compile(
    rf"(?:[{_STOPS}{_CUTS}]+(?:[{re.escape(_CLOSERS)}]|\[\d{{1,3}}\])*)+(?:[^\S\n][”\"»)\]](?=\s|\Z))?"
    r"|\n[^\S\n]*\n"
)
_SEEN = re.compile(r"\S")
_OPENERS = "\"'“”‘’«‹„([{「『*_¿¡`"
_WORD = re.compile(r"\w[\w’'\-]{0,30}\.?")
_EMOJI = re.compile(r"(?:[^\S\n]*[\u2600-\u27bf\u2b50\ufe0f\u200d\U0001f000-\U0001faff])+")
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_SPOKEN = re.compile(r"(?:(?:[A-Z][\w.’'-]{0,24}|I)[^\S\n]){1,4}([a-z]{2,12})\b")
_LISTED = re.compile(r"[(\[]?(?:\d{1,3}|[ivx]{1,4})")
# Of the word before a full stop so much is looked at; what is longer is no abbreviation.
_LOOK_BACK = 24
_DASHES = "–—-―"


def split(text: str, start: int, end: int) -> list[Span]:
    """Return the sentences of text[start:end], one block, in order.

    Each character of the block that is no white space lies in exactly one of them; none begins or ends with
    white space. A blank line ends a sentence, a single line break does not.
    """
    spans: list[Span] = []
    seen = _SEEN.search(text, start, end)
    if seen is None:
        return spans
    begin = seen.start()
    for match in _STOP.finditer(text, begin, end):
        stop = match.end()
        if stop <= begin:
            continue
        seen = _SEEN.search(text, stop, end)
        if seen is None:
            break
        following = seen.start()
        if text[match.start()] == "\n":
            spans.append(Span(begin, match.start()))
        elif _ends(text, begin, match.start(), stop, following, end):
            emoji = _EMOJI.match(text, stop, end) if text[following] > "\u2000" else None
            if emoji is not None:
                stop = emoji.end()
                seen = _SEEN.search(text, stop, end)
                if seen is None:
                    break
                following = seen.start()
            spans.append(Span(begin, stop))
        else:
            continue
        begin = following
    last = Span(begin, begin + len(text[begin:end].rstrip()))
    spans.append(last)
    # A blank line is cut off before it is known how much white space stands in front of it.
    return [Span(span.start, span.start + len(span.of(text).rstrip())) for span in spans]


def _ends(text: str, begin: int, mark: int, stop: int, following: int, end: int) -> bool:
    """Does the sentence from `begin` end with the marks text[mark:stop], where `following` is what comes next?"""
    marks = text[mark:stop]
    if following == stop:
        return _ends_without_space(text, begin, mark, marks, following, end)
    if marks[0] in _CUTS:
        return True
    opened = following
    while opened < end and opened < following + 6 and text[opened] in _OPENERS:
        opened += 1
    word = _WORD.match(text, opened, end)
    if word is None:
        return _ends_before_sign(text, mark, marks, following, opened, end)
    first = text[opened]
    quoted = any(mark in _QUOTES for mark in marks)
    if first.islower():
        # A brand such as iPhone begins a sentence; other small letters go on with one.
        return word.group()[1:2].isupper() and not quoted
    after = word.group()
    if marks[0] != ".":
        return _ends_on_call(text, begin, mark, marks, following, after, quoted, end)
    if marks[:2] == "..":
        return _ends_on_omission(text, mark, marks, following, after, quoted, end)
    if marks[1:2] in ("!", "?", "…"):
        return True
    return _ends_on_word(_word_before(text, begin, mark), text, begin, mark, after, quoted)


def _ends_without_space(text: str, begin: int, mark: int, marks: str, following: int, end: int) -> bool:
    """Decide where no white space follows: as some scripts have it, or as a page lost it ("so.The next")."""
    if marks[-1] in _CUTS:
        return text[following] not in _UNCUT
    if marks[0] not in ".?!" or not text[following].isupper():
        return False
    after = _WORD.match(text, following, end)
    lost = after is not None and after.group() in STARTERS and text[after.end() : after.end() + 1].isspace()
    before = _word_before(text, begin, mark)
    return lost and len(before) > 2 and before.isalpha() and before.islower()


def _ends_before_sign(text: str, mark: int, marks: str, following: int, opened: int, end: int) -> bool:
    """Decide where what follows is neither word nor number."""
    sign = text[opened] if opened < end else text[following]
    if sign == "&" or sign in _STOPS or sign in ",;:)]}%":
        return False
    if sign in _DASHES:
        # “… at last.” — Jane Roe: the dash names the speaker.
        return not any(char in _QUOTES for char in marks) and marks != "..." and marks[0] != "…"
    if marks == "." and sign in "$£€¥#§":
        token = _word_before(text, max(0, mark - _LOOK_BACK), mark)
        return token not in NEVER_LAST and token not in BEFORE_NUMBERS and token not in MAYBE_LAST
    return True


def _ends_on_call(
    text: str, begin: int, mark: int, marks: str, following: int, after: str, quoted: bool, end: int
) -> bool:
    """Decide after `!`, `?` or `…`, where what follows has a capital, a number or no letter case."""
    if marks[0] == "…":
        return _ends_on_omission(text, mark, marks, following, after, quoted, end)
    if marks == "!" and _word_before(text, begin, mark) in EXCLAIMED:
        return after in STARTERS
    return not (quoted and _is_spoken(text, following, end))


def _ends_on_omission(
    text: str, mark: int, marks: str, following: int, after: str, quoted: bool, end: int
) -> bool:
    """Decide after `...` or `…`: standing alone they mark words left out, in front of a name as of a verb."""
    if quoted:
        return not _is_spoken(text, following, end)
    if mark == 0 or text[mark - 1].isspace():
        return after in STARTERS and after != "I"
    return True


def _ends_on_word(token: str, text: str, begin: int, mark: int, after: str, quoted: bool) -> bool:
    """Decide after one full stop, by the word before it and the word after it."""
    if not token or len(token) > 9:
        return True
    numbered = after[0].isdigit()
    if token in NEVER_LAST:
        return False
    if len(token) == 1 and token.isalpha() and token.isupper():
        before = _word_before(text, begin, mark - 1)
        if before.lower() in LETTERED:
            return True
        return not numbered and (after in STARTERS or quoted)
    if token in BEFORE_NUMBERS:
        return not numbered
    if _ACRONYM.fullmatch(token):
        if token.lower() in ("a.m", "p.m"):
            return not numbered and after.rstrip(".") not in AFTER_HOURS
        return not numbered and (after in STARTERS or quoted)
    if token in MAYBE_LAST:
        return not numbered and (after in STARTERS or quoted)
    # "1. Introduction": the number of an item, not the end of one.
    return not (_LISTED.fullmatch(token) and _begins(text, begin, mark - len(token)))


def _word_before(text: str, begin: int, at: int) -> str:
    """Return the word, dots inside it included, that ends at text[at], cut where it is longer than any here."""
    words = text[max(begin, at - _LOOK_BACK) : at].split()
    if not words:
        return ""
    word = words[-1].rpartition("/")[2].lstrip("([{“\"‘'«*_—–")
    return word.rpartition("-")[2] or word


def _begins(text: str, begin: int, at: int) -> bool:
    return not text[begin:at].strip("([ ") if at - begin < 4 else False


def _is_spoken(text: str, following: int, end: int) -> bool:
    """Is what follows a speaker and a verb of saying: “Really?” Jane Roe asked?"""
    match = _SPOKEN.match(text, following, end)
    return match is not None and match[1] in REPORTING and match.group().split()[0] not in STARTERS - {"I"}
