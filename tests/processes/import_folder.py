"""Imports a folder as the command does, saying each file as soon as it is done: import_folder.py FOLDER."""

import sys

import django

django.setup()

from django.core.management import call_command  # noqa: E402

sys.stdout.reconfigure(line_buffering=True)
call_command("import_articles", sys.argv[1])
