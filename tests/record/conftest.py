"""Records to break and records to redact."""

from __future__ import annotations

import pytest

from articles.verification import verify
from tests.committed import Pristine
from tests.record.forging import make_a_record
from tests.record.redacting import full_of_the_name


@pytest.fixture(scope="session")
def whole_record(django_db_setup, django_db_blocker, tmp_path_factory):
    """A record made once, to be copied for each forger."""
    with django_db_blocker.unblock(), django_db_setup.copy(tmp_path_factory.mktemp("record")):
        make_a_record()
        assert verify() == []
        made = Pristine()
    yield made
    with django_db_blocker.unblock():
        made.drop()


@pytest.fixture
def record(whole_record, django_db_blocker, tmp_path):
    with django_db_blocker.unblock(), whole_record.copy(tmp_path) as database:
        yield database


@pytest.fixture
def everywhere(editor, administrator):
    """The claim of a record in which the name to redact stands in every column that can hold it."""
    return full_of_the_name(editor, administrator)
