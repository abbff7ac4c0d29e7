"""Answers kept in a server that web processes share: the same answers, and no reader hears of its troubles."""

from __future__ import annotations

import gc
import re
import time

import pytest
from django.core.cache import caches
from django.test import Client

from articles import shared_cache
from factcheck import settings as real
from tests import factories as f
from tests.keeping.fake_redis import FakeRedis
from tests.test_repository import KEY, settings_with

NAMES = ("default", "answers", "rows")
WHEN = re.compile(rb"<time[^<]*</time>")


@pytest.fixture
def redis():
    one = FakeRedis()
    yield one
    one.stop()


@pytest.fixture
def shared(redis, settings):
    """This process as one whose settings name that server."""
    backends = {"BACKEND": "articles.shared_cache.SharedCache", "LOCATION": redis.url, "TIMEOUT": 60}
    waits = settings_of_a_shared_cache()["OPTIONS"]
    settings.CACHES = {name: {**backends, "KEY_PREFIX": name, "OPTIONS": waits} for name in NAMES}
    settings.ANSWERS_KEPT = 100
    yield redis
    for name in NAMES:
        for pool in caches[name]._cache._pools.values():
            pool.disconnect()
    shared_cache.SharedCache._rests_until.clear()
    gc.collect()


def settings_of_a_shared_cache():
    """Return what the settings say where there is one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(real, "CACHE_URL", "redis://anywhere")
        return real.cache("answers", 0, 1)


@pytest.fixture
def claim(db):
    f.newsroom()
    return f.ClaimFactory(statement="The bridge was finished in 2021.", rating="supported")


def paths(claim):
    return [
        claim.get_absolute_url(),
        f"/api/v1/claims/{claim.pk}/",
        "/api/v1/claims/",
        "/feeds/verdicts.atom",
        "/fairness/",
    ]


def test_what_one_process_made_another_finds(shared, claim):
    first = {path: Client().get(path).content for path in paths(claim)}
    assert len(shared.kept) >= 5
    shared.asked.clear()
    assert {path: Client().get(path).content for path in paths(claim)} == first
    assert "SET" not in shared.asked and {"GET", "MGET"} <= set(shared.asked)


def test_what_has_changed_is_made_anew(shared, claim):
    path = f"/api/v1/claims/{claim.pk}/"
    assert Client().get(path).json()["statement"].endswith("2021.")
    claim.revise(f.some_editor(), statement="The bridge was finished in 2022.")
    assert Client().get(path).json()["statement"].endswith("2022.")


def test_a_server_that_is_gone_keeps_nobody_from_an_answer(shared, claim):
    def asked(path: str) -> tuple[int, bytes]:
        answer = Client().get(path)
        # Figures say when they were counted, which may be a second later.
        return answer.status_code, WHEN.sub(b"", answer.content)

    first = {path: asked(path) for path in paths(claim)}
    assert {status for status, _ in first.values()} == {200}
    shared.stop()
    began = time.monotonic()
    for path in paths(claim):
        assert asked(path) == first[path]
    assert time.monotonic() - began < 5
    assert caches["default"].add("seen", True) is True
    assert caches["default"].delete("seen") is False


def test_a_server_that_takes_requests_and_says_nothing_holds_up_one_of_them(shared, claim):
    path = f"/api/v1/claims/{claim.pk}/"
    first = Client().get(path).content
    shared.hangs.set()
    began = time.monotonic()
    for _ in range(20):
        assert Client().get(path).content == first
    assert time.monotonic() - began < 3
    shared.hangs.clear()


def test_it_is_asked_again_after_a_rest(shared, claim, monkeypatch):
    path = f"/api/v1/claims/{claim.pk}/"
    shared.stop()
    assert Client().get(path).status_code == 200
    shared.begin()
    shared.asked.clear()
    assert Client().get(path).status_code == 200
    assert shared.asked == []
    monkeypatch.setattr(shared_cache, "REST", 0)
    now = time.monotonic() + 10
    monkeypatch.setattr(shared_cache.time, "monotonic", lambda: now)
    assert Client().get(path).status_code == 200
    assert "SET" in shared.asked


def test_what_is_not_ours_counts_as_not_kept(shared, claim):
    path = f"/api/v1/claims/{claim.pk}/"
    first = Client().get(path).content
    for one in shared.kept:
        shared.kept[one] = b"\x80no pickle"
    assert Client().get(path).content == first
    assert Client().get("/api/v1/claims/").status_code == 200


def test_keys_tell_releases_and_installations_apart(shared, settings):
    caches["answers"].set("a", 1)
    caches["rows"].set("a", 2)
    mine = set(shared.kept)
    assert len(mine) == 2
    shared_cache.ours.cache_clear()
    settings.SECRET_KEY = "another house: " + "k" * 40
    try:
        assert caches["answers"].get("a") is None
    finally:
        shared_cache.ours.cache_clear()


# --- The setting ---


def test_without_the_setting_each_process_keeps_its_own():
    assert {one["BACKEND"].rpartition(".")[2] for one in real.CACHES.values()} == {"LocalCache"}


def test_the_setting_leads_all_caches_there(tmp_path):
    says = "[(one['LOCATION'], one['KEY_PREFIX']) for one in settings.CACHES.values()]"
    told = settings_with(tmp_path, says, SECRET_KEY=KEY, CACHE_URL="redis://h:1/2")
    expected = [("redis://h:1/2", name) for name in ("others", "answers", "rows")]
    assert told.stdout == f"{expected}\n", told.stderr


@pytest.mark.parametrize("url", ["memcached://h", "h:6379", "redis://", "redis:// "])
def test_what_is_no_address_is_refused_without_repeating_it(tmp_path, url):
    refused = settings_with(tmp_path, "1", SECRET_KEY=KEY, CACHE_URL=url)
    assert refused.returncode != 0 and "CACHE_URL is no address of a cache" in refused.stderr
