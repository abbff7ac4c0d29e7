"""A paragraph as words and marks, each with its place, its sentence and its quotation. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from articles.importing.attribution.quotations import quotations
from articles.spans import Span


def listed(words: str) -> frozenset[str]:
    """Return the words of a list that is written as one string."""
    return frozenset(words.split())


# A full stop inside a sentence belongs to an abbreviation: the sentence would have ended otherwise.
_TOKEN = re.compile(
    r"(?:[^\W_]\.){2,}|[^\W_]+(?:[-.&/@][^\W_]+|['’](?!s\b)[^\W_]+)*(?:\.(?=\s\w))?|['’]s\b|\$\d[\d,.]*\d"
    r"|``|''|--+|\.\.+|\S"
)
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "})
# Behind these marks a capital begins a sentence.
_BEGINNING = frozenset({'"', "'", ":", "``", "(", "["})
_SUFFIXES = ("ing", "ed", "ly", "tion", "ment", "ers", "er", "ies", "es", "s")


# Words that are written with a capital wherever they stand and are nobody's name.
_CALENDAR = listed(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)
_PERSONAL = frozenset({"i", "i'm", "i've", "i'd", "i'll"})
_ALSO_ACRONYMS = frozenset({"who", "state", "party"})
NAME, NUMBER = "A", "9"
# In a headline most words begin with a capital, which then says nothing.
_HEADLINE_SHARE = 0.6
_HEADLINE_LENGTH = 5


class Tokens:
    """The words and marks of one paragraph.

    Lists of equal length, one item for each token: `starts` and `ends` are offsets in the text; `words` the
    token in small letters with straight marks, but NAME for a proper name and NUMBER for digits; `classes` its
    word class; `quoted` the index of the quotation it lies in, or -1; `sentence` the index of its sentence.
    `edges` are the sentences as (first token, token after the last); `spoken` the quotations likewise.
    """

    __slots__ = ("classes", "edges", "ends", "quoted", "sentence", "spoken", "starts", "text", "words")

    def __init__(
        self, text: str, paragraph: Span, sentences: Sequence[Span], lexicon: Mapping[str, str]
    ) -> None:
        self.text = text
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.words: list[str] = []
        self.classes: list[str] = []
        self.sentence: list[int] = []
        self.edges: list[tuple[int, int]] = []
        for number, (start, end) in enumerate(sentences):
            first = len(self.starts)
            matches = list(_TOKEN.finditer(text, start, end))
            self.starts += [match.start() for match in matches]
            self.ends += [match.end() for match in matches]
            self._name([match.group() for match in matches], lexicon)
            self.edges.append((first, first + len(matches)))
            self.sentence += [number] * len(matches)
        self.spoken: list[tuple[int, int]] = []
        self.quoted = [-1] * len(self.starts)
        token, size = 0, len(self.starts)
        for start, end in quotations(text, paragraph.start, paragraph.end):
            while token < size and self.starts[token] < start:
                token += 1
            first = token
            while token < size and self.starts[token] < end:
                self.quoted[token] = len(self.spoken)
                token += 1
            if token > first:
                self.spoken.append((first, token))

    def _name(self, forms: list[str], lexicon: Mapping[str, str]) -> None:
        """Append the words and classes of one sentence."""
        capitals = sum([form[0].isupper() for form in forms])
        headline = capitals >= _HEADLINE_LENGTH and capitals > _HEADLINE_SHARE * len(forms)
        begins = True
        for form in forms:
            word = form.lower()
            if not word.isascii():
                word = word.translate(_STRAIGHT)
            if word[-1] == "." and word[0] != "." and word.count(".") == 1:
                word = word[:-1]
            known = lexicon.get(word)
            head = form[0]
            if head.isupper():
                if word in _CALENDAR:
                    known = "T"
                elif word in _PERSONAL:
                    known = known or word
                elif known == word and len(form) > 2 and form.isupper() and word not in _ALSO_ACRONYMS:
                    # Shouted: they do NOT want to.
                    pass
                elif known is None or not (begins or headline):
                    word = known = NAME
            elif head.isdigit() or head == "$":
                word = known = NUMBER
            self.words.append(word)
            self.classes.append(known if known is not None else ending(word))
            begins = word in _BEGINNING

    def span(self, first: int, after: int) -> Span:
        """Return the stretch of the text from the token `first` to before the token `after`."""
        return Span(self.starts[first], self.ends[after - 1])


def ending(word: str) -> str:
    """Return the class of a word or mark the lexicon does not know: by its ending, a mark by itself."""
    if not word[0].isalpha():
        return word[:2]
    for suffix in _SUFFIXES:
        if word.endswith(suffix):
            return "~" + suffix
    return "~"
