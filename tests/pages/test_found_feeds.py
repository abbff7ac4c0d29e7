"""Feeds of what was looked for: the claims that the page finds, each as it stands last, and the sentence where there is
nothing to look for."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from articles.feeds import following
from tests import factories, hostile
from tests.pages.reading import Page
from tests.pages.test_feeds import titles, valid_atom, valid_json
from tests.query_counts import assert_same_queries


def at(name, form="json", **query):
    return reverse(name, args=[form]) + (f"?{urlencode(query)}" if query else "")


def told(client, name, **query):
    """Return the titles of a feed, the same in both forms."""
    items = valid_json(client.get(at(name, **query)))["items"]
    assert titles(valid_atom(client.get(at(name, "atom", **query)))) == [item["title"] for item in items]
    return [item["title"] for item in items]


@pytest.fixture
def bridges(newsroom):
    """Claims with and without verdicts, in the order in which something was said of them."""
    topic = factories.TopicFactory(name="Bridges")
    old = factories.ClaimFactory(statement="The bridge cost four million.", topics=[topic])
    factories.ClaimFactory(statement="The bridge leans.", topics=[topic], kind="legal")
    factories.ClaimFactory(statement="The ferry sank.")
    factories.ClaimFactory(statement="The bridge is blue.", status="not_checkable")
    factories.ClaimFactory(statement="A hidden bridge.", status="dismissed")
    factories.VerdictFactory(claim=old, rating="supported")
    return old


class TestWhatIsFollowed:
    def test_a_search(self, client, bridges):
        assert told(client, "feed_search", q="bridge") == [
            "Supported: The bridge cost four million.",
            "Not checkable: The bridge is blue.",
            "No verdict yet: The bridge leans.",
        ]
        assert told(client, "feed_search", q="bridge -leans rating:supported") == [
            "Supported: The bridge cost four million."
        ]
        assert told(client, "feed_search", q="bridge", rating="supported") == [
            "Supported: The bridge cost four million."
        ]

    def test_never_what_has_only_some_of_the_words(self, client, bridges):
        assert "some of them" in client.get(reverse("search"), {"q": "bridge wombat"}).content.decode()
        assert told(client, "feed_search", q="bridge wombat") == []

    def test_a_list(self, client, bridges):
        topic = bridges.topics.get()
        assert told(client, "feed_claims", rating="supported", topic=topic.pk) == [
            "Supported: The bridge cost four million."
        ]
        assert told(client, "feed_claims", topic=topic.pk, kind="legal") == [
            "No verdict yet: The bridge leans."
        ]
        assert len(told(client, "feed_claims")) == 4

    def test_a_new_verdict_is_a_new_entry_and_the_same_as_in_every_feed(self, client, bridges):
        before = valid_json(client.get(at("feed_search", q="leans")))["items"]
        claim = type(bridges).objects.get(statement="The bridge leans.")
        factories.VerdictFactory(claim=claim, rating="contradicted")
        after = valid_json(client.get(at("feed_search", q="leans")))["items"]
        everywhere = valid_json(client.get(reverse("feed_verdicts", args=["json"])))["items"]

        assert [item["title"].split(":")[0] for item in before + after] == ["No verdict yet", "Contradicted"]
        assert after[0]["id"] == everywhere[0]["id"] != before[0]["id"]

    def test_a_withdrawal_is_told(self, client, bridges):
        factories.VerdictFactory(claim=bridges, rating="contradicted").withdraw(
            factories.some_editor(), "Misread."
        )
        assert told(client, "feed_search", q="million") == ["Withdrawn: The bridge cost four million."]

    def test_the_last_verdict_of_all_that_was_merged(self, client, bridges):
        merged = factories.ClaimFactory(statement="Four million were spent.", rating="partly_supported")
        merged.merge_into(bridges, factories.some_editor())
        assert told(client, "feed_search", q="cost") == ["Partly supported: Four million were spent."]

    def test_the_same_identifier_while_nothing_was_decided(self, client, bridges):
        claim = type(bridges).objects.get(statement="The bridge leans.")
        before = valid_json(client.get(at("feed_search", q="leans")))["items"][0]
        claim.revise(factories.some_reporter(), statement="The bridge leans by a foot.")
        after = valid_json(client.get(at("feed_search", q="leans")))["items"][0]
        assert (before["id"], before["url"] == after["url"]) == (after["id"], False)
        assert after["title"].endswith("by a foot.")


class TestHowFar:
    def test_no_more_entries_than_a_page_has(self, client, bridges, monkeypatch):
        monkeypatch.setattr(following, "ENTRIES", 2)
        assert told(client, "feed_search", q="bridge") == [
            "Supported: The bridge cost four million.", "Not checkable: The bridge is blue."
        ]  # fmt: skip

    @pytest.mark.parametrize(("name", "query"), [("feed_search", {"q": "bridge"}), ("feed_claims", {})])
    def test_a_new_verdict_on_an_old_claim_is_told_however_many_are_found(
        self, client, bridges, monkeypatch, name, query
    ):
        monkeypatch.setattr(following, "LOOKED_FOR", 1)
        assert told(client, name, **query)[0] == "Supported: The bridge cost four million."

    @pytest.mark.parametrize(
        ("name", "query", "at_most"),
        [
            ("feed_search", {"q": "grew"}, 8),
            ("feed_claims", {"status": "open"}, 3),
            # One more, to look up the rating.
            ("feed_claims", {"rating": "supported"}, 4),
        ],
    )
    @pytest.mark.parametrize("looked_for", [1, 1_000])
    def test_more_entries_cost_no_more_questions(
        self, client, newsroom, settings, monkeypatch, name, query, at_most, looked_for
    ):
        monkeypatch.setattr(following, "LOOKED_FOR", looked_for)
        settings.ANSWERS_KEPT = 0

        def grow(n):
            for _ in range(n):
                factories.ClaimFactory(statement="It grew.")
                factories.VerdictFactory(
                    claim=factories.ClaimFactory(statement="It grew, too."), rating="supported"
                )

        assert_same_queries(grow, lambda: client.get(at(name, **query)), at_most=at_most)


class TestHowItIsAnswered:
    @pytest.mark.parametrize("keeping", [0, 100])
    @pytest.mark.parametrize(
        ("name", "query"), [("feed_search", {"q": "bridge"}), ("feed_claims", {"kind": "legal"})]
    )
    def test_nobody_is_sent_what_they_have(self, client, bridges, settings, name, query, keeping):
        settings.ANSWERS_KEPT = keeping
        first = client.get(at(name, **query))
        again = client.get(at(name, **query), headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert first["Cache-Control"] == again["Cache-Control"] == "public, no-cache"

        factories.ClaimFactory(statement="Another bridge.", kind="legal")
        after = client.get(at(name, **query), headers={"if-none-match": first["ETag"]})
        assert len(valid_json(after)["items"]) == len(valid_json(first)["items"]) + 1

    def test_one_question_is_not_answered_with_another(self, client, bridges, settings):
        settings.ANSWERS_KEPT = 100
        assert told(client, "feed_search", q="ferry") != told(client, "feed_search", q="bridge")
        ids = {valid_json(client.get(at("feed_search", q=word)))["feed_url"] for word in ("ferry", "bridge")}
        assert len(ids) == 2
        feeds = [valid_atom(client.get(at("feed_search", "atom", q=word))) for word in ("ferry", "bridge")]
        assert len({feed.findtext("{http://www.w3.org/2005/Atom}id") for feed in feeds}) == 2

    def test_words_of_trackers_are_no_question(self, client, bridges):
        assert valid_json(client.get(at("feed_search", q="bridge", utm_source="x")))["feed_url"].endswith(
            "?q=bridge"
        )

    def test_who_is_signed_in_gets_what_everybody_gets(self, client, bridges, reporter):
        before = client.get(at("feed_search", q="bridge"))
        client.force_login(reporter)
        assert client.get(at("feed_search", q="bridge")).content == before.content

    @pytest.mark.parametrize(
        ("name", "query", "sentence"),
        [
            ("feed_search", {}, "Type a word to look for."),
            ("feed_search", {"q": " "}, "Type a word to look for."),
            ("feed_search", {"q": "-bridge"}, "Say also what you look for, not only what to leave out."),
            ("feed_search", {"q": "before:never"}, "names no day and was left out"),
            ("feed_search", {"q": "bridge", "rating": "wonderful"}, "no rating is called so."),
            ("feed_search", {"q": "bridge", "kind": "claim"}, "This page knows no parameter “kind”"),
            ("feed_claims", {"rating": "wonderful"}, "this list has nothing of that kind."),
            ("feed_claims", {"topic": "999"}, "this list has nothing of that kind."),
            ("feed_claims", {"claimant": "999"}, "there is no claimant of that number."),
            ("feed_claims", {"sort": "verdict"}, "This page knows no parameter “sort”"),
        ],
    )
    def test_what_cannot_be_followed_is_refused_in_a_sentence(self, client, bridges, name, query, sentence):
        answer = client.get(at(name, "atom", **query))
        assert answer.status_code == 400
        assert sentence in answer.content.decode()

    def test_no_other_form(self, client, bridges):
        assert client.get("/search/feed.rss?q=x").status_code == 404
        assert client.get("/claims/feed.rss").status_code == 404

    @pytest.mark.parametrize("text", hostile.each(hostile.TEXTS, hostile.LONG))
    def test_whatever_is_typed_or_stated_the_feed_can_be_read(self, client, newsroom, text):
        factories.ClaimFactory(statement=f"Wombat {text}")
        assert len(told(client, "feed_search", q="wombat")) == 1
        query = urlencode({"q": f"wombat {text}"}, errors="replace")
        answer = client.get(f"{reverse('feed_search', args=['atom'])}?{query}")
        if answer.status_code != 400:
            valid_atom(answer)


class TestWhereItIsNamed:
    @pytest.mark.parametrize(
        ("page", "feed"),
        [
            ("/search/?q=bridge&kind=claim", "/search/feed.{}?q=bridge"),
            ("/search/?q=bridge&rating=supported", "/search/feed.{}?q=bridge&rating=supported"),
            ("/claims/?sort=oldest&rating=supported&after=99", "/claims/feed.{}?rating=supported"),
            ("/claims/", "/claims/feed.{}"),
        ],
    )
    def test_for_people_and_for_programs(self, client, bridges, page, feed):
        shown = Page(client.get(page).content.decode())
        named = {link.attributes["href"] for link in shown.all("link", rel="alternate")}
        linked = {link.attributes["href"] for link in shown.main.all("a")}
        assert "Follow this" in shown.words
        for form in ("atom", "json"):
            assert f"http://testserver{feed.format(form)}" in named
            assert feed.format(form) in linked
            assert client.get(feed.format(form)).status_code == 200

    @pytest.mark.parametrize(
        "page", ["/search/", "/search/?q=bridge&kind=article", "/search/?q=-bridge", "/articles/"]
    )
    def test_not_where_no_claims_are_looked_for(self, client, bridges, page):
        assert "Follow this" not in Page(client.get(page).content.decode()).words
