"""How many claims a row of a list tells of: what is shown, asked no further than to a thousand."""

from __future__ import annotations

import pytest

from articles.models import Article, Source
from articles.models.counting import TOLD
from articles.views import facets
from tests import factories
from tests.pages.reading import Page


@pytest.fixture
def article(newsroom):
    """An article that makes three claims, of which one, by a merge, and another have a verdict."""
    article = factories.ArticleFactory(public=True)
    for rating in ("supported", None, None):
        claim = factories.ClaimFactory(rating=rating) if rating else factories.ClaimFactory()
        factories.AppearanceFactory(claim=claim, article_version=article.current_version)
    factories.ClaimFactory(rating="contradicted").merge_into(claim, factories.some_editor())
    return article


@pytest.fixture
def source(newsroom):
    version = factories.SourceVersionFactory()
    for _ in range(3):
        factories.EvidenceFactory(source_version=version, public=True)
    return version.source


def row(client, address):
    page = Page(client.get(address).content.decode())
    (row,) = [one for one in page.all("article", class_="row") if "claims" in one.text]
    return " ".join(row.text.split())


class TestHowMany:
    def test_all(self, article, source):
        found = Article.objects.for_listing().get()
        assert (found.claim_count, found.checked_count) == (3, 2)
        assert Source.objects.for_listing().get(pk=source.pk).claim_count == 3

    def test_no_more_than_asked(self, article, source):
        assert Article.objects.for_listing(most=2).get().claim_count == 2
        assert Article.objects.for_listing(most=2).get().checked_count <= 2
        assert Source.objects.for_listing(most=2).get(pk=source.pk).claim_count == 2

    def test_a_list_stops_at_a_thousand(self, article, source, client, monkeypatch):
        asked = []
        for rows in (Article, Source):
            queryset = type(rows.objects.all())
            listed = queryset.for_listing

            def listing(self, most=None, listed=listed):
                asked.append(most)
                return listed(self, most)

            monkeypatch.setattr(queryset, "for_listing", listing)
        for address in ("/", "/articles/", "/sources/"):
            client.get(address)
        assert asked == [TOLD + 1] * 3


class TestWords:
    def test_few(self, article, source, client):
        assert "3 claims, 2 checked" in row(client, "/articles/")
        assert "3 claims, 2 checked" in row(client, "/")
        assert "3 claims rest on it" in row(client, "/sources/")

    def test_more_than_are_told(self, article, source, client, monkeypatch):
        monkeypatch.setattr(facets, "TOLD", 2)
        assert "2+ claims, 2 checked" in row(client, "/articles/")
        assert "2+ claims rest on it" in row(client, "/sources/")

    def test_a_thousand(self):
        assert [facets.told(number) for number in (0, 999, 1000, 1001)] == ["0", "999", "1,000", "1,000+"]


@pytest.mark.parametrize(("answer", "number"), [("yes", 1), ("no", 1)])
def test_articles_by_whether_a_claim_has_a_verdict(article, client, answer, number):
    """A verdict that a claim inherited counts; one of a dismissed article does not."""
    factories.AppearanceFactory(
        claim=factories.ClaimFactory(), article_version=factories.ArticleFactory(public=True).current_version
    )
    page = Page(client.get(f"/articles/?checked={answer}").content.decode())
    listed = [one.text for one in page.main.all("article", class_="row")]
    assert len(listed) == number
    assert ("2 checked" in listed[0]) == (answer == "yes")
