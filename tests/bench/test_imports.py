"""The bench of imports: the same rows for every peer, and a table that says whether the bar was met."""

from __future__ import annotations

import os

import pytest

from articles.importing.claim_lines import read_line
from tests.bench import imports
from tests.bench.imports import ALONE, FLOOR, NAIVE, OURS, PEERS, WITH_TRIGGERS


def test_the_same_claims_every_time_each_of_which_can_be_read():
    once = list(imports.claims(200))
    assert once == list(imports.claims(200))
    assert len({one["statement"] for one in once}) == 200
    assert all(read_line(imports.json.dumps(one).encode()).topics for one in once)


@pytest.mark.parametrize(("ours", "said"), [(500, "≥ 0.50 met"), (499, "≥ 0.50 SHORT")])
def test_the_bar(ours, said):
    rows = [
        {"peer": FLOOR, "per_second": 1000.0, "memory": 0, "rows": 10},
        {"peer": OURS, "per_second": ours, "memory": 94.4, "rows": 10, "share": ours / 1000},
        {"peer": NAIVE, "per_second": 12.0, "memory": 0, "rows": 1},
    ]
    told = imports.table(rows)
    assert [line[0] for line in told] == [FLOOR, OURS, NAIVE]
    assert told[1][3] == said and told[1][4] == "94" and told[2][2] == "0.01"
    assert (
        imports.shown(rows).splitlines()[0] == "| import | rows/s | of the floor | bar | memory MiB | rows |"
    )


@pytest.mark.slow
@pytest.mark.engine("postgresql")
def test_every_peer_on_a_server():
    done = imports.measured(os.environ["DATABASE_URL"], 3000, 1)
    assert [one["peer"] for one in done] == list(PEERS)
    rows = {one["peer"]: one["rows"] for one in done}
    assert rows == {OURS: 3000, FLOOR: 3000, WITH_TRIGGERS: 3000, ALONE: 3000, NAIVE: imports.FEW}
