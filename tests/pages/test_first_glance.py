"""What a stranger understands at once: who said it, where things are, what a link leads to."""

from __future__ import annotations

import pytest
from django.test import Client

from articles.views import facets
from tests import factories


def squeezed(element):
    return " ".join(element.text.split())


@pytest.fixture
def said(newsroom):
    claimant = factories.ClaimantFactory(name="The council")
    claim = factories.ClaimFactory(statement="The bridge cost four million dollars.")
    article = factories.ArticleFactory(public=True, title="A bridge and its bill")
    factories.AppearanceFactory(
        claim=claim, article_version=article.current_version, attributions=[{"claimant": claimant}]
    )
    factories.make_series(
        claim, [("verdict", "supported", "2024-01-10"), ("affects_rating", "contradicted", "2024-02-01")]
    )
    return claim


@pytest.mark.parametrize("number", [1, 2])
def test_a_verdict_says_who_said_it_and_where_also_when_another_followed(read, said, number):
    (head,) = read(f"/claims/{said.pk}/v/{number}/").main.all("header", class_="claim-head")
    assert "Said by The council, in A bridge and its bill; when:" in squeezed(head)


def test_the_foot_has_named_lists(read, newsroom):
    page = read("/privacy/")
    (foot,) = page.all("footer")
    named = {
        squeezed(name): [squeezed(link) for link in listed.all("a")]
        for listed in foot.all("ul")
        for name in foot.all("p", id=listed.attributes["aria-labelledby"])
    }
    assert list(named) == ["To look around", "To check and to follow", "This newsroom"]
    assert "Report an error on any page" in named["This newsroom"]


def test_further_choices_say_how_many_and_of_what(read, newsroom, monkeypatch):
    monkeypatch.setattr(facets, "SOME", 2)
    for name in ("Bridges", "Housing", "Parks"):
        factories.ClaimFactory(topics=[factories.TopicFactory(name=name)])
    further = [squeezed(one) for one in read("/claims/").main.all("summary")]
    assert "1 more (Topic)" in further
    assert "All on one page (Topic)" in read("/claims/").words


def test_a_hit_shows_no_sign_of_the_index(newsroom, client: Client):
    factories.SourceFactory(
        title="Bridges",
        publisher="The bridge office",
        platform="A bridge of words",
        kind="social_post",
        public=True,
    )
    page = client.get("/search/", {"q": "bridge", "kind": "source"}).content.decode()
    assert "¶" not in page and "·" in page


def test_what_came_from_a_reader_is_said_so_in_the_record(read, newsroom):
    factories.SubmissionFactory(state="accepted")
    words = read("/record/").words
    assert "Taken up from a reader" in words
    assert "Accept:" not in words
