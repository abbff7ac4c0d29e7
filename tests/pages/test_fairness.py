"""The fairness page: each claim counted once, for those who say it, and drawn so that everybody can read it."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from django.urls import reverse

from articles import tasks
from articles.models import Article, LedgerHead, Redaction, Schedule
from articles.views import counted_tallies, fairness, plotting, tallies
from articles.views.tallies import STANDINGS, Dimension
from tests import factories, hostile
from tests.query_counts import assert_same_queries

pytestmark = pytest.mark.django_db


def claim_of(*said, publisher="The Bridge Post", **facts):
    """Return a claim, in an article of its own, that these claimants say, outermost first."""
    claim = factories.ClaimFactory(**facts)
    article = factories.ArticleFactory(public=True, publisher=publisher)
    factories.AppearanceFactory(
        claim=claim,
        article_version=article.current_version,
        attributions=[{"claimant": one} for one in said],
    )
    return claim


def counts(dimension):
    """Return (label, standing) → claims, of a dimension."""
    tally = tallies.read()[dimension]
    found = {}
    for name in tally.names:
        for standing, count in zip(STANDINGS, tally.by_name(name), strict=True):
            if count:
                found[(name.label, standing)] = count
    return found


@pytest.fixture
def council(newsroom):
    return factories.ClaimantFactory(name="The council")


@pytest.fixture
def paper(newsroom):
    return factories.ClaimantFactory(name="The paper")


class TestCounting:
    def test_each_claim_counts_for_what_it_is_today(self, council):
        claim_of(council, rating="supported")
        claim_of(council, rating="contradicted")
        claim_of(council)
        claim_of(council, status="checking")
        claim_of(council, status="not_checkable")
        withdrawn = claim_of(council)
        factories.make_series(
            withdrawn, [("verdict", "supported", "2024-01-10"), ("withdrawal", "2024-02-01")]
        )

        assert counts(Dimension.ASSERTS) == {
            ("The council", "true"): 1,
            ("The council", "false"): 1,
            ("The council", "open"): 3,
            ("The council", "not_checkable"): 1,
        }

    def test_to_pass_on_is_not_to_assert(self, council, paper):
        claim_of(paper, council, rating="supported")

        assert counts(Dimension.ASSERTS) == {("The council", "true"): 1}
        assert counts(Dimension.PASSES_ON) == {("The paper", "true"): 1}

    def test_a_claim_counts_once_however_often_it_is_made(self, council):
        claim = claim_of(council, rating="supported")
        for _ in range(3):
            article = factories.ArticleFactory(public=True, publisher="The Bridge Post")
            factories.AppearanceFactory(
                claim=claim, article_version=article.current_version, attributions=[{"claimant": council}]
            )

        assert counts(Dimension.ASSERTS) == {("The council", "true"): 1}
        assert counts(Dimension.OUTLET) == {("The Bridge Post", "true"): 1}

    def test_what_was_merged_counts_with_its_survivor(self, council, paper):
        survivor, merged = claim_of(council), claim_of(paper, rating="contradicted")
        merged.merge_into(survivor, factories.some_editor())
        paper.merge_into(council, factories.some_editor())

        assert counts(Dimension.ASSERTS) == {("The council", "false"): 1}
        assert sum(tallies.read()[Dimension.MONTH].counts.values()) == 1

    def test_what_readers_do_not_see_does_not_count(self, council):
        claim_of(council, status="dismissed")
        hidden = factories.ArticleFactory(publisher="The Hidden Post")
        factories.AppearanceFactory(
            claim=factories.ClaimFactory(),
            article_version=hidden.current_version,
            attributions=[{"claimant": factories.ClaimantFactory(name="Nobody knows")}],
        )

        assert not counts(Dimension.ASSERTS)
        assert not counts(Dimension.OUTLET)

    def test_topics_and_months(self, newsroom):
        topic = factories.TopicFactory(name="Bridges")
        factories.ClaimFactory(topics=[topic], at="2024-03-31T23:59:59Z")
        factories.ClaimFactory(topics=[topic], rating="supported", at="2024-04-01T00:00:00Z")

        assert counts(Dimension.TOPIC) == {("Bridges", "open"): 1, ("Bridges", "true"): 1}
        assert tallies.read()[Dimension.MONTH].counts == {
            ("", "2024-03", "open"): 1,
            ("", "2024-04", "true"): 1,
        }

    def test_those_with_the_most_claims_come_first_and_no_more_than_fit(self, newsroom, monkeypatch):
        monkeypatch.setattr(tallies, "MOST_NAMES", 2)
        few, most, some = (factories.ClaimantFactory() for _ in range(3))
        for claimant, times in ((few, 1), (most, 3), (some, 2)):
            for _ in range(times):
                claim_of(claimant)

        names = tallies.read()[Dimension.ASSERTS].names

        assert [name.key for name in names] == [most.pk, some.pk]


class TestThePage:
    def test_it_says_what_was_counted(self, read, council, paper):
        claim_of(paper, council, rating="supported")
        claim_of(council)

        page = read(reverse("fairness"))

        assert "2 claims are on the public record. 1 has a verdict." in page.words
        assert "1 was not checked, or not yet." in page.words
        bars = page.main.all("svg", role="img")
        assert "true: 1 claim, not checked: 1 claim" in [bar.all("desc")[0].text for bar in bars]
        tables = page.main.all("table")
        assert len(tables) == 4
        assert [cell.text for cell in tables[0].all("tbody")[0].all("td")] == [*"10000001", "2"]

    def test_every_bar_has_a_name_and_words(self, read, council):
        claim_of(council, publisher="")
        page = read(reverse("fairness"))

        ids = [one.attributes["id"] for one in page.all() if "id" in one.attributes]
        assert len(ids) == len(set(ids))
        for bar in page.main.all("svg", role="img"):
            assert set(bar.attributes["aria-labelledby"].split()) <= set(ids)
            assert bar.all("title")[0].text
        assert "Publisher unknown" in page.words
        assert not page.broken

    def test_an_empty_record_has_nothing_to_count(self, read):
        assert "There is nothing to count yet." in read(reverse("fairness")).words

    @pytest.mark.parametrize("text", hostile.each(hostile.INJECTIONS))
    def test_names_are_inert(self, client, newsroom, text):
        claim_of(factories.ClaimantFactory(name=f"x {text}"[:300]), publisher=f"x {text}"[:300])

        assert "<script>" not in client.get(reverse("fairness")).content.decode()

    def test_more_claims_cost_no_more_questions(self, client, newsroom, settings):
        settings.ANSWERS_KEPT = 0

        def grow(n):
            for _ in range(n):
                claim_of(factories.ClaimantFactory(), publisher=f"Paper {n}", rating="supported")

        assert_same_queries(grow, lambda: client.get(reverse("fairness")), at_most=13)

    def test_counts_are_kept_for_a_while_and_say_so(self, client, council, settings, monkeypatch):
        settings.ANSWERS_KEPT = 100
        claim_of(council)
        assert "1 claim is on the public record" in client.get(reverse("fairness")).content.decode()
        claim_of(council)
        assert "1 claim is on the public record" in client.get(reverse("fairness")).content.decode()
        monkeypatch.setattr("articles.views.fairness.COUNTED_FOR", timedelta(0))
        monkeypatch.setattr("articles.views.fairness.TIMES_AS_LONG", 0)
        assert "2 claims are on the public record" in client.get(reverse("fairness")).content.decode()

    def test_names_that_readers_may_not_see_any_more_are_not_kept(self, client, council, settings):
        settings.ANSWERS_KEPT = 100
        claim_of(council, publisher="The Hidden Post")
        person = factories.ClaimantFactory(name="Mx Example", kind="person")
        claim_of(person)

        def said():
            pages = [client.get(reverse(name)).content.decode() for name in ("fairness", "fairness_csv")]
            return [name for name in ("Mx Example", "The Hidden Post") if any(name in page for page in pages)]

        assert said() == ["Mx Example", "The Hidden Post"]
        Article.objects.get(publisher="The Hidden Post").close_to_readers(factories.some_editor())
        assert said() == ["Mx Example"]
        Redaction.everywhere(factories.some_administrator(), "Mx Example", "A private person was named.")
        assert said() == []
        renamed = factories.ClaimantFactory(name="Mx Other", kind="person")
        claim_of(renamed)
        renamed.revise(factories.some_reporter(), name="A neighbour")
        assert "Mx Other" not in client.get(reverse("fairness")).content.decode()


class TestALongRecord:
    """Nobody waits for its counts: a worker writes them down."""

    @pytest.fixture(autouse=True)
    def _is_long(self, monkeypatch, settings):
        settings.ANSWERS_KEPT = 0
        monkeypatch.setattr(counted_tallies, "LONG", 0)

    def test_readers_see_what_the_worker_counted_and_of_which_entry(self, read, client, council, paper):
        claim_of(paper, council, rating="supported", topics=[factories.TopicFactory(name="Bridges")])
        claim_of(council, publisher="")
        assert tasks.count_tallies.call() is True
        seq, wanted = LedgerHead.objects.get().seq, tallies.read()
        claim_of(council)

        assert counted_tallies.written_down().tallies == wanted
        page = read(reverse("fairness"))
        assert "2 claims are on the public record. 1 has a verdict." in page.words
        shown = " ".join(client.get(reverse("fairness")).content.decode().split())
        assert f"Counted when this record stood at entry no. {seq}, on <time" in shown
        assert client.get(reverse("fairness_csv")).status_code == 200
        assert tasks.count_tallies.call() is True
        assert "3 claims are on the public record." in read(reverse("fairness")).words

    def test_what_did_not_change_is_not_counted_again(self, council, monkeypatch):
        claim_of(council)
        tasks.count_tallies.call()
        assert tasks.count_tallies.call() is False
        monkeypatch.setattr(counted_tallies, "LONG", 1_000_000)
        claim_of(council)
        assert tasks.count_tallies.call() is False

    def test_before_the_first_count_the_page_says_so_and_counts_nothing(
        self, read, client, council, monkeypatch
    ):
        claim_of(council)
        monkeypatch.setattr(tallies, "read", None)

        words = read(reverse("fairness")).words
        assert str(fairness.NOT_YET) in words and "There is nothing to count" not in words
        answer = client.get(reverse("fairness_csv"))
        assert (answer.status_code, answer["Cache-Control"]) == (503, "no-store")

    def test_a_database_that_was_put_back_does_not_know_the_counts(self, council):
        claim_of(council)
        tasks.count_tallies.call()
        found = Schedule.noted(counted_tallies.TASK)
        Schedule.note(counted_tallies.TASK, {**found, "hash": "0" * 64})
        assert counted_tallies.written_down() is None

    def test_names_are_those_of_today_and_no_word_is_kept(self, client, council):
        claim_of(council, publisher="The Hidden Post", topics=[factories.TopicFactory(name="Bridges")])
        gone = factories.ClaimantFactory(name="Mx Example", kind="person")
        claim_of(gone, publisher="The Bridge Post")
        tasks.count_tallies.call()

        kept = json.dumps(Schedule.noted(counted_tallies.TASK))
        assert not [one for one in ("Hidden", "Bridge", "Mx", "council") if one in kept]
        council.revise(factories.some_reporter(), name="The city")
        Article.objects.get(publisher="The Hidden Post").close_to_readers(factories.some_editor())
        Redaction.everywhere(factories.some_administrator(), "Mx Example", "A private person was named.")
        for name in ("fairness", "fairness_csv"):
            said = client.get(reverse(name)).content.decode()
            assert "The Bridge Post" in said and "Bridges" in said
            assert not [one for one in ("The Hidden Post", "Mx Example", "The council") if one in said]

    def test_it_costs_few_questions_however_long_it_is(self, client, newsroom):
        def grow(n):
            for _ in range(n):
                claim_of(factories.ClaimantFactory(), publisher=f"Paper {n}", rating="supported")
            tasks.count_tallies.call()

        assert_same_queries(grow, lambda: client.get(reverse("fairness")), at_most=9)


class TestTheTable:
    def rows(self, client):
        answer = client.get(reverse("fairness_csv"))
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        return list(csv.DictReader(io.StringIO(answer.content.decode())))

    def test_one_row_for_each_name_month_and_class(self, client, council):
        claim_of(council, rating="supported", at="2024-03-01")

        rows = self.rows(client)

        assert {
            "dimension": "asserts",
            "name": "The council",
            "id": str(council.pk),
            "month": "2024-03",
            "class": "true",
            "claims": "1",
        } in rows
        assert {row["dimension"] for row in rows} == {"asserts", "outlet", "month"}

    @pytest.mark.parametrize("text", [*hostile.each(hostile.FORMULAS), " =1+1", "\u00a0=1+1"])
    def test_no_spreadsheet_takes_a_name_for_a_formula(self, client, newsroom, text):
        claim_of(publisher=text)

        for row in self.rows(client):
            assert row["name"].lstrip(" \u00a0")[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", "＝"}

    def test_there_is_no_writing_to_it(self, client, newsroom):
        assert client.post(reverse("fairness_csv")).status_code == 405


class TestGeometry:
    @pytest.mark.parametrize(
        ("highest", "end", "steps"),
        [(0, 1, 1), (1, 1, 1), (4, 4, 4), (5, 6, 3), (9, 10, 2), (87, 100, 2), (99_999, 100_000, 2)],
    )
    def test_an_axis_ends_at_a_round_number(self, highest, end, steps):
        ticks = plotting.axis(highest)

        assert (ticks[0].value, ticks[-1].value, len(ticks) - 1) == (0, end, steps)
        assert (ticks[0].x, ticks[-1].x) == (0, 100)

    def test_pieces_follow_one_another_and_empty_ones_are_left_out(self):
        pieces = plotting.stacked([1, 0, 3], 8)

        assert [(one.index, one.value, one.x, one.width) for one in pieces] == [
            (0, 1, 0, 12.5),
            (2, 3, 12.5, 37.5),
        ]

    def test_pieces_never_leave_the_plot(self):
        pieces = plotting.stacked([1] * 7, 7)

        assert pieces[-1].x + pieces[-1].width == pytest.approx(100)
