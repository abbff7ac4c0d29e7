"""A copy of the record as it stood a while ago, which a reader may be answered from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.db import connections
from django.test import Client

from articles.replicas import Replicas

ALIAS = "replica1"


@dataclass
class Behind:
    """The replica of a test: it has what the record had when `keep` was called. `turn` says who answers a reader."""

    folder: str
    pristine: object
    turn: str | None = ALIAS
    doubted: list[str] = field(default_factory=list)
    made: str = ""

    def keep(self) -> None:
        now = connections["default"]
        known = dict(now.settings_dict)
        if now.vendor == "postgresql":
            self.made = f"{known['NAME']}_behind"
            now.close()
            self.pristine._execute(f'CREATE DATABASE "{self.made}" TEMPLATE "{known["NAME"]}"')
            known["NAME"] = self.made
        else:
            with now.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(known["NAME"], place := f"{self.folder}/behind.sqlite3")
            known["NAME"] = place
        self.lead_to(known)

    def lead_to(self, known: dict) -> None:
        if connections.settings.get(ALIAS):
            connections[ALIAS].close()
        connections.settings[ALIAS] = known
        connections[ALIAS] = type(connections["default"])(known, ALIAS)

    def drop(self) -> None:
        connections[ALIAS].close()
        del connections[ALIAS], connections.settings[ALIAS]
        if self.made:
            self.pristine._execute(f'DROP DATABASE IF EXISTS "{self.made}" WITH (FORCE)')


@pytest.fixture
def behind(committed_database, django_db_setup, tmp_path, settings, monkeypatch) -> Iterator[Behind]:
    """A replica that is chosen for every reader, and never catches up."""
    settings.REPLICAS = {ALIAS: {}}
    one = Behind(str(tmp_path), django_db_setup)
    monkeypatch.setattr(Replicas, "choose", lambda self, position=0: one.turn)
    monkeypatch.setattr(Replicas, "doubt", lambda self, alias: one.doubted.append(alias))
    yield one
    if connections.settings.get(ALIAS):
        one.drop()


@pytest.fixture
def reader() -> Client:
    # What failed on a replica and was answered by the primary is no failure.
    return Client(raise_request_exception=False)
