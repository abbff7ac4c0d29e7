"""`manage.py rebuild_search`: writes the search index anew out of the record."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.search import index


class Command(BaseCommand):
    help = (
        "Writes every search document anew, in one transaction: readers search the old ones until it is done. Needed "
        "after `manage.py verify` said that the index does not agree, and now and then on PostgreSQL, where it also "
        "counts the common words. Changes nothing of the record."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default", help="which of the configured databases")

    def handle(self, *args: Any, **options: Any) -> None:
        using = options["database"]
        if not index.is_possible(using):
            raise CommandError("The tables are not all there yet: run `manage.py migrate` first.")
        start = time.monotonic()

        def told(kind: str, count: int) -> None:
            if options["verbosity"]:
                self.stdout.write(
                    f"{count:>10,} documents of kind {kind}, after {time.monotonic() - start:.1f} s"
                )

        index.install(using)
        total = index.rebuild(using, told)
        self.stdout.write(
            self.style.SUCCESS(f"{total:,} documents can be found; {time.monotonic() - start:.1f} s.")
        )
