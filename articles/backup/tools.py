"""PostgreSQL's own programs, `pg_dump` and `pg_restore`, told which database is meant."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

from django.db.backends.postgresql.client import DatabaseClient

from articles.backup.manifest import Trouble


def run(program: str, connection: Any, *words: str) -> None:
    """Run a program on the database of a connection. Raises Trouble with what it said where it fails."""
    if shutil.which(program) is None:
        raise Trouble(
            f"{program} is not on this machine: install PostgreSQL's client programs (postgresql-client)."
        )
    # Django knows how to tell `psql` host, port, user, certificates and password, the last not on the command line.
    known, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *where, name = known[1:]
    done = subprocess.run(
        [program, *where, "--dbname", name, "--no-password", *words],
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[-1000:] or f"it ended with {done.returncode}"
        raise Trouble(f"{program} did not work: {said}")
