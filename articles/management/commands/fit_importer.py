"""`manage.py fit_importer checkworthiness|attribution FOLDER [--write]`"""

from __future__ import annotations

import importlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

MODELS = ("checkworthiness", "attribution")


class Command(BaseCommand):
    help = (
        "Fits the weights of one of the importer's models with labelled data (see docs/importing.md for their shape) "
        "and prints what they were fitted on, how, and how well they do where that is measured on the way. With "
        "--write they replace the file the importer reads. Needs the development requirements (scikit-learn)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("model", choices=MODELS)
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="the folder with the labelled data")
        parser.add_argument("--write", action="store_true", help="replace the weights that are shipped")

    def handle(self, *args: Any, **options: Any) -> None:
        fitting = importlib.import_module(f"articles.importing.{options['model']}.fitting")
        try:
            fitted = fitting.fit(options["folder"], timezone.localdate())
        except ImportError as error:
            raise CommandError(
                f"{error}. Fitting needs what requirements-dev.txt names: install it."
            ) from error
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(fitted["provenance"], indent=2, ensure_ascii=False))
        if options["write"]:
            place = Path(str(fitting.__file__)).with_name("weights.json")
            place.write_text(fitting.as_json(fitted), encoding="utf-8")
            self.stdout.write(f"Written: {place.name}, {place.stat().st_size:,} bytes.")
