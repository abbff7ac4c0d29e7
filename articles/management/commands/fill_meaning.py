"""`manage.py fill_meaning`: makes what claims mean out of the record, where MEANING_MODEL names a model."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from articles.meaning.filling import fill
from articles.meaning.keeping import engine
from articles.meaning.model import Unfit, load


class Command(BaseCommand):
    help = (
        "Lets the model that MEANING_MODEL names read every claim that it has not read. Needed once after it was "
        "named, after each change of the model, and after `manage.py rebuild_search`. It may be broken off: what is "
        "done stays done. Changes nothing of the record."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default", help="which of the configured databases")
        parser.add_argument(
            "--threads", type=int, default=0, help="how many cores compute; 0, the usual, is all of them"
        )
        parser.add_argument(
            "--forget",
            action="store_true",
            help="forget instead what was made, such as before doing without it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        using = options["database"]
        if options["forget"]:
            engine(using).empty()
            self.stdout.write(self.style.SUCCESS("Nothing is kept of what claims mean."))
            return
        if not settings.MEANING_MODEL:
            raise CommandError(
                "MEANING_MODEL is not set: let it name the folder of a model; see docs/matching.md."
            )
        start = last = time.monotonic()

        def told(done: int, made: int, of: int) -> None:
            nonlocal last
            now = time.monotonic()
            if options["verbosity"] and (now - last > 5 or done == of):
                last = now
                self.stdout.write(f"{done:>10,} of {of:,} claims, {made:,} read, after {now - start:.0f} s")

        try:
            made = fill(load(settings.MEANING_MODEL, threads=max(0, options["threads"])), using, told)
        except Unfit as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(self.style.SUCCESS(f"{made:,} claims were read; {time.monotonic() - start:.1f} s."))
