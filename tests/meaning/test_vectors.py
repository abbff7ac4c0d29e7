"""What is kept of what claims mean: made once, never of words that are gone, and found as the record stands."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from articles.checks import model_fits
from articles.meaning import filling, sqlite
from articles.meaning.filling import bring_up_to_date, catch_up, fill
from articles.meaning.finding import nearest
from articles.meaning.model import close, load
from articles.models import ClaimVector, Job, Redaction, Schedule, SearchDocument
from articles.search import index
from articles.tasks import read_new_claims
from articles.work.worker import Worker
from tests import factories as f
from tests.meaning import tiny
from tests.query_counts import queries_of

STATEMENT = "The doctor shut the bridge in the village."
ASKED = "A physician closed a crossing in some hamlet"


def claims(text=ASKED, **more):
    ((found),) = (nearest([text], **more),)
    return [pk for pk, _ in found[0]]


def test_a_claim_is_found_by_a_text_that_shares_no_telling_word(meaning):
    one, _bread = f.ClaimFactory(statement=STATEMENT), f.ClaimFactory(statement="The mayor bought bread.")
    assert fill(meaning) == 2
    (((pk, cosine),),) = nearest([ASKED])
    assert pk == one.pk and 0.99 < cosine <= 1


def test_closest_first_and_never_less_than_the_model_calls_close(meaning):
    near = f.ClaimFactory(statement="The doctor shut the bridge.")
    same = f.ClaimFactory(statement=STATEMENT)
    f.ClaimFactory(statement="Bread in the hamlet.")
    fill(meaning)
    assert claims() == [same.pk, near.pk]
    assert claims(limit=1) == [same.pk]
    assert nearest(["", "zebra", ASKED])[:2] == [[], []]
    assert nearest([]) == []


@pytest.mark.engine("sqlite")
def test_a_batch_costs_the_same_queries(meaning):
    for _ in range(5):
        f.ClaimFactory(statement=STATEMENT)
    fill(meaning)
    nearest([ASKED])
    few, many = queries_of(lambda: nearest([ASKED])), queries_of(lambda: nearest([ASKED, "bread mayor"] * 20))
    assert len(few) == len(many) == 3


def test_all_wordings_of_a_claim_count(meaning):
    survivor = f.ClaimFactory(statement="Repairs went on.")
    f.ClaimFactory(statement=STATEMENT, merged_into=survivor)
    fill(meaning)
    assert claims() == [survivor.pk] and ClaimVector.objects.count() == 1


def test_what_only_the_desk_may_find_is_for_the_desk(meaning, reporter):
    claim = f.ClaimFactory(statement=STATEMENT, status="dismissed")
    fill(meaning)
    assert claims() == [] and claims(user=reporter) == [claim.pk]


class TestFilling:
    def test_a_second_pass_reads_nothing(self, meaning, monkeypatch):
        monkeypatch.setattr(filling, "SIZE", 2)
        for number in range(5):
            f.ClaimFactory(statement=f"{STATEMENT} {number}")
        told = []
        assert fill(meaning, progress=lambda *one: told.append(one)) == 5
        assert told == [(2, 2, 5), (4, 4, 5), (5, 5, 5)]
        before = set(ClaimVector.objects.values_list("pk", flat=True))
        assert fill(meaning) == 0
        assert set(ClaimVector.objects.values_list("pk", flat=True)) == before

    def test_a_pass_that_was_broken_off_goes_on(self, meaning, monkeypatch):
        monkeypatch.setattr(filling, "SIZE", 2)
        for number in range(5):
            f.ClaimFactory(statement=f"{STATEMENT} {number}")

        def broken_off(done, made, of):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fill(meaning, progress=broken_off)
        assert ClaimVector.objects.count() == 2
        assert fill(meaning) == 3

    def test_another_model_reads_everything_anew(self, meaning, tmp_path):
        claim = f.ClaimFactory(statement=STATEMENT)
        fill(meaning)
        other = load(tiny.make(tmp_path / "other", manner={"claim": "bread "}))
        assert fill(other) == 1
        assert [row.model_sha256 for row in ClaimVector.objects.all()] == [other.identity]
        assert claims() == []
        assert catch_up(meaning, 9) == 1 and claims() == [claim.pk]

    def test_nothing_of_a_model_of_before_stays_where_a_pass_is_broken_off(
        self, meaning, tmp_path, monkeypatch
    ):
        for _ in range(3):
            f.ClaimFactory(statement=STATEMENT)
        fill(meaning)
        monkeypatch.setattr(filling, "SIZE", 1)
        other = load(tiny.make(tmp_path / "other", manner={"claim": "bread "}))
        with pytest.raises(ZeroDivisionError):
            fill(other, progress=lambda *_: 1 / 0)
        assert [row.model_sha256 for row in ClaimVector.objects.all()] == [other.identity]

    def test_what_no_trigger_saw_is_put_right(self, meaning):
        """The index is written anew past the triggers."""
        first, second = (f.ClaimFactory(statement=STATEMENT) for _ in range(2))
        fill(meaning)
        row = ClaimVector.objects.get(document=first.pk * 16)
        ClaimVector.objects.filter(pk=row.pk).update(text_sha256="0" * 64)
        for stray in (1, 10**9 * 16):
            ClaimVector.objects.create(
                document=stray, text_sha256="0" * 64, model_sha256=meaning.identity, vector=row.vector
            )
        assert claims() == [second.pk]
        assert fill(meaning) == 1
        assert ClaimVector.objects.count() == 2 and sorted(claims()) == [first.pk, second.pk]

    def test_only_what_is_missing_and_the_newest_first(self, meaning, monkeypatch):
        made = [f.ClaimFactory(statement=STATEMENT).pk for _ in range(3)]
        monkeypatch.setattr(filling, "SIZE", 1)
        read = []
        whole = filling.bring_up_to_date
        monkeypatch.setattr(
            filling, "bring_up_to_date", lambda some, *more: read.append(some[0] >> 4) or whole(some, *more)
        )
        assert catch_up(meaning, 9) == 3
        assert read == made[::-1]
        assert catch_up(meaning, 9) == 0

    def test_it_ends_when_its_time_is_over(self, meaning):
        f.ClaimFactory(statement=STATEMENT)
        assert catch_up(meaning, 0) == 0

    def test_words_that_change_while_they_are_read_are_not_kept(self, meaning, monkeypatch):
        claim = f.ClaimFactory(statement=STATEMENT)
        embed = meaning.embed

        def meanwhile(texts, **more):
            claim.revise(None, statement="The mayor bought bread.")
            return embed(texts, **more)

        monkeypatch.setattr(meaning, "embed", meanwhile)
        assert bring_up_to_date([claim.pk * 16], meaning) == 0
        assert not ClaimVector.objects.exists()

    def test_rebuilding_the_index_keeps_what_was_read(self, meaning):
        claim = f.ClaimFactory(statement=STATEMENT)
        fill(meaning)
        index.rebuild()
        assert claims() == [claim.pk] and fill(meaning) == 0


class TestWordsThatGo:
    """With the words of a claim goes its vector, at once, by whatever road, also where meaning is off by now."""

    @pytest.fixture
    def claim(self, meaning, settings):
        made = f.ClaimFactory(statement=STATEMENT)
        fill(meaning)
        assert claims() == [made.pk]
        settings.MEANING_MODEL = ""
        return made

    @pytest.fixture(autouse=True)
    def _goes(self, claim, meaning, settings, tmp_path):
        yield
        assert not ClaimVector.objects.filter(document=claim.pk * 16).exists()
        settings.MEANING_MODEL = str(tmp_path / "model")
        assert claims() == []

    def test_redacted(self, claim):
        Redaction.everywhere(f.some_administrator(), "doctor shut the bridge", "A private matter.")

    def test_reworded(self, claim):
        claim.revise(None, statement="The mayor bought bread.")

    def test_dismissed(self, claim):
        claim.dismiss(f.some_editor(), "Not for us.")

    def test_merged(self, claim):
        claim.merge_into(f.ClaimFactory(statement="Repairs went on."), f.some_editor())

    def test_document_changed_past_the_record(self, claim):
        SearchDocument.objects.filter(pk=claim.pk * 16).update(title="Nothing.")

    def test_document_gone(self, claim):
        SearchDocument.objects.filter(pk=claim.pk * 16).delete()


@pytest.mark.engine("sqlite")
def test_numbers_that_go_leave_the_memory_too(meaning):
    made = [f.ClaimFactory(statement=STATEMENT) for _ in range(20)]
    fill(meaning)
    assert len(claims()) == 20
    (matrix,) = sqlite._matrices.values()
    made[0].revise(None, statement="The mayor bought bread.")
    assert len(claims()) == 19
    assert sorted(matrix.numbers[: matrix.size].any(axis=1))[:2] == [False, True]
    for one in made[1:10]:
        one.revise(None, statement="The mayor bought bread.")
    assert len(claims()) == 10 and matrix.size == 10
    fill(meaning)
    assert len(claims()) == 10 and len(claims("The burgomaster purchased a loaf")) == 10
    assert matrix.size == 20


@pytest.mark.engine("sqlite")
def test_many_rows_are_compared_in_parts(meaning, monkeypatch):
    monkeypatch.setattr(sqlite, "_STEP", 3)
    pks = [f.ClaimFactory(statement=STATEMENT if number % 2 else "bread").pk for number in range(11)]
    fill(meaning)
    assert claims() == pks[1::2] and claims(limit=2) == pks[1::2][:2]


class TestRecurringWork:
    def test_new_claims_are_read_in_the_background(self, meaning):
        claim = f.ClaimFactory(statement=STATEMENT)
        assert read_new_claims.func() == 1
        assert claims() == [claim.pk]

    def test_it_says_why_it_can_not(self, meaning, settings, tmp_path):
        settings.MEANING_MODEL = str(tmp_path / "none")
        assert "which is no folder" in read_new_claims.func()

    def test_without_a_model_nobody_asks_for_it(self, db):
        assert read_new_claims.every is None
        assert queries_of(lambda: read_new_claims.func()) == []
        Worker().enqueue_what_comes_back()
        assert Schedule.objects.exists() and not Job.objects.filter(task__endswith="read_new_claims").exists()


class TestCommand:
    def call(self, **more):
        out = io.StringIO()
        call_command("fill_meaning", stdout=out, **more)
        return out.getvalue()

    def test_it_tells_how_far_it_is(self, meaning):
        claim = f.ClaimFactory(statement=STATEMENT)
        told = self.call()
        assert "1 of 1 claims, 1 read" in told and "1 claims were read" in told
        assert claims() == [claim.pk]
        assert "0 claims were read" in self.call()

    def test_it_forgets(self, meaning, settings):
        f.ClaimFactory(statement=STATEMENT)
        self.call()
        settings.MEANING_MODEL = ""
        assert "Nothing is kept" in self.call(forget=True)
        assert not ClaimVector.objects.exists()

    def test_nothing_is_set(self, db):
        with pytest.raises(CommandError, match="MEANING_MODEL is not set: let it name the folder"):
            self.call()

    def test_nothing_fits(self, db, settings, tmp_path):
        settings.MEANING_MODEL = str(tmp_path)
        with pytest.raises(CommandError, match=r"There is no model\.onnx in"):
            self.call()


class TestUnfit:
    def test_nothing_is_found_and_the_log_says_it_once(self, db, settings, tmp_path, caplog):
        settings.MEANING_MODEL = str(tmp_path / "none")
        assert nearest([ASKED] * 2) == nearest([ASKED] * 2) == [[], []]
        assert [one.getMessage() for one in caplog.records] == [
            f"claims are not found by meaning: MEANING_MODEL names {tmp_path}/none, which is no folder: name the one "
            "that holds model.onnx."
        ]

    def test_articles_e004(self, settings, tmp_path):
        assert model_fits() == []
        settings.MEANING_MODEL = str(tiny.make(tmp_path))
        assert model_fits() == []
        (tmp_path / "tokenizer.json").unlink()
        close()
        (one,) = model_fits()
        assert one.id == "articles.E004" and one.is_serious() and one.hint
        assert one.msg.startswith("There is no tokenizer.json in")
