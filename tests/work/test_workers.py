"""Workers as processes: killed, stopped, several at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db import connections

from articles.models import Claim, Job
from articles.models.job import State
from articles.verification import verify
from tests.work import chores

ROUNDS = 10 if os.environ.get("FACTCHECK_SLOW_SAMPLE") else 100
PATIENCE = 120


def start(database, *words) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "worker", "--idle", "0.05", *words],
        env=database.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    database.running.append(process)
    return process


def at_work(process: subprocess.Popen) -> subprocess.Popen:
    assert "is at work" in process.stdout.readline()
    return process


def wait_until(condition, patience=PATIENCE):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.05)
        connections["default"].close()


def states():
    return set(Job.objects.values_list("state", flat=True))


def killed(database, rounds: int, seed: int) -> None:
    """Kill workers at random moments; in the end each job is done, and what it did stands there once."""
    chance = random.Random(seed)
    jobs = 12 * rounds
    for number in range(jobs):
        chores.put.enqueue(number)
    words = ("--lease", "0.5")
    working = [start(database, *words) for _ in range(3)]
    for process in working:
        at_work(process)
    for _ in range(rounds):
        time.sleep(chance.uniform(0.02, 0.25))
        victim = working.pop(0)
        victim.kill()
        victim.communicate()
        database.running.remove(victim)
        working.append(at_work(start(database, *words)) if len(working) < 2 else start(database, *words))
    wait_until(
        lambda: not Job.objects.exclude(state=State.DONE).exclude(task__startswith="articles.").exists()
    )
    statements = sorted(Claim.objects.values_list("statement", flat=True))
    assert statements == sorted(f"Job {number} was here." for number in range(jobs))
    assert verify() == []


@pytest.mark.slow
def test_workers_killed_a_few_times(committed_database):
    killed(committed_database, rounds=3, seed=1)


@pytest.mark.slow
def test_workers_killed_a_hundred_times(committed_database):
    killed(committed_database, rounds=ROUNDS, seed=2)


def test_a_signal_lets_the_job_end(committed_database):
    chores.nap.enqueue(1.0)
    chores.nap.enqueue(1.0)
    process = at_work(start(committed_database))
    wait_until(lambda: Job.objects.filter(state=State.RUNNING, task__endswith="nap").exists())
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0 and "stopped after" in said
    naps = Job.objects.filter(task__endswith="nap").order_by("pk")
    assert [job.state for job in naps] == [State.DONE, State.WAITING]


def test_a_job_that_does_not_end_is_given_back(committed_database):
    job = Job.objects.get(pk=chores.nap.enqueue(60).id)
    process = at_work(start(committed_database, "--grace", "0.2"))
    wait_until(lambda: Job.objects.filter(pk=job.pk, state=State.RUNNING).exists())
    start_of_end = time.monotonic()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert time.monotonic() - start_of_end < 20
    job.refresh_from_db()
    assert (job.state, job.attempts, job.errors) == (State.WAITING, 0, [])


def test_a_lease_is_kept_while_the_job_runs(committed_database):
    chores.nap.enqueue(2.0)
    several = [at_work(start(committed_database, "--lease", "0.5")) for _ in range(2)]
    wait_until(lambda: Job.objects.filter(task__endswith="nap", state=State.DONE).exists())
    assert Job.objects.get(task__endswith="nap").attempts == 1
    for process in several:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def test_drain_ends_when_nothing_is_due(committed_database):
    chores.put.enqueue(1)
    done = committed_database.manage("worker", "--drain")
    assert done.returncode == 0, done.stderr
    assert "stopped after 1 jobs." in done.stdout
    assert states() == {State.DONE}


def test_it_ends_with_the_process_that_started_it(committed_database):
    # A number that is nobody's parent here: the process it should stay beside is gone.
    done = committed_database.manage("worker", "--beside", "1")
    assert done.returncode == 0 and "stopped after 0 jobs." in done.stdout, done.stderr


@pytest.mark.parametrize("words", [("--lease", "0"), ("--grace", "-1"), ("--idle", "1e9")])
def test_bad_words_are_refused(committed_database, words):
    done = committed_database.manage("worker", *words)
    assert done.returncode == 1
    assert "use seconds, more than 0 and at most a day" in done.stderr
