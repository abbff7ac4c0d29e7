"""A copy follows while eight processes edit, and equals the record at the end, row for row."""

from __future__ import annotations

import json
import os

import pytest
from django.db import transaction
from django.test import Client

from articles.models import Change
from tests import factories as f
from tests.feed.copier import FEED, Copier, assert_same, what_readers_see
from tests.feed.saying import make, subjects

WRITERS = 8
SECONDS = 10 if os.environ.get("FACTCHECK_SLOW_SAMPLE") else 60
# How long a process may take to begin, and to end after its time.
PATIENCE = 120


def get(address):
    answer = Client().get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.slow
@pytest.mark.parametrize("limit", [50])
def test_eight_write_and_one_copies(committed_database, limit):
    with transaction.atomic():
        make()
    by = f.some_administrator()
    before = Change.objects.latest("seq").seq
    of = json.dumps(subjects())
    writers = [committed_database.start("edit", seed, by.username, SECONDS, of) for seed in range(WRITERS)]
    for one in writers:
        assert one.stdout.readline().strip() == "ready", one.stderr.read()
    for one in writers:
        one.stdin.write("go\n")
        one.stdin.flush()
    copier, asked_meanwhile = Copier(get, f"{FEED}?limit={limit}"), 0
    while any(one.poll() is None for one in writers):
        copier.step()
        asked_meanwhile += 1
    for one in writers:
        said, trouble = one.communicate(timeout=PATIENCE)
        assert one.returncode == 0, trouble
        assert int(said) > 0
    assert_same(copier.follow(), what_readers_see(), f"after {asked_meanwhile} questions")
    assert Change.objects.latest("seq").seq > before + SECONDS
    assert asked_meanwhile > SECONDS
    print(f"{Change.objects.count() - before} acts, {asked_meanwhile} questions, {len(copier.rows)} rows")
    anew = Copier(get, f"{FEED}?limit=1000").follow()
    assert_same(anew, copier.rows, "from the beginning")
    head = get(copier.address)
    assert not head["results"] and not head["more"]
