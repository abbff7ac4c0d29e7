"""What must hold between the values of a manifest: keys, references, and fields that call for or exclude each
other.

The rules read the plain values, not the schema's entries, so that one wrong value does not hide what is wrong
beside it: where a value has the wrong shape they say nothing, since the schema does. No Django in here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from articles.importing.mistakes import did_you_mean, listed, shown
from articles.importing.plain_yaml import Path, Plain
from articles.importing.text import find_words
from articles.vocabulary import (
    ANONYMOUS_FORBIDDEN,
    COURT_KINDS,
    MANIFEST_STATUSES,
    SOURCE_FIELDS,
    SOURCE_REQUIRED,
    ClaimStatus,
    SourceKind,
)

# A link in Markdown, [words](address), is not a citation.
_CITATION = re.compile(r"\[([A-Za-z0-9._-]+)\](?!\()")
_SEVERAL_CITED = re.compile(r"\[([A-Za-z0-9._-]+(?:\s*[,;]\s*[A-Za-z0-9._-]+)+)\](?!\()")
_OWN_FIELDS = frozenset().union(*SOURCE_FIELDS.values())
_SINGULAR = {"sources": "source", "claims": "claim", "claimants": "claimant"}


@dataclass(frozen=True)
class ForeignReference:
    """A reference to an item of another manifest: its `list` is "sources", "claims" or "claimants"."""

    manifest: str
    list: str
    key: str
    path: Path


@dataclass(frozen=True)
class _Part:
    """A mapping somewhere in the manifest, read without trusting its shape."""

    path: Path
    value: Mapping[str, Plain]

    def text(self, name: str) -> str:
        """Return a field's text; "" where it is missing or is something else."""
        value = self.value.get(name)
        return value if isinstance(value, str) else ""

    def has(self, name: str) -> bool:
        return name in self.value

    def parts(self, name: str) -> list[_Part]:
        """Return the mappings of a field that is a list."""
        value = self.value.get(name)
        items = enumerate(value if isinstance(value, list) else ())
        return [_Part((*self.path, name, index), item) for index, item in items if isinstance(item, dict)]

    def part(self, name: str) -> _Part | None:
        value = self.value.get(name)
        return _Part((*self.path, name), value) if isinstance(value, dict) else None

    def texts(self, name: str) -> list[tuple[Path, str]]:
        """Return the texts of a field that is a list, each with its path."""
        value = self.value.get(name)
        items = enumerate(value if isinstance(value, list) else ())
        return [((*self.path, name, index), item) for index, item in items if isinstance(item, str)]


@dataclass
class Findings:
    """What the rules found: mistakes as (path, sentence), and the references that lead out of the
    manifest."""

    mistakes: list[tuple[Path, str]] = field(default_factory=list)
    foreign: list[ForeignReference] = field(default_factory=list)


def check(value: Plain) -> Findings:
    """Return everything in a manifest's plain value that breaks a rule between values."""
    findings = Findings()
    if isinstance(value, dict):
        _Rules(_Part((), value), findings).check()
    return findings


