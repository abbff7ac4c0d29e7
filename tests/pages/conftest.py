"""What the tests of the pages share: readers, somebody of the desk, and a way to read a page."""

from __future__ import annotations

import pytest

from articles import limits
from tests.pages.reading import Page


@pytest.fixture
def read(client, newsroom):
    """Fetch a page as a reader, following redirects, and return it read."""

    def fetch(address, as_=None):
        if as_ is not None:
            client.force_login(as_)
        response = client.get(address, follow=True)
        assert response.status_code == 200, (address, response.status_code)
        return Page(response.content.decode())

    return fetch


@pytest.fixture
def limited(settings, tmp_path, monkeypatch):
    settings.DATA_DIRECTORY = tmp_path
    settings.SUBMISSIONS_PER_ADDRESS, settings.SUBMISSIONS_IN_ALL = 2, 4
    # The beginning of an hour, and of a day.
    monkeypatch.setattr(limits.time, "time", lambda: 1_700_006_400.0)
    return tmp_path
