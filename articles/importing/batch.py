"""Imports what was found, one file after the other, each in a transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction

from articles.importing.arrived import Arrived
from articles.importing.files.incoming import Found, Incoming, IncomingError, Refusal, Skipped, find
from articles.importing.filing import file_text, filed_before
from articles.importing.manifest import Manifest, ManifestError, read_manifest
from articles.importing.opening import Opener
from articles.importing.record import import_manifest
from articles.importing.report import Failure, Fate, Report
from articles.importing.text import TextError
from articles.refusals import Refused

log = logging.getLogger("factcheck.importing")

Outcome = Report | Failure

NO_MANIFESTS = (
    "A manifest is the desk's work, and this key only hands in articles. Use one with the scope write, or leave the "
    "manifest out."
)


@dataclass(slots=True)
class Task:
    """A file that is to be imported and, where one lies beside it, its manifest."""

    file: Incoming
    manifest: Manifest | None = None


def import_paths(
    names: Sequence[Path | str],
    by: Any = None,
    dry_run: bool = False,
    *,
    repair: bool = False,
    stdin: BinaryIO | None = None,
) -> Iterator[Outcome]:
    """Import what the names lead to and yield what became of each file; see `import_files`."""
    yield from import_files(find(names, stdin), by, dry_run, repair=repair)


def import_files(
    found: Iterable[Found],
    by: Any = None,
    dry_run: bool = False,
    *,
    repair: bool = False,
    manifests: bool = True,
) -> Iterator[Outcome]:
    """Import files and yield what became of each, in the order in which their manifests need each other.

    Without `manifests` a file beside which one lies is refused: whoever hands it in may not do the desk's work.

    Killed at any moment it leaves whole files only, and run again it finishes the rest. With `dry_run` nothing
    stays: files with manifests, which may refer to each other, are tried together, all others one by one.
    """
    tasks: list[Task] = []
    for one in found:
        task = _task(one, manifests)
        if isinstance(task, Task):
            tasks.append(task)
        else:
            yield task
    with Opener(repair) as opener:
        if dry_run:
            yield from _tried(tasks, by, opener)
        else:
            for task in _in_order(tasks):
                yield _import(task, by, opener)


def nothing_done(fates: Iterable[Fate]) -> bool:
    """Was every file refused, but for those that were passed over?"""
    fates = set(fates)
    return Fate.REFUSED in fates and not fates - {Fate.REFUSED, Fate.SKIPPED}


def _task(found: Found, manifests: bool) -> Task | Outcome:
    if isinstance(found, Refusal):
        return Failure(found.name, [f"{found.name}: {found.sentence}"])
    if isinstance(found, Skipped):
        return Report(found.name, Fate.SKIPPED, notes=[found.sentence])
    if found.manifest is None:
        return Task(found)
    if not manifests:
        name = found.manifest.name
        return Failure(name, [f"{name}: {NO_MANIFESTS}"])
    try:
        return Task(found, read_manifest(found.manifest.read(), found.manifest.name))
    except (ManifestError, TextError, IncomingError) as error:
        return _failure(found.manifest.name, error)


def _in_order(tasks: list[Task]) -> Iterator[Task]:
    """Yield each file after those whose manifests its own refers to."""
    waiting = tasks
    while waiting:
        named = {task.manifest.id for task in waiting if task.manifest}
        ready: list[Task] = []
        later: list[Task] = []
        for task in waiting:
            needs = {one.manifest for one in task.manifest.foreign_references} if task.manifest else set()
            is_ready = task.manifest is None or not needs & named - {task.manifest.id}
            (ready if is_ready else later).append(task)
        # Manifests that refer to each other in a circle: the record decides which reference is missing.
        if not ready:
            ready, later = waiting[:1], waiting[1:]
        yield from ready
        waiting = later


def _tried(tasks: list[Task], by: Any, opener: Opener) -> Iterator[Outcome]:
    """Yield what would become of each file; nothing of it stays."""
    with_manifests = list(_in_order([task for task in tasks if task.manifest]))
    yield from _together(with_manifests, by, opener)
    seen: dict[str, str] = {}
    for task in tasks:
        if task.manifest:
            continue
        # One by one, so that the desk can go on writing meanwhile.
        yield from _together([task], by, opener, seen)


def _together(
    tasks: list[Task], by: Any, opener: Opener, seen: dict[str, str] | None = None
) -> list[Outcome]:
    """Return what would become of files that may refer to each other."""
    outcomes: list[Outcome] = []
    if not tasks:
        return outcomes
    try:
        with _taken_back():
            outcomes += [_import(task, by, opener, seen) for task in tasks]
    except OperationalError as error:
        outcomes += [_failure(task.file.name, error) for task in tasks[len(outcomes) :]]
    return outcomes


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _import(task: Task, by: Any, opener: Opener, seen: dict[str, str] | None = None) -> Outcome:
    name = task.file.name
    try:
        data = task.file.read()
        # Mending may make another text of the same bytes.
        known = filed_before(name, data) if task.manifest is None and not opener.repair else None
        if known is not None:
            return known
        arrived = opener.open(task.file, data)
        first = seen.setdefault(arrived.text.sha256, name) if seen is not None else name
        if first != name:
            return Report(name, Fate.KNOWN, unchanged=1, notes=[f"It is the same text as {first}."])
        return _filed(task, by, arrived)
    except (ManifestError, TextError, IncomingError, Refused, ValidationError, OperationalError) as error:
        return _failure(name, error)
    except Exception as error:
        # A mistake of ours over one file must not keep thousands of others out.
        log.exception("import of %s", name)
        return Failure(
            name,
            [
                f"{name}: The program failed over it ({type(error).__name__}: {error}). Please report it with the file."
            ],
        )


def _filed(task: Task, by: Any, arrived: Arrived) -> Report:
    if task.manifest is None:
        return file_text(by, arrived)
    return import_manifest(by, task.manifest, arrived)


def _failure(name: str, error: Exception) -> Failure:
    if isinstance(error, ManifestError):
        return Failure(name, [str(mistake) for mistake in error.mistakes])
    if isinstance(error, OperationalError):
        # Somebody else held the lock for longer than anybody waits, or the disk is full; the next file may do.
        return Failure(name, [f"{name}: The database did not take it: {error}. Run the import again."])
    if isinstance(error, ValidationError):
        return Failure(name, [f"{name}: {' '.join(error.messages)}"])
    return Failure(name, [f"{name}: {error}"])
