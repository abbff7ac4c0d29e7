"""`manage.py head_key`: makes the key that signs the heads of the ledger."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.signed_heads import BadKey, Signer


class Command(BaseCommand):
    help = (
        "Makes a key and writes it to a new file that only you can read, for HEAD_KEY_FILE. Prints the other half, "
        "which is for everybody: by it whoever keeps a head can tell that this newsroom signed it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="what the key is called, such as desk.example")
        parser.add_argument("file", type=Path, help="where to write it")

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["file"]
        try:
            key = Signer.new(options["name"])
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(f"{key.secret}\n")
        except BadKey as trouble:
            raise CommandError(str(trouble)) from trouble
        except FileExistsError as trouble:
            raise CommandError(
                f"{file} is there already, and may hold a key that is in use: give another name."
            ) from trouble
        except OSError as trouble:
            raise CommandError(f"{file} cannot be written ({trouble.strerror}).") from trouble
        self.stdout.write(str(key.verifier))
