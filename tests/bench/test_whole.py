"""The bench from end to end, at its smallest: real servers, real load."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from django.db import connection

from tests.bench import asking
from tests.bench.measuring import NO_WRK
from tests.engines import ROOT, everything_required

pytestmark = pytest.mark.slow


@pytest.fixture
def wrk():
    if shutil.which("wrk") is None:
        assert not everything_required(os.environ), NO_WRK
        pytest.skip(NO_WRK)


@pytest.mark.django_db
def test_every_request_is_answered_by_everybody_without_an_error(wrk, tmp_path):
    more = {"BENCH_PLACE": str(tmp_path)}
    if connection.vendor == "postgresql":
        more["BENCH_POSTGRES"] = os.environ["DATABASE_URL"]
    words = ["tiny", "--engine", connection.vendor, "--rounds", "1", "--seconds", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", *words], cwd=ROOT, env={**os.environ, **more}, capture_output=True,
        text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]

    (path,) = (tmp_path / "results").glob("*.json")
    (engine,) = json.loads(path.read_text())["engines"]
    rows = {(row["request"], row["peer"]): row for row in engine["requests"]}
    assert len(rows) == 26
    for name, row in rows.items():
        assert row["errors"] == 0, name
        # Of the naive peer's lists a run sees a few.
        assert row["per_second"] > 0, name
        assert row["cpu_server"] > 0, name
        assert row["memory"] > 10, name
        assert 0 < row["p50"] <= row["p99"], name
    # One statement, whatever is shown; of what is kept, the one that looks whether it is still right.
    for request in ("detail", "page"):
        assert rows[request, "ours, made"]["sql"] == 1
        assert rows[request, "ours, kept"]["sql"] == 1
        assert rows[request, "naive"]["sql"] > 10
        # An answer of 304 has no body.
        assert rows[f"{request} 304", "ours, kept"]["bytes"] < 1000 < rows[request, "ours, kept"]["bytes"]
    # A list: which rows a page has, and then those that are not kept.
    for request in (asking.COMMON, asking.RARE):
        # The ranking, what the rows depend on, and those that are not kept.
        assert rows[request, "ours, made"]["sql"] <= 3
        assert rows[request, "ours, kept"]["sql"] <= 2
    for request in (asking.LIST, asking.PAGE):
        assert rows[request, "ours, made"]["sql"] == 2
        assert rows[request, "ours, kept"]["sql"] == 1
        assert rows[request, "naive"]["sql"] > 100
    # What the processor did has names: the bench does not divide by another program's work.
    assert (rows["detail", "floor"]["cpu_database"] > 0) == (connection.vendor == "postgresql")
    assert rows["detail", "floor"]["per_second"] > rows["detail", "naive"]["per_second"]

    exports = {(row["form"], row["peer"]): row for row in engine["exports"]}
    assert len(exports) == 6
    for form in ("ndjson", "csv"):
        # Readers see no merged claims; the naive peer shows whatever there is.
        ours, floor = (exports[form, peer] for peer in ("ours, made", "floor"))
        assert (ours["rows"], ours["bytes"]) == (floor["rows"], floor["bytes"])
        assert ours["per_second"] > exports[form, "naive"]["per_second"]

    shown = done.stdout
    assert "claims as ndjson" in shown
    assert "two common words" in shown
    assert path.with_suffix(".svg").exists()
