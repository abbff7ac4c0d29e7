"""Which replica may answer, by what it and the primary said last."""

from __future__ import annotations

import time

import pytest

from articles.replicas.choosing import REST, Replicas
from articles.replicas.watching import HOLDS, News

LAG = 5.0


@pytest.fixture
def now(monkeypatch):
    """A clock that stands at 1,000 until it is set."""
    clock = {"now": 1000.0}
    monkeypatch.setattr(time, "monotonic", lambda: clock["now"])
    return clock


@pytest.fixture
def replicas(now):
    several = Replicas(["one", "two"], LAG)
    several.begin = lambda: None
    several.primary.tell(News(999.0, 500, 50))
    return several


def told(replicas, at, place, seq, one=0):
    replicas.watched[one].tell(News(at, place, seq))


def test_nobody_is_chosen_of_whom_nothing_is_known(replicas):
    assert replicas.choose() is None


def test_without_replicas_there_is_nothing_to_choose(now):
    assert not Replicas([], LAG)


def test_they_take_turns(replicas):
    told(replicas, 999, 500, 50, one=0)
    told(replicas, 999, 500, 50, one=1)
    assert [replicas.choose() for _ in range(4)] in (["one", "two"] * 2, ["two", "one"] * 2)


def test_one_without_recent_news_is_left_out(replicas, now):
    told(replicas, 999, 500, 50)
    assert replicas.choose() == "one"
    now["now"] = 999 + HOLDS + 0.1
    replicas.primary.tell(News(now["now"], 500, 50))
    assert replicas.choose() is None
    told(replicas, now["now"], 500, 50)
    assert replicas.choose() == "one"


def test_one_that_cannot_be_asked_is_left_out_at_once(replicas):
    told(replicas, 999, 500, 50)
    replicas.watched[0].miss(Exception("gone"))
    assert replicas.choose() is None


def test_one_that_is_behind_for_longer_than_it_may_is_left_out(replicas, now):
    for second in range(1, 10):
        now["now"] = 1000.0 + second
        replicas.primary.tell(News(now["now"], 500 + second, 50))
        told(replicas, now["now"], 500, 50)
        assert (replicas.choose() is not None) == (second < LAG), second
    # It has what the primary had three seconds ago.
    told(replicas, now["now"], 506, 50)
    assert replicas.choose() == "one"


def test_nothing_is_written_and_a_replica_that_has_all_is_not_behind(replicas, now):
    for second in range(1, 60):
        now["now"] = 1000.0 + second
        replicas.primary.tell(News(now["now"], 500, 50))
        told(replicas, now["now"], 500, 50)
        assert replicas.choose() == "one"


def test_where_the_primary_is_away_replicas_go_on(replicas, now):
    # It hangs, and nobody has been told yet that it does not answer.
    for second in range(1, 20):
        now["now"] = 1000.0 + second
        told(replicas, now["now"], 500, 50)
        assert replicas.choose() == "one"
    now["now"] = 1100.0
    replicas.primary.miss(Exception("gone"))
    told(replicas, 1099, 500, 50)
    assert replicas.choose() == "one"
    # But not one that was too far behind before.
    told(replicas, 1099, 400, 50)
    assert replicas.choose() is None


def test_a_process_that_began_while_the_primary_was_away_reads_the_replica(now):
    several = Replicas(["one"], LAG)
    several.begin = lambda: None
    told(several, 999, 500, 50)
    assert several.choose() is None  # nobody has asked the primary yet
    several.primary.miss(Exception("gone"))
    assert several.choose() == "one"


def test_one_that_has_not_the_entry_asked_for_is_left_out(replicas):
    told(replicas, 999, 500, 49)
    told(replicas, 999, 500, 50, one=1)
    assert {replicas.choose(50) for _ in range(4)} == {"two"}
    assert replicas.choose(51) is None


def test_one_that_failed_somebody_rests(replicas, now):
    told(replicas, 999, 500, 50)
    replicas.doubt("one")
    told(replicas, 1000, 500, 50)
    assert replicas.choose() is None
    now["now"] = 1000 + REST
    replicas.primary.tell(News(now["now"], 500, 50))
    told(replicas, now["now"], 500, 50)
    assert replicas.choose() == "one"


def test_what_is_long_past_is_forgotten(replicas, now):
    for second in range(1000):
        replicas.primary.tell(News(1000.0 + second, 500, 50))
    assert len(replicas.primary.told) <= LAG + 2 * HOLDS + 1
