"""The shape of a manifest: its parts, their fields, and what one value alone may be. `docs/manifest.md` says
it in words.

What must hold between values is in `manifest_rules`. A value is read from text, since `plain_yaml` gives
nothing else. Fields that may be left out are None, an empty tuple or their documented default. No Django in
here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict
from pydantic_core import PydanticCustomError

from articles.dates import DateError, DateRange
from articles.importing.mistakes import choice_sentence, did_you_mean, listed, shown
from articles.vocabulary import (
    MANIFEST_STATUSES,
    BlockRole,
    ClaimantKind,
    ClaimKind,
    ClaimStatus,
    CopyQuality,
    DerivationBasis,
    Posture,
    ProvenanceKind,
    RelationKind,
    Rights,
    SourceKind,
    Stance,
)

#: The type of those validation errors whose message is already a sentence of ours.
SENTENCE = "sentence"

_KEY = re.compile(r"[A-Za-z0-9._-]+")
_MANIFEST_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_LANGUAGE = re.compile(
    r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{4,8})*(?:-x(?:-[A-Za-z0-9]{1,8})+)?"
)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


def _refuse(sentence: str) -> PydanticCustomError:
    # Pydantic fills {names} into messages of its own templates; what people wrote may hold braces.
    return PydanticCustomError(SENTENCE, "{sentence}", {"sentence": sentence})


def _words(value: str) -> str:
    if not value.strip():
        raise _refuse("This is empty: leave out what is not known.")
    return value.strip()


def _exact(value: str) -> str:
    if value != _words(value):
        raise _refuse(
            "This begins or ends with white space: give the words alone (in YAML `>-` or `|-` instead of `>` or `|`)."
        )
    return value


def _text(value: str) -> str:
    _words(value)
    return value


def _matching(pattern: re.Pattern[str], sentence: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise _refuse(f"{shown(value)} {sentence}")
        return value

    return check


def _reference(value: str) -> str:
    manifest, slash, key = value.rpartition("/")
    if not _KEY.fullmatch(key) or (slash and not _MANIFEST_ID.fullmatch(manifest)):
        raise _refuse(
            f"{shown(value)} is not a reference: write a key of this manifest, or other-manifest-id/key."
        )
    return value


def _one_of(allowed: type[StrEnum] | tuple[StrEnum, ...]) -> BeforeValidator:
    values = {str(member): member for member in allowed}

    def check(value: object) -> StrEnum:
        if not isinstance(value, str):
            raise _refuse(f"This is one of {listed(values)}.")
        if value not in values:
            raise _refuse(choice_sentence(value, values))
        return values[value]

    return BeforeValidator(check)


def _number(value: object) -> int:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        written = shown(value) if isinstance(value, str) else "This"
        raise _refuse(f"{written} is not a whole number from 0 to 999999999.")
    return int(value)


def _truth(value: object) -> bool:
    if value not in ("true", "false"):
        written = shown(value) if isinstance(value, str) else "This"
        raise _refuse(f"{written} is neither `true` nor `false`.")
    return value == "true"


def _range_of_offsets(value: object) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise _refuse("This is a list of two offsets: [start, end].")
    start, end = map(_number, value)
    if start >= end:
        raise _refuse(f"The range is empty: its end {end} is not after its start {start}.")
    return start, end


def _moment(value: object) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        written = shown(value) if isinstance(value, str) else "This"
        raise _refuse(
            f"{written} is not a moment: write the day, the time and the zone, as 2024-10-25T12:00:00Z."
        )
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refuse(f"{shown(value)} is not a moment that exists.") from None


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _refuse(f"{shown(value)} is not a web address.") from None
    if (
        parts.scheme not in ("http", "https")
        or not host
        or not value.isprintable()
        or re.search(r"[\s\\<>\"]", value)
    ):
        raise _refuse(
            f"{shown(value)} is not a web address: it begins with https:// or http:// and has no spaces."
        )
    if "@" in parts.netloc:
        raise _refuse("The address holds a user name or a password: leave them out.")
    if len(value) > 2000:
        raise _refuse(f"The address has {len(value):,} characters; at most 2,000 are allowed.")
    return value


def _range(value: object) -> tuple[str, str]:
    """Return `when` and `basis` of a mapping that has just these two."""
    if not isinstance(value, dict):
        raise _refuse("This is a date, or a mapping with `when` and `basis`.")
    for name in value:
        if name not in ("when", "basis"):
            raise _refuse(
                f"{shown(name)} is not a field of a date: it has `when` and `basis`."
                f"{did_you_mean(name, ('when', 'basis'))}"
            )
    for name in ("when", "basis"):
        if not isinstance(value.get(name), str) or not value[name].strip():
            raise _refuse(
                f"A date has `when` and `basis`: `{name}` is missing. A day alone may be written without a mapping."
            )
    return value["when"], value["basis"].strip()


def _parse(when: str, basis: str = "") -> DateRange:
    try:
        return DateRange.parse(when, basis)
    except DateError as error:
        raise _refuse(str(error)) from None


def _date(value: object) -> DateRange:
    if not isinstance(value, str):
        return _parse(*_range(value))
    day = _parse(value)
    if not day.is_day:
        raise _refuse(f"Only a day may be written alone: write {{when: {value}, basis: how we know}}.")
    return day


def _interval(value: object) -> DateRange:
    return _parse(value) if isinstance(value, str) else _parse(*_range(value))


_Text = Annotated[str, Strict()]
Words = Annotated[_Text, AfterValidator(_words)]
Exact = Annotated[_Text, AfterValidator(_exact)]
StoredText = Annotated[_Text, AfterValidator(_text)]
Key = Annotated[
    _Text, AfterValidator(_matching(_KEY, "is not a key: letters, digits, `.`, `_` and `-` make a key."))
]
ManifestId = Annotated[
    _Text,
    AfterValidator(
        _matching(_MANIFEST_ID, "is not a manifest's name: lower-case words joined by `-` make one.")
    ),
]
Slug = Annotated[
    _Text, AfterValidator(_matching(_SLUG, "is not a slug of a rating, such as `partly_supported`."))
]
Language = Annotated[
    _Text, AfterValidator(_matching(_LANGUAGE, "is not a language tag (BCP 47), such as `en` or `pt-BR`."))
]
Reference = Annotated[_Text, AfterValidator(_reference)]
WebAddress = Annotated[_Text, AfterValidator(_web_address)]
Number = Annotated[int, BeforeValidator(_number)]
Truth = Annotated[bool, BeforeValidator(_truth)]
OffsetRange = Annotated[tuple[int, int], BeforeValidator(_range_of_offsets)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
WorldDate = Annotated[DateRange, BeforeValidator(_date)]
Interval = Annotated[DateRange, BeforeValidator(_interval)]


class Entry(BaseModel):
    """A mapping of the manifest; fields that it does not name are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProvenanceEntry(Entry):
    kind: Annotated[ProvenanceKind, _one_of(ProvenanceKind)]
    publisher: Words | None = None
    url: WebAddress | None = None
    published: WorldDate | None = None
    note: Words | None = None


