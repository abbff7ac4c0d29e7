"""The pages of claimants and topics, and the lists of both."""

from __future__ import annotations

import pytest

from articles.views import paging
from tests import factories
from tests.pages.test_facets import choices, said
from tests.pages.test_lists import next_page, statements


def board(page, at=0):
    """Return a scoreboard: label → number."""
    listed = page.main.all("ul", class_="board")[at]
    return {
        line.all("span", class_="rating")[0].text.strip(): line.all("span", class_="figure")[0].text.strip()
        for line in listed.all("a")
    }


@pytest.fixture
def article(newsroom):
    return factories.ArticleFactory(public=True)


def test_to_assert_and_to_pass_on_are_counted_apart(read, article):
    post, paper = factories.ClaimantFactory(name="The Post"), factories.ClaimantFactory(name="The Paper")
    said(factories.ClaimFactory(statement="Own.", rating="contradicted"), article, post)
    said(factories.ClaimFactory(statement="Passed on.", rating="supported"), article, post, paper)
    said(factories.ClaimFactory(statement="Passed on too."), article, post, paper)
    both = factories.ClaimFactory(statement="Both.", rating="supported")
    said(both, article, post, paper)
    said(both, factories.ArticleFactory(public=True, text="Other words."), post)

    page = read(post.get_absolute_url())

    assert board(page, 0) == {"Supported": "1", "Contradicted": "1"}
    assert board(page, 1) == {"Supported": "1", "No verdict yet": "1"}
    assert "These numbers are no verdict on anybody" in page.words
    assert statements(page) == ["Both.", "Passed on too.", "Passed on.", "Own."]
    paper_page = read(paper.get_absolute_url())
    assert board(paper_page, 0) == {"Supported": "2", "No verdict yet": "1"}
    assert "No claim on record is only passed on." in paper_page.words


def test_each_number_leads_to_the_claims_it_counts(read, article):
    post, paper = factories.ClaimantFactory(), factories.ClaimantFactory()
    said(factories.ClaimFactory(statement="Own.", rating="supported"), article, post)
    said(factories.ClaimFactory(statement="Passed on.", rating="supported"), article, post, paper)

    page = read(post.get_absolute_url())
    own, passed = (one.all("a")[0].attributes["href"] for one in page.main.all("ul", class_="board"))

    assert statements(read(own)) == ["Own."]
    assert statements(read(passed)) == ["Passed on."]
    assert f"1 claim rated “Supported”, asserted by \u2068{post.name}\u2069." in read(own).words


def test_what_readers_may_not_see_is_not_counted(read, client, article):
    post = factories.ClaimantFactory()
    said(factories.ClaimFactory(statement="Seen."), article, post)
    said(factories.ClaimFactory(statement="Dismissed.", status="open"), article, post)
    from articles.models import Claim

    Claim.objects.get(statement="Dismissed.").dismiss(factories.some_editor(), "Nobody said it.")
    said(
        factories.ClaimFactory(statement="In a closed text."), factories.ArticleFactory(text="Closed."), post
    )

    page = read(post.get_absolute_url())

    assert board(page) == {"No verdict yet": "1"}
    assert statements(page) == ["Seen."]
    assert "claims: 1" in read("/claimants/").words


def test_a_merged_claimant_leads_to_the_survivor_who_says_the_other_name(read, client, article):
    survivor = factories.ClaimantFactory(name="The Example Post")
    merged = factories.ClaimantFactory(name="Example Post, The")
    said(factories.ClaimFactory(statement="By the one."), article, survivor)
    said(factories.ClaimFactory(statement="By the other."), article, merged)
    merged.merge_into(survivor, factories.some_editor())

    assert client.get(merged.get_absolute_url()).headers["Location"] == survivor.get_absolute_url()
    page = read(survivor.get_absolute_url())
    assert "Also on record as: Example Post, The" in page.words
    assert statements(page) == ["By the other.", "By the one."]
    assert board(page) == {"No verdict yet": "2"}
    assert [row.text.strip() for row in read("/claimants/").main.all("h3")] == ["The Example Post"]


