"""A real primary, a real streaming replica, and the product's own server processes between them and its readers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import dj_database_url
import pytest
from django.db import connections

from articles.models import LedgerHead
from tests import factories as f
from tests.api.served import served
from tests.engines import server_programs
from tests.replicas.pair import NAME, pair

# Of another engine's run the same servers would be made and the same asked.
pytestmark = [pytest.mark.slow, pytest.mark.engine("postgresql")]
LAG_MOST = 3
# Seconds in which a change is to be noticed.
SOON = 20.0


class Answer:
    def __init__(self, status: int, headers, content: bytes) -> None:
        self.status, self.headers, self.content = status, headers, content

    @property
    def json(self):
        return json.loads(self.content)


def ask(address: str, path: str, body=None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = None if body is None else json.dumps(body).encode()
    if data is not None:
        named["Content-Type"] = "application/json"
    try:
        with urlopen(Request(f"{address}{path}", data, named), timeout=120) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except HTTPError as refusal:
        return Answer(refusal.code, refusal.headers, refusal.read())


def until(true: Callable[[], bool], what: str) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < SOON, what
        time.sleep(0.1)
    return time.monotonic() - began


@contextmanager
def default_database(url: str) -> Iterator[None]:
    """Let this process's rows be made there."""
    shared, original = connections["default"], connections.settings["default"]
    settings = {**original, **dj_database_url.parse(url), "OPTIONS": {}}
    connections.settings["default"] = settings
    connections["default"] = type(shared)(settings, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"], connections.settings["default"] = shared, original


class Readers:
    """Some who read without a pause; `refused` are the answers that nobody should get."""

    def __init__(self, address: str, paths: list[str]) -> None:
        self.address, self.paths = address, paths
        self.answered, self.refused, self.longest = 0, [], 0.0
        self._ends = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(3)]

    def _read(self, number: int) -> None:
        while not self._ends.is_set():
            path = self.paths[number % len(self.paths)]
            number += 1
            began = time.monotonic()
            try:
                status: object = ask(self.address, path).status
            except OSError as trouble:
                status = repr(trouble)
            self.longest = max(self.longest, time.monotonic() - began)
            self.answered += 1
            if status != 200:
                self.refused.append((path, status))

    def __enter__(self) -> Readers:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *trouble: object) -> None:
        self._ends.set()
        for one in self._threads:
            one.join()


@pytest.fixture(scope="module")
def both(django_db_blocker):
    programs = server_programs(os.environ)
    if programs is None:
        pytest.skip("PostgreSQL's server programs were not found, so no replica can be made.")
    with django_db_blocker.unblock(), pair(programs) as database, default_database(database.url):
        f.newsroom()
        database.more = {"REPLICA_LAG_MOST": str(LAG_MOST), "ANSWERS_KEPT": "100"}
        with served(database) as address:
            yield database, address


@pytest.fixture
def desk(both):
    """What the tests of this room do: with a claim of their own, and the replica as it should be in the end."""
    database, address = both
    claim = f.ClaimFactory(statement="The bridge was finished in 2021.")
    until(lambda: used(database, address), "the replica is used")
    yield database, address, claim
    database.on_replica("SELECT pg_wal_replay_resume()")


def reads(database, side: str) -> int:
    """Return how many rows of claims were read there, as this server itself counts."""
    asked = database.on_replica if side == "replica" else database.on_primary
    asked("SELECT pg_stat_clear_snapshot()")
    counted = (
        "SELECT coalesce(sum(seq_tup_read + idx_tup_fetch), 0) FROM pg_stat_user_tables WHERE relname = %s"
    )
    return int(asked(counted, ["articles_claim"])[0][0])


def used(database, address: str) -> bool:
    """Does the replica answer readers? It says so itself: who asked it just now, besides those who watch it."""
    ask(address, "/claims/")
    (count,) = database.on_replica(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND query NOT LIKE %s "
        "AND pid <> pg_backend_pid() AND query_start > now() - interval '1 second'",
        [NAME, "%pg_is_in_recovery%"],
    )[0]
    return bool(count)


def statement(answer: Answer) -> str:
    assert answer.status == 200, answer.content
    return answer.json["statement"]


def test_readers_are_answered_by_the_replica_alone(desk):
    database, address, claim = desk
    # What a connection counted is written down when it ends, and by those that fall idle after ten seconds.
    connections["default"].close()
    time.sleep(11)
    before = reads(database, "primary"), reads(database, "replica")
    for number in range(50):
        assert ask(address, f"/claims/?page_size={number}").status in (200, 400)
        assert ask(address, "/claims/").status == 200
        assert ask(address, f"/api/v1/claims/?ids={claim.pk}").status == 200
    time.sleep(1.5)
    after = reads(database, "primary"), reads(database, "replica")
    assert after[1] - before[1] >= 50
    assert after[0] == before[0]


def test_who_writes_sees_it_at_once_however_far_the_replica_is_behind(desk):
    database, address, claim = desk
    key = f.ApiKeyFactory(owner=f.some_editor(), scopes=["publish"])
    mine = {"Authorization": f"Bearer {key.token}"}
    until(lambda: statement(ask(address, f"/api/v1/claims/{claim.pk}/")) == claim.statement, "it is there")
    database.on_replica("SELECT pg_wal_replay_pause()")
    made = ask(address, "/api/v1/claims/", {"statement": "The bridge is red."}, Ledger_At_Least="0", **mine)
    assert made.status == 201, made.content
    position, path = made.headers["Ledger-Position"], f"/api/v1/claims/{made.json['id']}/"
    assert statement(ask(address, path, **mine)) == "The bridge is red."
    # A reader who has the position, and one who only has the address.
    told = ask(address, path, Ledger_At_Least=position)
    assert statement(told) == "The bridge is red." and int(told.headers["Ledger-Position"]) >= int(position)
    assert statement(ask(address, path)) == "The bridge is red."
    beyond = ask(address, path, Ledger_At_Least=str(int(position) + 1000))
    assert (beyond.status, beyond.json["code"], beyond.headers["Retry-After"]) == (412, "beyond_head", "1")


