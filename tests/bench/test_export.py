"""How far each peer is read of an export."""

from __future__ import annotations

import pytest

from tests.bench.export import rows_of
from tests.bench.serving import FLOOR, MADE, NAIVE


@pytest.mark.parametrize(("most", "read"), [(20_000, 200), (100_000, 500), (1_000_000, 1_000)])
def test_the_naive_peer_is_read_long_enough_and_no_longer(most, read):
    assert rows_of(NAIVE, most) == read
    assert rows_of(FLOOR, most) == rows_of(MADE, most) == most
