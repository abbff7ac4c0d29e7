"""`manage.py forget_submissions`: erases what readers wrote, once its time is over."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from articles.models import Submission


class Command(BaseCommand):
    help = (
        "Erases the words of readers and how to reach them, of submissions that were closed SUBMISSIONS_KEPT_DAYS ago. "
        "What became of each stays. A worker does this once a day by itself."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--days", type=int, default=settings.SUBMISSIONS_KEPT_DAYS, help="another number of days"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["days"]
        if not 0 <= days <= 36_500:
            raise CommandError(f"--days is {days}; use a number from 0 to 36500.")
        number = Submission.forget_old(timedelta(days=days), timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"Submissions erased: {number}.")
