"""Lines that say who wrote a text. No Django in here."""

from __future__ import annotations

import re

from articles.importing.layout.daylines import first_date
from articles.importing.sentences.abbreviations import AFTER_HOURS, STARTERS

_LONGEST = 200
_MOST_WORDS = 22
_BY = re.compile(
    r"[*_(\[#]{0,3}(?:(?:Story|Article|Written|Reported|Report|Posted|Published|Words|Text|Analysis|Opinion|Column|"
    r"Commentary|Review|Interview|Essay|Guest post|Post|Submitted|Created|Co-authored|Authored)"
    r"(?: and (?:photos?|video|photographs|illustrations?))? )?(?:[Bb]y|BY):? "
    r"|[*_(\[#]{0,3}(?:Authors?|AUTHORS?|Byline|Writer|Reporter|Name): ?"
)
_ROLES = (
    r"(?:(?:[Ss]enior|[Ss]taff|[Ss]pecial|[Cc]hief|[Pp]olitical|[Nn]ational|[Mm]anaging|[Cc]ontributing|[Aa]ssociate|"
    r"[Ff]oreign|[Gg]uest|[Ww]hite House|[Ww]ashington|[Pp]olitics|[Bb]usiness|[Ss]cience|[Ss]ports) ){0,3}"
    r"(?:[Ww]riters?|[Rr]eporters?|[Cc]orrespondents?|[Ee]ditors?|[Cc]olumnists?|[Cc]ontributors?|[Jj]ournalists?)"
)
_NAME = r"(?:[A-Z][\w.’'-]{0,24}[ ,]{1,2}){1,4}"
_OTHERS = re.compile(
    rf"{_NAME}(?:[|–—-] )?(?:[A-Z][\w.]{{0,20}} ){{0,3}}{_ROLES}(?: (?:at|for) .{{1,40}})?\.?"
    rf"|{_NAME}(?:[|–—-] )(?:(?:The )?(?:Associated Press|AP|Reuters|AFP|USA TODAY|Bloomberg|UPI))\.?"
    r"|[(\[]?(?:Reporting|Additional reporting|Editing|Writing|Compiled|Edited|Produced)(?: and \w{1,12})? by "
    r"[A-Z].{1,180}"
    r"|.{1,160} contributed (?:to (?:this|the) (?:report|story|article|piece)|reporting)\b.{0,60}"
)
# What stands in small letters in a list of writers.
_SMALL_WORDS = (
    "and with of for the de da di del della van von der den la le al el bin ibn y e in at to via on & | / – — - · • "
    "staff writer writers reporter reporters correspondent correspondents editor editors contributor contributors "
    "columnist special our senior guest news service press as told political national chief bureau"
)
_SMALL = frozenset(_SMALL_WORDS.split())
_OFFICE = re.compile(
    r" ?[|•·(] ?| ?, ?(?:[Tt]he Associated|[Ff]or [Tt]he |US |USA |(?:[Ss]taff|[Ss]pecial to|[Ss]enior|[Cc]ontribut|"
    r"[Pp]olitical|[Nn]ational|[Cc]hief|[Rr]eporter|[Ee]ditor|[Cc]orrespondent|[Ww]riter|[Cc]olumnist)\w*)"
)
_SHORTENED = re.compile(r"(?:\b[A-Z]|\bJr|\bSr)\.\Z")
_TRIM = " \t\u00a0,;|/·•–—-*_)]#"


def is_byline(line: str) -> bool:
    """Does a line say nothing but who wrote the text?"""
    return len(line) <= _LONGEST and (_writers(line) is not None or _OTHERS.fullmatch(line) is not None)


def writers(line: str) -> tuple[int, int] | None:
    """Return where in a byline the names stand, without "By", dates and offices; None where none is named."""
    found = _writers(line) if len(line) <= _LONGEST else None
    if found is None:
        return None
    names = line[found:]
    office = _OFFICE.search(names)
    end = found + min(first_date(names), len(names) if office is None else office.start())
    while end > found and line[end - 1] in _TRIM:
        end -= 1
    if line[end - 1] == "." and _SHORTENED.search(line, found, end) is None:
        end -= 1
    return (found, end) if end > found else None


def _writers(line: str) -> int | None:
    """Return where the names begin in a line that consists of "By" and names; None for any other line."""
    by = _BY.match(line)
    if by is None:
        return None
    names = line[by.end() :]
    words = names[: first_date(names)].replace(",", " ").split()
    if not 1 <= len(words) <= _MOST_WORDS:
        return None
    first = words[0].rstrip(".:") or words[0]
    # "Post by @name" is what is left of an embedded post.
    if line.startswith("Post ") and first[0] == "@":
        return None
    if not (first[0].isupper() or first[0] == "@") or first in STARTERS - {"The"} or first in AFTER_HOURS:
        return None
    named = [word for word in words if word[0].isupper() or word[0] == "@"]
    rest = {word.strip(_TRIM + ".(").lower() for word in words if word not in named}
    if rest - _SMALL - {""} or (line.endswith((".", "!", "?", ":")) and len(named) < 2):
        return None
    return by.end()
