"""Sixteen editors at once, beside readers, on real servers: nobody gets an error. How long they wait is the bench's."""

import pytest

from tests.bench import generator
from tests.bench.generator import SIZES
from tests.bench.serving import Peer
from tests.bench.writers import NO_LIMITS, WRITERS, measured

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("server", "threads"), [("granian", 1), ("granian", 4), ("gunicorn", 4)])
def test_nobody_gets_an_error_while_sixteen_editors_write(committed_database, tmp_path, server, threads):
    generator.fill(SIZES["tiny"])
    peer = Peer("ours", "factcheck.wsgi:application", more=NO_LIMITS, server=server, threads=threads)
    found = measured(peer, committed_database.url, 4, WRITERS, 0, tmp_path / "log")
    assert found["writers"].errors == found["beside"].errors == found["alone"].errors == []
    assert min(len(found[name].took) for name in ("writers", "beside", "alone")) > 10