class ArticleEntry(Entry):
    title: Words | None = None
    byline: Words | None = None
    publisher: Words | None = None
    url: WebAddress | None = None
    language: Language = "en"
    published: WorldDate | None = None
    rights: Annotated[Rights, _one_of(Rights)] = Rights.NONE
    rights_note: Words | None = None
    readers: Truth = False
    provenance: tuple[ProvenanceEntry, ...] = ()


class BlockEntry(Entry):
    key: Key
    role: Annotated[BlockRole, _one_of(BlockRole)]
    #: May begin or end with white space: a line of metadata can run into the first sentence.
    quote: StoredText
    start: Number | None = None
    note: Words | None = None


class ClaimantEntry(Entry):
    key: Key
    name: Words
    kind: Annotated[ClaimantKind, _one_of(ClaimantKind)]
    description: Words | None = None
    url: WebAddress | None = None


class DerivationEntry(Entry):
    source: Reference
    basis: Annotated[DerivationBasis, _one_of(DerivationBasis)]
    note: Words | None = None


class SourceVersionEntry(Entry):
    #: Never empty after reading: the position, from 1, where the manifest gives none.
    key: Key
    copy_quality: Annotated[CopyQuality, _one_of(CopyQuality)]
    text: StoredText | None = None
    text_from_article: OffsetRange | None = None
    retrieved: Moment | None = None
    effective: Interval | None = None
    rights: Annotated[Rights, _one_of(Rights)] = Rights.NONE
    archive_url: WebAddress | None = None
    seen_as: Words | None = None