def test_one_that_falls_behind_is_left_out_and_taken_in_again(desk):
    database, address, claim = desk
    path = f"/api/v1/claims/{claim.pk}/"
    until(lambda: statement(ask(address, path)) == claim.statement, "it is there")
    database.on_replica("SELECT pg_wal_replay_pause()")
    new = "The bridge was finished in 2022."
    claim.revise(f.some_editor(), statement=new)
    # For as long as it may be behind, a reader may be told what was so a moment ago; who asks for more is not.
    head = str(LedgerHead.objects.get().seq)
    assert statement(ask(address, path, Ledger_At_Least=head)) == new
    with Readers(address, [path, "/claims/", "/api/v1/changes/"]) as readers:
        took = until(lambda: statement(ask(address, path)) == new, "the replica is left out")
        # From then on nobody sees the old words again, kept answers or not.
        for _ in range(50):
            assert statement(ask(address, path)) == new
        until(lambda: readers.answered > 50, "others read meanwhile")
    assert took < LAG_MOST + 5 and readers.refused == []
    until(lambda: not used(database, address), "nobody asks it")
    database.on_replica("SELECT pg_wal_replay_resume()")
    until(lambda: used(database, address), "it is taken in again")
    assert statement(ask(address, path)) == new


def test_the_change_feed_goes_on_where_it_was_whoever_answers(desk):
    database, address, _claim = desk
    database.on_replica("SELECT pg_wal_replay_pause()")
    more = [f.ClaimFactory() for _ in range(3)]
    feed = ask(address, "/api/v1/changes/?limit=1000").json
    seen = feed["head"]["seq"]
    assert seen < more[-1].public_seq, "the replica answered"
    # As somebody who has read on at another server would ask: this one has not heard of that entry.
    onward = ask(address, f"/api/v1/changes/?after={more[1].public_seq}")
    assert onward.status == 200 and onward.json["head"]["seq"] >= more[-1].public_seq
    assert [entry["seq"] for entry in onward.json["results"]][-1:] == [more[-1].public_seq]
    assert ask(address, f"/api/v1/changes/?after={more[-1].public_seq + 9}").status == 409


def test_no_reader_notices_that_the_replica_is_killed_and_comes_back(desk):
    database, address, claim = desk
    paths = [f"/api/v1/claims/{claim.pk}/", "/claims/", "/", "/api/v1/claims/", claim.get_absolute_url()]
    with Readers(address, paths) as readers:
        time.sleep(1)
        database.replica.end((signal.SIGQUIT, 10), (signal.SIGKILL, 5))
        time.sleep(4)
        new = f.ClaimFactory(statement="Written while the replica was gone.")
        assert statement(ask(address, f"/api/v1/claims/{new.pk}/")) == new.statement
        database.replica.start()
        until(lambda: used(database, address), "it is used again")
        time.sleep(1)
    assert readers.refused == []
    assert readers.answered > 20 and readers.longest < 10
    assert statement(ask(address, f"/api/v1/claims/{new.pk}/")) == new.statement


def test_one_that_is_cut_off_from_its_primary_is_left_out_though_it_answers(desk):
    database, address, claim = desk
    told = database.on_replica("SHOW primary_conninfo")[0][0]
    database.on_replica("ALTER SYSTEM SET primary_conninfo = ''")
    database.on_replica("SELECT pg_reload_conf()")
    path = f"/api/v1/claims/{claim.pk}/"
    try:
        with Readers(address, [path, "/claims/"]) as readers:
            until(lambda: not database.on_primary("SELECT 1 FROM pg_stat_replication"), "it is cut off")
            claim.revise(f.some_editor(), statement="The bridge was finished in 2023.")
            until(lambda: statement(ask(address, path)).endswith("2023."), "it is left out")
            until(lambda: not used(database, address), "nobody asks it")
    finally:
        database.on_replica(f"ALTER SYSTEM SET primary_conninfo = '{told.replace(chr(39), chr(39) * 2)}'")
        database.on_replica("SELECT pg_reload_conf()")
    until(lambda: used(database, address), "it is used again")
    assert readers.refused == []


def test_where_the_primary_is_gone_readers_read_on(both):
    database, address = both
    claim = f.ClaimFactory(statement="The bridge has a toll.")
    path = f"/api/v1/claims/{claim.pk}/"
    until(lambda: statement(ask(address, path)) == claim.statement, "it is there")
    until(lambda: used(database, address), "the replica is used")
    (here,) = database.on_primary("SHOW data_directory")[0]
    connections["default"].close()
    # All processes of it stand still, as those of a machine without power: whoever asks it hears nothing at all.
    parent = (Path(here) / "postmaster.pid").read_text().split()[0]
    family = [parent, *subprocess.run(["pgrep", "-P", parent], capture_output=True, text=True).stdout.split()]
    for one in family:
        os.kill(int(one), signal.SIGSTOP)
    try:
        for _ in range(20):
            assert statement(ask(address, path)) == claim.statement
            assert ask(address, "/claims/").status == 200
            time.sleep(0.3)
    finally:
        for one in family:
            os.kill(int(one), signal.SIGCONT)
