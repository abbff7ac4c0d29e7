"""Webhooks with real workers: killed at the worst moment, and while many write at once."""

from __future__ import annotations

import random
import time

import pytest

from articles import tasks
from articles.models import Change, Delivery, DeliveryState, Job
from tests import factories as f

LEASE = 0.5


def start_worker(database, how):
    process = database.start("send_webhooks", LEASE, how)
    assert process.stdout.readline().strip() == "ready", process.stderr.read()
    return process


def go(process):
    process.stdin.write("go\n")
    process.stdin.flush()
    return process


def test_a_worker_killed_between_sending_and_noting_sends_the_same_again(committed_database, receiver):
    f.newsroom()
    webhook = f.WebhookFactory(url=receiver.url)
    delivery = f.DeliveryFactory(webhook=webhook)
    Job.objects.exclude(pk=delivery.job).delete()
    victim = start_worker(committed_database, "drain")
    # It has arrived, and the sender never learns so.
    receiver.answer = lambda handler: victim.kill()
    go(victim).wait(timeout=60)
    assert victim.returncode == -9 and receiver.ids == [delivery.event_id]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, [])

    receiver.answer = None
    time.sleep(LEASE + 0.1)
    go(start_worker(committed_database, "drain")).wait(timeout=60)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DELIVERED
    assert receiver.ids == [delivery.event_id] * 2
    assert receiver.requests[0][1] == receiver.requests[1][1]


def told_while_many_write(database, receiver, writers: int, acts: int, kills: int) -> None:
    """Each public entry reaches each webhook, by one delivery in the order of the ledger, whoever is killed."""
    chance = random.Random(5)
    f.newsroom()
    people = [f.UserFactory() for _ in range(writers)]
    everything, claims = (
        f.WebhookFactory(url=receiver.url, events=events) for events in (["*"], ["claim.changed"])
    )
    begin = everything.after_seq
    writing = [database.start("act", one.username, acts) for one in people]
    working = [go(start_worker(database, "stay")) for _ in range(2)]
    for process in writing:
        process.stdout.readline()
        go(process)
    for _ in range(kills):
        time.sleep(chance.uniform(0.1, 0.4))
        victim = working.pop(0)
        victim.kill()
        victim.wait(timeout=60)
        working.append(go(start_worker(database, "stay")))
    for process in writing:
        said, trouble = process.communicate(timeout=120)
        assert said.strip() == "done", trouble
    for process in working:
        process.kill()
        process.wait(timeout=60)

    # What the dead held comes back when their leases end; what no job is left for, the task that comes back finds.
    time.sleep(LEASE + 0.1)
    tasks.catch_up_on_webhooks.enqueue()
    go(start_worker(database, "drain")).wait(timeout=120)
    entries = list(
        Change.objects.filter(public=True, seq__gt=begin).order_by("seq").values_list("seq", flat=True)
    )
    assert len(entries) == writers * acts
    for webhook in (everything, claims):
        assert list(webhook.deliveries.order_by("pk").values_list("seq", flat=True)) == entries
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.DELIVERED}
    assert set(receiver.ids) == set(Delivery.objects.values_list("event_id", flat=True))
    assert 2 * len(entries) <= len(receiver.ids) <= 2 * len(entries) + kills + 2


@pytest.mark.slow
def test_several_write_and_workers_die(committed_database, receiver):
    told_while_many_write(committed_database, receiver, writers=2, acts=10, kills=1)


@pytest.mark.slow
def test_200_acts_by_several_writers_while_workers_die(committed_database, receiver):
    told_while_many_write(committed_database, receiver, writers=4, acts=50, kills=8)
