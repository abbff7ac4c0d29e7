"""`manage.py dump`: everything readers may see, as files with their hashes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.dump import write
from articles.folders import Busy


class Command(BaseCommand):
    help = (
        "Writes everything readers may see into a folder below DIRECTORY: rows of each noun as gzipped NDJSON, a "
        "manifest and SHA256SUMS. All of one moment; nobody who writes waits. Nothing of the desk is in it. "
        "The change feed keeps a copy made of it in step: manifest.json says where to go on."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="where dumps lie; made where it is not there")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="remove all dumps but the N newest, once this one is whole"
        )
        parser.add_argument("--database", default="default", help="which of the configured databases")

    def handle(self, *args: Any, **options: Any) -> None:
        keep, quiet = options["keep"], options["verbosity"] == 0
        if keep is not None and keep < 1:
            raise CommandError("--keep needs a number of dumps from 1 on.")
        directory: Path = options["directory"]
        try:
            done = write(
                directory, keep, options["database"], lambda line: None if quiet else self.stdout.write(line)
            )
        except Busy:
            raise CommandError(f"Another dump is being written to {directory}; wait for it.") from None
        except OSError as trouble:
            raise CommandError(f"The dump could not be written: {trouble}.") from trouble
        if not quiet:
            self.stdout.write(self.style.SUCCESS(f"Everything readers see is in {done}."))
