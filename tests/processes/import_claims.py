"""Imports claims as the command does, saying after each act how many lines are done: import_claims.py FILE."""

import sys

import django

django.setup()

from articles.management.commands.import_claims import Progressing  # noqa: E402

told = Progressing.tell


def tell(self, what, count):
    told(self, what, count)
    if what == "written":
        print(self.counts[what], flush=True)


Progressing.tell = tell

from django.core.management import call_command  # noqa: E402

call_command("import_claims", sys.argv[1])
