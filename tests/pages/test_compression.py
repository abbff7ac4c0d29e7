"""What leaves compressed: pages for readers, and nothing that a stranger could learn from the length of."""

from __future__ import annotations

import gzip

import pytest

from tests import factories

pytestmark = pytest.mark.django_db
TAKES = {"accept-encoding": "gzip, br"}


def test_a_list_for_readers(client, newsroom):
    plain, packed = client.get("/claims/"), client.get("/claims/", headers=TAKES)
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content


def test_nothing_that_somebody_signed_in_sees(client, newsroom):
    client.force_login(factories.some_editor())
    for address in ("/claims/", "/desk/"):
        assert "Content-Encoding" not in client.get(address, headers=TAKES)


def test_no_answer_to_a_program_whose_tag_would_be_weakened(client, newsroom):
    for number in range(30):
        factories.ClaimFactory(statement=f"The bridge of number {number} was opened in spring.")
    assert "Content-Encoding" not in client.get("/api/v1/claims/", headers=TAKES)
