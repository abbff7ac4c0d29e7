"""`manage.py demo`: the sample texts on a database of their own, served on this machine only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from articles.demo import SeedsBroken, prepare


class Command(BaseCommand):
    help = "Migrates the demo database, imports seeds/, publishes the sample verdicts and serves them on 127.0.0.1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="prepare the database and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The demo has a database of its own; start it as `manage.py demo`, or `make run`."
            )
        port = options["port"]
        if not 1 <= port <= 65535:
            raise CommandError(f"{port} is not a port; use a number from 1 to 65535.")
        if not options["no_serve"]:
            self._require_free(port)
        call_command("migrate", verbosity=0)
        try:
            prepared = prepare(settings.BASE_DIR / "seeds")
        except SeedsBroken as error:
            raise CommandError(f"The sample manifests have mistakes:\n{error}") from error
        for line in prepared.lines:
            self.stdout.write(line)
        if prepared.published:
            self.stdout.write(f"{prepared.published} sample verdicts published.")
        if prepared.passwords:
            place = settings.DATABASES["default"]["NAME"]
            self.stdout.write(f"\nAccounts for the desk (shown once; delete {place} to start over):")
            for username, password in prepared.passwords.items():
                self.stdout.write(f"  {username:<13} {password}")
        if not options["no_serve"]:
            self._serve(port)

    def _require_free(self, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                other = port + 1 if port < 65535 else 8001
                raise CommandError(
                    f"Port {port} is taken or not allowed ({error.strerror}). "
                    f"Choose another: make run PORT={other}"
                ) from error

    def _serve(self, port: int) -> None:
        self.stdout.write(
            f"\nReaders: http://127.0.0.1:{port}/   Desk: http://127.0.0.1:{port}/desk/   Ctrl-C stops."
        )
        self.stdout.flush()
        os.chdir(settings.BASE_DIR)
        # It ends with the server, which takes the place of this process and keeps its number.
        subprocess.Popen(
            [sys.executable, "manage.py", "worker", "--beside", str(os.getpid()), "--verbosity", "0"],
            start_new_session=True,
        )
        os.execv(  # noqa: S606 - our own interpreter, with fixed words
            sys.executable,
            [
                sys.executable, "-m", "gunicorn", "factcheck.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1",
                "--threads", "4", "--no-control-socket", "--limit-request-line", "8190", "--log-level", "warning",
            ],
        )  # fmt: skip
