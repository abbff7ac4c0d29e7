"""Copies of the migrated test database in which work is really committed, so that other processes can join.

The shared test database is never flushed and its guards are never switched off. What needs a commit, a second
process or a missing guard happens in a copy that is thrown away: on SQLite a file made from the bytes of the
in-memory database, on PostgreSQL a database made from a template. Both are taken right after the migrations.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = Path(__file__).resolve().parent / "processes"
# How long another process may take to start, to do its work and to end.
PATIENCE = 180


@dataclass
class CommittedDatabase:
    """One copy. While it is open it is this process's default database; `url` leads other processes to it."""

    url: str
    running: list[subprocess.Popen] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        """Return what a process needs in order to work on this copy with the settings under test."""
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(ROOT),
            **more,
        }

    def start(self, program: str, *words: Any) -> subprocess.Popen:
        """Start tests/processes/<program>.py with these words; its input and output are pipes of text."""
        process = subprocess.Popen(
            [sys.executable, str(PROCESSES / f"{program}.py"), *map(str, words)],
            cwd=ROOT,
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        return process

    def manage(self, *words: str) -> subprocess.CompletedProcess:
        """Run a management command in a process of its own."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    @staticmethod
    def at_once(processes: list[subprocess.Popen]) -> list[str]:
        """Let processes that wait at their starting line go at the same moment; return what each said last."""
        for process in processes:
            line = process.stdout.readline().strip()
            assert line == "ready", line + process.stderr.read()
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = []
        for process in processes:
            said, trouble = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0, trouble
            answers.append(said.strip())
        return answers


class Pristine:
    """The default database as it stands now, to make copies of: for one, as the migrations left it."""

    def __init__(self) -> None:
        self.copies = 0
        connection = connections["default"]
        self.is_postgres = connection.vendor == "postgresql"
        if self.is_postgres:
            self.name = connection.settings_dict["NAME"]
            self.template = f"{self.name}_template"
            # Nobody may be connected to a database that serves as template.
            connection.close()
            self._execute(f'DROP DATABASE IF EXISTS "{self.template}" WITH (FORCE)')
            self._execute(f'CREATE DATABASE "{self.template}" TEMPLATE "{self.name}"')
        else:
            connection.ensure_connection()
            self.content = connection.connection.serialize()

    def _execute(self, statement: str) -> None:
        with connections["default"]._nodb_cursor() as cursor:
            cursor.execute(statement)

    def drop(self) -> None:
        """Drop the template, and end what still speaks to the test database: it can only be dropped alone."""
        if self.is_postgres:
            connections["default"].close()
            with connections["default"]._nodb_cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = %s AND pid <> pg_backend_pid()",
                    [self.name],
                )
            self._execute(f'DROP DATABASE IF EXISTS "{self.template}" WITH (FORCE)')

    @contextmanager
    def copy(self, folder: Path) -> Iterator[CommittedDatabase]:
        """Make a copy, let the default connection lead to it, and throw it away in the end."""
        self.copies += 1
        known = connections["default"].settings_dict
        if self.is_postgres:
            name = f"{self.name}_copy_{self.copies}"
            self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
            user = quote(known["USER"] or "", safe="")
            password = f":{quote(known['PASSWORD'], safe='')}" if known["PASSWORD"] else ""
            port = f":{known['PORT']}" if known["PORT"] else ""
            url = f"postgresql://{user}{password}@{quote(known['HOST'] or '', safe='')}{port}/{name}"
        else:
            name = str(folder / f"copy-{self.copies}.sqlite3")
            Path(name).write_bytes(self.content)
            url = f"sqlite:///{name}"
        database = CommittedDatabase(url)
        with leading_to(name):
            try:
                yield database
            finally:
                for process in database.running:
                    if process.poll() is None:
                        process.kill()
                    process.communicate()
        if self.is_postgres:
            self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def leading_to(name: str) -> Iterator[None]:
    """Let this process's default connection lead to another database of the same server, or to another file."""
    shared, original = connections["default"], connections.settings["default"]
    settings = {**original, "NAME": name}
    # Other threads make their connection from the settings, this one keeps it.
    connections.settings["default"] = settings
    connections["default"] = type(shared)(settings, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = shared
        connections.settings["default"] = original


@contextmanager
def an_empty_database(folder: Path) -> Iterator[None]:
    """Let the default connection lead to a database without tables, and throw it away in the end."""
    shared = connections["default"]
    if shared.vendor != "postgresql":
        with leading_to(str(folder / f"empty-{uuid4().hex}.sqlite3")):
            yield
        return
    name = f"{shared.settings_dict['NAME']}_empty_{uuid4().hex[:8]}"

    def execute(statement: str) -> None:
        with shared._nodb_cursor() as cursor:
            cursor.execute(statement)

    execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        with leading_to(name):
            yield
    finally:
        execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
