"""`manage.py import_claims FILE [--as USERNAME] [--dry-run]`"""

from __future__ import annotations

import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from articles.importing.claims_file import ChangedMeanwhile, ClaimsFile, ClaimsFileError, Imported
from articles.models import User
from articles.refusals import NotAllowed

NOTHING_DONE, STOPPED = 2, 130
STANDARD_INPUT = "-"
# Without a terminal, a line is told after so many.
NOW_AND_THEN = 50_000


class Command(BaseCommand):
    help = (
        "Puts claims on record, thousands at a time. FILE has a JSON object a line (see docs/importing.md), - reads "
        "standard input. All of it is checked before anything is written; where a line is wrong nothing is. What is on "
        "record already is passed over, so that a file can be imported again. Ends with 0 where all went well, with "
        "2 where nothing was done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="claims as NDJSON in UTF-8, or - for input")
        parser.add_argument(
            "--as",
            "--by",
            dest="username",
            metavar="USERNAME",
            help="the account whose work this is; without it nobody's",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError(
                "The database is not as this program needs it: run `manage.py migrate` first.",
                returncode=NOTHING_DONE,
            )
        by, written = self._account(options["username"]), Progressing(self.stderr)
        with self._opened(options["file"]) as (file, name), written:
            claims = ClaimsFile(file, name, written.tell)
            try:
                claims.check()
                claims.compare()
                done = claims.write(by, dry_run=options["dry_run"])
            except ClaimsFileError as trouble:
                written.end()
                for mistake in trouble.mistakes:
                    self.stderr.write(str(mistake))
                more = trouble.count - len(trouble.mistakes)
                told = f" The first {len(trouble.mistakes)} are above." if more else ""
                several = "mistake" if trouble.count == 1 else "mistakes"
                raise CommandError(
                    f"{trouble.count:,} {several} in {name}; nothing of it was written.{told}",
                    returncode=NOTHING_DONE,
                ) from None
            except ChangedMeanwhile:
                raise self._stopped(written, f"{name} was changed while it was read") from None
            except IntegrityError as trouble:
                sentence = (
                    f"The database refused some claims, as when somebody else imports the same ({trouble})"
                )
                raise self._stopped(written, sentence) from None
            except (NotAllowed, ValidationError) as trouble:
                sentences = trouble.messages if isinstance(trouble, ValidationError) else [str(trouble)]
                raise self._stopped(written, " ".join(sentences)) from None
            except KeyboardInterrupt:
                raise self._stopped(written, "Stopped", STOPPED) from None
        self._tell(done, options["dry_run"])

    def _stopped(self, written: Progressing, why: str, code: int = NOTHING_DONE) -> CommandError:
        count = written.counts.get("written", 0)
        return CommandError(
            f"{why.rstrip('.')}. {count:,} lines were done, and stay so. Run it again for the rest.",
            returncode=code,
        )

    def _tell(self, done: Imported, dry_run: bool) -> None:
        for one in done.differences:
            self.stdout.write(str(one))
        if done.differing > len(done.differences):
            self.stdout.write(f"… and {done.differing - len(done.differences):,} more that differ.")
        claims = "claim" if done.new == 1 else "claims"
        parts = [f"{done.new:,} new {claims}", f"{done.known:,} on record already"]
        if done.topics:
            parts.append(f"{done.topics:,} new {'topic' if done.topics == 1 else 'topics'}")
        self.stdout.write(", ".join(parts) + ".")
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")

    def _account(self, username: str | None) -> User | None:
        if username is None:
            return None
        account = User.objects.filter(username=username, is_active=True).first()
        if account is None:
            raise CommandError(f"There is no active account “{username}”.", returncode=NOTHING_DONE)
        return account

    @contextmanager
    def _opened(self, name: str) -> Iterator[tuple[BinaryIO, str]]:
        if name == STANDARD_INPUT:
            # It is read twice.
            with tempfile.TemporaryFile() as kept:
                shutil.copyfileobj(sys.stdin.buffer, kept, 1 << 20)
                kept.flush()
                yield kept, "standard input"
            return
        try:
            file = Path(name).open("rb")  # noqa: SIM115 - closed below
        except OSError as trouble:
            raise CommandError(
                f"{name} cannot be read: {trouble.strerror}.", returncode=NOTHING_DONE
            ) from None
        with file:
            yield file, Path(name).name


class Progressing:
    """Says on the errors' side how far it is: a line that moves on a terminal, else one now and then."""

    def __init__(self, errors: Any) -> None:
        self.errors = errors
        self.counts: dict[str, int] = {}
        self.tasks: dict[str, Any] = {}
        self.bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} claims"),
            TimeElapsedColumn(), console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty(),
        )  # fmt: skip

    def __enter__(self) -> Progressing:
        self.bar.start()
        return self

    def __exit__(self, *trouble: Any) -> None:
        self.end()

    def end(self) -> None:
        self.bar.stop()

    def tell(self, what: str, count: int) -> None:
        before = self.counts.get(what, 0)
        self.counts[what] = now = before + count
        if not self.bar.disable:
            if what not in self.tasks:
                self.tasks[what] = self.bar.add_task(what, total=None)
            self.bar.advance(self.tasks[what], count)
        elif now // NOW_AND_THEN > before // NOW_AND_THEN:
            self.errors.write(f"{now:,} claims {what}")
