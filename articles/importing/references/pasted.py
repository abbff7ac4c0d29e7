"""What somebody pasted to say which source they mean: an address, a docket number, a citation, an account, a title.
No Django in here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from articles.importing.references.finding import references
from articles.importing.references.matching import keys
from articles.importing.references.reference import Reference, one_line
from articles.spans import Span
from articles.vocabulary import COURT_KINDS, SourceKind
from articles.web_addresses import host_of, within_archive

#: Characters of what was pasted that are looked at.
LONGEST = 2000
_SCHEME = re.compile(r"https?://\S+", re.IGNORECASE)
# A docket number that stands alone is one by its form only where no other number has it.
_PLAIN_DOCKET = re.compile(r"(?:No\.\s*)?\d{2}[-–‑]\d{1,5}")
# Kinds that the words themselves name; what stands at any other address a person has to say.
_WITHOUT_SCHEME = re.compile(r"[\w-]+(?:\.[\w-]+)+/\S*")
_IN_BRACKETS = re.compile(r"\(([^()]{2,60}?)(?:,?\s(?:1[6-9]|20)\d\d)?\)")
_TOLD_KINDS = frozenset({SourceKind.SOCIAL_POST, SourceKind.STATUTE, *COURT_KINDS})
_FILLED = ("url", "court", "docket_number", "citation", "jurisdiction", "platform", "account", "title")
_CALLED = {
    "url": "the address",
    "court": "the court",
    "docket_number": "the docket number",
    "citation": "the citation",
    "jurisdiction": "whose law it is",
    "platform": "the platform",
    "account": "the account",
    "title": "the title",
}


@dataclass(frozen=True, slots=True)
class Pasted:
    """What was recognised: the kind of source where the words name one, the fields they fill, each exactly as it
    stands there, and sentences that tell a person what was read and what still has to be looked at.

    `keys` are the normal forms by which a source on record may be the one that is meant.
    """

    kind: SourceKind | None
    fields: Mapping[str, str]
    told: tuple[str, ...]
    keys: tuple[str, ...] = ()


def recognise(words: str) -> Pasted:
    """Say what some pasted words are. Nothing is guessed: what the words do not say is not filled in."""
    words = one_line(words[:LONGEST])
    if not words:
        return Pasted(None, {}, ())
    found = _the_one(words)
    if found is None:
        return _title(words)
    kind = found.kind if found.kind in _TOLD_KINDS else None
    fields = {name: found.fields[name] for name in _FILLED if name in found.fields}
    told = [found.confirm] if found.confirm else []
    address = fields.get("url", "")
    if address:
        fields["url"] = within_archive(address)
        if fields["url"] != address:
            told.append(f"This is an archived copy. Keep its address with the version: {address}")
    year = found.fields.get("published", "")
    if year:
        told.append(f"The year beside it is {year}; when it was published stays for you to fill in.")
    return Pasted(kind, fields, (_sentence(kind, fields), *told), keys(found))


def _the_one(words: str) -> Reference | None:
    """Return the reference that the words are; of several the first that has an address or number of its own."""
    whole = Span(0, len(words))
    if _SCHEME.fullmatch(words) and not host_of(words):
        return None
    if _WITHOUT_SCHEME.fullmatch(words) and host_of(f"https://{words}"):
        words = f"https://{words}"
        whole = Span(0, len(words))
    found = [_with_court(one, words) for one in references(words, [whole])]
    numbered = [one for one in found if {"url", "docket_number", "citation"} & one.fields.keys()]
    if numbered:
        return numbered[0]
    if _PLAIN_DOCKET.fullmatch(words):
        number = words.removeprefix("No.").strip()
        confirm = (
            "Numbers of this form are dockets of appeals, and other things too; look whether this is one."
        )
        return Reference(SourceKind.COURT_CASE, 0, len(words), number, {"docket_number": number}, confirm)
    # A name that is only a part of what was pasted is not what was pasted.
    return next((one for one in found if one.end - one.start == len(words)), None)


def _with_court(one: Reference, words: str) -> Reference:
    """Return a docket number with the court that stands in brackets behind it, "(S.D.N.Y.)", where one alone is called
    so."""
    brackets = _IN_BRACKETS.search(words, one.end)
    if "docket_number" not in one.fields or "court" in one.fields or brackets is None:
        return one
    # Read on first use: few people paste dockets, and the table is big.
    from courts_db import courts

    short = "".join(brackets[1].split())
    named = {court["name"] for court in courts if "".join(court["citation_string"].split()) == short}
    return replace(one, fields={**one.fields, "court": named.pop()}) if len(named) == 1 else one


def _title(words: str) -> Pasted:
    if _SCHEME.match(words):
        return Pasted(None, {}, ("This is no web address that can be read. Look whether it is whole.",))
    if len(words) > 500:
        return Pasted(
            None, {}, ("This is too long for a title. The text itself belongs to a version of the source.",)
        )
    return Pasted(None, {"title": words}, ("No address, docket number or citation: taken as the title.",))


def _sentence(kind: SourceKind | None, fields: Mapping[str, str]) -> str:
    read = "; ".join(f"{_CALLED[name]} “{value}”" for name, value in fields.items())
    what = f"Read as a {kind.value.replace('_', ' ')}: " if kind else "Read: "
    return f"{what}{read}." if read else f"{what.rstrip(': ')}."


def filled(pasted: Pasted, given: Mapping[str, str], own: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield (field, value) of what was recognised for the fields that are still empty, of those that a kind has."""
    for name, value in pasted.fields.items():
        if name in own and not given.get(name, "").strip():
            yield name, value
