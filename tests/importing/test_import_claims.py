"""`manage.py import_claims`: checked as a whole, written act by act, and again without harm."""

from __future__ import annotations

import io
import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.executor import MigrationExecutor

from articles.importing import claims_file
from articles.models import Change, Claim, Topic
from articles.models.claim_batch import ClaimBatch
from articles.verification import verify
from tests.factories import ClaimFactory
from tests.record.refusing import everything, last_seq

GOOD = [
    {"statement": "The bridge cost 4 crowns.", "kind": "quantity", "topics": ["Bridges"], "ref": "A-1"},
    {"statement": "It rained.", "language": "de", "asserted": "2024-10", "topics": ["Bridges", "Weather"]},
    {"statement": "It rained."},
]


def run(*words: Any, **options: Any) -> tuple[int, str, str]:
    """Return what the command ends with, what it says, and its complaints."""
    out, errors = io.StringIO(), io.StringIO()
    try:
        call_command("import_claims", *map(str, words), stdout=out, stderr=errors, **options)
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{errors.getvalue()}{error}"
    return 0, out.getvalue(), errors.getvalue()


def put(place: Path, rows: list[Any]) -> Path:
    place.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return place


@pytest.fixture
def file(tmp_path: Path, db: None) -> Path:
    return put(tmp_path / "claims.ndjson", GOOD)


@pytest.mark.parametrize("option", ["--as", "--by"])
def test_all_well(file: Path, reporter, option: str) -> None:
    assert run(file, option, reporter.username) == (
        0,
        "3 new claims, 0 on record already, 2 new topics.\n",
        "",
    )
    first, second, third = Claim.objects.order_by("pk")
    assert (first.kind, first.origin, first.created_by) == ("quantity", "manifest", reporter)
    assert (second.language, second.asserted.edtf(), third.language) == ("de", "2024-10", "en")
    assert sorted(second.topics.values_list("name", flat=True)) == ["Bridges", "Weather"]
    assert Change.objects.latest("seq").verb == "import" and verify() == []


def test_again_nothing_is_changed(file: Path) -> None:
    run(file)
    before = everything()
    assert run(file) == (0, "0 new claims, 3 on record already.\n", "")
    assert everything() == before


def test_a_dry_run_writes_nothing(file: Path) -> None:
    before = everything()
    said = run(file, dry_run=True)[1]
    assert said == "3 new claims, 0 on record already.\nDry run: nothing was written.\n"
    assert everything() == before


def test_what_the_desk_has_is_known_by_its_words_whatever_their_case_and_space(file: Path) -> None:
    ClaimFactory(statement="the  BRIDGE cost\n4 crowns.", language="EN")
    ClaimFactory(statement="It rained.", language="fr")
    assert run(file)[1].startswith("2 new claims, 1 on record already")


def test_a_name_with_other_words_is_told_and_changes_nothing(file: Path) -> None:
    run(file)
    claim = Claim.objects.get(kind="quantity")
    put(file, [{**GOOD[0], "statement": "The bridge cost 5 crowns."}, {"statement": "New."}])
    status, said, _ = run(file)
    assert status == 0 and said == (
        f"claims.ndjson:1: ref: this is claim {claim.pk}, which was imported with other words; it was left as it is on "
        "record.\n1 new claim, 1 on record already.\n"
    )
    claim.refresh_from_db()
    assert claim.statement == "The bridge cost 4 crowns." and claim.revision == 1


def test_a_claim_that_was_worded_anew_is_known_by_its_name(file: Path, editor) -> None:
    run(file)
    Claim.objects.get(kind="quantity").revise(editor, statement="The new bridge cost 4 crowns.")
    assert run(file)[1] == "0 new claims, 3 on record already.\n"


def test_where_a_line_is_wrong_nothing_is_written(file: Path) -> None:
    put(file, [*GOOD, {"statement": ""}, {"statement": "Fine.", "kind": "gossip"}])
    before = everything()
    status, said, complaints = run(file)
    assert status == 2 and said == ""
    assert "claims.ndjson:4: statement: This is empty" in complaints
    assert "claims.ndjson:5: kind: “gossip” is not one of" in complaints
    assert complaints.endswith("2 mistakes in claims.ndjson; nothing of it was written.")
    assert everything() == before


def test_what_stands_in_the_file_twice(file: Path) -> None:
    put(file, [*GOOD, {"statement": "IT  rained."}, {"statement": "New.", "ref": "A-1"}])
    status, _, complaints = run(file)
    assert status == 2 and not Claim.objects.exists()
    assert "claims.ndjson:4: statement: This is what line 3 says: say it once." in complaints
    assert "claims.ndjson:5: ref: This is the name of the claim in line 1 already" in complaints


