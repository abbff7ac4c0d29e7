"""The copies in which tests commit: really another database, with the guards, and gone afterwards."""

from django.db import connection, connections, transaction

from articles import guards
from articles.models import Change, Claim
from tests.factories import ClaimFactory


def test_commits_are_seen_by_other_processes(committed_database):
    claim = ClaimFactory(statement="The bridge is 300 metres long.")
    assert connection.get_autocommit() and not connection.in_atomic_block
    process = committed_database.start("read_claim", claim.pk)
    said, trouble = process.communicate(timeout=60)
    assert said == "The bridge is 300 metres long.\n", trouble


def test_nothing_is_left_behind_for_the_next_one(committed_database):
    assert not Claim.objects.exists()
    ClaimFactory()


def test_nor_here(committed_database):
    assert not Claim.objects.exists()
    ClaimFactory()


def test_shared_database_saw_nothing(db):
    assert not Claim.objects.exists()
    assert Change.objects.count() == 1


def test_copies_are_guarded(committed_database):
    assert guards.missing(connection) == []


def test_back_on_the_shared_database(django_db_setup, django_db_blocker, tmp_path):
    with django_db_blocker.unblock():
        shared = connections["default"]
        with django_db_setup.copy(tmp_path):
            assert connections["default"] is not shared
            with transaction.atomic():
                ClaimFactory()
        assert connections["default"] is shared
        assert not Claim.objects.exists()
