"""What somebody may have meant whose words are nowhere on record: words that are, and that look alike.

No list of all words is kept or read. Looked through are the titles of some documents with words that begin alike, and
those of the newest; so a suggestion is found in the same time in a record of any size, and now and then not found.
"""

from __future__ import annotations

from typing import Any

from articles.models import SearchDocument
from articles.models.recorded import at_desk
from articles.search.documents import DESK, KINDS
from articles.search.finding import Ask, find_each
from articles.search.index import engine
from articles.search.query import SHORTEST_PREFIX, Query, Term, parse
from articles.search.snippets import WORD

# Of a question so many words are looked at, none shorter or longer.
WORDS, SHORTEST, LONGEST = 6, 4, 40
# How many titles with words that begin alike, for each word, and how many of the newest.
ALIKE, NEWEST = 60, 600
# Of a title.
LOOKED_THROUGH = 500


def corrected(text: str, *, user: Any = None, using: str = "default") -> str:
    """Return the question with other words in the place of some; empty where no other one finds anything.

    Only what the viewer may find is ever suggested. One query for each word, one for titles, and those of `find_each`.
    """
    typed = [
        term.text
        for term in parse(text).terms
        if not term.is_prefix and SHORTEST <= len(term.text) <= LONGEST and WORD.fullmatch(term.text)
    ][:WORDS]
    if not typed:
        return ""
    known = _known(typed, user, using)
    meant = text
    for word in typed:
        if word.casefold() not in known:
            better = nearest(word.casefold(), known)
            meant = meant.replace(word, better) if better else meant
    if meant == text or not find_each([Ask(meant, limit=1)], user, using=using)[0].rows:
        return ""
    return meant


def _known(typed: list[str], user: Any, using: str) -> set[str]:
    """Return words of titles that the viewer may find, in small letters."""
    desk = at_desk(user)
    ids: set[int] = set()
    for beginning in dict.fromkeys(word[:SHORTEST_PREFIX].casefold() for word in typed):
        query = Query(groups=((Term(beginning, is_prefix=True),),))
        ids |= {document for document, _score in engine(using).rank(query, "all", KINDS, desk, ALIKE).found}
    documents = SearchDocument.objects.using(using)
    newest = documents.filter(pk__in=documents.order_by("-pk").values("pk")[:NEWEST])
    titles = newest.values_list("pk", "title").union(documents.filter(pk__in=ids).values_list("pk", "title"))
    return {
        word.casefold()
        for document, title in titles
        if desk or not document & DESK
        for word in WORD.findall(title[:LOOKED_THROUGH])
    }


def nearest(word: str, known: set[str]) -> str:
    """Return the known word that differs least: by one slip, or two where the word is long. Empty where none does."""
    most = 1 if len(word) < 7 else 2
    found = [
        (distance, other)
        for other in known
        if abs(len(other) - len(word)) <= most
        and len(other) >= SHORTEST
        and len(set(word) ^ set(other)) <= 2 * most
        and (distance := slips(word, other, most)) <= most
    ]
    return min(found)[1] if found else ""


def slips(one: str, other: str, most: int) -> int:
    """Return how many letters were left out, added, changed, or exchanged with their neighbour; `most` + 1 for more."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        row = [at]
        for place, another in enumerate(other, start=1):
            cost = min(last[place] + 1, row[place - 1] + 1, last[place - 1] + (letter != another))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == another:
                cost = min(cost, before[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]
