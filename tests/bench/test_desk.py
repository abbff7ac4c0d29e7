"""What the bench says of the desk's lists: every way to ask them, compared, and those that miss a bar named."""

from contextlib import contextmanager

import pytest
from django.test import Client

from tests import factories
from tests.bench import desk


def costs(**ms):
    return {name: {"ms": one, "cost": one, "sql": 5, "status": 200, "rows": 50} for name, one in ms.items()}


def test_lists_are_compared_and_the_dearest_come_first():
    rows = desk.compared(costs(one=10.0, two=10.0, gone=1.0), costs(one=12.0, two=30.0))
    assert [(row["list"], row["ratio"]) for row in rows] == [
        ("two", pytest.approx(3.0)),
        ("one", pytest.approx(1.2)),
    ]
    assert [row["list"] for row in desk.short(rows)] == ["two"]
    said = desk.table("SQLite", rows)
    assert "2 ways to ask a list" in said
    assert "1 miss a bar." in said
    assert [line.split()[0] for line in said.splitlines() if line.endswith("SHORT")] == ["two"]


def test_a_machine_that_was_slower_meanwhile_makes_no_list_dearer():
    large = costs(one=16.0)
    large["one"]["cost"] = 10.0
    (row,) = desk.compared(costs(one=10.0), large)
    assert row["ratio"] == 1.0 and (row["small"], row["large"]) == (10.0, 16.0)


def test_a_cost_is_the_least_of_its_rounds_over_the_least_of_the_work_beside_them(db, newsroom, monkeypatch):
    """Whoever else is on the machine only adds; and work too short to be measured would be nothing but noise."""
    factories.some_editor()
    clock, steps = iter([0.0, 0.03, 0.0, 0.01, 0.0, 0.02]), []

    def work(asked):
        steps.append(asked)
        return (0.008, 0.004, 0.005, 0.02, 0.005, 0.005)[len(steps) - 1]

    opens = next(one for one in desk.addresses(_editor(), ["Claim"]))
    monkeypatch.setattr(desk, "ROUNDS", 3)
    monkeypatch.setattr(desk, "addresses", lambda client, only: [opens])
    monkeypatch.setattr(desk.asking, "processor_time", lambda: lambda: next(clock))
    monkeypatch.setattr(desk, "fixed_work", work)
    (found,) = desk.costs().values()
    assert found["ms"] == pytest.approx(20) and found["cost"] == pytest.approx(10 / 0.004)
    assert len(steps) == 6 and min(steps) >= 10_000


@pytest.mark.parametrize("change", [{"sql": 12}, {"status": 500}, {"cost": 16.0}])
def test_each_bar_can_be_missed(change):
    large = costs(one=10.0)
    large["one"] |= change
    assert len(desk.short(desk.compared(costs(one=10.0), large))) == 1


class TestAskedAgain:
    @pytest.fixture
    def said(self, monkeypatch):
        """What was asked: (address, the names given). The second list seems dear once, the third always."""
        said = []

        @contextmanager
        def database_of(engine, size):
            yield size, None, ""

        def inside(what, address, *words, given=None):
            if what == "fill":
                return None
            said.append((address, words[1::2]))
            is_large, is_first = address == desk.LARGE, len(said) < 3
            one = {
                "one": 10.0,
                "two, by kind": 16.0 if is_large and is_first else 10.0,
                "three": 16.0 if is_large else 10.0,
            }
            return {name: costs(it=cost)["it"] for name, cost in one.items() if not words or name in words}

        monkeypatch.setattr("tests.bench.__main__.database_of", database_of)
        monkeypatch.setattr(desk, "inside", inside)
        return said

    def test_what_seems_too_dear_is_asked_again_in_both_records(self, said):
        table = desk.measured("sqlite")
        assert "1 miss a bar." in table
        assert [line.split()[0] for line in table.splitlines() if line.endswith("SHORT")] == ["three"]
        assert said[:2] == [(desk.SMALL, ()), (desk.LARGE, ())]
        assert said[2:4] == [(desk.SMALL, ("two, by kind", "three")), (desk.LARGE, ("two, by kind", "three"))]
        assert said[4:] == [(desk.SMALL, ("three",)), (desk.LARGE, ("three",))] * 2

    def test_one_way_to_ask_a_list_can_be_named(self, db, newsroom, monkeypatch):
        factories.some_editor()
        monkeypatch.setattr(desk, "ROUNDS", 1)
        wanted = ["Claim, second page", "User, as it opens"]
        assert sorted(desk.costs(wanted)) == wanted


def test_every_way_to_ask_a_list_is_measured(db, newsroom, monkeypatch):
    factories.ClaimFactory()
    factories.some_editor()
    asked = []

    def of_claims(client, only):
        asked.extend(addresses(client))
        return [one for one in asked if one[0] == "Claim"][:6]

    addresses = desk.addresses
    monkeypatch.setattr(desk, "ROUNDS", 1)
    monkeypatch.setattr(desk, "addresses", of_claims)
    found = desk.costs()
    assert len(found) == 6
    assert all(one["status"] == 200 and 0 < one["sql"] < 12 and one["ms"] > 0 for one in found.values())
    assert {one["rows"] for one in found.values()} >= {0, 1}
    ways = {how for name, how, _ in asked if name == "Claim"}
    assert {"as it opens", "second page", "search for bridge"} <= ways
    assert any(how.startswith("status: ") for how in ways)
    assert len({name for name, *_ in asked}) > 40


def test_the_longer_record_shows_no_more_rows_than_the_shorter(db, newsroom, monkeypatch):
    for _ in range(3):
        factories.ClaimFactory()
    factories.some_editor()
    opens = next(one for one in desk.addresses(_editor(), ["Claim"]))
    monkeypatch.setattr(desk, "ROUNDS", 1)
    monkeypatch.setattr(desk, "addresses", lambda client, only: [opens])
    assert [one["rows"] for one in desk.costs().values()] == [3]
    assert [one["rows"] for one in desk.costs(like={"Claim, as it opens": {"rows": 2}}).values()] == [2]


def _editor():
    client = Client()
    client.force_login(factories.some_editor())
    return client
