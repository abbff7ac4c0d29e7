"""Whose processor time it was: read from the machine, since no program says it of itself and its children."""

import os
import subprocess
import sys
import time

import pytest

from tests.bench import measuring
from tests.bench.__main__ import _kept_to

BURN = "import time; until = time.process_time() + 0.3\nwhile time.process_time() < until: pass\ninput()"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BURN!r}])"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="The bench reads /proc.")


@pytest.fixture
def family():
    process = subprocess.Popen(
        [sys.executable, "-c", f"print('begun', flush=True); {PARENT}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    process.stdout.readline()
    yield process
    process.communicate(b"\n", timeout=120)


def test_a_servers_time_is_that_of_all_its_processes(family):
    while len(measuring.tree(family.pid)) < 2:
        pass
    # The child burns 0.3 s; its parent has none of that.
    while measuring.seconds(measuring.tree(family.pid)) < 0.3:
        assert family.poll() is None
    assert measuring.seconds([family.pid]) < 0.3


def test_who_waits_for_a_server_waits_until_it_rests(family):
    measuring.settle(family.pid)
    # By then the child has burnt all of its 0.3 s.
    assert measuring.seconds(measuring.tree(family.pid)) >= 0.3


def test_so_is_its_memory(family):
    assert measuring.memory(measuring.tree(family.pid)) > 1


def test_what_the_cores_did_includes_what_we_did():
    cores = os.sched_getaffinity(0)
    before, ours = measuring.busy(cores), time.process_time()
    until = time.process_time() + 0.5
    while time.process_time() < until:
        pass
    assert measuring.busy(cores) - before >= time.process_time() - ours - 0.1


def test_a_process_that_has_ended_counts_nothing():
    assert measuring.seconds([2**22 + 1]) == 0
    assert measuring.memory([2**22 + 1]) == 0
    assert measuring.tree(2**22 + 1) == [2**22 + 1]


def test_who_has_no_wrk_is_told_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SystemExit, match="apt-get install wrk"):
        measuring.program()


def test_a_server_is_kept_to_our_cores_only_for_so_long(family):
    before = os.sched_getaffinity(family.pid)
    with _kept_to(family.pid, [min(before)]):
        assert os.sched_getaffinity(family.pid) == {min(before)}
    assert os.sched_getaffinity(family.pid) == before
