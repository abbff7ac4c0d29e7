"""Links that lead to exact words on a page of somebody else's: text fragments, as browsers read them.

`https://example.org/page#:~:text=prefix-,start,end,-suffix`. The words are searched for as whole words, white space
being one space; `start` alone has to stand within one paragraph, `start,end` may span several. A page that no longer
says them opens at its top. No Django in here.
"""

from __future__ import annotations

import re
from urllib.parse import quote

# So many words beside a quotation tell one place of it from another, and so many of its own say where a long one
# begins and ends.
WORDS_BESIDE = 3
WORDS_AT_AN_END = 6
# What is longer is named by its beginning and its end: whole, it would have to stand there to the letter.
MOST_WORDS = 2 * WORDS_AT_AN_END
MOST_CHARACTERS = 120
DIRECTIVE = ":~:"


def link_to_words(address: str, exact: str, before: str = "", after: str = "") -> str:
    """Return the address of these words on that page, or nothing for an address no browser opens, or no words.

    `before` and `after` are what stands beside them in the same text; leave them out where readers may not see it.
    """
    if not address.lower().startswith(("https://", "http://")):
        return ""
    fragment = text_fragment(exact, before, after)
    if not fragment:
        return ""
    page, hashed, anchor = address.partition("#")
    # Another directive would be a second place to go to.
    anchor = anchor.partition(DIRECTIVE)[0]
    return f"{page}#{anchor if hashed else ''}{DIRECTIVE}{fragment}"


def text_fragment(exact: str, before: str = "", after: str = "") -> str:
    """Return `text=prefix-,start,end,-suffix` for these words; nothing where there are none."""
    lines = [line for line in exact.splitlines() if line.strip()]
    if not lines:
        return ""
    parts = []
    beside = _last_words(before)
    if beside:
        parts.append(f"{_encoded(beside)}-")
    if len(lines) == 1 and len(lines[0].split()) <= MOST_WORDS and len(lines[0]) <= MOST_CHARACTERS:
        parts.append(_encoded(" ".join(lines[0].split())))
    else:
        parts += [_encoded(_beginning(lines[0])), _encoded(_end(lines[-1]))]
    beside = _first_words(after)
    if beside:
        parts.append(f"-{_encoded(beside)}")
    return f"text={','.join(parts)}"


def _beginning(line: str) -> str:
    words = line.split()[:WORDS_AT_AN_END]
    return _fitting(" ".join(words), words[0], from_end=False)


def _end(line: str) -> str:
    words = line.split()[-WORDS_AT_AN_END:]
    return _fitting(" ".join(words), words[-1], from_end=True)


def _fitting(several: str, one: str, *, from_end: bool) -> str:
    """Return several words, or one where they are too long; where no spaces part words, some of its characters."""
    for words in (several, one):
        if len(words) <= MOST_CHARACTERS:
            return words
    return one[-MOST_CHARACTERS:] if from_end else one[:MOST_CHARACTERS]


def _last_words(before: str) -> str:
    """Return the last words of what stands before, of the same paragraph, and none that may have been cut."""
    line = re.split(r"[\n\r]", before)[-1]
    whole = len(line) < len(before)
    words = line.split()
    if words and not whole and not line[0].isspace():
        words = words[1:]
    return _short(words[-WORDS_BESIDE:])


def _first_words(after: str) -> str:
    line = re.split(r"[\n\r]", after)[0]
    whole = len(line) < len(after)
    words = line.split()
    if words and not whole and not line[-1].isspace():
        words = words[:-1]
    return _short(words[:WORDS_BESIDE])


def _short(words: list[str]) -> str:
    joined = " ".join(words)
    return joined if len(joined) <= MOST_CHARACTERS else ""


def _encoded(words: str) -> str:
    """Percent-encode all but letters and digits that need none: dash, comma and ampersand have a meaning here."""
    return quote(words, safe="").replace("-", "%2D")
