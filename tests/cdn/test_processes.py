"""With real workers: one is killed when the CDN has heard it and not yet forgotten."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.cdn import purging
from articles.models import Claim, Job
from tests import factories as f
from tests.cdn.conftest import TOKEN

LEASE = 0.5


@pytest.mark.engine("postgresql")
def test_no_worker_takes_a_job_that_an_act_counts_on(committed_database, cdn, monkeypatch):
    """It would purge without what the act wrote, and the act would have no job. SQLite has one writer at a time."""
    monkeypatch.setenv("CDN", cdn.shape)
    monkeypatch.setenv("CDN_PURGE_URLS", cdn.url)
    editor = f.some_editor()
    Claim.add(editor, "The bridge was opened in May.")
    Job.objects.exclude(task__endswith=".purge_changed").delete()
    process = committed_database.start("add_slowly", editor.username, "The bridge was closed in June.")
    assert process.stdout.readline() == "ready\n", process.stderr.read()
    process.stdin.write("go\n")
    process.stdin.flush()
    assert process.stdout.readline() == "half way\n", process.stderr.read()

    def take():
        return Job.objects.purging().take("w", timezone.now(), timedelta(minutes=1))

    assert take() is None
    answer, errors = process.communicate("\n", timeout=60)
    assert answer == "done\n", errors
    job, last = take(), Claim.objects.latest("pk")
    assert last.statement == "The bridge was closed in June."
    assert f"claim-{last.pk}" in purging.keys_since(*job.arguments["args"]) and take() is None


def test_a_killed_worker_loses_no_purge(committed_database, cdn, monkeypatch):
    for name, value in {
        "CDN": cdn.shape, "CDN_PURGE_URLS": cdn.url, "CDN_TOKEN": TOKEN, "CDN_PURGE_INSIDE": "True"
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    claim, editor = f.ClaimFactory(rating="supported"), f.some_editor()
    detail = f"/api/v1/claims/{claim.pk}/"
    cdn.get(detail)
    claim.revise(editor, statement="The bridge cost five million dollars.")
    # The house is on every page; this is about what one act changed.
    Job.objects.exclude(task__endswith=".purge_changed").delete()

    def worker():
        process = committed_database.start("send_webhooks", LEASE, "drain")
        assert process.stdout.readline().strip() == "ready", process.stderr.read()
        process.stdin.write("go\n")
        process.stdin.flush()
        return process

    victim = None

    def kill(_handler) -> None:
        while victim is None:
            time.sleep(0.01)
        victim.kill()

    cdn.answer = kill
    victim = worker()
    victim.wait(timeout=60)
    assert victim.returncode == -9 and len(cdn.told) == 1
    assert b"five million" not in cdn.get(detail)

    cdn.answer = None
    time.sleep(LEASE + 0.1)
    worker().wait(timeout=60)
    assert b"five million" in cdn.get(detail)
    assert cdn.told[0][2] == cdn.told[1][2] and TOKEN not in str(Job.objects.values_list("errors"))
    [again] = Job.objects.purging().filter(state="waiting")
    assert again.run_after > again.enqueued_at + purging.AGAIN_AFTER / 2
