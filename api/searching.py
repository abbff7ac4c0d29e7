"""What `q` finds in a list. The index ranks by the words alone; the filters of the list and `visible_to` decide which
of the best are shown, so that a list says nothing of rows that whoever asks may not see.

Work is bounded: so many of the best by their words are looked through, and so many of those are listed by relevance.
"""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api import parameters
from api.errors import InvalidParameters, error
from api.parameters import Parameter
from articles.models.recorded import at_desk
from articles.search.index import engine
from articles.search.query import Query, parse, passage

RELEVANCE = "relevance"
# So many of the best by their words are looked through, and so many of them listed by relevance.
LOOKED_THROUGH, DEEPEST = 5_000, 500

# In code points. The first line of a request holds 8,190 bytes, and one of these may take nine of them.
LONGEST_ASKED = 800

PARAMETERS: tuple[Parameter, ...] = (
    parameters.text(
        "q",
        "Words to look for, as in the search box: “two words”, OR, -without, begin*. Of the matches the "
        f"{LOOKED_THROUGH:,} best are looked through.",
        LONGEST_ASKED,
    ),
    parameters.word(
        "match",
        "How `q` is read: `all` of the words, or `any` of them, in which nothing is an operator: for a passage of "
        "which one wants to know whether it has been checked. Default: all.",
        ("all", "any"),
    ),
)
NAMES = frozenset(one.name for one in PARAMETERS)
# A condition within the words → the parameter that says the same here.
_CONDITIONS = {
    "claimant": "claimant",
    "source": "source",
    "rating": "rating",
    "before": "asserted_before",
    "after": "asserted_after",
}


@dataclass
class Found:
    """Ids of rows that have the words, best first, whether or not somebody may see them; and what to tell of it."""

    ids: list[int]
    notes: list[str] = field(default_factory=list)


def look_for(kind: str, asked: Mapping[str, Any], user: Any, using: str = "default") -> Found | None:
    """Return what `q` finds among the documents of a kind, or None where nobody asked. Raises InvalidParameters."""
    words = Words.read(asked)
    if words is None:
        return None
    if not words.query.groups:
        return Found([], words.notes)
    ranking = engine(using).rank(words.query, words.match, [kind], at_desk(user), LOOKED_THROUGH + 1)
    # A row may have a document for readers and one for the desk.
    ids = dict.fromkeys(document >> 4 for document, _score in ranking.found[:LOOKED_THROUGH])
    return Found(list(ids), words.told(len(ranking.found), ranking.bounded))


@dataclass
class Words:
    """What `q` says."""

    query: Query
    match: str
    notes: list[str]

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> Words | None:
        """Return what was asked, None where nobody asked. Raises InvalidParameters."""
        if "q" not in asked:
            if "match" in asked:
                raise _refused("match", "match says how q is read; give q too.")
            return None
        match = asked.get("match", "all")
        query = parse(asked["q"]) if match == "all" else passage(asked["q"])
        if query.fields:
            name = query.fields[0][0]
            raise _refused(
                "q", f"q holds the condition “{name}:”. Here that is a parameter: {_CONDITIONS[name]}."
            )
        notes = list(query.notes)
        return cls(query, match, notes if notes or query.groups else ["q holds no word to look for."])

    def told(self, found: int, is_bounded: bool = False) -> list[str]:
        """Return what to tell of so many documents that were found, one more than are looked through at most."""
        notes = list(self.notes)
        if is_bounded:
            notes.append("These words are in very many texts; only the newest of them were compared.")
        if found > LOOKED_THROUGH:
            notes.append(f"More have these words; the {LOOKED_THROUGH:,} best were looked through.")
        return notes


def left_to_list(ids: Sequence[int], seen: Collection[int]) -> list[int]:
    """Return those that no page showed so far, best first, as far as rows are listed by relevance."""
    before = set(seen)
    return [pk for pk in ids if pk not in before][: may_follow(before)]


def may_follow(seen: Collection[int]) -> int:
    """Return how many rows may be listed by relevance after those that pages showed so far."""
    return max(0, DEEPEST - len(seen))


def _refused(parameter: str, sentence: str) -> InvalidParameters:
    return InvalidParameters([error("malformed_parameter", sentence, parameter=parameter)])


def pack(ids: Iterable[int]) -> str:
    """Return ids as a short text: the steps between them, seven bits to a byte, packed."""
    data, last = bytearray(), 0
    for pk in sorted(ids):
        step, last = pk - last, pk
        while step > 127:
            data.append(step & 127 | 128)
            step >>= 7
        data.append(step)
    return urlsafe_b64encode(zlib.compress(bytes(data), 9)).decode()


def unpack(text: str) -> list[int]:
    """Return the ids of `pack`, in order."""
    ids, step, shift, last = [], 0, 0, 0
    for byte in zlib.decompress(urlsafe_b64decode(text)):
        step |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            last += step
            ids.append(last)
            step = shift = 0
    return ids