def test_only_the_first_mistakes_are_told(file: Path) -> None:
    put(file, [{}] * 250)
    status, _, complaints = run(file)
    assert status == 2 and complaints.count("A claim needs a statement") == claims_file.MOST_TOLD
    assert "250 mistakes in claims.ndjson; nothing of it was written. The first 100 are above." in complaints


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_an_empty_file(file: Path, content: str) -> None:
    file.write_text(content)
    status, _, complaints = run(file)
    assert status == 2 and "The file is empty" in complaints


def test_from_standard_input(db: None, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(GOOD[0]).encode())))
    assert run("-")[0] == 0 and Claim.objects.count() == 1
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}")))
    assert "standard input:1: statement: A claim needs" in run("-")[2]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nowhere.ndjson"], "nowhere.ndjson cannot be read: No such file or directory."),
        (["."], ". cannot be read: Is a directory."),
        (["-", "--as", "nobody"], "There is no active account “nobody”."),
    ],
)
def test_nothing_could_be_done(db: None, words: list[str], sentence: str) -> None:
    assert run(*words) == (2, "", sentence)


def test_a_database_that_is_behind_refuses_everything_at_once(file: Path, monkeypatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one"])
    assert "manage.py migrate" in run(file)[2]


def test_acts_are_of_a_bounded_size(file: Path, monkeypatch) -> None:
    monkeypatch.setattr(claims_file, "AT_ONCE", 4)
    put(file, [{"statement": f"Wombat {number} came."} for number in range(10)])
    begun = last_seq()
    assert run(file)[1].startswith("10 new claims")
    assert list(Change.objects.filter(seq__gt=begun).order_by("seq").values_list("rows", flat=True)) == [
        4,
        4,
        2,
    ]


@pytest.mark.parametrize(
    ("trouble", "status"), [(KeyboardInterrupt(), 130), (claims_file.ChangedMeanwhile(), 2)]
)
def test_stopped_it_says_what_is_done_and_goes_on(file: Path, monkeypatch, trouble, status: int) -> None:
    monkeypatch.setattr(claims_file, "AT_ONCE", 2)
    put(file, [{"statement": f"Wombat {number} came.", "ref": f"W-{number}"} for number in range(5)])
    whole, times = ClaimBatch.write, []

    def stops(self: Any) -> Any:
        times.append(1)
        if len(times) == 2:
            raise trouble
        return whole(self)

    monkeypatch.setattr(ClaimBatch, "write", stops)
    code, _, complaints = run(file)
    assert code == status and "2 lines were done, and stay so. Run it again for the rest." in complaints
    assert Claim.objects.count() == 2
    assert run(file)[1] == "3 new claims, 2 on record already.\n"
    assert verify() == []


def test_a_file_that_changes_between_the_two_readings(file: Path, monkeypatch) -> None:
    whole = claims_file.ClaimsFile.compare

    def meanwhile(self: Any) -> None:
        whole(self)
        with file.open("a") as more:
            more.write('{"statement": "Another."}\n')

    monkeypatch.setattr(claims_file.ClaimsFile, "compare", meanwhile)
    status, _, complaints = run(file)
    assert status == 2 and "claims.ndjson was changed while it was read" in complaints
    assert not Claim.objects.exists()


def test_what_the_model_refuses_though_the_line_was_taken(file: Path, monkeypatch) -> None:
    put(file, [{"statement": "Fine."}, {"statement": "Odd."}])
    monkeypatch.setattr(
        claims_file, "read_line", lambda line: claims_file.ClaimLine("Odd.", language="?" + str(len(line)))
    )
    status, _, complaints = run(file)
    assert status == 2 and "language tag" in complaints and not Claim.objects.exists()


def test_a_topic_is_made_once(file: Path) -> None:
    Topic.named("Bridges")
    assert "1 new topic." in run(file)[1]
    assert Topic.objects.count() == 2


def test_killed_it_leaves_whole_acts_and_again_it_finishes(committed_database, tmp_path: Path) -> None:
    rows = [{"statement": f"Wombat {number} came.", "ref": f"W-{number}"} for number in range(9000)]
    file = put(tmp_path / "claims.ndjson", rows)
    process = committed_database.start("import_claims", file)
    assert process.stdout.readline() == "2000\n", process.stderr.read()
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=120)
    there = Claim.objects.count()
    assert 2000 <= there < 9000 and there % 2000 == 0

    done = committed_database.manage("import_claims", str(file))

    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{9000 - there:,} new claims, {there:,} on record already.\n"
    assert Claim.objects.count() == 9000 and verify() == []