class _Rules:
    def __init__(self, manifest: _Part, findings: Findings) -> None:
        self._manifest = manifest
        self._findings = findings
        self._id = manifest.text("id")
        self._items = {name: _by_key(manifest.parts(name)) for name in ("sources", "claims", "claimants")}

    def check(self) -> None:
        for name in ("blocks", "claimants", "sources", "claims"):
            self._keys_are_unique(self._manifest.parts(name))
        for source in self._manifest.parts("sources"):
            self._source(source)
        for name in ("part_of", "derived_from"):
            self._no_cycles(name)
        for claim in self._manifest.parts("claims"):
            self._claim(claim)
        self._relations_are_said_once()

    def _blame(self, path: Path, sentence: str) -> None:
        self._findings.mistakes.append((path, sentence))

    def _keys_are_unique(self, parts: list[_Part]) -> None:
        seen: set[str] = set()
        for part in parts:
            key = part.text("key")
            if key and key in seen:
                self._blame(
                    (*part.path, "key"), f"The key {shown(key)} is taken by an earlier item of this list."
                )
            seen.add(key)

    def _resolve(self, path: Path, reference: str, items: str) -> _Part | None:
        """Return what a reference within this manifest names; note it where it leads out, and blame it where
        it is broken."""
        manifest, _, key = reference.rpartition("/")
        if manifest and manifest != self._id:
            self._findings.foreign.append(ForeignReference(manifest, items, key, path))
            return None
        found = self._items[items].get(key)
        if found is None and key:
            near = did_you_mean(key, self._items[items])
            self._blame(path, f"There is no {_SINGULAR[items]} {shown(key)} in this manifest.{near}")
        return found

    # Sources

    def _source(self, source: _Part) -> None:
        self._fields_of_its_kind(source)
        self._resolve((*source.path, "part_of"), source.text("part_of"), "sources")
        derivations = source.parts("derived_from")
        for derivation in derivations:
            self._resolve((*derivation.path, "source"), derivation.text("source"), "sources")
        self._said_once([((*part.path, "source"), part.text("source")) for part in derivations])
        versions = source.parts("versions")
        self._keys_are_unique(versions)
        for version in versions:
            if version.has("text") and version.has("text_from_article"):
                self._blame(
                    (*version.path, "text_from_article"),
                    "A version has `text` or `text_from_article`, not both.",
                )

    def _fields_of_its_kind(self, source: _Part) -> None:
        if source.text("kind") not in list(SourceKind):
            return
        kind = SourceKind(source.text("kind"))
        for name in sorted(_OWN_FIELDS - SOURCE_FIELDS[kind]):
            if source.has(name):
                own = listed(sorted(SOURCE_FIELDS[kind])) or "none"
                self._blame(
                    (*source.path, name),
                    f"A source of the kind `{kind}` has no `{name}`; the fields of its own are: {own}.",
                )
        for name in sorted(SOURCE_REQUIRED[kind]):
            if not source.has(name):
                self._blame(source.path, f"A source of the kind `{kind}` needs `{name}`.")
        if kind is SourceKind.ANONYMOUS_SOURCE:
            for name in ANONYMOUS_FORBIDDEN:
                if source.has(name):
                    self._blame(
                        (*source.path, name),
                        f"A source of the kind `{kind}` has no `{name}`: it could name who must not be named.",
                    )

    def _no_cycles(self, name: str) -> None:
        sources = self._items["sources"]
        edges = {key: list(self._targets(source, name)) for key, source in sources.items()}
        settled: set[str] = set()
        for first in edges:
            # A walk that keeps its own stack: a chain of sources may be longer than Python's.
            trail: list[str] = []
            stack = [(first, False)]
            while stack:
                key, left = stack.pop()
                if left:
                    settled.add(trail.pop())
                elif key in trail:
                    circle = " → ".join([*trail[trail.index(key) :], key])
                    self._blame((*sources[trail[-1]].path, name), f"`{name}` goes in a circle: {circle}.")
                elif key not in settled:
                    trail.append(key)
                    stack.append((key, True))
                    stack += [(target, False) for target in edges[key]]

    def _targets(self, source: _Part, name: str) -> Iterator[str]:
        references = [source.text(name), *(part.text("source") for part in source.parts(name))]
        for reference in references:
            manifest, _, key = reference.rpartition("/")
            if manifest in ("", self._id) and key in self._items["sources"]:
                yield key

    # Claims

    def _claim(self, claim: _Part) -> None:
        not_checkable = claim.text("status") == ClaimStatus.NOT_CHECKABLE
        if not_checkable and not claim.has("reason"):
            self._blame(claim.path, "A claim that is `not_checkable` needs a `reason`, in words for readers.")
        # A status that is no status may have been meant as the one that takes a reason.
        if claim.has("reason") and claim.text("status") in ("", *MANIFEST_STATUSES) and not not_checkable:
            self._blame(
                (*claim.path, "reason"), "Only a claim whose status is `not_checkable` has a `reason`."
            )
        self._said_once([(path, topic.strip().casefold()) for path, topic in claim.texts("topics")])
        for attribution in claim.parts("attribution"):
            self._attribution(attribution, claim.text("quote"))
        for relation in claim.parts("relations"):
            path = (*relation.path, "claim")
            other = self._resolve(path, relation.text("claim"), "claims")
            if other is not None and other.text("key") == claim.text("key"):
                self._blame(path, "A claim has no relation to itself.")
        self._keys_are_unique(claim.parts("evidence"))
        for evidence in claim.parts("evidence"):
            self._evidence(evidence)
        verdict = claim.part("verdict")
        if verdict is not None:
            self._verdict(verdict, [evidence.text("key") for evidence in claim.parts("evidence")])

    def _attribution(self, attribution: _Part, quote: str) -> None:
        named, described = attribution.has("claimant"), attribution.has("described_as")
        if not named and not described:
            self._blame(
                attribution.path, "An attribution needs a `claimant`, or `described_as` where none is known."
            )
        if named and described:
            self._blame(
                (*attribution.path, "described_as"),
                "An attribution has a `claimant` or `described_as`, not both.",
            )
        self._resolve((*attribution.path, "claimant"), attribution.text("claimant"), "claimants")
        words = attribution.text("words")
        if not words.strip() or not quote.strip():
            return
        places = find_words(quote, words)
        if not places:
            self._blame(
                (*attribution.path, "words"), f"The words {shown(words)} are not in the quote of this claim."
            )
        elif len(places) > 1:
            self._blame(
                (*attribution.path, "words"),
                f"The words {shown(words)} are {len(places)} times in the quote: give more words around those meant.",
            )

    def _relations_are_said_once(self) -> None:
        said: dict[tuple[frozenset[str], str], Path] = {}
        for claim in self._manifest.parts("claims"):
            for relation in claim.parts("relations"):
                other = relation.text("claim").removeprefix(f"{self._id}/")
                pair = (frozenset({claim.text("key"), other}), relation.text("kind"))
                if pair in said:
                    self._blame(
                        relation.path,
                        f"That these two claims are related as {shown(pair[1])} is said already: "
                        "a relation stands at one of the two, once.",
                    )
                said.setdefault(pair, relation.path)

    def _evidence(self, evidence: _Part) -> None:
        if not evidence.has("passage") and not evidence.has("note"):
            self._blame(
                evidence.path, "Evidence needs a `passage`, or where only a summary was seen a `note`."
            )
        path = (*evidence.path, "source")
        source = self._resolve(path, evidence.text("source"), "sources")
        if source is None:
            # What another manifest says of its source is checked once both are in the record.
            return
        versions = [version.text("key") for version in source.parts("versions")]
        wanted = evidence.text("version")
        if not versions:
            self._blame(
                path, f"The source {shown(source.text('key'))} is cited and needs a version under `versions`."
            )
        elif wanted and wanted not in versions:
            self._blame(
                (*evidence.path, "version"),
                f"The source {shown(source.text('key'))} has no version {shown(wanted)}; it has {listed(versions)}.",
            )
        kind = source.text("kind")
        if evidence.has("posture") and kind in list(SourceKind) and kind not in COURT_KINDS:
            self._blame(
                (*evidence.path, "posture"),
                f"Only evidence from {listed(sorted(COURT_KINDS))} has a `posture`; "
                f"{shown(source.text('key'))} is a `{kind}`.",
            )

    def _verdict(self, verdict: _Part, keys: Collection[str]) -> None:
        chosen = verdict.texts("evidence")
        for path, key in chosen:
            if key.strip() and key not in keys:
                self._blame(path, f"This claim has no evidence {shown(key)}.{did_you_mean(key, keys)}")
        self._said_once(chosen)
        path = (*verdict.path, "reasoning")
        reasoning = verdict.text("reasoning")
        for key in dict.fromkeys(_CITATION.findall(reasoning)):
            if key not in keys:
                self._blame(
                    path,
                    f"[{key}] cites evidence that this claim does not have; use round brackets for other remarks."
                    f"{did_you_mean(key, keys)}",
                )
            elif verdict.has("evidence") and key not in [chosen_key for _, chosen_key in chosen]:
                self._blame(path, f"[{key}] is cited, but the verdict's list of evidence leaves it out.")
        for several in _SEVERAL_CITED.findall(reasoning):
            cited = re.split(r"\s*[,;]\s*", several)
            if any(key in keys for key in cited):
                self._blame(
                    path, f"[{several}] is not a citation: write {' '.join(f'[{key}]' for key in cited)}."
                )

    def _said_once(self, texts: list[tuple[Path, str]]) -> None:
        often = Counter(text for _, text in texts if text)
        seen: set[str] = set()
        for path, text in texts:
            if often[text] > 1 and text in seen:
                self._blame(path, f"{shown(text)} is in this list already.")
            seen.add(text)


def _by_key(parts: list[_Part]) -> dict[str, _Part]:
    """Return the first item of each key; that keys are unique is another rule's business."""
    items: dict[str, _Part] = {}
    for part in parts:
        if part.text("key"):
            items.setdefault(part.text("key"), part)
    return items