class SourceEntry(Entry):
    key: Key
    kind: Annotated[SourceKind, _one_of(SourceKind)]
    title: Words
    publisher: Words | None = None
    people: Words | None = None
    url: WebAddress | None = None
    description: Words | None = None
    published: WorldDate | None = None
    part_of: Reference | None = None
    derived_from: tuple[DerivationEntry, ...] = ()
    versions: tuple[SourceVersionEntry, ...] = ()
    # Own fields of kinds; `vocabulary.SOURCE_FIELDS` says of which.
    court: Words | None = None
    docket_number: Words | None = None
    judge: Words | None = None
    citation: Words | None = None
    jurisdiction: Words | None = None
    platform: Words | None = None
    account: Words | None = None
    venue: Words | None = None
    filed_with: Words | None = None
    described_as: Words | None = None


class AttributionEntry(Entry):
    claimant: Reference | None = None
    described_as: Words | None = None
    words: Exact | None = None
    note: Words | None = None


class RelationEntry(Entry):
    kind: Annotated[RelationKind, _one_of(RelationKind)]
    claim: Reference


class EvidenceEntry(Entry):
    key: Key
    source: Reference
    version: Key | None = None
    stance: Annotated[Stance, _one_of(Stance)]
    passage: Words | None = None
    locator: Words | None = None
    posture: Annotated[Posture, _one_of(Posture)] | None = None
    note: Words | None = None
    public: Truth = True


class VerdictEntry(Entry):
    rating: Slug
    summary: Words
    reasoning: Words
    valid: Interval | None = None
    #: None means all evidence of the claim.
    evidence: tuple[Key, ...] | None = None
    sample: Truth = False


class ClaimEntry(Entry):
    key: Key
    statement: Words
    kind: Annotated[ClaimKind, _one_of(ClaimKind)]
    quote: Exact
    start: Number | None = None
    status: Annotated[ClaimStatus, _one_of(MANIFEST_STATUSES)] = ClaimStatus.OPEN
    reason: Words | None = None
    topics: tuple[Words, ...] = ()
    asserted: WorldDate | None = None
    attribution: tuple[AttributionEntry, ...] = ()
    relations: tuple[RelationEntry, ...] = ()
    evidence: tuple[EvidenceEntry, ...] = ()
    verdict: VerdictEntry | None = None


class ManifestSchema(Entry):
    #: Version of the format.
    manifest: Literal["1"] = Field()
    id: ManifestId
    article: ArticleEntry
    blocks: tuple[BlockEntry, ...] = ()
    claimants: tuple[ClaimantEntry, ...] = ()
    sources: tuple[SourceEntry, ...] = ()
    claims: tuple[ClaimEntry, ...] = ()


def entry_at(path: tuple[Any, ...]) -> type[Entry]:
    """Return the kind of mapping that lies at a path of the manifest: fields and list positions, as in
    errors."""
    found: type[Entry] = ManifestSchema
    for step in path:
        if isinstance(step, str) and step in found.model_fields:
            found = _entry_in(found.model_fields[step].annotation) or found
    return found


def _entry_in(annotation: Any) -> type[Entry] | None:
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        return annotation
    inner = (_entry_in(part) for part in getattr(annotation, "__args__", ()))
    return next((entry for entry in inner if entry is not None), None)
