"""Budgets: counted exactly, for whom they should, told in headers, and never in the way of an answer by failing."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from typing import Any

import pytest
from django.conf import settings as configured

from api import limits
from api.limits import Budget, Counter, client_address
from articles.models import Scope
from tests import factories as f
from tests.api.conftest import Api, as_problem
from tests.api.test_keys import bearer

# The beginning of a minute.
START = 1_700_000_040.0
A = Budget("read", "a", 3)


@pytest.fixture
def counter(tmp_path) -> Counter:
    return Counter(tmp_path / "limits.sqlite3")


@pytest.fixture
def limited(settings, tmp_path, monkeypatch):
    """Small budgets, in a file of this test, in the middle of a minute that does not end."""
    settings.DATA_DIRECTORY = tmp_path
    settings.API_LIMITS_ANONYMOUS, settings.API_LIMITS_READ, settings.API_LIMITS_WRITE = 2, 3, 2
    monkeypatch.setattr(limits.time, "time", lambda: START + 20)
    return settings


def granted(counter: Counter, budget: Budget, times: int, now: float) -> int:
    standings = [counter.count(budget, now) for _ in range(times)]
    assert None not in standings
    return sum(not one.refused for one in standings)


class TestCounting:
    def test_as_many_as_the_quota(self, counter):
        assert [counter.count(A, START).remaining for _ in range(5)] == [2, 1, 0, 0, 0]
        assert [counter.count(A, START + 1).refused for _ in range(2)] == [True, True]

    def test_each_for_itself(self, counter):
        assert granted(counter, A, 9, START) == 3
        assert granted(counter, Budget("read", "b", 3), 9, START) == 3

    def test_what_is_refused_costs_nothing(self, counter):
        assert granted(counter, A, 100, START + 30) == 3
        assert granted(counter, A, 100, START + 119) == 2
        assert granted(counter, A, 100, START + 240) == 3

    @pytest.mark.parametrize(
        ("seconds", "free"), [(60, 0), (79, 0), (80, 1), (99, 1), (100, 2), (119, 2), (120, 3)]
    )
    def test_the_window_slides(self, counter, seconds, free):
        granted(counter, A, 3, START)
        assert counter.standing(A, START + seconds).remaining == free
        assert granted(counter, A, 9, START + seconds) == free

    @pytest.mark.parametrize("moment", [0, 1, 29.5, 59.9])
    @pytest.mark.parametrize("earlier", [0, 1, 2, 3])
    @pytest.mark.parametrize("quota", [1, 2, 3, 10])
    def test_who_waits_as_long_as_told_is_granted(self, counter, moment, earlier, quota):
        budget = Budget("read", "a", quota)
        granted(counter, budget, earlier, START - 1)
        now = START + moment
        granted(counter, budget, 20, now)
        last = counter.count(budget, now)
        assert last.refused and last.remaining == 0 and 1 <= last.reset <= 120
        assert counter.standing(budget, now + last.reset).remaining >= 1
        assert not counter.count(budget, now + last.reset).refused

    @pytest.mark.parametrize("moment", [0, 29.5, 59.9])
    @pytest.mark.parametrize("earlier", [0, 4, 10])
    @pytest.mark.parametrize("used", [0, 5, 10])
    @pytest.mark.parametrize("cost", [3, 10])
    def test_what_costs_more_is_granted_whole_or_not_at_all(self, counter, moment, earlier, used, cost):
        one, dear = Budget("read", "a", 10), Budget("read", "a", 10, cost=cost)
        granted(counter, one, earlier, START - 1)
        now = START + moment
        granted(counter, one, used, now)
        left = counter.standing(one, now).remaining
        last = counter.count(dear, now)
        assert last.refused == (left < cost)
        assert last.remaining == (left if last.refused else left - cost)
        if last.refused:
            assert 1 <= last.reset <= 120
            assert not counter.count(dear, now + last.reset).refused

    def test_looking_uses_nothing(self, counter):
        assert [counter.standing(A, START).remaining for _ in range(5)] == [3] * 5
        counter.count(A, START)
        assert counter.standing(A, START).remaining == 2

    def test_a_process_whose_clock_is_behind_joins(self, counter):
        granted(counter, A, 3, START)
        assert granted(counter, A, 3, START - 0.001) == 0

    def test_a_clock_that_was_put_back_does_not_shut_anybody_out(self, counter):
        granted(counter, A, 3, START + 10_000_000)
        assert granted(counter, A, 3, START) == 3

    def test_old_counts_are_swept_out(self, counter):
        key = Budget("read", "key:1:read", 3, "key:1")
        counter.count(A, START)
        counter.count(key, START)
        day = 24 * 3600
        counter.count(key, START + 41 * day)
        assert counter.connection.execute("SELECT who FROM minutes").fetchall() == [("key:1:read",)]
        assert len(counter.days("key:1", "2000-01-01", START)) == 1

    def test_days_of_a_key(self, counter):
        read, write = Budget("read", "key:1:read", 2, "key:1"), Budget("write", "key:1:write", 5, "key:1")
        granted(counter, read, 3, START)
        granted(counter, write, 2, START)
        granted(counter, read, 1, START + 24 * 3600)
        assert counter.days("key:1", "2000-01-01", START) == [
            ("2023-11-15", 1, 0, 0),
            ("2023-11-14", 2, 2, 1),
        ]
        assert counter.days("key:1", "2023-11-15", START) == [("2023-11-15", 1, 0, 0)]

    def test_threads_count_exactly(self, counter):
        budget, found = Budget("read", "a", 70), []

        def ask() -> None:
            found.append(granted(counter, budget, 40, START))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(found) == 70

    def test_processes_count_exactly(self, tmp_path):
        program = (
            "import sys, django; django.setup()\n"
            "from pathlib import Path; from api.limits import Budget, Counter\n"
            "counter, budget = Counter(Path(sys.argv[1])), Budget('read', 'a', 500, 'key:1')\n"
            "print('ready', flush=True); sys.stdin.readline()\n"
            f"found = [counter.count(budget, {START}) for _ in range(400)]\n"
            "print(sum(not one.refused for one in found))\n"
        )
        pipes: dict[str, Any] = {
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
        }
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(configured.BASE_DIR),
        }
        path = tmp_path / "limits.sqlite3"
        running = [
            subprocess.Popen([sys.executable, "-c", program, path], env=environment, text=True, **pipes)
            for _ in range(2)
        ]
        for process in running:
            assert process.stdout.readline() == "ready\n", process.stderr.read()
        for process in running:
            process.stdin.write("go\n")
            process.stdin.flush()
        found = [process.communicate(timeout=60) for process in running]
        counts = [int(out) for out, _ in found]
        assert sum(counts) == 500 and min(counts) > 0, found
        assert Counter(path).days("key:1", "2000-01-01", START) == [("2023-11-14", 500, 0, 300)]


class TestFailing:
    def test_a_place_that_cannot_be_written(self, tmp_path, caplog):
        (tmp_path / "file").write_text("no folder")
        counter = Counter(tmp_path / "file" / "limits.sqlite3")
        assert counter.count(A, START) is None and counter.standing(A, START) is None
        assert counter.count(A, START + limits.REST + 1) is None
        [record] = caplog.records
        assert "cannot be written" in record.message and "Make its folder writable" in record.message

    def test_a_damaged_file(self, counter, caplog):
        counter.path.write_bytes(b"this is no database " * 1000)
        assert counter.count(A, START) is None
        assert "if the file itself is damaged, delete it" in caplog.text
        counter.path.unlink()
        # It is left alone for a while, and then counts again.
        assert counter.count(A, START + 1) is None
        assert counter.count(A, START + limits.REST + 1).remaining == 2

    def test_another_process_that_makes_the_file_too(self, tmp_path, monkeypatch, caplog):
        """Where two change the journal at once SQLite tells one of them at once that it is locked."""
        refused = []

        class Crowded(sqlite3.Connection):
            def execute(self, sql, *given):
                if "journal_mode" in sql and not refused:
                    trouble = sqlite3.OperationalError("database is locked")
                    trouble.sqlite_errorcode = sqlite3.SQLITE_BUSY
                    refused.append(trouble)
                    raise trouble
                return super().execute(sql, *given)

        connect = sqlite3.connect
        monkeypatch.setattr(sqlite3, "connect", lambda *where, **how: connect(*where, factory=Crowded, **how))
        assert Counter(tmp_path / "limits.sqlite3").count(A, START) is not None
        assert refused and not caplog.records

    def test_requests_go_through(self, api, limited, tmp_path):
        limited.DATA_DIRECTORY = tmp_path / "file"
        limited.DATA_DIRECTORY.write_text("no folder")
        for _ in range(4):
            answer = api.get("claims/")
            assert answer.status_code == 200 and "RateLimit" not in answer
        assert api.json("usage/")["limits"][0]["remaining"] is None


class TestWhoIsCounted:
    @pytest.mark.parametrize(
        ("remote", "forwarded", "trusted", "expected"),
        [
            ("192.0.2.7", "", False, "192.0.2.7"),
            ("192.0.2.7", "198.51.100.1", False, "192.0.2.7"),
            ("192.0.2.7", "198.51.100.1", True, "198.51.100.1"),
            ("192.0.2.7", "203.0.113.9, 198.51.100.1", True, "198.51.100.1"),
            ("192.0.2.7", "198.51.100.1:4711", True, "198.51.100.1"),
            ("192.0.2.7", "", True, "192.0.2.7"),
            ("192.0.2.7", "nonsense", True, "192.0.2.7"),
            ("192.0.2.7", "x," * 50_000, True, "192.0.2.7"),
            ("192.0.2.7", "\xff\x00", True, "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "", False, "2001:db8:1:2::/64"),
            ("2001:db8:1:2::ffff", "", False, "2001:db8:1:2::/64"),
            ("192.0.2.7", "[2001:db8:1:3::1]:443", True, "2001:db8:1:3::/64"),
            ("::ffff:192.0.2.7", "", False, "192.0.2.7"),
            ("fe80::1%eth0", "", False, "fe80::/64"),
            ("", "", False, "unknown"),
        ],
    )
    def test_addresses(self, rf, settings, remote, forwarded, trusted, expected):
        settings.TRUST_PROXY = trusted
        more = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
        assert client_address(rf.get("/", REMOTE_ADDR=remote, **more)) == expected

    def test_strangers_by_address(self, api, limited, tmp_path):
        assert [api.get("claims/").status_code for _ in range(3)] == [200, 200, 429]
        assert api.get("claims/", REMOTE_ADDR="192.0.2.7").status_code == 200
        # No address lies in the file.
        kept = b"".join(path.read_bytes() for path in tmp_path.glob("api-limits*"))
        assert b"address:" in kept and b"127.0.0.1" not in kept and b"192.0.2.7" not in kept

    def test_keys_each_for_itself_and_reading_apart_from_writing(self, api, limited):
        one, other = f.ApiKeyFactory(scopes=["write"]), f.ApiKeyFactory(scopes=["write"])
        assert [api.get("claims/", **bearer(one)).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert api.get("claims/", **bearer(other)).status_code == 200
        assert api.get("claims/").status_code == 200

        def write(key: Any) -> int:
            address = "/api/v1/imports/"
            return api.client.post(address, {}, content_type="application/json", **bearer(key)).status_code

        assert [write(one) for _ in range(3)] == [400, 400, 429]
        assert write(other) == 400

    def test_the_desk_has_the_budget_of_a_key(self, desk, editor, limited):
        assert [desk.get("claims/").status_code for _ in range(4)] == [200, 200, 200, 429]
        assert Api(editor).get("claims/").status_code == 200

    def test_who_tries_keys_has_a_strangers_budget(self, api, limited):
        answers = [api.get("claims/", HTTP_AUTHORIZATION="Bearer x").status_code for _ in range(3)]
        assert answers == [401, 401, 429]
        assert api.get("claims/").status_code == 429
        assert api.get("claims/", **bearer(f.ApiKeyFactory())).status_code == 200
        revoked = f.ApiKeyFactory(revoked=True)
        assert api.get("claims/", **bearer(revoked)).status_code == 429

    def test_what_nobody_may_counts_too(self, api, limited):
        """Finding out that a key may not write costs as much as finding out that it may."""
        key = f.ApiKeyFactory(scopes=["drafts"])
        for sender in ({}, {"HTTP_AUTHORIZATION": f"Bearer {key.token}"}):
            asked = [
                api.client.post("/api/v1/claims/", {}, content_type="application/json", **sender)
                for _ in range(3)
            ]
            refusal = 403 if sender else 401
            assert [answer.status_code for answer in asked] == [refusal, refusal, 429]

    def test_nothing_is_without_limit_unless_said(self, api, limited):
        limited.API_LIMITS_ANONYMOUS = 0
        for _ in range(5):
            answer = api.get("claims/")
            assert answer.status_code == 200 and "RateLimit" not in answer

    def test_kept_answers_count_for_nothing(self, api, limited):
        claim = f.ClaimFactory()
        for _ in range(5):
            answer = api.get(f"claims/{claim.pk}/")
            assert answer.status_code == 200 and "RateLimit" not in answer
        assert api.get("claims/").status_code == 200


class TestAnswers:
    def test_headers(self, api, limited):
        answer = api.get("claims/")
        assert answer["RateLimit-Policy"] == '"read";q=2;w=60' and answer["RateLimit"] == '"read";r=1;t=40'
        answer = api.get("claims/?nonsense=1")
        assert answer.status_code == 400 and answer["RateLimit"] == '"read";r=0;t=70'
        answer = api.get("claims/")
        problem = as_problem(429, answer)
        assert problem["code"] == "too_many_requests"
        assert (
            problem["detail"] == "That was more than 2 requests to read in a minute. Try again in 70 seconds."
        )
        assert answer["Retry-After"] == "70" and answer["RateLimit"] == '"read";r=0;t=70'
        assert "RateLimit" in answer["Access-Control-Expose-Headers"]

    def test_writing_has_a_name_of_its_own(self, api, limited):
        key = f.ApiKeyFactory(scopes=[Scope.IMPORT])
        answer = api.client.post("/api/v1/imports/", {}, content_type="application/json", **bearer(key))
        assert answer["RateLimit-Policy"] == '"write";q=2;w=60' and answer["RateLimit"] == '"write";r=1;t=40'

    def test_usage_of_a_key(self, api, limited):
        key = f.ApiKeyFactory(scopes=["import"])
        api.get("claims/", **bearer(key))
        api.client.post("/api/v1/imports/", {}, content_type="application/json", **bearer(key))
        usage = api.json("usage/", **bearer(key))
        assert usage["limits"] == [
            {"name": "read", "quota": 3, "window": 60, "remaining": 1, "reset": 40},
            {"name": "write", "quota": 2, "window": 60, "remaining": 1, "reset": 40},
        ]
        today = {"day": "2023-11-14", "reads": 2, "writes": 1, "refused": 0}
        assert usage["today"] == today and usage["days"] == [today]
        api.get("claims/", **bearer(key))
        assert api.get("usage/", **bearer(key)).status_code == 429

    def test_days_before_today(self, api, limited, monkeypatch):
        key = f.ApiKeyFactory()
        api.get("claims/", **bearer(key))
        for days, expected in ((29, ["2023-12-13", "2023-11-14"]), (31, ["2023-12-15", "2023-12-13"])):
            monkeypatch.setattr(limits.time, "time", lambda days=days: START + days * 24 * 3600)
            assert [one["day"] for one in api.json("usage/", **bearer(key))["days"]] == expected

    def test_usage_of_nobody(self, api, limited):
        usage = api.json("usage/")
        assert usage == {
            "limits": [{"name": "read", "quota": 2, "window": 60, "remaining": 1, "reset": 40}],
            "today": None, "days": None,
        }  # fmt: skip

    def test_me_tells_the_quotas(self, api, limited):
        assert api.json("me/")["limits"] == [{"name": "read", "quota": 2, "window": 60}]
        key = f.ApiKeyFactory()
        assert [one["quota"] for one in api.json("me/", **bearer(key))["limits"]] == [3, 2]
