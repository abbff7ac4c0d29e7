"""`manage.py verify`: proves that the record is whole, or names the first row that is not."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from articles.models import LedgerHead
from articles.verification import Verification


class Command(BaseCommand):
    help = (
        "Checks the whole record: guards, the ledger's chain, every row against the ledger, every quotation and "
        "passage, hashes, verdict series, redactions, constraints and the search index. Changes nothing. "
        "Ends with 1 and the name of the first broken row where something is wrong."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="list every finding, not only the first 20")
        parser.add_argument("--database", default="default", help="which of the configured databases")

    def handle(self, *args: Any, **options: Any) -> None:
        limit = None if options["all"] else 20
        found = []
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed} rows"), TimeElapsedColumn(),
            console=Console(stderr=True), transient=True,
        ) as bar:  # fmt: skip
            tasks: dict[str, Any] = {}

            def progress(check: str, rows: int) -> None:
                if check not in tasks:
                    tasks[check] = bar.add_task(check, total=None)
                bar.advance(tasks[check], rows)

            for finding in Verification(options["database"], progress).findings():
                found.append(finding)
                if limit is not None and len(found) > limit:
                    break
        for finding in found[:limit]:
            self.stderr.write(self.style.ERROR(str(finding)))
        if found:
            more = " There may be more: --all lists them." if limit is not None and len(found) > limit else ""
            raise CommandError(f"The record is broken, first at {found[0].row}.{more}")
        head = LedgerHead.objects.using(options["database"]).get()
        self.stdout.write(self.style.SUCCESS(f"The record is whole, up to entry {head.seq}, {head.hash}."))
