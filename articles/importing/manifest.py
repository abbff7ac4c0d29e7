"""Reads a manifest, the editors' work on one text in a YAML file, and says everything that is wrong with it
at once.

`docs/manifest.md` is the description of the format. The shape is in `manifest_schema`, what must hold between
values in `manifest_rules`, and YAML is kept plain by `plain_yaml`. No Django in here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Self, TypeAlias

from pydantic import PrivateAttr, ValidationError

from articles.importing import manifest_rules
from articles.importing.manifest_rules import ForeignReference
from articles.importing.manifest_schema import (
    SENTENCE,
    ArticleEntry,
    AttributionEntry,
    BlockEntry,
    ClaimantEntry,
    ClaimEntry,
    DerivationEntry,
    EvidenceEntry,
    ManifestSchema,
    ProvenanceEntry,
    RelationEntry,
    SourceEntry,
    SourceVersionEntry,
    VerdictEntry,
    entry_at,
)
from articles.importing.mistakes import ManifestError, Mistake, did_you_mean, listed, shown
from articles.importing.plain_yaml import Path, Plain, PlainYaml
from articles.importing.text import QuoteError, find_exact, find_words

__all__ = [
    "ArticleEntry",
    "AttributionEntry",
    "BlockEntry",
    "ClaimEntry",
    "ClaimantEntry",
    "DerivationEntry",
    "EvidenceEntry",
    "ForeignReference",
    "Manifest",
    "ManifestError",
    "Mistake",
    "ProvenanceEntry",
    "RelationEntry",
    "SourceEntry",
    "SourceVersionEntry",
    "Spans",
    "VerdictEntry",
    "check_against_text",
    "read_manifest",
]

#: (list, key) of every block and claim → (start, end) in the text of record.
Spans: TypeAlias = Mapping[tuple[Literal["blocks", "claims"], str], tuple[int, int]]

_NAMES = {
    "ManifestSchema": "the manifest",
    "ArticleEntry": "the article",
    "ProvenanceEntry": "a provenance",
    "BlockEntry": "a block",
    "ClaimantEntry": "a claimant",
    "SourceEntry": "a source",
    "DerivationEntry": "a derivation",
    "SourceVersionEntry": "a version",
    "ClaimEntry": "a claim",
    "AttributionEntry": "an attribution",
    "RelationEntry": "a relation",
    "EvidenceEntry": "evidence",
    "VerdictEntry": "a verdict",
}


class Manifest(ManifestSchema):
    """A manifest in which nothing is wrong, as far as it can be judged without its text and without the
    record.

    Made by `read_manifest` only. References without "/" name items of this manifest; see `foreign_references`
    for the rest.
    """

    _yaml: PlainYaml = PrivateAttr()
    _foreign: tuple[ForeignReference, ...] = PrivateAttr(default=())

    @classmethod
    def _from(cls, document: PlainYaml, foreign: tuple[ForeignReference, ...]) -> Self:
        manifest = cls.model_validate(document.value)
        manifest._yaml = document
        manifest._foreign = foreign
        return manifest

    @property
    def file(self) -> str:
        """The name under which the manifest was read."""
        return self._yaml.file

    @property
    def foreign_references(self) -> tuple[ForeignReference, ...]:
        """The references to other manifests, in the order of the rules; `path` leads to each with
        `mistake`."""
        return self._foreign

    @staticmethod
    def words_span(claim: ClaimEntry, attribution: AttributionEntry) -> tuple[int, int] | None:
        """Return where the words of an attribution stand within its claim's quote, as (start, end); None
        without words."""
        if attribution.words is None:
            return None
        start = find_words(claim.quote, attribution.words)[0]
        return start, start + len(attribution.words)

    def resolve(self, reference: str) -> tuple[str, str]:
        """Return what a reference names: the id of a manifest, this one's or another's, and a key."""
        manifest, _, key = reference.rpartition("/")
        return manifest or self.id, key

    def line(self, *path: str | int) -> int:
        """Return the line, from 1, of a part: `manifest.line("claims", "A02a", "quote")`.

        An item of a list is named by its key, or by its position from 0. Where a part is not written down,
        the line of the nearest part around it is returned.
        """
        return self._yaml.line(self._positions(path))

    def mistake(self, path: Path, sentence: str) -> Mistake:
        """Return a mistake at a part of this manifest, named as for `line`; for what only the record can
        tell."""
        return self._yaml.mistake(self._positions(path), sentence)

    def spans(self, text: str) -> Spans:
        """Return where every block and claim stands in the text of record.

        Raises ManifestError with what `check_against_text` reports for quotations, so that no span is
        missing.
        """
        spans: dict[tuple[Literal["blocks", "claims"], str], tuple[int, int]] = {}
        mistakes = []
        for items, entry in self._quoted():
            try:
                start = find_exact(text, entry.quote, entry.start)
            except QuoteError as error:
                mistakes.append(self.mistake((items, entry.key, "quote"), str(error)))
            else:
                spans[items, entry.key] = start, start + len(entry.quote)
        if mistakes:
            raise ManifestError(mistakes)
        return spans

    def _quoted(self) -> Iterator[tuple[Literal["blocks", "claims"], BlockEntry | ClaimEntry]]:
        for block in self.blocks:
            yield "blocks", block
        for claim in self.claims:
            yield "claims", claim

    def _positions(self, path: Path) -> Path:
        """Return a path in which keys of list items are replaced by their positions."""
        value: Any = self._yaml.value
        positions: list[str | int] = []
        for step in path:
            if isinstance(value, list) and isinstance(step, str):
                keys = [item.get("key") if isinstance(item, dict) else None for item in value]
                if step not in keys:
                    break
                step = keys.index(step)
            positions.append(step)
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                value = None
        return tuple(positions)


def read_manifest(data: bytes, name: str) -> Manifest:
    """Read the bytes of a manifest; `name` is the file's name for messages.

    Raises ManifestError with every mistake that can be seen in the file alone, ordered by line.
    """
    document = PlainYaml(data, name)
    _number_versions(document.value)
    findings = manifest_rules.check(document.value)
    found = [*findings.mistakes, *_mistakes_of_shape(document.value)]
    mistakes = [
        document.mistake(path, sentence) for path, sentence in found if not _follows(path, document.doubtful)
    ]
    if document.mistakes or mistakes:
        raise ManifestError([*document.mistakes, *mistakes])
    return Manifest._from(document, tuple(findings.foreign))


def check_against_text(manifest: Manifest, text: str, name: str) -> list[Mistake]:
    """Return everything in a manifest that does not fit its text of record; `name` is the text's name for
    messages.

    Checked are the quotations of blocks and claims, and the ranges of `text_from_article`.
    """
    mistakes: list[Mistake] = []
    try:
        manifest.spans(text)
    except ManifestError as error:
        mistakes += [
            dataclasses.replace(mistake, sentence=f"In {name}: {mistake.sentence}")
            for mistake in error.mistakes
        ]
    for source in manifest.sources:
        for version in source.versions:
            if version.text_from_article is not None and version.text_from_article[1] > len(text):
                start, end = version.text_from_article
                mistakes.append(
                    manifest.mistake(
                        ("sources", source.key, "versions", version.key, "text_from_article"),
                        f"The range [{start}, {end}] leaves {name}, which has {len(text)} characters.",
                    )
                )
    return sorted(mistakes, key=lambda mistake: mistake.line)


def _number_versions(value: Plain) -> None:
    """Give the versions of sources that have no key their position as a key, from 1, as the format says."""
    sources = value.get("sources") if isinstance(value, dict) else None
    for source in sources if isinstance(sources, list) else ():
        versions = source.get("versions") if isinstance(source, dict) else None
        for number, version in enumerate(versions if isinstance(versions, list) else (), start=1):
            if isinstance(version, dict):
                version.setdefault("key", str(number))


def _mistakes_of_shape(value: Plain) -> Iterator[tuple[Path, str]]:
    try:
        ManifestSchema.model_validate(value)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            yield details["loc"], _sentence(details["type"], details["loc"], value, details.get("ctx", {}))


def _sentence(kind: str, path: Path, value: Plain, context: Mapping[str, Any]) -> str:
    """Return our own sentence for one of pydantic's errors."""
    match kind:
        case _ if kind == SENTENCE:
            return str(context["sentence"])
        case "missing":
            return f"This field is required: {_NAMES[entry_at(path[:-1]).__name__]} cannot do without it."
        case "extra_forbidden":
            entry = entry_at(path[:-1])
            fields = list(entry.model_fields)
            written = str(path[-1])
            return (
                f"{shown(written)} is not a field of {_NAMES[entry.__name__]}.{did_you_mean(written, fields)} "
                f"The fields are {listed(fields)}."
            )
        case "literal_error":
            return "The version of the format is `1`."
        case "string_type":
            return "This is a text, not a list or a mapping: put what holds “: ” or begins with “[” in quotation marks."
        case "tuple_type":
            return "This is a list: begin each of its items with “- ”."
        case "model_type" if not path:
            return f"A manifest is a mapping with the fields {listed(ManifestSchema.model_fields)}."
        case "model_type":
            return f"This is a mapping with the fields {listed(entry_at(path).model_fields)}."
        case _:
            return f"This is not what belongs here ({kind.replace('_', ' ')})."


def _follows(path: Path, doubtful: set[Path]) -> bool:
    """Return whether a mistake lies at or within a value that could not be read, and so says nothing new."""
    return any(path[:length] in doubtful for length in range(len(path) + 1))
