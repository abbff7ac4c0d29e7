"""What every test may ask for: the people, the newsroom, and a database that really commits."""

from __future__ import annotations

import os
import shutil

import factory
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from hypothesis import settings as hypothesis_settings

# A slow machine is no bug; time limits belong to the tests that measure time.
hypothesis_settings.register_profile("factcheck", deadline=None, print_blob=True, max_examples=20)
# For whoever looks for the rare case: HYPOTHESIS_PROFILE=thorough make test
hypothesis_settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=500)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "factcheck"))


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "engine(name): about one engine's own words (sqlite, postgresql), so left out on the other"
    )


def pytest_collection_modifyitems(config, items):
    """Leave out what is about the other engine. It is not skipped: nothing is missing here."""
    from django.db import connection

    marks = {item: item.get_closest_marker("engine") for item in items}
    elsewhere = [item for item, mark in marks.items() if mark and mark.args[0] != connection.vendor]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in set(elsewhere)]


@pytest.fixture(scope="session", autouse=True)
def _no_files_left():
    """Remove what tests uploaded; the folder is this process's own (see tests/settings.py)."""
    yield
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


@pytest.fixture(autouse=True)
def _settings_as_they_were():
    """Fail whichever test leaves a setting behind, instead of another one that runs after it in the same process."""
    before = dict(vars(settings._wrapped))
    yield
    after = vars(settings._wrapped)
    left = sorted(name for name in before.keys() | after.keys() if before.get(name) is not after.get(name))
    assert not left, f"Settings changed and not put back: {', '.join(left)}. Ask for the fixture `settings`."


@pytest.fixture(autouse=True)
def _numbers_from_the_start():
    """Let factories count from 0 in every test: what a row says must not depend on the tests that ran before."""
    from tests import factories

    for one in vars(factories).values():
        if isinstance(one, type) and issubclass(one, factory.Factory):
            one.reset_sequence(0, force=True)


@pytest.fixture(autouse=True)
def _nothing_kept_for_readers():
    """Begin each test as a process begins: with no answer, no row and no question of a list kept from another test."""
    from django.core.cache import caches

    from api.views import articles, claims, sources, verdicts

    for name in ("answers", "rows"):
        caches[name].clear()
    for noun in (articles, claims, sources, verdicts):
        noun.LIST.forget()


@pytest.fixture
def stranger():
    """A reader: nobody signed in."""
    return AnonymousUser()


def _person(username: str, display_name: str, role: str):
    from tests.factories import UserFactory

    return UserFactory(username=username, display_name=display_name, role=role)


@pytest.fixture
def reporter(db):
    return _person("rita", "Rita Reporter", "reporter")


@pytest.fixture
def editor(db):
    return _person("eda", "Eda Editor", "editor")


@pytest.fixture
def second_editor(db):
    return _person("edwin", "Edwin Editor", "editor")


@pytest.fixture
def administrator(db):
    return _person("ada", "Ada Administrator", "administrator")


@pytest.fixture
def newsroom(db):
    """The newsroom, opened with the standard scale."""
    from tests import factories

    return factories.newsroom()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """Make the test database, and take a copy of it before any test has begun a transaction.

    In the place of pytest-django's own, which makes no database where the tests chosen use only copies of it.
    """
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from tests import template
    from tests.committed import Pristine

    with django_db_blocker.unblock():
        with template.at_hand(connection):
            made = setup_databases(verbosity=0, interactive=False)
        pristine = Pristine()
        if not pristine.is_postgres:
            template.keep(pristine.content)
    yield pristine
    with django_db_blocker.unblock():
        pristine.drop()
        teardown_databases(made, verbosity=0)


@pytest.fixture
def committed_database(request, django_db_setup, django_db_blocker, tmp_path):
    """A copy of the test database in which work is committed, as this test's default database.

    Guards may be broken in it; other processes join by its `url`, see `tests.committed.CommittedDatabase`.
    Make people with the factories: fixtures that use `db` would speak to the shared database.
    """
    if "db" in request.fixturenames:
        pytest.fail(
            "committed_database and db are two databases: make the rows of this test with the factories."
        )
    with django_db_blocker.unblock(), django_db_setup.copy(tmp_path) as database:
        yield database
