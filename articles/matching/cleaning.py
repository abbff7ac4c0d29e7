"""What a post says, without what its platform put around it. No Django in here."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

# Of one text; more than this no post has, and a claim is found by far less.
LONGEST = 10_000

_URL = re.compile(
    r"(?:https?://|www\.)\S+|\b(?:pic\.twitter\.com|t\.co|bit\.ly|youtu\.be)/\S+", re.IGNORECASE
)
_STUCK = re.compile(r"(?<=\w)(?=https?://|pic\.twitter\.com/)", re.IGNORECASE)
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
# “— Jane Roe (@janeroe) July 2, 2018”: how a quoted post ends.
_TRAILER = re.compile(
    rf"(?:[—–]|\s--?)\s?(?P<name>[^—–\n]{{0,80}}?)\s?\(@\w{{1,30}}\)\s*(?P<date>{_MONTH}\.?\s\d{{1,2}},?\s\d{{2,4}})?\s*$"
)
_HANDLE = re.compile(r"(?<!\w)@(\w{1,40})")
_HASHTAG = re.compile(r"#(\w{1,100})")
# Between the words of “ClimateChange2019” and of “NASAFacts”.
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])|_+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)
_OPENING = re.compile(r"^\s*RT @\w{1,40}:?\s")
# Controls, and what can be in no database: NUL and lone surrogates.
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Post:
    """What was said, by whom and when, as far as the text itself tells; `is_cut`: only its beginning was read."""

    said: str
    author: str = ""
    date: str = ""
    is_cut: bool = False


def cleaned(text: str) -> Post:
    """Return what a text says without addresses, accounts, entities and the line that names its author.

    Of hashtags the words stay: “#ClimateChange” is “Climate Change”. Never raises for any text.
    """
    is_cut = len(text) > LONGEST
    text = _ENTITY.sub(lambda found: html.unescape(found.group()), text[:LONGEST])
    text = _UNREADABLE.sub(
        lambda found: "" if found.group() in "\u200b\u200c\u200d\u2060\ufeff" else " ", text
    )
    text = _URL.sub(" ", _STUCK.sub(" ", text)).rstrip()
    # Looked for at the end only: over a long text the expression would be tried at every dash.
    tail = max(0, len(text) - 200)
    trailer = _TRAILER.search(text, tail)
    author = date = ""
    # Without a date, “— is closed (@all)” may be the end of a sentence.
    if trailer and (trailer["date"] or not trailer["name"][:1].islower()):
        author, date = trailer["name"].strip(), trailer["date"] or ""
        text = text[: trailer.start()]
    text = _OPENING.sub(" ", text)
    text = _HANDLE.sub(lambda found: _words(found[1]), text)
    text = _HASHTAG.sub(lambda found: _words(found[1]), text)
    return Post(" ".join(text.split()), author, date, is_cut)


def _words(tag: str) -> str:
    return " ".join(_SEAM.sub(" ", tag).split())
