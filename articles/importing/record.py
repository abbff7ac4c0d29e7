"""A text and the editors' work on it, which lies beside it in a manifest: into the record.

All of it goes through the verbs of the models, in one act: the ledger has one entry for a file, and a
mistake anywhere leaves nothing of the file behind.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from articles.importing.arrived import Arrived
from articles.importing.filing import PARSER, report_anchors, write_reading
from articles.importing.items import KnownItems
from articles.importing.layout import Laid
from articles.importing.manifest import (
    ClaimEntry,
    EvidenceEntry,
    Manifest,
    ManifestError,
    SourceEntry,
    VerdictEntry,
    check_against_text,
)
from articles.importing.reading import read
from articles.importing.report import Report
from articles.importing.text import TextOfRecord
from articles.models import (
    AnchorProposal,
    Appearance,
    Arrival,
    Article,
    ArticleVersion,
    Block,
    Claim,
    Claimant,
    ClaimRelation,
    Evidence,
    ManifestItem,
    Original,
    RatingScale,
    Source,
    SourceVersion,
    Topic,
    VerdictDraft,
)
from articles.models.dated import date_fields
from articles.models.ledger import act
from articles.models.source import KIND_FIELDS
from articles.vocabulary import ClaimStatus, Origin

CITATION = re.compile(r"\[([A-Za-z0-9._-]+)\]")


def import_manifest(by: Any, manifest: Manifest, arrived: Arrived, at: datetime | None = None) -> Report:
    """Put a text and its manifest on record. Raises ManifestError; then nothing of it was written."""
    text = arrived.text
    mistakes = check_against_text(manifest, text.text, arrived.name)
    if mistakes:
        raise ManifestError(mistakes)
    spans = manifest.spans(text.text)
    said = [Laid(block.role, *spans["blocks", block.key]) for block in manifest.blocks]
    reading = read(text.text, [*said, *arrived.known])
    with act(by, "import", None, at) as entry:
        work = _Import(by, manifest, text, Report(arrived.name, notes=[*text.warnings, *arrived.notes]))
        entry.subject = work.article()
        work.everything_else()
        if work.read_anew:
            if work.version.text != text.text:
                # Words of it were redacted since; what is read from the file would bring them back.
                reading = read(work.version.text, [*said, *arrived.known])
            original = Original.keep(arrived.data, arrived.media)
            Arrival.filed(by, arrived.name, original, arrived.method, work.version, entry.at)
            write_reading(work.version, reading, work.report)
            if work.report.created["version of the text"]:
                report_anchors(work.version, work.report)
    return work.report


class _Import(KnownItems):
    """One manifest on its way into the record."""

    def __init__(self, by: Any, manifest: Manifest, text: TextOfRecord, report: Report) -> None:
        super().__init__(manifest, report)
        self.by = by
        self.text = text
        self.spans = manifest.spans(text.text)
        self.version: ArticleVersion
        # Whether what can be read from the text is not on record yet, or not as the manifest's blocks have it.
        self.read_anew = False

    # The parts of a manifest, in the order in which they need each other.

    def article(self) -> Article:
        said = self.manifest.article
        facts: dict[str, Any] = {
            name: getattr(said, name) or "" for name in ("title", "byline", "publisher", "url", "rights_note")
        }
        facts |= {
            "language": said.language,
            "rights": said.rights.value,
            **_dates("published", said.published),
        }

        def create() -> Article:
            same = ArticleVersion.objects.filter(sha256=self.text.sha256).select_related("article").first()
            if same is None:
                return Article.add(self.by, self.text, **facts)
            return same.article.revise(self.by, **facts)

        article = self.item(
            "article", "article", ("article",),
            said.model_dump(mode="json", exclude={"provenance", "readers"}),
            create, lambda row: row.revise(self.by, **facts),
        )  # fmt: skip
        self.report.article_id = article.pk
        current = article.current_version
        older = article.versions.filter(sha256=self.text.sha256, number__lt=current.number).first()
        if older is not None:
            self.differs(
                ("article",),
                f"this is the text of version {older.number}, and version {current.number} is newer and stays",
            )
            current = older
        elif current.sha256 != self.text.sha256:
            with self.blaming(("article",)):
                current = article.add_version(self.by, self.text)
            self.report.created["version of the text"] += 1
        self.version = current
        self.read_anew = not current.blocks.filter(parser__startswith=PARSER).exists()
        for position, place in enumerate(said.provenance):
            place_facts = {name: getattr(place, name) or "" for name in ("publisher", "url", "note")}
            place_facts |= {"kind": place.kind.value}
            self.item(
                "copy", f"article/provenance/{position}", ("article", "provenance", position),
                place.model_dump(mode="json"),
                lambda place=place, facts=place_facts: article.add_copy(self.by, published=place.published, **facts),
                lambda row, place=place, facts=place_facts: row.revise(
                    self.by, **facts, **_dates("published", place.published)
                ),
            )  # fmt: skip
        if said.readers and "article" not in self.changed_at_desk and not article.is_public:
            self.open(article, "the article")
        return article

    def open(self, row: Any, what: str) -> None:
        """Open a row to readers, where whoever imports may decide that."""
        if self.by is None or self.by.may_publish:
            row.open_to_readers(self.by)
        else:
            self.report.notes.append(f"An editor must open {what} to readers; {self.by} is a reporter.")

    def everything_else(self) -> None:
        self.blocks()
        for claimant in self.manifest.claimants:
            facts = {name: getattr(claimant, name) or "" for name in ("name", "description", "url")}
            facts |= {"kind": claimant.kind.value}
            self.item(
                "claimants", f"claimants/{claimant.key}", ("claimants", claimant.key),
                claimant.model_dump(mode="json"),
                lambda facts=facts: Claimant.add(self.by, **facts),
                lambda row, facts=facts: row.revise(self.by, **facts),
            )  # fmt: skip
        for source in self._wholes_first():
            self.source(source)
        for source in self.manifest.sources:
            self.derivations(source)
        for claim in self.manifest.claims:
            self.claim(claim)
        for claim in self.manifest.claims:
            self.relations(claim)
            for evidence in claim.evidence:
                self.evidence(claim, evidence)
            if claim.verdict is not None:
                self.draft(claim, claim.verdict)
        self.remember()

    def blocks(self) -> None:
        """Blocks are rebuilt rather than changed: nothing refers to them."""
        parser = f"manifest {self.manifest.id}"
        blocks = Block.objects.filter(article_version=self.version)
        mine, found = blocks.filter(parser=parser), blocks.filter(parser__startswith=PARSER)
        others = blocks.exclude(pk__in=mine).exclude(pk__in=found)
        taken = set(others.values_list("role", "start", "end"))
        wanted = []
        for block in self.manifest.blocks:
            place = (block.role.value, *self.spans["blocks", block.key])
            if place in taken:
                self.differs(("blocks", block.key), "these words have this role already")
                continue
            taken.add(place)
            wanted.append((*place, block.key, block.note or ""))
        if set(wanted) == set(mine.values_list("role", "start", "end", "key", "note")):
            self.report.unchanged += len(wanted)
            return
        self.read_anew = True
        mine.delete()
        # What the importer found itself gives way; `write_reading` puts the rest of it back.
        found.delete()
        Block.objects.bulk_create(
            Block(
                article_version=self.version, role=role, start=start, end=end, key=key, note=note, parser=parser,
            )
            for role, start, end, key, note in sorted(wanted, key=lambda block: block[1:3])
        )  # fmt: skip
        self.report.created["structural lines"] += len(wanted)

    def _wholes_first(self) -> list[SourceEntry]:
        """Return the sources so that each comes after the one it is part of."""
        by_key = {source.key: source for source in self.manifest.sources}
        ordered: dict[str, SourceEntry] = {}

        def place(source: SourceEntry) -> None:
            if source.part_of in by_key and source.part_of not in ordered:
                place(by_key[source.part_of])
            ordered.setdefault(source.key, source)

        for source in self.manifest.sources:
            place(source)
        return list(ordered.values())

    def source(self, said: SourceEntry) -> None:
        at = ("sources", said.key)
        facts = {
            name: getattr(said, name) or ""
            for name in ("title", "publisher", "people", "url", "description", *KIND_FIELDS)
        }
        facts |= {"kind": said.kind.value, **_dates("published", said.published)}
        facts["part_of"] = self.referred("sources", said.part_of, (*at, "part_of")) if said.part_of else None
        source = self.item(
            "sources", f"sources/{said.key}", at,
            said.model_dump(mode="json", exclude={"versions", "derived_from"}),
            lambda: Source.add(self.by, **facts), lambda row: row.revise(self.by, **facts),
        )  # fmt: skip
        for version in said.versions if source else ():
            text = version.text
            if version.text_from_article is not None:
                start, end = version.text_from_article
                text = self.text.text[start:end]
            effective = version.effective
            self.item(
                "source versions", f"sources/{said.key}/versions/{version.key}", (*at, "versions", version.key),
                version.model_dump(mode="json"),
                lambda version=version, text=text, effective=effective: source.add_version(
                    self.by,
                    text=text,
                    copy_quality=version.copy_quality.value,
                    rights=version.rights.value,
                    retrieved_at=version.retrieved,
                    effective_from=effective and effective.earliest,
                    effective_to=effective and effective.latest,
                    archive_url=version.archive_url or "",
                    seen_as=version.seen_as or "",
                ),
            )  # fmt: skip

    def derivations(self, said: SourceEntry) -> None:
        source: Any = self.rows.get(f"sources/{said.key}")
        for position, one in enumerate(said.derived_from if source else ()):
            at = ("sources", said.key, "derived_from", position)
            origin = self.referred("sources", one.source, (*at, "source"))
            self.item(
                "derivations", f"sources/{said.key}/derived_from/{one.source}", at, one.model_dump(mode="json"),
                lambda one=one, origin=origin: source.derive_from(self.by, origin, one.basis.value, one.note or ""),
            )  # fmt: skip

    def claim(self, said: ClaimEntry) -> None:
        at = ("claims", said.key)
        facts = {"kind": said.kind.value, **_dates("asserted", said.asserted)}
        status, reason = said.status, said.reason or ""

        def topics() -> list[Topic]:
            return [Topic.named(name, self.by) for name in said.topics]

        def create() -> Claim:
            return Claim.add(
                self.by, said.statement, topics=topics(), status=status.value, status_reason=reason,
                origin=Origin.MANIFEST, language=self.manifest.article.language, **facts,
            )  # fmt: skip

        def update(row: Claim) -> None:
            row.revise(self.by, statement=said.statement, **facts)
            if sorted(topic.name for topic in row.topics.all()) != sorted(said.topics):
                row.set_topics(self.by, topics())
            if (row.status, row.status_reason) != (status.value, reason):
                {
                    ClaimStatus.OPEN: lambda: row.reopen(self.by),
                    ClaimStatus.CHECKING: lambda: row.start_checking(self.by),
                    ClaimStatus.NOT_CHECKABLE: lambda: row.declare_not_checkable(self.by, reason),
                }[status]()

        claim = self.item(
            "claims", f"claims/{said.key}", at,
            said.model_dump(mode="json", include={"statement", "kind", "status", "reason", "topics", "asserted"}),
            create, update,
        )  # fmt: skip
        if claim is not None and claim.status != ClaimStatus.MERGED:
            self.appearance(said, claim)

    def appearance(self, said: ClaimEntry, claim: Claim) -> None:
        at = ("claims", said.key, "quote")
        start, end = self.spans["claims", said.key]
        attributions = []
        for position, one in enumerate(said.attribution):
            words = self.manifest.words_span(said, one)
            claimant_at = ("claims", said.key, "attribution", position, "claimant")
            attributions.append(
                {
                    "claimant": self.referred("claimants", one.claimant, claimant_at)
                    if one.claimant
                    else None,
                    "described_as": one.described_as or "",
                    "words": one.words or "",
                    "start": start + words[0] if words else None,
                    "note": one.note or "",
                }
            )

        def mark() -> Appearance:
            return Appearance.mark(self.by, claim, self.version, start, end, attributions)

        path = f"claims/{said.key}/appearance"
        appearance = self.item(
            "quotations", path, at,
            said.model_dump(mode="json", include={"quote", "start", "attribution"}), mark,
        )  # fmt: skip
        # A newer text, to which this quotation was not carried over: the manifest says where it stands now.
        if appearance is not None and not claim.appearances.filter(article_version=self.version).exists():
            with self.blaming(at):
                placed = mark()
            for proposal in AnchorProposal.objects.open().filter(
                appearance__claim=claim, article_version=self.version
            ):
                proposal.overtake(placed.article_version.imported_at)
            self.report.created["quotations"] += 1

    def relations(self, said: ClaimEntry) -> None:
        claim: Any = self.rows.get(f"claims/{said.key}")
        for position, one in enumerate(said.relations if claim else ()):
            at = ("claims", said.key, "relations", position)
            other = self.referred("claims", one.claim, (*at, "claim"))
            self.item(
                "relations", f"claims/{said.key}/relations/{one.kind.value}/{one.claim}", at,
                one.model_dump(mode="json"),
                lambda one=one, other=other: ClaimRelation.relate(self.by, claim, one.kind.value, other),
            )  # fmt: skip

    def evidence(self, claim: ClaimEntry, said: EvidenceEntry) -> None:
        at = ("claims", claim.key, "evidence", said.key)
        row = self.rows.get(f"claims/{claim.key}")
        if row is None:
            return
        facts: dict[str, Any] = {name: getattr(said, name) or "" for name in ("passage", "locator", "note")}
        facts |= {"posture": said.posture.value if said.posture else "", "stance": said.stance.value}
        facts["source_version"] = self._version_cited(said, at)

        def create() -> Evidence:
            evidence = Evidence.add(self.by, row, **facts)
            if said.public:
                self.open(evidence, "evidence")
            return evidence

        self.item(
            "evidence", f"claims/{claim.key}/evidence/{said.key}", at, said.model_dump(mode="json"),
            create, lambda row: row.revise(self.by, **facts),
        )  # fmt: skip

    def _version_cited(self, said: EvidenceEntry, at: tuple[str | int, ...]) -> SourceVersion:
        source = self.referred("sources", said.source, (*at, "source"))
        manifest, key = self.manifest.resolve(said.source)
        if said.version and manifest == self.manifest.id:
            return self.rows[f"sources/{key}/versions/{said.version}"]
        if said.version:
            return self.referred_version(manifest, key, said.version, (*at, "version"))
        version = source.versions.order_by("number").first()
        if version is None:
            raise ManifestError(
                [self.manifest.mistake((*at, "source"), f"“{said.source}” has no version to cite.")]
            )
        return version

    def referred_version(
        self, manifest: str, key: str, version: str, at: tuple[str | int, ...]
    ) -> SourceVersion:
        path = f"sources/{key}/versions/{version}"
        item = ManifestItem.objects.filter(manifest=manifest, path=path).first()
        if item is None:
            raise ManifestError(
                [self.manifest.mistake(at, f"“{manifest}/{key}” has no version “{version}” on record.")]
            )
        return SourceVersion.objects.get(pk=item.object_id)

    def draft(self, claim: ClaimEntry, said: VerdictEntry) -> None:
        at = ("claims", claim.key, "verdict")
        row = self.rows.get(f"claims/{claim.key}")
        scale = RatingScale.current()
        rating = scale.ratings.filter(slug=said.rating, retired_at=None).first() if scale else None
        if rating is None:
            words = (
                "the newsroom has no rating scale yet; run `manage.py open_newsroom`"
                if scale is None
                else (f"“{said.rating}” is not on the current scale")
            )
            raise ManifestError(
                [self.manifest.mistake((*at, "rating"), f"There is no such rating: {words}.")]
            )
        keys = list(said.evidence or [one.key for one in claim.evidence])
        numbers = {key: number for number, key in enumerate(keys, start=1)}
        valid = said.valid
        facts: dict[str, Any] = {
            "rating": rating,
            "summary": said.summary,
            "reasoning": CITATION.sub(lambda cited: f"[{numbers.get(cited[1], cited[1])}]", said.reasoning),
            "valid_from": valid and valid.earliest,
            "valid_to": valid and valid.latest,
        }
        evidence = [self.rows[f"claims/{claim.key}/evidence/{key}"] for key in keys]
        if row is None or None in evidence:
            return

        def update(draft: VerdictDraft) -> None:
            draft.revise(self.by, **facts)
            draft.use_evidence(self.by, evidence)

        self.item(
            "verdict drafts", f"claims/{claim.key}/verdict", at, said.model_dump(mode="json", exclude={"sample"}),
            lambda: VerdictDraft.start(self.by, row, evidence=evidence, **facts), update,
        )  # fmt: skip


def _dates(name: str, when: Any) -> dict[str, Any]:
    """Return the three columns of a date; all empty where the manifest gives none."""
    if when is None:
        return {f"{name}_earliest": None, f"{name}_latest": None, f"{name}_basis": ""}
    return date_fields(name, when)
