"""`manage.py import_articles PATH… [--dry-run] [--as USERNAME] [--repair] [--json]`"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from articles.importing.batch import Outcome, import_files, nothing_done
from articles.importing.files.incoming import find
from articles.importing.report import Failure, Fate, Report, numbered
from articles.models import User

# Up to this many files a terminal is told of each; beyond, only of those that need somebody.
FEW = 20
SOME_REFUSED, NOTHING_DONE, STOPPED = 1, 2, 130
# The fates that are things; the others are what files are.
_COUNTED = (Fate.NEW, Fate.VERSION)


class Teller(Protocol):
    """Says what became of each file, as it happens, and all of it at the end."""

    def tell(self, outcome: Outcome) -> None: ...

    def end(self, fates: Counter[Fate], dry_run: bool) -> None: ...


class Command(BaseCommand):
    help = (
        "Puts articles on record: texts, Markdown, web pages and PDFs, in folders and ZIP files or from standard input "
        "(-), each with the manifest that lies beside it if one does (same name, .yaml; see docs/manifest.md). What "
        "could be checked in them waits at the desk as suggestions; nothing is published. Importing again changes "
        "nothing. Ends with 0 where all went well, 1 where some files were refused, 2 where nothing could be done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths",
            nargs="+",
            metavar="PATH",
            help="a file, a manifest, a folder, a ZIP file, or - for input",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument(
            "--as",
            dest="username",
            help="the account whose work this is; without it nobody has written the verdict drafts yet",
        )
        parser.add_argument(
            "--repair",
            action="store_true",
            help="mend texts that were decoded wrongly before they came here; without it that is only told",
        )
        parser.add_argument("--json", action="store_true", help="say everything as one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError(
                "The database is not as this program needs it: run `manage.py migrate` first.",
                returncode=NOTHING_DONE,
            )
        by = self._account(options["username"])
        found = list(find(options["paths"], getattr(sys.stdin, "buffer", None)))
        fates: Counter[Fate] = Counter()
        try:
            with self._teller(len(found), options["json"]) as teller:
                for outcome in import_files(found, by, options["dry_run"], repair=options["repair"]):
                    fates[outcome.fate] += 1
                    teller.tell(outcome)
                teller.end(fates, options["dry_run"])
        except KeyboardInterrupt:
            raise CommandError(
                f"Stopped after {fates.total():,} of {len(found):,} files; what was told of is done. "
                "Run it again for the rest.",
                returncode=STOPPED,
            ) from None
        refused = fates[Fate.REFUSED]
        if nothing_done(fates):
            raise CommandError("Nothing was imported; see above.", returncode=NOTHING_DONE)
        if refused:
            raise CommandError(
                f"{refused:,} {'file was' if refused == 1 else 'files were'} refused; see above.",
                returncode=SOME_REFUSED,
            )

    def _account(self, username: str | None) -> User | None:
        if username is None:
            return None
        account = User.objects.filter(username=username, is_active=True).first()
        if account is None:
            raise CommandError(f"There is no active account “{username}”.", returncode=NOTHING_DONE)
        return account

    @contextmanager
    def _teller(self, number: int, as_json: bool) -> Iterator[Teller]:
        if as_json:
            yield AsJson(self.stdout)
        elif sys.stdout.isatty() and number > FEW:
            with _progress() as progress:
                yield OnTerminal(progress, number)
        else:
            yield InLines(self.stdout, self.stderr)


def summary(fates: Counter[Fate], dry_run: bool) -> list[str]:
    """Return how many files met which fate, as lines."""
    counted = [
        f"{fates[fate]:,} {numbered(fate.value, fates[fate]) if fate in _COUNTED else fate.value}"
        for fate in Fate
        if fates[fate]
    ]
    lines = [", ".join(counted) + "."] if fates.total() > 1 else []
    return [*lines, "Dry run: nothing was written."] if dry_run else lines


class InLines:
    """Plain lines: for a pipe, a log, or a few files."""

    def __init__(self, out: Any, errors: Any) -> None:
        self.out, self.errors = out, errors

    def tell(self, outcome: Outcome) -> None:
        if isinstance(outcome, Report):
            for line in outcome.lines():
                self.out.write(line)
            return
        for sentence in outcome.sentences:
            self.errors.write(sentence)
        self.errors.write(f"{outcome.file}: nothing of it was written.")

    def end(self, fates: Counter[Fate], dry_run: bool) -> None:
        for line in summary(fates, dry_run):
            self.out.write(line)


class OnTerminal:
    """A bar for thousands of files, and above it only what somebody has to know."""

    def __init__(self, progress: Progress, number: int) -> None:
        self.progress = progress
        self.task = progress.add_task("Importing", total=number)

    def tell(self, outcome: Outcome) -> None:
        for line in _worth_telling(outcome):
            self.progress.console.print(escape(line))
        self.progress.advance(self.task)

    def end(self, fates: Counter[Fate], dry_run: bool) -> None:
        for line in summary(fates, dry_run):
            self.progress.console.print(escape(line))


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(highlight=False))


def _worth_telling(outcome: Outcome) -> Iterable[str]:
    if isinstance(outcome, Failure):
        return [*outcome.sentences, f"{outcome.file}: nothing of it was written."]
    asks = outcome.notes or outcome.differences or outcome.anchors
    return outcome.lines() if asks else ()


class AsJson:
    """One JSON document, written as it comes, so that thousands of files take no memory."""

    def __init__(self, out: Any) -> None:
        self.out = out
        self.begun = False

    def tell(self, outcome: Outcome) -> None:
        self.out.write(",\n" if self.begun else '{"files": [\n', ending="")
        self.out.write(json.dumps(outcome.as_json(), ensure_ascii=False), ending="")
        self.begun = True

    def end(self, fates: Counter[Fate], dry_run: bool) -> None:
        counted = {fate.name.lower(): fates[fate] for fate in Fate}
        ending = {"summary": counted, "dry_run": dry_run}
        self.out.write("" if self.begun else '{"files": [', ending="")
        self.out.write(f"\n], {json.dumps(ending)[1:]}")
