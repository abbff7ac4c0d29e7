"""Normal forms of references and of sources on record, so that two spellings of one thing meet. No Django in here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from articles.importing.references.citations import find_citations
from articles.importing.references.outlets import canonical
from articles.importing.references.reference import Reference
from articles.importing.references.statutes import find_statutes
from articles.spans import Span
from articles.vocabulary import COURT_KINDS, SourceKind
from articles.web_addresses import same_address

_STATEMENTS = frozenset(
    {
        SourceKind.GOVERNMENT_STATEMENT,
        SourceKind.ORGANISATION_STATEMENT,
        SourceKind.DATASET,
        SourceKind.NEWS_REPORT,
    }
)
_WORKS = frozenset({SourceKind.FILM, SourceKind.BOOK})
_PARENTHESES = re.compile(r"\([^)]{0,200}\)")
_REMARK = re.compile(r"\s*\([^)]{0,200}\)\s*$")
_DOCKET = re.compile(r"(?:\d{1,2}:)?(?:20)?(\d{2})-?([a-z]{2,4})-?0*(\d{1,8})(?![\d])")
_PLAIN_DOCKET = re.compile(r"(\d{2})-0*(\d{1,6})\b")
_RULE_WORDS = re.compile(r"\b(?:our|own|the|policy|policies|polices|rules?|guidelines?)\b")
_YEAR = re.compile(r"(?: of|,)?\s(?:1[789]|20)\d\d$")
_PART_OF = re.compile(
    r"^(?:Section|Article|Title|Chapter|Art\.|Sec\.|§)\S*\s[\w.]+\sof\s(?:the\s)?", re.IGNORECASE
)
_VERSUS = re.compile(r"\s(?:v|vs|versus)\.?\s", re.IGNORECASE)
_DASHES = re.compile("[‐‑‒–—―−]")


def keys(reference: Reference) -> tuple[str, ...]:
    """Return the normal forms of a reference; a source on record may be meant where they share one with its own.

    A match is a suggestion: one docket, publisher or account has many sources.
    """
    fields = reference.fields
    return source_keys(
        kind=reference.kind,
        title=fields.get("title", ""),
        publisher=fields.get("publisher", ""),
        url=fields.get("url", ""),
        docket_number=fields.get("docket_number", ""),
        citation=fields.get("citation", ""),
        court=fields.get("court", ""),
        platform=fields.get("platform", ""),
        account=fields.get("account", ""),
    )


def source_keys(
    kind: SourceKind,
    title: str,
    publisher: str,
    url: str,
    docket_number: str,
    citation: str,
    court: str,
    platform: str,
    account: str = "",
) -> tuple[str, ...]:
    """Return the normal forms of a source on record, from the fields it has; "" for those it has not.

    A citation or docket number is the court's own, so the court adds nothing to it; a court alone is no key.
    """
    found = [f"url:{same_address(url)}"] if same_address(url) else []
    if docket_number:
        found += _docket_keys(docket_number)
    if citation:
        found += _citation_keys(citation)
    if kind in COURT_KINDS and title:
        found += _case_keys(title)
    if kind is SourceKind.STATUTE and title:
        found += _act_keys(title)
    if kind in _WORKS and title:
        found += [f"{kind}:{_without_article(part)}" for part in {title, title.partition(":")[0]}]
    if kind in _STATEMENTS and publisher:
        found.append(f"publisher:{_without_article(canonical(publisher))}")
    if kind is SourceKind.PLATFORM_RULE and platform and title:
        topic = _squashed(
            _RULE_WORDS.sub(" ", title.casefold().removeprefix(platform.casefold()).lstrip("’':"))
        )
        # Rules without a subject of their own are "the rules", all of them one.
        found.append(f"rule:{_platform(platform)}:{topic or 'rules'}")
    if account:
        name = account.casefold().strip().lstrip("@")
        found.append(f"account:{name}" if "@" in name else f"account:{_platform(platform)}:{name}")
    return tuple(dict.fromkeys(key for key in found if not key.endswith(":")))


def _docket_keys(number: str) -> Iterator[str]:
    """Yield the form of a docket number, without the office, which the press leaves out, and without judges."""
    plain = _DASHES.sub("-", number).casefold().strip()
    federal = _DOCKET.match(plain)
    if federal is not None:
        yield f"docket:{federal[1]}-{federal[2]}-{federal[3]}"
        return
    numbered = _PLAIN_DOCKET.match(plain)
    if numbered is not None:
        yield f"docket:{numbered[1]}-{numbered[2]}"
        return
    yield f"docket:{_squashed(_PARENTHESES.sub('', plain))}"


def _citation_keys(citation: str) -> Iterator[str]:
    """Yield the forms of a citation, however its reporter or code is abbreviated; a section also without paragraphs."""
    whole = Span(0, len(citation))
    read = [*find_statutes(citation, whole), *find_citations(citation, whole)]
    for one in read:
        normal = one.fields.get("citation", one.name)
        yield f"citation:{_squashed(normal)}"
        if one.kind is SourceKind.STATUTE:
            yield from _act_keys(normal)
    yield f"citation:{_squashed(citation)}"


def _act_keys(name: str) -> Iterator[str]:
    """Yield the forms of a statute's name: as it is, without paragraphs, without section and year."""
    bare = _PARENTHESES.sub("", name)
    for one in (name, bare, _PART_OF.sub("", _YEAR.sub("", bare))):
        yield f"citation:{_squashed(one)}"


def _case_keys(title: str) -> Iterator[str]:
    """Yield the forms of the name of a case: "U.S. v. Field et al." and "United States v Field" share one."""
    plain = re.sub(r"\bU\.?\s?S\.?(?=\s+vs?\b)", "United States", _REMARK.sub("", title))
    plain = re.sub(r",?\s+et\s+al\.?", "", plain, flags=re.IGNORECASE)
    parts = _VERSUS.split(f" {plain} ")
    if len(parts) == 2 and all(part.strip() for part in parts):
        yield f"case:{_squashed(parts[0])}:v:{_squashed(parts[1])}"
    elif re.match(r"\s*(?:in re|ex parte|matter of)\b", plain, re.IGNORECASE):
        yield f"case:{_squashed(plain)}"


def _platform(name: str) -> str:
    squashed = _squashed(_PARENTHESES.sub("", name))
    return "x" if squashed in ("twitter", "xtwitter", "twitterx", "xformerlytwitter") else squashed


def _without_article(title: str) -> str:
    return _squashed(re.sub(r"^\s*(?:the|an?)\s+", "", title, flags=re.IGNORECASE))


def _squashed(words: str) -> str:
    """Return the letters and digits of words, case-folded, in NFKC."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", words).casefold())
    return "".join(filter(str.isalnum, folded))
