"""`manage.py worker`: does the background work until it is told to stop."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from articles.work.worker import Worker


class Command(BaseCommand):
    help = (
        "Takes jobs from the database and runs them, one at a time; start as many workers as should run side by side. "
        "SIGTERM and Ctrl-C stop it after the job that runs, or once --grace is over; what was not done is given back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--queue", action="append", default=[], help="only this queue; may be given again"
        )
        parser.add_argument("--drain", action="store_true", help="end when nothing is due")
        parser.add_argument(
            "--lease", type=float, default=60, help="seconds after which a silent worker is lost"
        )
        parser.add_argument("--grace", type=float, default=30, help="seconds a job may go on after a signal")
        parser.add_argument(
            "--idle", type=float, default=1, help="seconds between two looks when nothing is due"
        )

        parser.add_argument(
            "--beside", type=int, metavar="PID", help="end when the process that started it ends"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for name in ("lease", "grace", "idle"):
            if not 0 < options[name] <= 86_400:
                raise CommandError(
                    f"--{name} is {options[name]:g}; use seconds, more than 0 and at most a day."
                )
        worker = Worker(
            options["queue"],
            lease=timedelta(seconds=options["lease"]),
            grace=timedelta(seconds=options["grace"]),
            idle=options["idle"],
            parent=options["beside"],
        )
        if options["verbosity"]:
            self.stdout.write(f"Worker {worker.name} is at work; Ctrl-C stops it.")
            self.stdout.flush()
        done = worker.run(drain=options["drain"])
        if options["verbosity"]:
            self.stdout.write(f"Worker {worker.name} stopped after {done} jobs.")
