"""`manage.py backup`: the whole instance as files, to be brought back by `manage.py restore`."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from articles.backup import Trouble, write
from articles.folders import Busy


class Command(BaseCommand):
    help = (
        "Writes the database and the stored files that it names into a folder below DIRECTORY, with a manifest and "
        "SHA256SUMS. All of one moment; nobody who writes waits. What the desk alone may see is in it: keep it where "
        "only those who run the site can read. Settings and keys are not in it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="where back-ups lie; made where it is not there")
        parser.add_argument(
            "--keep",
            type=int,
            metavar="N",
            help="remove all back-ups but the N newest, once this one is whole",
        )
        parser.add_argument("--database", default="default", help="which of the configured databases")

    def handle(self, *args: Any, **options: Any) -> None:
        keep, quiet = options["keep"], options["verbosity"] == 0
        if keep is not None and keep < 1:
            raise CommandError("--keep needs a number of back-ups from 1 on.")
        directory: Path = options["directory"]
        try:
            done = write(
                directory, keep, options["database"], lambda line: None if quiet else self.stdout.write(line)
            )
        except Busy:
            raise CommandError(f"Another back-up is being written to {directory}; wait for it.") from None
        except Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        except OSError as trouble:
            raise CommandError(f"The back-up could not be written: {trouble}.") from trouble
        except OperationalError as trouble:
            said = " ".join(str(trouble).split())
            raise CommandError(f"The database that DATABASE_URL names does not answer: {said}") from trouble
        if not quiet:
            self.stdout.write(self.style.SUCCESS(f"Everything is in {done}."))
