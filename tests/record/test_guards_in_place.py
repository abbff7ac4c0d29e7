"""What tells that a guard is not where it belongs. All of it on copies of the database."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import CharField

from articles import guards
from articles.models import (
    Verdict,
)
from tests import factories
from tests.record.test_guards import IS_POSTGRES, execute, only_postgres, refused


def guard_names() -> list[str]:
    return list(guards._engine(connection).triggers())


def found_by_the_check() -> list:
    return [
        one
        for one in run_checks(databases=["default"], include_deployment_checks=False)
        if one.id == "articles.E001"
    ]


def drop(name: str) -> None:
    table = name.removeprefix("guard_").rpartition("_")[0]
    execute(f"DROP TRIGGER {name} ON {table}" if IS_POSTGRES else f"DROP TRIGGER {name}")


def test_all_guards_are_in_place(committed_database):
    assert guards.missing(connection) == []
    assert found_by_the_check() == []
    assert len(guard_names()) > 25


def test_articles_E001_missing_guard(committed_database):
    for name in guard_names():
        drop(name)
        assert guards.missing(connection) == [f"{name} is missing"]
        (found,) = found_by_the_check()
        assert found.level >= 40 and name in found.msg and "migrate" in found.hint
        guards.install(connection)
        assert guards.missing(connection) == []
    assert found_by_the_check() == []


def test_guard_that_guards_nothing_is_found(committed_database):
    name = next(name for name in guard_names() if "verdict" in name)
    drop(name)
    if IS_POSTGRES:
        execute(
            "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON articles_verdict "
            "FOR EACH ROW EXECUTE FUNCTION nothing()",
        )
    else:
        execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON articles_verdict WHEN 0 BEGIN SELECT 1; END")
    assert guards.missing(connection) == [f"{name} is not the trigger that belongs there"]
    guards.install(connection)
    assert guards.missing(connection) == []


def test_guards_come_back_after_a_table_was_rebuilt(committed_database):
    """Django rebuilds a SQLite table for most changes of its columns, and the triggers go with the old one."""
    field = CharField(max_length=99, default="", db_default="")
    field.set_attributes_from_name("spare")
    field.model = Verdict
    with connection.schema_editor() as editor:
        editor.add_field(Verdict, field)
    with connection.schema_editor() as editor:
        editor.remove_field(Verdict, field)
    if not IS_POSTGRES:
        assert len(guards.missing(connection)) == 3
        assert len(found_by_the_check()) == 3
    call_command("migrate", verbosity=0)
    assert guards.missing(connection) == []
    factories.VerdictFactory()
    refused("UPDATE articles_verdict SET summary = 'x'", table="articles_verdict")


def test_installing_twice_changes_nothing(committed_database):
    def catalogue() -> list:
        with connection.cursor() as cursor:
            if IS_POSTGRES:
                cursor.execute("SELECT tgname, oid, xmin::text FROM pg_trigger ORDER BY 1")
            else:
                cursor.execute("SELECT name, rowid, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1")
            return cursor.fetchall()

    before = catalogue()
    guards.install(connection)
    assert catalogue() == before


@only_postgres
class TestPostgres:
    @pytest.mark.parametrize("how", ["DISABLE", "ENABLE REPLICA"])
    def test_switched_off_trigger_is_found(self, committed_database, how):
        execute(f"ALTER TABLE articles_verdict {how} TRIGGER guard_articles_verdict_row")
        assert guards.missing(connection) == ["guard_articles_verdict_row is switched off"]
        (found,) = found_by_the_check()
        assert "switched off" in found.msg
        guards.install(connection)
        assert guards.missing(connection) == []

    def test_all_triggers_switched_off(self, committed_database):
        execute("ALTER TABLE articles_change DISABLE TRIGGER USER")
        assert guards.missing(connection) == [
            "guard_articles_change_row is switched off",
            "guard_articles_change_truncate is switched off",
        ]

    def test_hollowed_out_function_is_found(self, committed_database):
        execute(
            "CREATE OR REPLACE FUNCTION guard_articles_verdict() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RETURN NEW; END'"
        )
        assert guards.missing(connection) == [
            "guard_articles_verdict_row is not the trigger that belongs there",
            "guard_articles_verdict_truncate is not the trigger that belongs there",
        ]
        guards.install(connection)
        assert guards.missing(connection) == []

    def test_trigger_made_to_fire_on_less_is_found(self, committed_database):
        execute(
            "DROP TRIGGER guard_articles_verdict_row ON articles_verdict",
            "CREATE TRIGGER guard_articles_verdict_row BEFORE UPDATE OF summary OR DELETE ON articles_verdict "
            "FOR EACH ROW WHEN (pg_trigger_depth() > 9) EXECUTE FUNCTION guard_articles_verdict()",
        )
        assert guards.missing(connection) == [
            "guard_articles_verdict_row is not the trigger that belongs there"
        ]


def test_a_database_that_waits_for_a_migration_is_judged_when_it_has_come(committed_database):
    """Its guards are those of the tables as they were: `migrate` begins with the checks, and would refuse to go on."""
    name = next(name for name in guard_names() if "verdict" in name)
    drop(name)
    assert [one.id for one in found_by_the_check()] == ["articles.E001"]
    latest = max(one for app, one in MigrationRecorder(connection).applied_migrations() if app == "articles")
    MigrationRecorder(connection).record_unapplied("articles", latest)
    assert found_by_the_check() == []