def test_claimants_are_listed_by_name_a_page_at_a_time(read, article, monkeypatch):
    monkeypatch.setattr(paging.by_name, "__defaults__", (2,))
    for name, kind in (("Cyan Group", "organisation"), ("Amber Club", "organisation"), ("two people", "group"),
                       ("Amber Club", "organisation")):  # fmt: skip
        said(factories.ClaimFactory(), article, factories.ClaimantFactory(name=name, kind=kind))
    factories.ClaimantFactory(name="Nobody asked")

    first = read("/claimants/")
    second = read(f"/claimants/{next_page(first)}")

    names = [row.text.strip() for page in (first, second) for row in page.main.all("h3")]
    assert names == ["Amber Club", "Amber Club", "Cyan Group", "“two people”"]
    assert next_page(second) is None
    assert choices(first, "kind") == {"Organisation": "3", "Group": "1"}
    assert [row.text.strip() for row in read("/claimants/?kind=group").main.all("h3")] == ["“two people”"]


def test_a_topic_says_how_its_claims_stand(read, newsroom):
    topic = factories.TopicFactory(name="Housing")
    topic.revise(None, description="Rents and roofs.")
    factories.ClaimFactory(statement="Checked.", topics=[topic], rating="supported")
    factories.ClaimFactory(statement="Open.", topics=[topic])
    factories.ClaimFactory(statement="Opinion.", topics=[topic], status="not_checkable")
    factories.ClaimFactory(statement="Elsewhere.", rating="supported")

    page = read(topic.get_absolute_url())

    assert topic.get_absolute_url() == f"/topics/{topic.pk}/housing/"
    assert board(page) == {"Supported": "1", "No verdict yet": "1", "Not checkable": "1"}
    assert statements(page) == ["Checked.", "Open."]
    assert "Rents and roofs." in page.words
    assert f"/topics/{topic.pk}/feed.atom" in [one.attributes["href"] for one in page.main.all("a")]


def test_a_topic_shows_its_latest_verdicts_and_leads_to_more(read, newsroom):
    topic = factories.TopicFactory(name="Housing")

    def check(number):
        return factories.ClaimFactory(statement=f"Roof {number}.", topics=[topic], rating="supported")

    def shown():
        page = read(topic.get_absolute_url())
        verdicts = page.main.all("section", **{"aria-labelledby": "latest-title"})[0]
        return [link.text for link in verdicts.all("a") if link.text.startswith(("Roof", "All verdicts"))]

    latest = [check(number).statement for number in range(6)][::-1]
    assert shown() == latest
    newest = check(6).statement
    assert shown() == [newest, *latest[:5], "All verdicts about it"]


def test_topics_are_listed_with_the_number_of_their_claims(read, client, newsroom):
    housing, hidden = factories.TopicFactory(name="Housing"), factories.TopicFactory(name="Hidden")
    factories.ClaimFactory(topics=[housing])
    factories.ClaimFactory(topics=[housing])
    factories.ClaimFactory(topics=[hidden], status="dismissed")
    factories.ClaimFactory(topics=[housing], status="dismissed")
    factories.ClaimFactory(topics=[housing], status="merged")

    page = read("/topics/")

    (listed,) = page.main.all("ul", class_="topics")
    assert [" ".join(one.text.split()) for one in listed.all("li")] == ["Housing 2 claims"]
    assert client.get(f"/topics/{hidden.pk}/", follow=True).status_code in (404, 410)
    assert client.get(f"/topics/{housing.pk}/").status_code == 301


def test_lists_of_an_empty_instance_say_so(read, newsroom):
    assert "No claim is attributed to anybody yet." in read("/claimants/").words
    assert "No claim has a topic yet." in read("/topics/").words
    assert "No claim is on record yet." in read("/claims/").words
    assert "No article is open to readers yet." in read("/articles/").words
    assert "No verdict has been published yet." in read("/").words
