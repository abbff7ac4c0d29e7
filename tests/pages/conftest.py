"""What the tests of the pages share: readers, somebody of the desk, and a way to read a page."""

from __future__ import annotations

import pytest

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
