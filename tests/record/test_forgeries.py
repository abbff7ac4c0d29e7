"""Rows, entries and texts changed past the guards: `verify` finds each and names it."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.db import connection

from articles.models import Appearance, Change, ChangeRow, Claim, Evidence, LedgerHead, Topic, Verdict
from articles.verification import verify
from tests.factories import (
    ClaimFactory,
    some_editor,
)
from tests.record.forging import forge, found, sha


class TestRows:
    def test_published_words_changed(self, record):
        verdict = Verdict.objects.first()
        forge(("UPDATE articles_verdict SET summary = 'Forged.' WHERE id = %s", verdict.pk))
        (finding,) = verify()
        assert (finding.check, finding.row) == ("rows", f"verdict {verdict.pk}")
        assert finding.sentence.startswith("summary is not what entry ")
        assert str(finding) == f"rows: verdict {verdict.pk}: {finding.sentence}"

    @pytest.mark.parametrize(
        ("table", "column", "value"),
        [
            ("claim", "statement", "Forged."), ("claim", "status_reason", "x"), ("source", "title", "Forged."),
            ("article", "visibility", "desk"), ("sourceversion", "copy_quality", "mirror"),
            ("evidence", "stance", "refutes"), ("citation", "position", 7), ("correction", "kind", "typo"),
            ("rating", "labels", '{"en": "Forged"}'), ("newsroom", "name", "Forged"), ("topic", "name", "Forged"),
            ("attribution", "described_as", "somebody else"), ("verdict", "published_at", "2020-01-01T00:00:00+00:00"),
        ],
    )  # fmt: skip
    def test_any_column_changed(self, record, table, column, value):
        (model,) = connection.introspection.installed_models([f"articles_{table}"])
        pk = model._base_manager.order_by("pk").values_list("pk", flat=True).first()
        forge((f"UPDATE articles_{table} SET {column} = %s WHERE id = %s", value, pk))
        name = model._meta.verbose_name
        assert ("rows", f"{name} {pk}") in found()
        assert {row for check, row in found() if check == "rows"} == {f"{name} {pk}"}

    def test_topic_hung_on_a_claim(self, record):
        claim = Claim.objects.filter(topics=None).first()
        topic = Topic.objects.first()
        forge(("INSERT INTO articles_claim_topics (claim_id, topic_id) VALUES (%s, %s)", claim.pk, topic.pk))
        assert found() == [("rows", f"claim {claim.pk}")]

    def test_row_put_in_by_hand(self, record):
        last = Verdict.objects.order_by("pk").last()
        columns = {field.column for field in Verdict._meta.concrete_fields} - {
            "id",
            "number",
            "supersedes_id",
        }
        listed = ", ".join(sorted(columns))
        forge(
            (
                f"INSERT INTO articles_verdict (id, number, supersedes_id, {listed}) "
                f"SELECT 999, 2, id, {listed} FROM articles_verdict WHERE id = %s",
                last.pk,
            )
        )
        findings = verify()
        assert ("rows", "verdict 999") in [(one.check, one.row) for one in findings]
        assert "it never entered the ledger" in [one.sentence for one in findings]

    def test_uncited_evidence_deleted(self, record):
        pk = Evidence.objects.filter(citations=None).first().pk
        forge(("DELETE FROM articles_evidence WHERE id = %s", pk))
        (finding,) = verify()
        assert finding.row == f"evidence {pk}" and finding.sentence.startswith("it is gone; entry ")

    def test_cited_evidence_deleted(self, record):
        evidence = Evidence.objects.exclude(citations=None).first()
        citation = evidence.citations.get()
        forge(("DELETE FROM articles_evidence WHERE id = %s", evidence.pk))
        assert ("rows", f"evidence {evidence.pk}") in found()
        assert ("constraints", f"citation {citation.pk}") in found()

    def test_two_rows_swapped(self, record):
        one, two = Claim.objects.order_by("pk")[:2]
        forge(
            ("UPDATE articles_claim SET statement = %s WHERE id = %s", two.statement, one.pk),
            ("UPDATE articles_claim SET statement = %s WHERE id = %s", one.statement, two.pk),
        )
        assert found() == [("rows", f"claim {one.pk}"), ("rows", f"claim {two.pk}")]

    def test_removed_row_put_back(self, record):
        gone = ChangeRow.objects.filter(object_type="claimrelation").first().object_id
        one, two = Claim.objects.order_by("pk")[:2]
        forge(
            (
                "INSERT INTO articles_claimrelation (id, low_id, high_id, kind, from_low) "
                "VALUES (%s, %s, %s, 'same', %s)",
                gone, one.pk, two.pk, True,
            )
        )  # fmt: skip
        (finding,) = verify()
        assert finding.row == f"claim relation {gone}" and "says that it was removed" in finding.sentence


class TestChain:
    def a_change(self) -> Change:
        return Change.objects.filter(verb="publish").first()

    def test_envelope_changed(self, record):
        change = self.a_change()
        envelope = change.envelope.replace('"verb":"publish"', '"verb":"withdraw"')
        forge(("UPDATE articles_change SET envelope = %s WHERE seq = %s", envelope, change.seq))
        findings = verify()
        assert {one.row for one in findings} == {f"change {change.seq}"}
        assert "its hash is not that of its envelope" in [one.sentence for one in findings]

    def test_envelope_changed_with_its_hash(self, record):
        """Whoever makes the one entry fit breaks the next."""
        change = self.a_change()
        said = {**json.loads(change.envelope), "actor": None}
        envelope = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        forge(
            (
                "UPDATE articles_change SET envelope = %s, hash = %s, actor_id = NULL WHERE seq = %s",
                envelope, sha(envelope), change.seq,
            )
        )  # fmt: skip
        (finding,) = verify()
        assert (finding.row, finding.sentence) == (
            f"change {change.seq + 1}",
            "it does not follow the entry before it",
        )

    @pytest.mark.parametrize("envelope", ["{", "[]", "null", "[" * 5000 + "]" * 5000])
    def test_envelope_that_is_none(self, record, envelope):
        change = self.a_change()
        forge(
            (
                "UPDATE articles_change SET envelope = %s, hash = %s WHERE seq = %s",
                envelope,
                sha(envelope),
                change.seq,
            )
        )
        assert ("chain", f"change {change.seq}") in found()

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("verb", "add"),
            ("at", "2020-01-01T00:00:00+00:00"),
            ("actor_id", None),
            ("public", False),
            ("object_id", 99),
        ],
    )
    def test_column_beside_the_envelope(self, record, column, value):
        change = self.a_change()
        forge((f"UPDATE articles_change SET {column} = %s WHERE seq = %s", value, change.seq))
        (finding,) = verify()
        assert finding.row == f"change {change.seq}" and finding.sentence.startswith("its column for")

    def test_entry_in_the_middle_deleted(self, record):
        seq = self.a_change().seq
        forge(
            ("DELETE FROM articles_changerow WHERE change_id = %s", seq),
            ("DELETE FROM articles_change WHERE seq = %s", seq),
        )
        assert ("chain", f"change {seq + 1}") in found()

    def test_tail_cut_off(self, record):
        last = LedgerHead.objects.get().seq
        forge(
            ("DELETE FROM articles_changerow WHERE change_id = %s", last),
            ("DELETE FROM articles_change WHERE seq = %s", last),
        )
        assert ("chain", "ledger head") in found()

    def test_tail_cut_off_with_the_head_set_back(self, record):
        """The chain fits itself then; the rows that the lost entries wrote do not."""
        claim = ClaimFactory()
        last = LedgerHead.objects.get().seq
        forge(
            ("DELETE FROM articles_changerow WHERE change_id = %s", last),
            ("DELETE FROM articles_change WHERE seq = %s", last),
            (
                "UPDATE articles_ledgerhead SET seq = %s, hash = (SELECT hash FROM articles_change WHERE seq = %s)",
                last - 1, last - 1,
            ),
        )  # fmt: skip
        assert found() == [("rows", f"claim {claim.pk}")]

    def test_two_entries_swapped(self, record):
        one = self.a_change()
        two = Change.objects.get(seq=one.seq + 1)
        forge(
            (
                "UPDATE articles_change SET envelope = %s, hash = %s WHERE seq = %s",
                two.envelope,
                two.hash,
                one.seq,
            ),
            (
                "UPDATE articles_change SET envelope = %s, hash = %s WHERE seq = %s",
                one.envelope,
                one.hash,
                two.seq,
            ),
        )
        assert {("chain", f"change {one.seq}"), ("chain", f"change {two.seq}")} <= set(found())

    def test_all_entries_deleted(self, record):
        forge("DELETE FROM articles_changerow", "DELETE FROM articles_change")
        assert ("chain", "ledger") in found()

    def test_head_moved(self, record):
        forge("UPDATE articles_ledgerhead SET seq = seq + 1")
        assert found() == [("chain", "ledger head")]


class TestPayloads:
    def a_row(self) -> ChangeRow:
        return ChangeRow.objects.filter(object_type="verdict").first()

    def name(self, row: ChangeRow) -> str:
        return f"change row {row.change_id}.{row.position}"

    def test_changed(self, record):
        row = self.a_row()
        payload = row.payload.replace('"readers":"shown"', '"readers":"hidden"')
        forge(("UPDATE articles_changerow SET payload = %s WHERE id = %s", payload, row.pk))
        assert ("payloads", self.name(row)) in found()

    def test_changed_with_its_commitment(self, record):
        """The leaf fits then, and the root in the envelope does not."""
        row = self.a_row()
        payload = row.payload.replace('"readers":"shown"', '"readers":"hidden"')
        commitment = hashlib.sha256(b"\x00" + row.salt.encode() + payload.encode()).hexdigest()
        forge(
            (
                "UPDATE articles_changerow SET payload = %s, commitment = %s, readers = 'hidden' WHERE id = %s",
                payload, commitment, row.pk,
            )
        )  # fmt: skip
        assert found() == [("chain", f"change {row.change_id}")]

    @pytest.mark.parametrize("payload", ["", "{", "[]", '{"image": 1}'])
    def test_that_is_none(self, record, payload):
        row = ChangeRow.objects.filter(object_type="claim").order_by("pk").last()
        commitment = hashlib.sha256(b"\x00" + row.salt.encode() + payload.encode()).hexdigest()
        forge(
            (
                "UPDATE articles_changerow SET payload = %s, commitment = %s WHERE id = %s",
                payload, commitment, row.pk,
            )
        )  # fmt: skip
        assert {("payloads", self.name(row)), ("chain", f"change {row.change_id}")} <= set(found())

    def test_erased_without_a_redaction(self, record):
        row = self.a_row()
        forge(("UPDATE articles_changerow SET payload = NULL, salt = NULL WHERE id = %s", row.pk))
        assert ("payloads", self.name(row)) in found()

    def test_deleted(self, record):
        row = self.a_row()
        forge(("DELETE FROM articles_changerow WHERE id = %s", row.pk))
        assert ("chain", f"change {row.change_id}") in found()

    def test_column_beside_the_payload(self, record):
        row = self.a_row()
        forge(("UPDATE articles_changerow SET readers = 'hidden' WHERE id = %s", row.pk))
        assert found() == [("payloads", self.name(row))]

    @pytest.mark.parametrize("instead", ["NULL", "FALSE"])
    def test_kept_out_of_the_list_of_corrections(self, record, instead):
        ClaimFactory().revise(some_editor(), statement="In other words.")
        row = ChangeRow.objects.filter(alters=True).order_by("pk").last()
        forge((f"UPDATE articles_changerow SET alters = {instead} WHERE id = %s", row.pk))
        assert found() == [("alterations", self.name(row))]


class TestTexts:
    def test_article_reworded(self, record):
        version = Appearance.objects.first().article_version
        forge(
            (
                "UPDATE articles_articleversion SET text = %s WHERE id = %s",
                version.text.replace("four", "five"), version.pk,
            )
        )  # fmt: skip
        checks = {check for check, _ in found()}
        assert checks == {"rows", "quotations", "hashes"}

    def test_article_reworded_outside_every_quotation(self, record):
        version = Appearance.objects.first().article_version
        text = version.text.replace("A bridge", "A ridge ")
        forge(("UPDATE articles_articleversion SET text = %s WHERE id = %s", text, version.pk))
        assert {check for check, _ in found()} == {"rows", "hashes"}

    def test_article_reworded_with_its_hash(self, record):
        version = Appearance.objects.first().article_version
        text = version.text.replace("A bridge", "A ridge ")
        forge(
            (
                "UPDATE articles_articleversion SET text = %s, sha256 = %s WHERE id = %s", text, sha(text), version.pk,
            )
        )  # fmt: skip
        assert found() == [("rows", f"article version {version.pk}")]

    def test_quotation_moved(self, record):
        appearance = Appearance.objects.first()
        forge('UPDATE articles_appearance SET start = start + 1, "end" = "end" + 1')
        assert ("quotations", f"appearance {appearance.pk}") in found()

    def test_surroundings_changed(self, record):
        forge("UPDATE articles_appearance SET prefix = 'Nobody said that '")
        assert {check for check, _ in found()} == {"rows", "quotations"}

    def test_passage_changed(self, record):
        evidence = Evidence.objects.exclude(citations=None).first()
        forge(("UPDATE articles_evidence SET passage = 'It paid nothing.' WHERE id = %s", evidence.pk))
        assert ("passages", f"evidence {evidence.pk}") in found()

    def test_source_reworded(self, record):
        evidence = Evidence.objects.exclude(citations=None).first()
        forge(
            ("UPDATE articles_sourceversion SET text = 'Nothing.' WHERE id = %s", evidence.source_version_id)
        )
        assert {"passages", "hashes", "rows"} <= {check for check, _ in found()}


class TestSeries:
    def test_snapshot_changed(self, record):
        verdict = Verdict.objects.exclude(citations=None).first()
        shown = {**verdict.as_published, "evidence": []}
        forge(
            (
                "UPDATE articles_verdict SET snapshot = %s WHERE id = %s",
                json.dumps(shown, sort_keys=True, ensure_ascii=False, separators=(",", ":")), verdict.pk,
            )
        )  # fmt: skip
        assert {("rows", f"verdict {verdict.pk}"), ("series", f"verdict {verdict.pk}")} == set(found())

    @pytest.mark.parametrize(
        "snapshot", ["{", "null", "[]", '{"evidence": [1]}', '{ "evidence": [] }', '{"evidence":7}']
    )
    def test_snapshot_that_is_none(self, record, snapshot):
        verdict = Verdict.objects.exclude(citations=None).first()
        forge(("UPDATE articles_verdict SET snapshot = %s WHERE id = %s", snapshot, verdict.pk))
        assert ("series", f"verdict {verdict.pk}") in found()

    def test_verdict_moved_to_another_claim(self, record):
        verdict = Verdict.objects.filter(number=2).first()
        other = ClaimFactory()
        forge(("UPDATE articles_verdict SET claim_id = %s WHERE id = %s", other.pk, verdict.pk))
        assert {"rows", "series"} <= {check for check, row in found() if row == f"verdict {verdict.pk}"}
