"""A copy kept by the change feed equals the record, whatever anybody does to it."""

from __future__ import annotations

import random
from copy import copy

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client

from articles.models import Redaction
from articles.refusals import Refused
from tests import factories as f
from tests.feed.copier import FEED, Copier, assert_same, what_readers_see
from tests.feed.saying import ONCE_IS_TOO_MUCH, VERBS, make
from tests.keeping import world

STEPS = 25


def get(address):
    answer = Client().get(address)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def copier(db):
    """A program that is in step with a record of a bit of everything."""
    make()
    copier = Copier(get)
    assert_same(copier.follow(), what_readers_see(), "what was made")
    return copier


def subject(chosen):
    for one in chosen if isinstance(chosen, tuple) else (chosen,):
        if hasattr(one, "refresh_from_db"):
            one.refresh_from_db()
    return chosen


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_verb(copier, verb):
    """The verb is said of each row that it can be said of, each time of the same record."""
    by = f.some_administrator()
    for chosen in world.ways(verb):
        with transaction.atomic():
            try:
                verb.say(subject(chosen), by)
            except (Refused, ValidationError):
                pass
            else:
                here = copy(copier)
                here.rows = dict(copier.rows)
                assert_same(here.follow(), what_readers_see(), f"{verb.name} of {chosen}")
            transaction.set_rollback(True)


@pytest.mark.parametrize("seed", range(12))
def test_walk(copier, seed):
    """Verbs are said one after the other, of rows picked at random; the copy is looked at after each."""
    draw = random.Random(seed)
    by, said, redacted = f.some_administrator(), [], False
    verbs = [verb for verb in VERBS if not verb.name.startswith(ONCE_IS_TOO_MUCH)]
    while len(said) < STEPS:
        # Once: a verb that has no row to be said of leaves the count where it is.
        if len(said) == seed % STEPS and not redacted:
            redacted = True
            Redaction.everywhere(by, draw.choice(["million", "bridge", "report"]), "A private matter.")
        verb = draw.choice(verbs)
        ways = list(world.ways(verb))
        if not ways:
            continue
        try:
            with transaction.atomic():
                verb.say(subject(draw.choice(ways)), by)
        except (Refused, ValidationError):
            continue
        finally:
            said.append(verb.name)
        assert_same(copier.follow(), what_readers_see(), " > ".join(said))
    anew = Copier(get, f"{FEED}?limit=7")
    assert_same(anew.follow(), copier.rows, "from the beginning")
