"""Finds the texts and manifests that somebody named, and imports them one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from articles.importing.manifest import Manifest, ManifestError, read_manifest
from articles.importing.record import import_manifest, import_text
from articles.importing.report import Report
from articles.importing.text import MAX_BYTES, TextError, read_text

TEXTS = (".txt",)
MANIFESTS = (".yaml", ".yml")


@dataclass
class Pair:
    """A text and, where one lies beside it, its manifest."""

    text: Path
    manifest_path: Path | None
    manifest: Manifest | None = None


@dataclass
class Failure:
    """A file of which nothing was written, and why: one sentence for each mistake."""

    file: str
    sentences: list[str]


class NothingToImport(ValueError):
    """What was named is not there, or holds no text. Its text is a sentence."""


def find(paths: Sequence[Path]) -> list[Pair]:
    """Return the texts among files and folders (with all folders below), each once, sorted within a folder."""
    texts: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.suffix.lower() in TEXTS and one.is_file())
            if not inside:
                raise NothingToImport(f"{path} holds no text: no file in it ends in {', '.join(TEXTS)}.")
            texts.update(dict.fromkeys(inside))
        elif path.suffix.lower() in MANIFESTS and path.is_file():
            beside = [path.with_suffix(suffix) for suffix in TEXTS if path.with_suffix(suffix).is_file()]
            if not beside:
                raise NothingToImport(
                    f"{path} is a manifest, but {path.with_suffix(TEXTS[0]).name} is not beside it."
                )
            texts.update(dict.fromkeys(beside))
        elif path.suffix.lower() in TEXTS and path.is_file():
            texts[path] = None
        elif path.exists():
            raise NothingToImport(
                f"{path} is not a text this command reads: its name ends in none of {', '.join(TEXTS)}."
            )
        else:
            raise NothingToImport(f"{path} is not there. Name a file or a folder.")
    return [Pair(text, _manifest_beside(text)) for text in texts]


def _manifest_beside(text: Path) -> Path | None:
    return next((one for one in (text.with_suffix(suffix) for suffix in MANIFESTS) if one.is_file()), None)


def import_paths(paths: Sequence[Path], by: Any = None, dry_run: bool = False) -> Iterator[Report | Failure]:
    """Import what the paths name and yield what became of each text, in the order in which they need each other.

    Each file is a transaction of its own. With `dry_run` all of it happens in one transaction that is taken
    back at the end, so that files which refer to each other are judged as they would be.
    """
    with transaction.atomic() if dry_run else _nothing():
        for pair in _in_order(find(paths)):
            yield pair if isinstance(pair, Failure) else _import(pair, by)
        if dry_run:
            transaction.set_rollback(True)


class _nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def _in_order(pairs: list[Pair]) -> Iterator[Pair | Failure]:
    """Read the manifests and yield each text after those whose manifests its own refers to."""
    waiting: list[Pair] = []
    for pair in pairs:
        if pair.manifest_path is not None:
            try:
                pair.manifest = read_manifest(_bytes(pair.manifest_path), str(pair.manifest_path))
            except (ManifestError, TextError, OSError) as error:
                yield _failure(pair.manifest_path, error)
                continue
        waiting.append(pair)
    while waiting:
        named = {pair.manifest.id for pair in waiting if pair.manifest}
        ready = [
            pair
            for pair in waiting
            if not pair.manifest
            or not {reference.manifest for reference in pair.manifest.foreign_references}
            & named - {pair.manifest.id}
        ]
        # Manifests that refer to each other in a circle: the record decides which reference is missing.
        ready = ready or waiting[:1]
        yield from ready
        waiting = [pair for pair in waiting if pair not in ready]


def _import(pair: Pair, by: Any) -> Report | Failure:
    try:
        text = read_text(_bytes(pair.text))
        if pair.manifest is None:
            return import_text(by, text, str(pair.text))
        return import_manifest(by, pair.manifest, text, str(pair.text))
    except (ManifestError, TextError, OSError) as error:
        return _failure(pair.text, error)


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise TextError(f"The file has {path.stat().st_size:,} bytes; at most {MAX_BYTES:,} are read.")
    return path.read_bytes()


def _failure(path: Path, error: Exception) -> Failure:
    if isinstance(error, ManifestError):
        return Failure(str(path), [str(mistake) for mistake in error.mistakes])
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Failure(str(path), [f"{path}: {reason}"])
