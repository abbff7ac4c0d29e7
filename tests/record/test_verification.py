"""`verify` finds what somebody did past the guards, and names it; on a record nobody touched it finds nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from articles import guards
from articles.models import Appearance, Change, ChangeRow, Claim, LedgerHead, Verdict
from articles.verification import Finding, verify
from tests.factories import (
    ClaimFactory,
    RedactionFactory,
    some_editor,
)
from tests.record.forging import IS_POSTGRES, execute, forge, found, make_a_record


class TestClean:
    def test_empty_record(self, db):
        assert verify() == []

    def test_little_of_everything(self, db):
        make_a_record()
        RedactionFactory(words="four million")
        assert verify() == []

    def test_says_how_far_it_is(self, db):
        make_a_record()
        told: dict[str, int] = {}
        verify(progress=lambda check, rows: told.update({check: told.get(check, 0) + rows}))
        assert set(told) == {
            "guards", "chain", "payloads", "alterations", "rows", "quotations", "passages", "hashes", "series",
            "redactions", "constraints", "addresses", "counts", "search",
        }  # fmt: skip
        assert told["chain"] == Change.objects.count() and told["payloads"] == ChangeRow.objects.count()

    def test_command(self, db):
        make_a_record()
        out = StringIO()
        call_command("verify", stdout=out, stderr=StringIO())
        head = LedgerHead.objects.get()
        assert f"The record is whole, up to entry {head.seq}, {head.hash}." in out.getvalue()

    def test_changes_nothing(self, db):
        from tests.record.refusing import everything

        make_a_record()
        before = everything()
        verify()
        assert everything() == before


def test_others_write_meanwhile(committed_database):
    """What is read is of one moment: an act that falls into a check makes no row look like a stranger."""
    make_a_record()
    seen: list[str] = []

    def progress(check: str, rows: int) -> None:
        if rows and check not in seen:
            seen.append(check)
            with ThreadPoolExecutor(1) as another:
                another.submit(write).result()

    def write() -> None:
        try:
            ClaimFactory()
        finally:
            connection.close()

    before = LedgerHead.objects.get().seq
    assert verify(progress=progress) == []
    assert seen and LedgerHead.objects.get().seq >= before + len(seen)
    assert verify() == []


class TestRedactions:
    def test_masked_text_brought_back(self, record):
        version = Appearance.objects.first().article_version
        RedactionFactory(words="four million")
        assert verify() == []
        forge(("UPDATE articles_articleversion SET text = %s WHERE id = %s", version.text, version.pk))
        assert ("redactions", f"article version {version.pk}") in found()

    def test_note_of_a_redaction_that_never_was(self, record):
        """The guards let it happen, as they must; the ledger knows of no such act."""
        version = Appearance.objects.first().article_version
        execute(
            "INSERT INTO articles_redaction (id, reason, at) VALUES (99, 'x', '2024-01-01T00:00:00+00:00')"
        )
        execute(
            'INSERT INTO articles_redactedtext (id, redaction_id, table_name, row_id, "column", before_sha256, masked) '
            "VALUES (99, 99, 'articles_articleversion', %s, 'text', %s, 'Nothing.')",
            version.pk, version.sha256,
        )  # fmt: skip
        execute("UPDATE articles_articleversion SET text = 'Nothing.' WHERE id = %s", version.pk)
        rows = {row for check, row in found() if check == "rows"}
        assert rows == {"redaction 99", "redacted text 99", f"article version {version.pk}"}


class TestCatalogue:
    def test_guard_missing(self, record):
        name = next(name for name in guards._engine(connection).triggers() if "verdict" in name)
        execute(f"DROP TRIGGER {name}{' ON articles_verdict' if IS_POSTGRES else ''}")
        (finding,) = verify()
        assert (finding.check, finding.row) == ("guards", name)
        assert finding.sentence.startswith(f"{name} is missing; `manage.py migrate` puts guards back")

    @pytest.mark.engine("postgresql")  # SQLite cannot drop a constraint
    def test_constraint_missing(self, record):
        execute("ALTER TABLE articles_verdict DROP CONSTRAINT verdict_approver_is_another")
        assert found() == [("constraints", "verdict_approver_is_another")]

    def test_rule_broken_past_its_constraint(self, record):
        claim = Claim.objects.filter(status="dismissed").get()
        if IS_POSTGRES:
            execute("ALTER TABLE articles_claim DROP CONSTRAINT claim_put_aside_with_reason")
        else:
            execute("PRAGMA ignore_check_constraints = ON")
        forge(("UPDATE articles_claim SET status_reason = '' WHERE id = %s", claim.pk))
        if not IS_POSTGRES:
            execute("PRAGMA ignore_check_constraints = OFF")
        assert ("constraints", f"claim {claim.pk}") in found()


class TestCommand:
    def test_broken_record_ends_with_one(self, record):
        verdict = Verdict.objects.first()
        forge("UPDATE articles_verdict SET summary = 'Forged.'")
        ended = record.manage("verify")
        assert ended.returncode == 1
        assert f"The record is broken, first at verdict {verdict.pk}." in ended.stderr
        assert ended.stderr.count("summary is not what entry") == Verdict.objects.count()
        assert "Traceback" not in ended.stderr

    def test_lists_twenty_or_all(self, record):
        for _ in range(21):
            ClaimFactory(by=some_editor())
        forge("UPDATE articles_claim SET statement = 'Forged.'")
        for words, lines in (([], 20), (["--all"], Claim.objects.count())):
            err = StringIO()
            with pytest.raises(CommandError) as refusal:
                call_command("verify", *words, stdout=StringIO(), stderr=err)
            assert err.getvalue().count("statement is not what entry") == lines > 19
            assert ("--all lists them" in str(refusal.value)) is (not words)


def test_finding_reads_as_a_line():
    assert str(Finding("rows", "claim 1", "it is gone")) == "rows: claim 1: it is gone"
