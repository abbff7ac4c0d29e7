"""`manage.py import_articles PATH… [--dry-run] [--as USERNAME]`"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.importing.batch import Failure, NothingToImport, import_paths
from articles.models import User


class Command(BaseCommand):
    help = (
        "Puts texts on record, with the manifest that lies beside each (same name, .yaml; see docs/manifest.md). "
        "Nothing is published. Importing again changes nothing; what the desk has changed is reported, never "
        "overwritten. A mistake names file, line and field, and nothing of that file is written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths", nargs="+", type=Path, metavar="PATH", help="a text, a manifest or a folder"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument(
            "--as",
            dest="username",
            help="the account whose work this is; without it nobody has written the verdict drafts yet",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._account(options["username"])
        failed = 0
        try:
            for outcome in import_paths(options["paths"], by, options["dry_run"]):
                if isinstance(outcome, Failure):
                    failed += 1
                    for sentence in outcome.sentences:
                        self.stderr.write(self.style.ERROR(sentence))
                    self.stderr.write(f"{outcome.file}: nothing of it was written.")
                else:
                    for line in outcome.lines():
                        self.stdout.write(line)
        except NothingToImport as error:
            raise CommandError(str(error)) from error
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was written.")
        if failed:
            raise CommandError(f"{failed} {'file has' if failed == 1 else 'files have'} mistakes; see above.")

    def _account(self, username: str | None) -> User | None:
        if username is None:
            return None
        account = User.objects.filter(username=username, is_active=True).first()
        if account is None:
            raise CommandError(f"There is no active account “{username}”.")
        return account
