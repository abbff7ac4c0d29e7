"""What is insert-only stays so in the database itself, whatever the program says to it."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, connection, transaction

from articles import guards, models
from articles.canonical import sha256
from articles.models import (
    ArticleVersion,
    ChangeRow,
    Evidence,
    RedactedText,
    Redaction,
    SourceVersion,
    User,
    Verdict,
)
from articles.refusals import Refused
from tests import factories
from tests.test_factories import FACTORIES

GUARDS = {guard.table: guard for guard in guards.guards()}
ALWAYS = sorted(table for table, guard in GUARDS.items() if guard.updates and not guard.only_when)
EVERY = sorted(GUARDS)
MODELS = {model._meta.db_table: model for model in apps.get_app_config("articles").get_models()}
IS_POSTGRES = connection.vendor == "postgresql"
only_sqlite = pytest.mark.engine("sqlite")
only_postgres = pytest.mark.engine("postgresql")


def test_what_is_guarded():
    """A new insert-only table comes into this list by itself; one that falls out of it must be seen."""
    assert {table.removeprefix("articles_") for table in GUARDS} >= {
        "appearance", "articleversion", "attribution", "change", "changerow", "citation", "correction", "evidence",
        "redactedtext", "redaction", "sourceversion", "user", "verdict",
    }  # fmt: skip


def row_in(table: str) -> int:
    """Make a row in a guarded table and return its key. Evidence is cited."""
    name = table.removeprefix("articles_")
    if name in ("redaction", "redactedtext"):
        factories.ArticleFactory()
    if name == "evidence":
        return factories.EvidenceFactory(cited=True).pk
    if name in ("change", "changerow"):
        factories.ClaimFactory()
        return MODELS[table].objects.order_by("-pk").first().pk
    return FACTORIES[MODELS[table]]().pk


def everything_in(table: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM {table} ORDER BY "{GUARDS[table].key}"')
        return cursor.fetchall()


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def refused(statement: str, *parameters, table: str = "") -> None:
    """Assert that a guard refuses the statement, with its sentence, and that no row changed."""
    before = everything_in(table) if table else None
    with (
        pytest.raises(
            (IntegrityError, InternalError), match=r"insert-only: an? .* is never changed or deleted"
        ),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, parameters)
    if table:
        assert everything_in(table) == before


def names(table: str, but: tuple[str, ...] = ()) -> str:
    return ", ".join(f'"{name}"' for name in GUARDS[table].columns if name not in but)


@pytest.mark.parametrize("table", [table for table in EVERY if GUARDS[table].updates])
class TestUpdate:
    def test_of_each_column(self, db, table):
        """Nothing at all may change; each column is tried, since each has its own condition in the guard."""
        pk, guard = row_in(table), GUARDS[table]
        for column in guard.columns:
            refused(
                f'UPDATE {table} SET "{column}" = %s WHERE "{guard.key}" = %s',
                another_value(table, column),
                pk,
                table=table,
            )

    def test_to_nothing(self, db, table):
        pk, guard = row_in(table), GUARDS[table]
        for column in guard.columns:
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT 1 FROM {table} WHERE "{guard.key}" = %s AND "{column}" IS NOT NULL', [pk]
                )
                if not cursor.fetchone():
                    continue
            if column != guard.key:
                refused(f'UPDATE {table} SET "{column}" = NULL WHERE "{guard.key}" = %s', pk, table=table)

    def test_of_all_rows_at_once(self, db, table):
        row_in(table)
        column = GUARDS[table].columns[-1]
        refused(f'UPDATE {table} SET "{column}" = %s', another_value(table, column), table=table)


def another_value(table: str, column: str):
    """Return a value that no row has in this column, of its type."""
    (field,) = [one for one in MODELS[table]._meta.concrete_fields if one.column == column]
    kind = (field.target_field if field.is_relation else field).get_internal_type()
    if kind == "BooleanField":
        return not field.default if isinstance(field.default, bool) else False
    if "Date" in kind:
        return "2001-01-01"
    if "IPAddress" in kind:
        return "192.0.2.99"
    return 1_234_567 if "Integer" in kind or "Auto" in kind else '["forged"]'


@pytest.mark.parametrize("table", EVERY)
class TestDelete:
    def test_of_one_row(self, db, table):
        pk = row_in(table)
        refused(f'DELETE FROM {table} WHERE "{GUARDS[table].key}" = %s', pk, table=table)

    def test_of_all_rows(self, db, table):
        row_in(table)
        refused(f"DELETE FROM {table}", table=table)

    @only_postgres
    def test_truncate(self, db, table):
        row_in(table)
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        refused(f"TRUNCATE {table} CASCADE", table=table)

    @only_postgres
    def test_truncate_of_what_it_hangs_on(self, db, table):
        """A cascade from an unguarded table reaches the guarded ones."""
        row_in(table)
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        refused(
            "TRUNCATE articles_claim, articles_article, articles_source, articles_user CASCADE", table=table
        )


@only_sqlite
@pytest.mark.parametrize("table", EVERY)
class TestOverwritingInsert:
    """SQLite deletes the row in the way without asking its DELETE triggers."""

    def copied(self, table: str, pk: int, verb: str, tail: str = "") -> None:
        columns, key = names(table), GUARDS[table].key
        refused(
            f'{verb} {table} ({columns}) SELECT {columns} FROM {table} WHERE "{key}" = %s{tail}',
            pk,
            table=table,
        )

    def test_insert_or_replace(self, db, table):
        self.copied(table, row_in(table), "INSERT OR REPLACE INTO")

    def test_replace_into(self, db, table):
        self.copied(table, row_in(table), "REPLACE INTO")

    def test_upsert(self, db, table):
        key = GUARDS[table].key
        column = GUARDS[table].columns[-1]
        tail = f' ON CONFLICT ("{key}") DO UPDATE SET "{column}" = excluded."{column}"'
        self.copied(table, row_in(table), "INSERT INTO", tail)

    def test_by_every_unique_key(self, db, table):
        """The row in the way may be hit by a natural key, under another primary key."""
        pk, guard = row_in(table), GUARDS[table]
        for key in guard.unique:
            columns = names(table, but=(guard.key,))
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT 1 FROM {table} WHERE "{guard.key}" = %s AND '
                    + " AND ".join(f'"{one}" IS NOT NULL' for one in key),
                    [pk],
                )
                if not cursor.fetchone():
                    continue
            refused(
                f'INSERT OR REPLACE INTO {table} ("{guard.key}", {columns}) '
                f'SELECT 987654, {columns} FROM {table} WHERE "{guard.key}" = %s',
                pk,
                table=table,
            )

    def test_by_the_row_number(self, db, table):
        """`rowid` is another name of most primary keys, and a second, hidden key of the ledger."""
        pk, guard = row_in(table), GUARDS[table]
        moved, key = ("987654, ", f'"{guard.key}", ') if table == "articles_change" else ("", "")
        columns = names(table, but=(guard.key,))
        refused(
            f"INSERT OR REPLACE INTO {table} (rowid, {key}{columns}) "
            f'SELECT rowid, {moved}{columns} FROM {table} WHERE "{guard.key}" = %s',
            pk,
            table=table,
        )


@only_sqlite
class TestOverwritingUpdate:
    """`UPDATE OR REPLACE` of a row that may change deletes the row in its way, again without a trigger."""

    def test_evidence_in_use_moved_over_cited_evidence(self, db):
        cited = factories.EvidenceFactory(cited=True)
        loose = factories.EvidenceFactory()
        refused(
            "UPDATE OR REPLACE articles_evidence SET id = %s WHERE id = %s", cited.pk, loose.pk,
            table="articles_evidence",
        )  # fmt: skip

    def test_evidence_claiming_the_same_predecessor(self, db):
        first = factories.EvidenceFactory(cited=True)
        second = first.replace(factories.some_reporter(), note="Said better.")
        factories.VerdictFactory(claim=first.claim, evidence=[second])
        loose = factories.EvidenceFactory(claim=first.claim)
        refused(
            "UPDATE OR REPLACE articles_evidence SET replaces_id = %s WHERE id = %s", first.pk, loose.pk,
            table="articles_evidence",
        )  # fmt: skip

    @pytest.mark.parametrize("column", ["id", "username"])
    def test_account_taking_the_place_of_another(self, db, reporter, editor, column):
        refused(
            f"UPDATE OR REPLACE articles_user SET {column} = %s WHERE id = %s",
            getattr(reporter, column),
            editor.pk,
            table="articles_user",
        )

    @pytest.mark.parametrize("table", [table for table in EVERY if GUARDS[table].updates])
    def test_by_the_hidden_row_number(self, db, table):
        first = row_in(table)
        row_in(table)
        refused(
            f'UPDATE OR REPLACE {table} SET rowid = (SELECT rowid FROM {table} WHERE "{GUARDS[table].key}" = %s) '
            f'WHERE "{GUARDS[table].key}" <> %s',
            first,
            first,
            table=table,
        )


class TestEvidenceBecomesInsertOnly:
    def test_changes_until_a_verdict_cites_it(self, db, reporter):
        evidence = factories.EvidenceFactory(note="First.")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE articles_evidence SET note = 'Second.' WHERE id = %s", [evidence.pk])
            cursor.execute("DELETE FROM articles_evidence WHERE id = %s", [factories.EvidenceFactory().pk])
        evidence.refresh_from_db()
        assert evidence.note == "Second."
        factories.VerdictFactory(claim=evidence.claim, evidence=[evidence])
        refused(
            "UPDATE articles_evidence SET note = 'Third.' WHERE id = %s",
            evidence.pk,
            table="articles_evidence",
        )
        refused("DELETE FROM articles_evidence WHERE id = %s", evidence.pk, table="articles_evidence")

    def test_account_may_change_and_never_go(self, db, reporter):
        User.objects.filter(pk=reporter.pk).update(display_name="Rita R.")
        assert User.objects.get(pk=reporter.pk).display_name == "Rita R."
        refused("DELETE FROM articles_user WHERE id = %s", reporter.pk, table="articles_user")


class TestRedactionTransition:
    """A masked column may become exactly the text that was noted for it, and nothing else."""

    def noted(self, row, column: str, masked: str) -> None:
        redaction = Redaction(reason="A private matter.", at="2024-01-01T00:00Z")
        redaction.save(force_insert=True)
        RedactedText(
            redaction=redaction, table_name=row._meta.db_table, row_id=row.pk, column=column,
            before_sha256=sha256(str(getattr(row, column))), masked=masked,
        ).save(force_insert=True)  # fmt: skip

    def test_noted_text_is_let_through(self, db):
        version = factories.ArticleVersionFactory()
        self.noted(version, "text", "█████")
        ArticleVersion.objects.filter(pk=version.pk).update(text="█████")
        version.refresh_from_db()
        assert version.text == "█████"

    def test_any_other_text_is_refused(self, db):
        version = factories.ArticleVersionFactory()
        self.noted(version, "text", "█████")
        refused("UPDATE articles_articleversion SET text = %s", "████", table="articles_articleversion")
        refused("UPDATE articles_articleversion SET text = %s", "", table="articles_articleversion")

    def test_wrong_column_is_refused(self, db):
        verdict = factories.VerdictFactory()
        self.noted(verdict, "summary", "█████")
        refused("UPDATE articles_verdict SET reasoning = %s", "█████", table="articles_verdict")
        refused(
            "UPDATE articles_verdict SET summary = %s, number = number + 1", "█████", table="articles_verdict"
        )

    def test_only_the_newest_note_counts(self, db):
        """Otherwise what a second redaction masked could be brought back from the note of the first."""
        version = factories.ArticleVersionFactory()
        for masked in ("███ Roe", "███████"):
            self.noted(version, "text", masked)
            ArticleVersion.objects.filter(pk=version.pk).update(text=masked)
        refused("UPDATE articles_articleversion SET text = %s", "███ Roe", table="articles_articleversion")

    def test_older_note_gives_up_its_text_and_nothing_else(self, db):
        version = factories.ArticleVersionFactory()
        self.noted(version, "text", "███ Roe")
        first = RedactedText.objects.get()
        table = "articles_redactedtext"
        refused(f"UPDATE {table} SET masked = '' WHERE id = %s", first.pk, table=table)
        self.noted(version, "text", "███████")
        refused(f"UPDATE {table} SET masked = 'x' WHERE id = %s", first.pk, table=table)
        refused(f"UPDATE {table} SET masked = '', before_sha256 = '' WHERE id = %s", first.pk, table=table)
        refused(f"UPDATE {table} SET masked = '' WHERE id > %s", first.pk, table=table)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET masked = '' WHERE id = %s", [first.pk])
        refused("UPDATE articles_articleversion SET text = ''", table="articles_articleversion")

    def test_wrong_row_is_refused(self, db):
        one, two = factories.VerdictFactory(), factories.VerdictFactory()
        self.noted(one, "summary", "█████")
        refused(
            "UPDATE articles_verdict SET summary = %s WHERE id = %s",
            "█████",
            two.pk,
            table="articles_verdict",
        )

    def test_column_that_is_no_text_of_people_is_refused(self, db):
        version = factories.SourceVersionFactory()
        self.noted(version, "sha256", "█████")
        refused("UPDATE articles_sourceversion SET sha256 = %s", "█████", table="articles_sourceversion")

    def test_a_note_does_not_allow_deleting(self, db):
        version = factories.ArticleVersionFactory()
        self.noted(version, "text", "█████")
        refused(
            "DELETE FROM articles_articleversion WHERE id = %s", version.pk, table="articles_articleversion"
        )

    def test_payload_is_only_ever_erased(self, db):
        factories.ClaimFactory()
        row = ChangeRow.objects.first()
        refused("UPDATE articles_changerow SET payload = NULL, salt = NULL", table="articles_changerow")
        self.noted(row, "payload", "")
        refused(
            "UPDATE articles_changerow SET payload = 'x', salt = 'y' WHERE id = %s", row.pk,
            table="articles_changerow",
        )  # fmt: skip
        ChangeRow.objects.filter(pk=row.pk).update(payload=None, salt=None)
        assert ChangeRow.objects.get(pk=row.pk).payload is None


class TestThroughTheModels:
    """The models say it sooner, in words for people."""

    @pytest.mark.parametrize("name", ["ArticleVersion", "Verdict", "SourceVersion", "Appearance", "Citation"])
    def test_saving_again(self, db, name):
        model = getattr(models, name)
        row = model.objects.get(pk=row_in(model._meta.db_table))
        with pytest.raises(Refused, match="is never changed; a new one follows it") as refusal:
            row.save()
        assert refusal.value.code == "insert_only"
        with pytest.raises(Refused, match="is never deleted"):
            row.delete()

    def test_querysets_meet_the_guard(self, db):
        factories.VerdictFactory()
        with pytest.raises((IntegrityError, InternalError), match="insert-only"), transaction.atomic():
            Verdict.objects.update(summary="x")
        with pytest.raises((IntegrityError, InternalError), match="insert-only"), transaction.atomic():
            SourceVersion.objects.all()._raw_delete("default")
        with pytest.raises((IntegrityError, InternalError), match="insert-only"), transaction.atomic():
            Evidence.objects.update(note="x")
