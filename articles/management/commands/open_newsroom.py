"""`manage.py open_newsroom NAME`: the first command on a new record."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from articles.models import Newsroom, RatingScale


class Command(BaseCommand):
    help = (
        "Opens the newsroom under its name and adopts the standard rating scale. Both enter the ledger and stay; "
        "run again, it changes nothing. Make the first account with `manage.py createsuperuser`."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name readers see")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            newsroom = Newsroom.open(options["name"].strip())
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if newsroom.name != options["name"].strip():
            self.stdout.write(f"This is the newsroom “{newsroom}” already; rename it at the desk.")
        else:
            self.stdout.write(f"The newsroom “{newsroom}” is open, with the scale “{RatingScale.current()}”.")
