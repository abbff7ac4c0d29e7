"""What the bench says of readers' pages: each request of two records compared, asked in turn; the dear ones named."""

import pytest

from tests import factories as f
from tests.bench import pages

FIRST = {"status": 200, "sql": 3, "bytes": 100}


class Record:
    """A record that answers what it is told to: name → seconds of each further request; every request is noted."""

    def __init__(self, took, said):
        self.took, self.said = took, said

    def ask(self, what, name=""):
        if what == "names":
            return list(self.took)
        self.said.append((self, what, name))
        return (
            FIRST
            if what == "first"
            else {"ms": 1000 * self.took[name], "took": self.took[name], "work": 0.01}
        )


@pytest.fixture
def said():
    return []


@pytest.fixture
def records(said):
    return Record({"one": 0.1, "two": 0.1}, said), Record({"one": 0.14, "two": 0.2}, said)


def test_requests_are_compared_and_the_dearest_come_first(records):
    rows = pages.measured(*records)
    assert [(row["request"], row["ratio"]) for row in rows] == [
        ("two", pytest.approx(2.0)),
        ("one", pytest.approx(1.4)),
    ]
    table = pages.table("SQLite", rows)
    assert "2 requests" in table and "1 miss the bar." in table
    assert [line.split()[0] for line in table.splitlines() if line.endswith("SHORT")] == ["two"]


def test_both_records_are_asked_in_turn_and_the_dear_ones_again(records, said):
    pages.measured(*records)
    small, large = records
    assert [one for one, what, name in said if (what, name) == ("again", "one")] == [
        small,
        large,
    ] * pages.ROUNDS
    again = [one for one, what, name in said if (what, name) == ("again", "two")]
    assert again == [small, large] * pages.ROUNDS * (1 + pages.AGAIN)


def test_a_machine_that_was_slower_meanwhile_makes_nothing_dearer():
    slow = [{"ms": 300.0, "took": 0.3, "work": 0.03}, {"ms": 900.0, "took": 0.9, "work": 0.06}]
    quick = [{"ms": 100.0, "took": 0.1, "work": 0.01}]
    assert pages.compared("one", [FIRST, FIRST], [quick, slow])["ratio"] == pytest.approx(1.0)


@pytest.mark.parametrize("change", [{"status": 500}, {"ratio": 1.6}])
def test_each_bar_can_be_missed(records, change):
    (row,) = pages.measured(*records, only=["one"])
    assert not pages.missed(row)
    assert pages.missed(row | change)


def test_every_request_is_answered(db, newsroom, monkeypatch):
    """On a record in which there is one of everything; the bench has thousands."""
    claim = f.ClaimFactory(rating="supported", topics=[f.TopicFactory()])
    article = f.ArticleFactory(public=True)
    f.AppearanceFactory(
        claim=claim, article_version=article.current_version, attributions=[{"claimant": f.ClaimantFactory()}]
    )
    monkeypatch.setattr(
        pages,
        "requests",
        lambda: dict([*pages._front(), *pages._others(), *pages._words(), *pages._programs()]),
    )
    pages._checked.cache_clear()
    monkeypatch.setattr(pages, "_article", lambda: article)
    try:
        asked = pages.Asked()
        for name in ("front page", "corrections", "sitemap, pages", "feed of claims"):
            assert asked.first(name)["status"] == 200 and asked.again(name)["took"] > 0
    finally:
        pages._checked.cache_clear()
