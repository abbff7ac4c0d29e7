"""What the two engines have in common: how far a question may reach, and what an answer is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from articles.search.documents import DESK, KINDS
from articles.search.query import Query, Term

# A question for all words ranks every match while its rarest word has at most so many documents ...
EXACT = 200_000
# ... and otherwise the newest matches, so many of them.
NEWEST = 50_000
# A question for any of the words looks for its rarest words first, until they reach so many documents together.
ANY = 10_000
# Where only candidates are wanted, so many more words add to the score, the rarest of the others.
A_FEW = 6
# What an engine counted stays true enough for so many seconds: it decides the order of work and the weight of a word.
COUNTED_FOR = 60.0
MOST_KEPT = 20_000
K1, B = 1.2, 0.75


@dataclass(frozen=True)
class Ranking:
    """Document ids with their BM25 scores, best first. `bounded`: older documents may have been left unread."""

    found: list[tuple[int, float]]
    bounded: bool = False


@dataclass(frozen=True)
class Ranked:
    """A ranking as a query of `id` and `score` of all documents found, in no order, and its values.

    Each %s in it is one of the values. For as many words it is always the same query.
    """

    sql: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Put:
    """A ranking as the query of (id, score) of its best documents, best first, and its parameters.

    `bounded`: older documents are left unread.
    """

    sql: str
    params: tuple[Any, ...]
    bounded: bool


def marks(kinds: Iterable[str], desk: bool) -> list[int]:
    """Return the low four bits that the ids of these documents have."""
    return [KINDS.index(kind) * 2 + audience for kind in kinds for audience in ((0, DESK) if desk else (0,))]


def tie(match: str) -> str:
    """Return what comes first of equals: to a person who looks, the newest; for a passage, what was on record first."""
    return "DESC" if match == "all" else "ASC"


class Counted:
    """Numbers the database counted a moment ago, for each process and database."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[float, Any]] = {}

    def get(self, key: Any, count: Callable[[], Any]) -> Any:
        return self.many([key], lambda keys: {key: count()})[key]

    def many(self, keys: Iterable[Any], count: Callable[[list[Any]], dict[Any, Any]]) -> dict[Any, Any]:
        """Return key → number, asking `count` for those that are not known, at once."""
        now = time.monotonic()
        known = {}
        unknown = []
        for key in dict.fromkeys(keys):
            found = self._kept.get(key)
            if found is None or now - found[0] > COUNTED_FOR:
                unknown.append(key)
            else:
                known[key] = found[1]
        if unknown:
            new = count(unknown)
            known |= new
            if len(self._kept) > MOST_KEPT:
                self._kept.clear()
            self._kept.update({key: (now, value) for key, value in new.items()})
        return known

    def forget(self) -> None:
        self._kept.clear()


@dataclass(frozen=True)
class Plan:
    """How a question is put: `candidates` must be met; `more` only add to the score."""

    groups: list[list[Term]]
    more: list[Term]
    bounded: bool


def plan(query: Query, match: str, documents: Callable[[Term], int]) -> Plan:
    """Decide which words must be found, given how many documents each has.

    `match`: `all`; `any`; or `rarest`, which is `any` without most of the common words: for candidates that somebody
    else ranks.
    """
    if match == "all":
        rarest = min(sum(documents(term) for term in group) for group in query.groups)
        return Plan([list(group) for group in query.groups], [], rarest > EXACT)
    # A word counted a moment ago in no document may be in one by now: it stays, as the rarest.
    terms = sorted(dict.fromkeys(query.terms), key=documents)
    reached, chosen = 0, 0
    for term in terms:
        reached += documents(term)
        if chosen and reached > ANY:
            break
        chosen += 1
    more = terms[chosen : chosen + A_FEW] if match == "rarest" else terms[chosen:]
    return Plan([terms[:chosen]], more, documents(terms[0]) > EXACT)
