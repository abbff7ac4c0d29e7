"""Where the database takes too long: a sentence, when to come back, and nothing written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from articles.graph import Prepared
from articles.models import Change, Claim, LedgerHead
from articles.views.trouble import LATER, took_too_long
from tests import factories as f
from tests.api.served import served
from tests.api.test_keys import bearer
from tests.committed import ROOT
from tests.test_repository import KEY, settings_with

SECONDS = 0.4


@pytest.fixture
def reader():
    return Client(raise_request_exception=False)


@pytest.fixture
def impatient(committed_database):
    """This process's connection gives up soon."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET statement_timeout = '{int(SECONDS * 1000)}ms'")
        else:
            cursor.execute(f"PRAGMA busy_timeout = {int(SECONDS * 1000)}")
    return committed_database


@pytest.fixture
def held(impatient):
    """Somebody else holds what whoever writes needs; call it to let go."""
    holds, lets_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            LedgerHead.objects.select_for_update().get(pk=1)
            holds.set()
            lets_go.wait(60)
        connections["default"].close()

    thread = threading.Thread(target=hold)
    f.newsroom()
    key = f.ApiKeyFactory(owner=f.some_editor(), scopes=["publish"])
    person = Client(raise_request_exception=False)
    person.force_login(f.some_editor())
    thread.start()
    holds.wait(10)

    def let_go():
        lets_go.set()
        thread.join()

    let_go.key, let_go.person = key, person
    yield let_go
    let_go()


def make(reader, key):
    return reader.post(
        "/api/v1/claims/", {"statement": "The bridge is red."}, content_type="application/json", **bearer(key)
    )


def test_a_program_that_writes_is_told_and_nothing_is_written(held, reader):
    before = Change.objects.count(), Claim.objects.count()
    began = time.monotonic()
    refused = make(reader, held.key)
    assert time.monotonic() - began < SECONDS + 5
    assert refused.status_code == 503 and refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "took_too_long" and "Nothing was written" in refused.json()["detail"]
    assert (refused["Retry-After"], refused["Cache-Control"]) == (LATER, "no-store")
    assert (Change.objects.count(), Claim.objects.count()) == before
    held()
    assert make(reader, held.key).status_code == 201


def test_a_person_who_writes_is_told_and_nothing_is_written(held):
    before = Change.objects.count()
    page = held.person.post("/desk/articles/topic/add/", {"name": "Bridges", "slug": "bridges"})
    assert page.status_code == 503 and page["Retry-After"] == LATER
    assert "This took too long" in page.content.decode() and "Nothing was changed" in page.content.decode()
    assert Change.objects.count() == before


@pytest.mark.engine("postgresql")
@pytest.mark.parametrize("path", ["/claims/"])
def test_who_reads_is_told(impatient, reader, monkeypatch, path):
    def sleep(*args, **more):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")

    f.newsroom()
    # What a page asks may have been compiled by another test: slow is the asking.
    monkeypatch.setattr(Prepared, "rows", sleep)
    answer = reader.get(path)
    assert answer.status_code == 503 and answer["Retry-After"] == LATER
    assert "too long" in answer.content.decode()


def test_other_mistakes_of_the_database_are_ours(db):
    with pytest.raises(DatabaseError) as mistake, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    assert not took_too_long(mistake.value)
    assert not took_too_long(None)


# --- The setting ---

POSTGRES = {"SECRET_KEY": KEY, "DATABASE_URL": "postgresql://u@h/n"}
OPTIONS = "settings.DATABASES['default']['OPTIONS'].get('options')"


def test_commands_take_their_time(tmp_path):
    assert settings_with(tmp_path, OPTIONS, **POSTGRES, STATEMENT_TIMEOUT="3").stdout == "-c jit=off\n"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        ("", "-c jit=off -c statement_timeout=15s -c idle_in_transaction_session_timeout=60s"),
        ("3", "-c jit=off -c statement_timeout=3s -c idle_in_transaction_session_timeout=60s"),
        ("0", "-c jit=off"),
    ],
)
def test_the_setting_says_for_how_long(tmp_path, seconds, expected):
    code = f"import factcheck.wsgi; from django.conf import settings; print({OPTIONS})"
    told = {"PATH": os.defpath, "DATA_DIRECTORY": str(tmp_path), "STATEMENT_TIMEOUT": seconds, **POSTGRES}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=told, capture_output=True, text=True)
    assert done.stdout == f"{expected}\n", done.stderr


@pytest.mark.parametrize("seconds", ["-1", "x", "3601"])
def test_what_is_no_time_is_refused(tmp_path, seconds):
    refused = settings_with(tmp_path, "1", **POSTGRES, STATEMENT_TIMEOUT=seconds)
    assert refused.returncode != 0 and "STATEMENT_TIMEOUT" in refused.stderr


# --- Migrations ---


@pytest.mark.engine("postgresql")
def test_a_migration_does_not_wait_for_a_table_for_ever(committed_database):
    waits = {"MIGRATION_LOCK_TIMEOUT": "1"}

    def migrate():
        words = [sys.executable, "manage.py", "migrate", "articles", "0021", "--verbosity", "0"]
        told = committed_database.environment(**waits)
        return subprocess.run(words, cwd=ROOT, env=told, capture_output=True, text=True, timeout=60)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE articles_savedsearch IN ACCESS SHARE MODE")
        refused = migrate()
        assert refused.returncode != 0 and "lock timeout" in refused.stderr
    again = migrate()
    assert again.returncode == 0, again.stderr


@pytest.mark.engine("postgresql")
def test_afterwards_locks_are_waited_for_as_before(db):
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


# --- A server of its own ---


@pytest.mark.slow
@pytest.mark.engine("postgresql")
def test_a_server_gives_up_and_goes_on(committed_database, monkeypatch):
    monkeypatch.setenv("STATEMENT_TIMEOUT", "1")
    f.newsroom()
    key = f.ApiKeyFactory(owner=f.some_editor(), scopes=["publish"])
    headers = {"Authorization": f"Bearer {key.token}", "Content-Type": "application/json"}
    sent = json.dumps({"statement": "The bridge is red."}).encode()
    with served(committed_database) as address:
        with transaction.atomic():
            LedgerHead.objects.select_for_update().get(pk=1)
            began = time.monotonic()
            with pytest.raises(HTTPError) as refused:
                urlopen(Request(f"{address}/api/v1/claims/", sent, headers), timeout=120)
            assert refused.value.code == 503 and 0.9 < time.monotonic() - began < 60
            assert json.load(refused.value)["code"] == "took_too_long"
        assert Claim.objects.count() == 0
        with urlopen(Request(f"{address}/api/v1/claims/", sent, headers), timeout=120) as made:
            assert made.status == 201
    assert Claim.objects.count() == 1
