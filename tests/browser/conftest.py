"""What the judges share: the pages of a record with one of everything."""

from __future__ import annotations

import os
from collections import defaultdict

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import server_error

from tests import factories
from tests.browser.desk import DeskShelf, desk_pages
from tests.browser.shelf import BROWSER, Shelf
from tests.pages.everything import everything
from tests.sampling import evenly

OURS = ("tests/browser/", "tests/pages/test_in_a_browser.py")
# As many cases of one test as a sampled run takes.
SAMPLE = 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """All of it is slow; a sampled run takes a few of each, and of two runs side by side only the first judges."""
    ours = [item for item in items if item.nodeid.startswith(OURS)]
    groups = defaultdict(list)
    for item in ours:
        item.add_marker(pytest.mark.slow)
        groups[item.nodeid.partition("[")[0]].append(item)
    if os.environ.get("FACTCHECK_ENGINE_FREE_ELSEWHERE"):
        chosen = set()
    elif os.environ.get("FACTCHECK_SLOW_SAMPLE"):
        chosen = {item for group in groups.values() for item in evenly(group, SAMPLE)}
    else:
        chosen = set(ours)
    if gone := [item for item in ours if item not in chosen]:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in set(gone)]


@pytest.fixture(scope="session")
def _needs_a_browser():
    if BROWSER is None:
        pytest.skip("no Chromium on this machine")


@pytest.fixture(scope="session")
def pages(django_db_setup, django_db_blocker, tmp_path_factory) -> Shelf:
    """Every public page of a record with one of everything, and the pages of what can go wrong; fetched once."""
    folder = tmp_path_factory.mktemp("everything")
    with django_db_blocker.unblock(), django_db_setup.copy(folder):
        shelf = Shelf()
        for address in everything().addresses():
            shelf.add(address)
        shelf.add("/nothing-here/")
        shelf.add(f"{reverse('claims')}?page=nonsense")
        shelf.put("/refused/", Client(enforce_csrf_checks=True).post(reverse("admin:login")))
        shelf.put("/not-so/", Client().post(reverse("claims")))
        gone = factories.ClaimFactory()
        gone.dismiss(factories.some_editor(), "It is no claim.")
        shelf.add(gone.get_absolute_url())
        shelf.put("/broken/", server_error(RequestFactory().get("/broken/")))
        return shelf


@pytest.fixture(scope="session")
def at_desk(django_db_setup, django_db_blocker, tmp_path_factory) -> DeskShelf:
    """Every page of the desk, as an editor and an administrator see it; fetched once."""
    folder = tmp_path_factory.mktemp("desk")
    with django_db_blocker.unblock(), django_db_setup.copy(folder):
        return desk_pages()
