"""A process's own store of answers: it holds as many bytes as it may, and forgets what nobody asks for."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from hypothesis import given
from hypothesis import strategies as st

from articles.local_cache import BESIDE, LocalCache

ROOM = 10_000


def store(name: str, entries: int = 1000) -> LocalCache:
    made = LocalCache(name, {"TIMEOUT": None, "OPTIONS": {"MAX_ENTRIES": entries, "MAX_BYTES": ROOM}})
    made.clear()
    return made


def held(made: LocalCache) -> int:
    """Return what its entries take, added up one by one."""
    return sum(len(value) + BESIDE for value in made._cache.values())


def test_what_was_asked_for_least_lately_makes_room():
    made = store("room")
    for name in "abc":
        made.set(name, name * 2500)
    assert made.get("a")
    made.set("d", "d" * 2500)
    assert [name for name in "abcd" if made.get(name)] == ["a", "c", "d"]


def test_what_is_longer_than_all_the_room_is_not_kept_and_drives_nothing_out():
    made = store("long")
    made.set("a", "a")
    made.set("b", "b" * ROOM)
    assert made.get("a") == "a" and made.get("b") is None
    # Nor does the shorter answer stay that stood there before it.
    made.set("a", "a" * ROOM)
    assert made.get("a") is None


def test_the_number_of_entries_is_a_limit_too():
    made = store("many", entries=6)
    for number in range(30):
        made.set(str(number), number)
    assert len(made._cache) <= 6 and made.get("29") == 29
    assert made._held["many"] == held(made)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["set", "get", "delete", "add", "clear"]),
            st.sampled_from("abcdef"),
            st.integers(0, 4000),
        )
    )
)
def test_the_count_of_bytes_is_right_whatever_happens(acts):
    made = store("any", entries=4)
    for act, key, length in acts:
        if act in ("set", "add"):
            getattr(made, act)(key, "x" * length)
        elif act == "clear":
            made.clear()
        else:
            getattr(made, act)(key)
        assert made._held.get("any", 0) == held(made) <= ROOM


def test_two_stores_of_one_name_are_one_and_of_two_names_two():
    first, second, other = store("one"), store("one"), store("other")
    first.set("a", "a" * 4000)
    second.set("b", "b" * 4000)
    other.set("a", "a" * 4000)
    second.set("c", "c" * 4000)
    assert first.get("a") is None and other.get("a")


def test_nobody_counts_in_it():
    with pytest.raises(NotImplementedError):
        store("count").incr("a")


def test_the_product_keeps_its_answers_in_such_a_store(settings):
    assert isinstance(caches["answers"], LocalCache) and isinstance(caches["rows"], LocalCache)
    together = sum(caches[name]._most for name in ("answers", "rows"))
    # Whole bytes of shares.
    assert settings.ANSWERS_MEMORY * 2**20 - together in (0, 1)
