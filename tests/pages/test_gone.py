"""What is no longer shown says so and helps; what never was shown looks like what never was."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Change
from articles.views.missing import words_of
from tests import factories, hostile
from tests.pages.reading import Page

SECRET = "Zanzibar pomegranate ledger"


@pytest.fixture
def closed(newsroom):
    """One of each thing that readers saw once and no longer see."""
    article = factories.ArticleFactory(title=SECRET, public=True)
    claimant = factories.ClaimantFactory(name=SECRET)
    factories.AppearanceFactory(
        article_version=article.current_version, attributions=[{"claimant": claimant}]
    )
    article.close_to_readers(factories.some_editor())
    topic = factories.TopicFactory(name=SECRET)
    claim = factories.ClaimFactory(statement=SECRET, topics=[topic])
    claim.dismiss(factories.some_editor(), "Somebody made it up.")
    return {"article": article, "claimant": claimant, "claim": claim, "topic": topic}


NOUNS = ["article", "claimant", "claim", "topic"]


@pytest.mark.parametrize("noun", NOUNS)
def test_what_readers_saw_is_gone_and_says_so(client, closed, noun):
    answer = client.get(closed[noun].get_absolute_url())
    page = Page(answer.content.decode())

    assert answer.status_code == 410
    assert page.one("h1").text.strip() == f"This {noun} is no longer shown"
    entry = Change.objects.filter(
        verb="close_to_readers" if noun in ("article", "claimant") else "dismiss"
    ).get()
    links = {link.attributes["href"] for link in page.main.all("a")}
    assert reverse("record_entry", args=[entry.seq]) in links
    assert f"{entry.at:%H:%M} UTC" in page.words
    assert any(link.startswith(reverse("report")) for link in links)
    assert page.main.all("form", role="search")
    assert len(page.all("form", role="search")) == 1


@pytest.mark.parametrize("noun", NOUNS)
def test_nothing_of_its_text_is_told(client, closed, noun):
    answer = client.get(reverse(noun, args=[closed[noun].pk]))

    assert answer.status_code == 410
    for word in SECRET.split()[:2]:
        assert word.lower() not in answer.content.decode().lower()


@pytest.mark.parametrize("noun", NOUNS)
def test_the_desk_still_sees_it(client, closed, noun, editor):
    client.force_login(editor)

    assert client.get(closed[noun].get_absolute_url()).status_code == 200


def test_what_the_desk_does_to_it_since_is_not_told(client, closed):
    before = client.get(closed["article"].get_absolute_url())
    closed["article"].revise(factories.some_reporter(), byline="Somebody else")

    after = client.get(reverse("article", args=[closed["article"].pk]))

    assert after.status_code == 410
    links = [
        next(link.attributes["href"] for link in Page(one.content.decode()).main.all("a"))
        for one in (before, after)
    ]
    assert links[0] == links[1]


def test_what_comes_back_is_there_again(client, closed):
    closed["claim"].reopen(factories.some_editor())
    closed["article"].open_to_readers(factories.some_editor())

    assert client.get(closed["claim"].get_absolute_url()).status_code == 200
    assert client.get(closed["article"].get_absolute_url()).status_code == 200


def test_what_never_was_shown_is_told_from_nothing_by_nobody(client, newsroom):
    hidden = {
        "article": factories.ArticleFactory(),
        "source": factories.SourceFactory(),
        "claimant": factories.ClaimantFactory(),
        "topic": factories.TopicFactory(),
    }
    hidden["article"].revise(factories.some_reporter(), title="Another title")
    for noun, row in hidden.items():
        answers = []
        for pk in (row.pk, 987_654):
            with CaptureQueriesContext(connection) as asked:
                answer = client.get(reverse(noun, args=[pk]))
            answers.append((answer.status_code, answer.content, len(asked)))
        assert answers[0][0] == 404
        assert answers[0] == answers[1], noun


def test_head_is_answered_too(client, closed):
    answer = client.head(closed["claim"].get_absolute_url())

    assert (answer.status_code, answer.content) == (410, b"")
    assert client.head("/nowhere/").status_code == 404


def test_verdicts_of_merged_and_withdrawn_claims_answer_at_their_addresses(client, newsroom):
    withdrawn = factories.ClaimFactory()
    series = factories.make_series(
        withdrawn, [("verdict", "supported", "2024-01-10"), ("withdrawal", "2024-02-01")]
    )
    merged = factories.ClaimFactory(rating="supported")
    old = merged.verdicts.get()
    merged.merge_into(factories.ClaimFactory(), factories.some_editor())

    for verdict in (*series, old):
        assert client.get(verdict.get_absolute_url()).status_code == 200
    assert client.get(withdrawn.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("query", ["?version=1", "?as_of=2024-01-01", "?utm_source=x"])
def test_what_hangs_on_the_address_changes_nothing(client, closed, query):
    assert client.get(closed["claim"].get_absolute_url() + query).status_code == 410


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/claims/12/the-bridge-cost-four-million/", "the bridge cost four million"),
        ("/claims/12/", ""),
        ("/wiki/Brücke.html", "wiki Brücke"),
        ("/a/" + "x" * 5000, ""),
        (
            "/" + "/".join(f"word{'abcdefghijkl'[n]}" for n in range(12)),
            "worda wordb wordc wordd worde wordf wordg wordh",
        ),
    ],
)
def test_the_search_box_holds_the_words_of_the_address(path, words):
    assert words_of(path) == words


def test_404_helps(client, newsroom):
    page = Page(client.get("/claims/999999/the-bridge-cost-four-million/").content.decode())

    [box] = [one for one in page.main.all("input") if one.attributes["name"] == "q"]
    assert box.attributes["value"] == "the bridge cost four million"
    links = {link.attributes["href"] for link in page.main.all("a")}
    assert {reverse(name) for name in ("claims", "articles", "sources", "home")} <= links


@pytest.mark.parametrize("text", hostile.each(hostile.INJECTIONS))
def test_an_address_is_inert(client, newsroom, text):
    from urllib.parse import quote

    answer = client.get(f"/{quote(text, safe='')}/")

    assert answer.status_code in (400, 404)
    assert "<script>" not in answer.content.decode()


def test_writing_is_refused_with_a_page(client, newsroom):
    answer = client.post(reverse("claims"))

    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "This page is only for reading" in answer.content.decode()
