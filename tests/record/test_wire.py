"""Prepared statements asked of PostgreSQL itself: what a cursor would have answered, whatever happens to them."""

from __future__ import annotations

import pytest
from django.db import DataError, OperationalError, ProgrammingError, connection, transaction
from django.db.models import F

from articles.graph import AmongKeys, Prepared, wire
from articles.models import Claim
from tests import factories as f

pytestmark = pytest.mark.engine("postgresql")


def by_cursor():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'wire%'")
        return {name for (name,) in cursor.fetchall()}


def test_it_is_what_the_orm_says(committed_database):
    claims = [f.ClaimFactory() for _ in range(3)]
    keys = [one.pk for one in claims]
    columns = ("pk", "statement", "created_at", "asserted_earliest", "merged_into", "public_seq")
    plain = Claim.objects.filter(pk__in=keys).values_list(*columns)
    for binary in (False, True):
        sql, params = (
            Claim.objects.filter(AmongKeys(F("pk")))
            .values_list(*columns)
            .query.get_compiler("default")
            .as_sql()
        )
        prepared = Prepared(sql, params, binary=binary)
        assert sorted(prepared.rows(keys)) == sorted(plain)
    assert len(by_cursor()) == 1


def test_within_a_transaction_the_cursor_asks(committed_database):
    """There an error would end what somebody else has begun."""
    prepared = Prepared("SELECT 1", [])
    with transaction.atomic():
        assert prepared.rows() == [(1,)]
        assert by_cursor() == set()
    assert prepared.rows() == [(1,)]
    assert len(by_cursor()) == 1


def test_what_was_discarded_is_prepared_again(committed_database):
    prepared = Prepared("SELECT 1", [])
    for _ in range(2):
        assert prepared.rows() == [(1,)]
        with connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
    assert prepared.rows() == [(1,)]


def test_a_connection_keeps_so_many_and_no_more(committed_database, monkeypatch):
    monkeypatch.setattr(wire, "MOST_PREPARED", 2)
    one, two, three = (Prepared(f"SELECT {number}", []) for number in (1, 2, 3))
    assert (one.rows(), two.rows()) == ([(1,)], [(2,)])
    first = by_cursor()
    # The one that was asked longest ago goes.
    assert one.rows() == [(1,)]
    assert three.rows() == [(3,)]
    assert len(by_cursor()) == 2
    assert len(by_cursor() & first) == 1
    assert (two.rows(), one.rows()) == ([(2,)], [(1,)])


def test_errors_are_those_of_django(committed_database):
    with pytest.raises(DataError, match="division by zero"):
        Prepared("SELECT 1 / 0", []).rows()
    with pytest.raises(ProgrammingError, match="nowhere"):
        Prepared("SELECT 1 FROM nowhere", []).rows()
    assert Prepared("SELECT 1", []).rows() == [(1,)]


def test_a_statement_that_takes_too_long_is_ended(committed_database):
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 50")
    with pytest.raises(OperationalError, match="timeout"):
        Prepared("SELECT 1 FROM pg_sleep(5)", []).rows()


def test_a_table_that_was_altered_is_planned_anew(committed_database):
    prepared = Prepared("SELECT word FROM words", [])
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE words (word text)")
        cursor.execute("INSERT INTO words VALUES ('one')")
    assert prepared.rows() == [("one",)]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE words ADD more integer")
    assert prepared.rows() == [("one",)]
