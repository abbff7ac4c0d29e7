"""What the words for a source show of it: a person, an organisation, a group; named or not. No Django in here."""

from __future__ import annotations

import re
from collections.abc import Sequence

from articles.importing.attribution.tokens import listed
from articles.vocabulary import ClaimantKind

_WORD = re.compile(r"[^\W_]+(?:[-.’'&][^\W_]+)*\.?|@\w+|,|\(")
_PRONOUNS = listed(
    "i he she they we you it who which that this these those his her their its our my your one"
)
_ADDRESSED = listed("y'all y’all everyone everybody nobody someone somebody anyone anybody")
_QUANTIFIERS = listed(
    "some those several many most few two three four five six seven eight nine ten dozens hundreds thousands others "
    "both numerous various multiple"
)
# Behind these the words no longer say who, but which.
_ENDING_HEAD = listed(
    "of in at on for from with by to who which that whose whom close familiar briefed involved near , ( near as"
)
_ORGANISATIONS = listed(
    "agency association authority bank board bureau church city club college commission committee company congress "
    "corporation council court department firm foundation government group hospital house inc institute "
    "institution journal laboratory league ltd magazine ministry museum network newspaper office organisation "
    "organization paper parliament party police post press publisher school senate service society station team "
    "times tribunal trust union university website zoo administration campaign outlet channel review herald "
    "tribune gazette observer guardian news"
)
_PEOPLE = listed(
    "official officer aide adviser advisor spokesman spokeswoman spokesperson person man woman witness source analyst "
    "expert employee worker lawyer attorney member resident reader scientist researcher teacher doctor neighbour "
    "neighbor friend colleague relative insider executive manager diplomat engineer author critic supporter voter "
    "student farmer editor reporter journalist historian economist professor judge prosecutor detective"
)
_ROLES = listed(
    "president minister secretary senator governor mayor chairman chairwoman director king queen pope"
)
_PLURALS = listed("people men women police staff children")
_ACCOUNTS = listed("account handle profile")
_ENDINGS_OF_PERSONS = ("man", "woman", "ist", "ian", "person")
_ARTICLES = listed("a an")


def describe(words: str) -> tuple[ClaimantKind | None, bool]:
    """Return the kind of claimant some words name, None where they do not show it, and whether it is unnamed."""
    tokens = _WORD.findall(words)
    if not tokens:
        return None, False
    first = tokens[0].lower()
    if tokens[0].startswith("@"):
        return ClaimantKind.ACCOUNT, False
    if first in _ADDRESSED:
        return ClaimantKind.GROUP, True
    if len(tokens) == 1 and first in _PRONOUNS:
        return None, False
    head = _head(tokens)
    last = head[-1]
    lower = last.lower().rstrip(".")
    # At the beginning of a sentence a capital says nothing.
    named = last[0].isupper() and not (len(head) == 1 and _is_person(_singular(lower)))
    if lower in _ACCOUNTS:
        return ClaimantKind.ACCOUNT, not any(word[0].isupper() for word in head)
    if first in _QUANTIFIERS:
        return ClaimantKind.GROUP, True
    if named:
        if lower in _ORGANISATIONS or (len(last) > 1 and last.isupper() and len(head) <= 2):
            return ClaimantKind.ORGANISATION, False
        if first == "the" and not any(word.islower() and word in _ROLES | _PEOPLE for word in head[1:]):
            return (None if lower.endswith("s") else ClaimantKind.ORGANISATION), False
        if len(head) == 1 and lower.endswith("ans"):
            return ClaimantKind.GROUP, True
        return ClaimantKind.PERSON, False
    if lower in _PLURALS - {"police"} or (_singular(lower) in _PEOPLE and lower not in _PEOPLE):
        return ClaimantKind.GROUP, True
    if _is_person(lower):
        return ClaimantKind.PERSON, first in _ARTICLES or first not in (
            "the",
            "his",
            "her",
            "their",
            "our",
            "my",
        )
    if lower in _ROLES:
        return ClaimantKind.PERSON, False
    if lower in _ORGANISATIONS:
        return ClaimantKind.ORGANISATION, False
    return None, False


def names_people(words: str) -> bool:
    """Are the words, as a whole, a common noun for people: "two people briefed on the plan", "a teacher"?

    "Two people left" is a sentence about them.
    """
    tokens = _WORD.findall(words)
    last = _head(tokens)[-1].lower() if tokens else ""
    return last in _PLURALS or _is_person(_singular(last))


def _is_person(word: str) -> bool:
    return word in _PEOPLE or word.endswith(_ENDINGS_OF_PERSONS)


def _head(tokens: Sequence[str]) -> list[str]:
    """Return the words up to what only tells which one is meant: never none."""
    for index, token in enumerate(tokens):
        if index > 0 and token.lower() in _ENDING_HEAD:
            return list(tokens[:index])
    return list(tokens)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
