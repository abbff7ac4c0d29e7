"""Evidence as a page shows it: from the rows as they are today, or from the snapshot of a published verdict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from articles.addresses import address
from articles.models import Source, Verdict
from articles.models.source import KIND_FIELDS, independent_origins
from articles.vocabulary import Stance


@dataclass(frozen=True)
class Exhibit:
    """One piece of evidence. `number` is what the reasoning calls it by; None where no verdict cites it."""

    number: int | None
    id: int
    stance: str
    passage: str
    passage_state: str
    locator: str
    posture: str
    note: str
    source: dict[str, Any]
    version: dict[str, Any]
    is_public: bool = True
    is_replaced: bool = False

    @property
    def source_address(self) -> str:
        return address("source", self.source["id"])


# A snapshot holds only what is known; the template asks for these of every source.
NOT_SAID = {"court": "", "described_as": ""}


@dataclass(frozen=True)
class Exhibits:
    """The evidence on one claim, sorted by how it bears on it."""

    supports: list[Exhibit]
    refutes: list[Exhibit]
    context: list[Exhibit]
    sources: int
    independent_origins: int

    @property
    def cited(self) -> int:
        """How many of them the reasoning calls by a number."""
        return sum(1 for one in (*self.supports, *self.refutes, *self.context) if one.number)

    def numbers(self) -> dict[int, int]:
        """What the reasoning calls each of them, by its id."""
        return {one.id: one.number for one in (*self.supports, *self.refutes, *self.context) if one.number}

    def __len__(self) -> int:
        return len(self.supports) + len(self.refutes) + len(self.context)


def _sorted(exhibits: Iterable[Exhibit], sources: int, origins: int) -> Exhibits:
    by_stance: dict[str, list[Exhibit]] = {stance.value: [] for stance in Stance}
    for exhibit in exhibits:
        by_stance[exhibit.stance].append(exhibit)
    return Exhibits(
        by_stance[Stance.SUPPORTS], by_stance[Stance.REFUTES], by_stance[Stance.CONTEXT], sources, origins
    )


def as_published(verdict: Verdict) -> Exhibits:
    """Return what readers were shown when this verdict came out, with the names and titles of that day."""
    snapshot = verdict.as_published
    exhibits = [Exhibit(**image | {"source": NOT_SAID | image["source"]}) for image in snapshot["evidence"]]
    return _sorted(exhibits, snapshot["sources"], snapshot["independent_origins"])


def as_of_today(rows: Iterable[Any], verdict: Verdict | None) -> Exhibits:
    """Return the evidence that readers see on a claim: what the verdict cites, first and by its number, then what
    else was opened to them. Where there is a verdict, the counts are those it was published with."""
    numbers = {one.evidence_id: one.position for one in verdict.citations.all()} if verdict else {}
    kept = [row for row in rows if row.pk in numbers or not row.is_replaced]
    kept.sort(key=lambda row: (numbers.get(row.pk, len(numbers) + 1), row.pk))
    if verdict is not None:
        snapshot = verdict.as_published
        sources, origins = snapshot["sources"], snapshot["independent_origins"]
    else:
        ids = {row.source_version.source_id for row in kept}
        sources, origins = len(ids), independent_origins(ids)
    return _sorted([_of_row(row, numbers.get(row.pk)) for row in kept], sources, origins)


def _of_row(row: Any, number: int | None) -> Exhibit:
    version, source = row.source_version, row.source_version.source
    return Exhibit(
        number=number,
        id=row.pk,
        stance=row.stance,
        passage=row.passage,
        passage_state=row.passage_state,
        locator=row.locator,
        posture=row.posture,
        note=row.note,
        source=_of_source(source),
        version={
            "number": version.number,
            "copy_quality": version.copy_quality,
            "sha256": version.sha256,
            "archive_url": version.archive_url,
            "seen_as": version.seen_as,
            "retrieved_at": version.retrieved_at,
        },
        is_public=row.is_public,
        is_replaced=row.is_replaced,
    )


def _of_source(source: Source) -> dict[str, Any]:
    return NOT_SAID | {
        "id": source.pk,
        "kind": source.kind,
        "title": source.title,
        "publisher": source.publisher,
        "people": source.people,
        "url": source.url,
        "published": source.published.edtf(),
        **{name: getattr(source, name) for name in KIND_FIELDS if getattr(source, name)},
    }
