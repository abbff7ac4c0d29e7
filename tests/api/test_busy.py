"""Whoever waited in vain for SQLite's one lock is told so: nothing is lost, and nothing is our mistake."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection
from django.test import Client

from articles.models import ApiKey, Change, Claim
from articles.views.trouble import took_too_long
from tests import factories
from tests.api.conftest import as_problem

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture
def key(committed_database):
    editor = factories.UserFactory(role="editor")
    return ApiKey.issue(editor, editor, "test", ["publish"], None)[1]


@pytest.fixture
def locked(key):
    """Somebody else writes, and goes on; here nobody waits for long."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
        if other.in_transaction:
            other.execute("ROLLBACK")


def test_a_program_is_told_to_come_again_and_may(locked, key):
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {key}"})
    before = Change.objects.count()

    def add():
        return client.post("/api/v1/claims/", {"statement": "Once."}, content_type="application/json")

    answer = add()
    assert as_problem(503, answer)["code"] == "took_too_long"
    assert int(answer["Retry-After"]) > 0 and answer["Cache-Control"] == "no-store"
    assert (Change.objects.count(), Claim.objects.count()) == (before, 0)
    locked.execute("ROLLBACK")
    assert add().status_code == 201


def test_a_person_is_told_so_on_a_page(locked):
    client = Client(raise_request_exception=False)
    answer = client.post("/desk/login/", {"login": "somebody", "password": "a password of theirs"})
    assert answer.status_code == 503
    assert "Nothing was changed" in answer.content.decode() and answer["Retry-After"]


def test_readers_read_on(locked):
    reader = Client()
    assert reader.get("/claims/").status_code == 200
    assert reader.get("/api/v1/claims/").status_code == 200


def test_what_is_broken_stays_a_500():
    assert not took_too_long(ValueError("database is locked"))
    assert not took_too_long(None)


def test_who_got_no_connection_of_the_pool_is_told_to_come_again_too():
    from django.db import OperationalError
    from psycopg_pool import PoolTimeout

    trouble = OperationalError("couldn't get a connection after 10.00 sec")
    trouble.__cause__ = PoolTimeout(str(trouble))
    assert took_too_long(trouble)
