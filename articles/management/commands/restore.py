"""`manage.py restore`: brings back what `manage.py backup` wrote, and proves that it is the same record."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from articles.backup import Trouble, restore
from articles.models import LedgerHead


class Command(BaseCommand):
    help = (
        "Restores a back-up into the database that DATABASE_URL names, which must be empty, and its files to where "
        "files are kept. Checks every file by its hash before anything is changed, and the whole record after."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("backup", type=Path, help="the folder that `manage.py backup` wrote")
        parser.add_argument(
            "--no-verify", action="store_true", help="do not check the record: manage.py verify does"
        )
        parser.add_argument("--database", default="default", help="which of the configured databases")

    def handle(self, *args: Any, **options: Any) -> None:
        using = options["database"]
        try:
            manifest = restore(options["backup"], using, self.stdout.write)
        except Trouble as trouble:
            raise CommandError(str(trouble)) from trouble
        except OSError as trouble:
            raise CommandError(f"The back-up could not be restored: {trouble}.") from trouble
        except OperationalError as trouble:
            said = " ".join(str(trouble).split())
            raise CommandError(f"The database that DATABASE_URL names does not answer: {said}") from trouble
        executor = MigrationExecutor(connections[using])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(
                self.style.WARNING(
                    "Restored. It is of an older release: run manage.py migrate, and then manage.py verify."
                )
            )
            return
        head = LedgerHead.objects.using(using).filter(pk=1).values_list("seq", "hash").first() or (None, "")
        if head != (manifest.seq, manifest.hash):
            raise CommandError(
                f"The record was restored up to entry {head[0]}, and the back-up names {manifest.seq}: do not use it."
            )
        if not options["no_verify"]:
            call_command("verify", database=using, stdout=self.stdout, stderr=self.stderr)
        self.stdout.write(
            self.style.SUCCESS(f"Restored up to entry {manifest.seq}, as of {manifest.made_at}.")
        )
