"""`manage.py verify`: proves that the record is whole, or names the first row that is not."""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import chain
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from articles.models import LedgerHead
from articles.signed_heads import BadHeads, BadKey, Note, Verifier, read_heads
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
        parser.add_argument(
            "--against", metavar="FILE", action="append", default=[], type=Path,
            help="heads that somebody kept: signed ones, or what verify_record.py --keep wrote; proves that nothing up "
            "to there was rewritten. May be said several times.",
        )  # fmt: skip
        parser.add_argument(
            "--key", help="the key that verifies signatures, as `manage.py head_key` and /record/ show it"
        )
        parser.add_argument("--database", default="default", help="which of the configured databases")

    def handle(self, *args: Any, **options: Any) -> None:
        limit = None if options["all"] else 20
        kept, verifier = _heads(options["against"]), _verifier(options["key"])
        if verifier and not kept:
            raise CommandError("--key says who signed the heads that --against names: say --against too.")
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

            verification = Verification(options["database"], progress)
            # First what takes no time and says the most.
            for finding in chain(verification.against(kept, verifier), verification.findings()):
                found.append(finding)
                if limit is not None and len(found) > limit:
                    break
        for finding in found[:limit]:
            self.stderr.write(self.style.ERROR(str(finding)))
        if found:
            more = " There may be more: --all lists them." if limit is not None and len(found) > limit else ""
            raise CommandError(f"The record is broken, first at {found[0].row}.{more}")
        if kept:
            last = max(kept, key=lambda note: note.head.seq).head
            signed = f", signed by {verifier.name}" if verifier else ""
            self.stdout.write(
                self.style.SUCCESS(f"Nothing up to entry {last.seq}, which was kept{signed}, was rewritten.")
            )
        head = LedgerHead.objects.using(options["database"]).get()
        self.stdout.write(self.style.SUCCESS(f"The record is whole, up to entry {head.seq}, {head.hash}."))


def _heads(files: list[Path]) -> list[Note]:
    found = []
    for file in files:
        try:
            found += read_heads(file.read_bytes())
        except OSError as trouble:
            raise CommandError(f"--against {file}: it cannot be read ({trouble.strerror}).") from trouble
        except BadHeads as trouble:
            raise CommandError(f"--against {file}: {trouble}.") from trouble
    return found


def _verifier(text: str | None) -> Verifier | None:
    try:
        return Verifier.read(text) if text else None
    except BadKey as trouble:
        raise CommandError(f"--key: {trouble}") from trouble
