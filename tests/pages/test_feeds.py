"""Feeds: what is in them, that other programs can read them, and that nobody is sent twice what they have."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from jsonschema import Draft202012Validator
from lxml import etree

from articles.feeds import following
from articles.feeds.told import tell
from articles.models import Article, Claim, Newsroom
from articles.models.counted import count_anew
from tests import factories, hostile
from tests.pages.reading import Page
from tests.query_counts import assert_same_queries

HERE = Path(__file__).parent
ATOM = "{http://www.w3.org/2005/Atom}"
GRAMMAR = etree.RelaxNG(etree.parse(HERE / "atom.rng"))
SCHEMA = Draft202012Validator(json.loads((HERE / "json_feed.json").read_text()))
LISTED = ["feed_verdicts", "feed_corrections"]
FOLLOWED = ["claim", "claimant", "topic", "article"]


def address(name, *captured, form="atom"):
    return reverse(name, args=[*captured, form])


def valid_atom(answer):
    """Return the feed, read; fails where RFC 4287 would not have it so."""
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.content)
    assert GRAMMAR.validate(feed), GRAMMAR.error_log
    for holder in [feed, *feed.findall(f"{ATOM}entry")]:
        alternates = [
            (link.get("type"), link.get("hreflang"))
            for link in holder.findall(f"{ATOM}link")
            if link.get("rel") == "alternate"
        ]
        assert len(alternates) == len(set(alternates))
        for link in holder.findall(f"{ATOM}link"):
            assert link.get("href").startswith("http")
    ids = [one.text for one in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) and all(one.startswith("urn:uuid:") for one in ids)
    assert len(feed.findall(f"{ATOM}link[@rel='self']")) == 1
    return feed


def valid_json(answer):
    """Return the feed, read; fails where JSON Feed 1.1 would not have it so."""
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(answer.content)
    assert not list(SCHEMA.iter_errors(feed))
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    return feed


def titles(feed):
    return [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")]


@pytest.fixture
def things(newsroom):
    """One of everything that can be followed, and the claim with a verdict that concerns all of them."""
    topic = factories.TopicFactory()
    claim = factories.ClaimFactory(rating="supported", topics=[topic])
    article = factories.ArticleFactory(public=True)
    claimant = factories.ClaimantFactory()
    factories.AppearanceFactory(
        claim=claim, article_version=article.current_version, attributions=[{"claimant": claimant}]
    )
    return {"claim": claim, "claimant": claimant, "topic": topic, "article": article}


@pytest.mark.parametrize("name", LISTED)
def test_an_empty_record_has_valid_feeds_that_stay_the_same(client, newsroom, name):
    first = client.get(address(name))

    assert not titles(valid_atom(first))
    assert not valid_json(client.get(address(name, form="json")))["items"]
    assert client.get(address(name)).content == first.content


def test_a_verdict_is_an_entry(client, newsroom):
    verdict = factories.VerdictFactory(rating="contradicted", summary="The bridge cost <five> million.")

    feed = valid_atom(client.get(address("feed_verdicts")))
    item = valid_json(client.get(address("feed_verdicts", form="json")))["items"][0]

    assert titles(feed) == [f"Contradicted: {verdict.claim_wording}"] == [item["title"]]
    content = feed.findtext(f".//{ATOM}content")
    assert '<p dir="auto">The bridge cost &lt;five&gt; million.</p>' in content
    assert content == item["content_html"]
    assert item["summary"] == "The bridge cost <five> million."
    assert item["url"] == f"http://testserver{verdict.get_absolute_url()}"
    assert item["authors"] == [{"name": str(verdict.author)}, {"name": str(verdict.approver)}]
    assert feed.findtext(f"{ATOM}entry/{ATOM}id") == item["id"]
    assert f"entry {Claim.objects.get().public_seq} of the ledger" in content


def test_a_verdict_that_follows_is_a_new_entry_and_the_old_one_says_so(client, newsroom):
    claim = factories.ClaimFactory()
    old = factories.VerdictFactory(claim=claim, rating="supported", at="2024-01-10")
    before = valid_json(client.get(address("feed_verdicts", form="json")))["items"][0]
    new = factories.VerdictFactory(
        claim=claim,
        rating="contradicted",
        at="2024-02-01",
        correction_kind="affects_rating",
        correction_note="We misread the minutes.",
    )

    items = valid_json(client.get(address("feed_verdicts", form="json")))["items"]

    assert [item["title"].split(":")[0] for item in items] == ["Contradicted", "Supported"]
    assert "We misread the minutes." in items[0]["content_html"]
    assert items[1]["id"] == before["id"] != items[0]["id"]
    assert f'href="http://testserver{new.get_absolute_url()}"' in items[1]["content_html"]
    assert (before["date_modified"][:10], items[1]["date_modified"][:10]) == ("2024-01-10", "2024-02-01")
    assert items[1]["date_published"] == before["date_published"]
    assert old.published_at.year == 2024


def test_what_was_withdrawn_says_so(client, newsroom):
    claim = factories.ClaimFactory()
    factories.make_series(claim, [("verdict", "supported", "2024-01-10"), ("withdrawal", "2024-02-01")])

    feed = valid_atom(client.get(address("feed_verdicts")))

    assert [title.split(":")[0] for title in titles(feed)] == ["Withdrawn", "Supported (since withdrawn)"]
    assert feed.findtext(f"{ATOM}updated").startswith("2024-02-01")


def test_corrections_are_entries(client, newsroom):
    correction = factories.CorrectionFactory(
        kind="affects_rating", rating="contradicted", note="Misread <b>."
    )

    feed = valid_atom(client.get(address("feed_corrections")))
    item = valid_json(client.get(address("feed_corrections", form="json")))["items"][0]

    assert titles(feed) == [item["title"]]
    assert item["title"].startswith("Correction that changes the rating: ")
    assert "Misread &lt;b&gt;." in item["content_html"]
    assert "Before: Supported. Now: Contradicted." in item["content_html"]
    verdict = valid_json(client.get(address("feed_verdicts", form="json")))["items"][0]
    assert item["id"] != verdict["id"] and item["url"] == verdict["url"]
    assert correction.verdict.supersedes.get_absolute_url() in item["content_html"]


@pytest.mark.usefixtures("newsroom")
class TestCorrections:
    @pytest.fixture
    def amended(self):
        """Two verdicts, the claim worded anew, and the source described anew."""
        verdict = factories.CorrectionFactory(note="Misread.").verdict
        verdict.claim.revise(factories.some_reporter(), statement="It is <i>worded</i> anew.")
        source = verdict.citations.first().evidence.source_version.source
        source.revise(factories.some_reporter(), title="The minutes of May")
        return verdict

    def test_the_feed_has_the_lines_of_the_list(self, client, amended):
        feed = valid_atom(client.get(address("feed_corrections")))
        items = valid_json(client.get(address("feed_corrections", form="json")))["items"]
        listed = Page(client.get(reverse("corrections")).content.decode())

        rows = listed.main.all("article", class_="row")
        assert len(items) == len(rows) == len(titles(feed)) == 3
        for item, row in zip(items, rows, strict=True):
            assert row.text.strip().startswith(item["title"].partition(":")[0])
        assert [item["title"].partition(": ")[2] for item in items[:2]] == [
            "The minutes of May", "It is <i>worded</i> anew."
        ]  # fmt: skip
        assert "It is &lt;i&gt;worded&lt;/i&gt; anew." in items[1]["content_html"]
        assert items[1]["url"].endswith(amended.claim.get_absolute_url())

    def test_identifiers_stay_whatever_comes_after(self, client, amended):
        def ids():
            return [
                item["id"]
                for item in valid_json(client.get(address("feed_corrections", form="json")))["items"]
            ]

        before = ids()
        amended.claim.revise(factories.some_reporter(), statement="It is worded a third time.")
        assert ids()[1:] == before and len(set(ids())) == 4

    def test_what_was_corrected_before_a_long_import_stays_in_it(self, client, amended, monkeypatch):
        monkeypatch.setattr("articles.amendments.listing.LOOKED_THROUGH", 5)
        for _ in range(4):
            factories.ClaimFactory()
        assert len(titles(valid_atom(client.get(address("feed_corrections"))))) >= 2

    def test_pages_lead_on_and_skip_nothing(self, client, amended, monkeypatch, settings):
        settings.ANSWERS_KEPT = 0
        monkeypatch.setattr(following, "ENTRIES", 1)
        seen, where = [], address("feed_corrections", form="json")
        while where:
            page = valid_json(client.get(where))
            seen += [item["id"] for item in page["items"]]
            where = page.get("next_url", "").removeprefix("http://testserver")
        monkeypatch.setattr(following, "ENTRIES", 50)
        whole = valid_json(client.get(address("feed_corrections", form="json")))["items"]
        assert seen == [item["id"] for item in whole]


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_is_followed_tells_of_its_own_verdicts_only(client, things, name):
    factories.ClaimFactory(rating="contradicted")

    feed = valid_atom(client.get(address(f"feed_{name}", things[name].pk)))
    twin = valid_json(client.get(address(f"feed_{name}", things[name].pk, form="json")))

    assert titles(feed) == [f"Supported: {things['claim'].statement}"]
    assert twin["home_page_url"] == f"http://testserver{things[name].get_absolute_url()}"
    assert f'href="{twin["feed_url"]}"' in etree.tostring(feed).decode()


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_was_merged_counts_for_its_survivor(client, things, name):
    survivor = factories.ClaimFactory(rating="contradicted")
    beside = factories.ClaimFactory(rating="not_established")
    beside.merge_into(survivor, factories.some_editor())
    things["claim"].merge_into(survivor, factories.some_editor())
    row = survivor if name == "claim" else things[name]

    feed = valid_atom(client.get(address(f"feed_{name}", row.pk)))

    assert [title.split(":")[0] for title in titles(feed)] == ["Not established", "Contradicted", "Supported"]


def test_the_feed_of_a_merged_claim_leads_to_its_survivors(client, newsroom):
    survivor = factories.ClaimFactory()
    merged = factories.ClaimFactory(merged_into=survivor)

    answer = client.get(address("feed_claim", merged.pk))

    assert (answer.status_code, answer["Location"]) == (302, address("feed_claim", survivor.pk))


def test_nothing_is_told_of_a_feed_that_nobody_may_see(client, newsroom, reporter):
    hidden = factories.ArticleFactory()
    client.force_login(reporter)

    assert client.get(address("feed_article", hidden.pk)).status_code == 404
    assert client.get(address("feed_claim", 999_999)).status_code == 404
    assert client.get(address("feed_claim", 2**63)).status_code == 404
    assert client.get("/feeds/verdicts.rss").status_code == 404


def test_the_feed_of_what_readers_saw_once_is_gone(client, newsroom):
    claim = factories.ClaimFactory(status="dismissed")

    assert client.get(address("feed_claim", claim.pk)).status_code == 410


@pytest.mark.parametrize("form", ["atom", "json"])
def test_older_entries_are_pages_of_their_own(client, newsroom, monkeypatch, form):
    monkeypatch.setattr(following, "ENTRIES", 2)
    for _ in range(5):
        factories.VerdictFactory()

    seen, at, pages = [], address("feed_verdicts", form=form), 0
    while at:
        answer = client.get(at)
        if form == "atom":
            feed = valid_atom(answer)
            seen += [one.findtext(f"{ATOM}id") for one in feed.findall(f"{ATOM}entry")]
            following_page = feed.find(f"{ATOM}link[@rel='next']")
            at = None if following_page is None else following_page.get("href")
        else:
            feed = valid_json(answer)
            seen += [one["id"] for one in feed["items"]]
            at = feed.get("next_url")
        pages += 1

    assert (len(seen), len(set(seen)), pages) == (5, 5, 3)


def test_a_malformed_place_is_refused_by_name(client, newsroom):
    assert client.get(address("feed_verdicts"), {"after": "x"}).status_code == 400


@pytest.mark.parametrize("text", hostile.each(hostile.TEXTS, hostile.LONG))
def test_whatever_the_record_holds_a_feed_can_be_read(client, newsroom, text):
    if not text.strip():
        pytest.skip("No text of the record is bare.")
    claim = factories.ClaimFactory(statement=f"x {text}")
    factories.VerdictFactory(claim=claim, summary=f"x {text}")
    factories.VerdictFactory(claim=claim, summary=f"x {text}", correction_note=f"x {text}")

    for name in LISTED:
        feed = valid_atom(client.get(address(name)))
        twin = valid_json(client.get(address(name, form="json")))
        for item in twin["items"]:
            assert "<script" not in item["content_html"].lower()
        assert titles(feed) == [item["title"].replace("\r", "\n") for item in twin["items"]]


def test_whose_feed_it_is(client, newsroom):
    Newsroom.current().revise(
        None, name="The Bridge Desk", licence="CC BY 4.0", licence_url="https://licence.example/by"
    )

    feed = valid_atom(client.get(address("feed_verdicts")))
    twin = valid_json(client.get(address("feed_verdicts", form="json")))

    assert feed.findtext(f"{ATOM}title") == twin["title"] == "The Bridge Desk: verdicts"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "The Bridge Desk"
    assert feed.findtext(f"{ATOM}rights") == twin["_licence"]["name"] == "CC BY 4.0"
    assert feed.find(f"{ATOM}link[@rel='license']").get("href") == "https://licence.example/by"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == twin["language"] == "en"


@pytest.mark.parametrize(
    ("name", "at_most"),
    [
        ("feed_verdicts", 3),
        ("feed_corrections", 7),
        ("feed_article", 3),
        ("feed_claim", 3),
        ("feed_claimant", 3),
        ("feed_topic", 3),
    ],
)
@pytest.mark.parametrize("query", ["", "?after=1000000"])
def test_more_entries_cost_no_more_questions(client, things, settings, name, at_most, query):
    settings.ANSWERS_KEPT = 0
    noun = name.removeprefix("feed_")
    captured = [things[noun].pk] if noun in things else []

    def grow(n):
        for _ in range(n):
            claim = factories.CorrectionFactory().verdict.claim
            factories.AppearanceFactory(claim=claim, article_version=things["article"].current_version)

    assert_same_queries(grow, lambda: client.get(address(name, *captured) + query), at_most=at_most)


def test_identifiers_are_those_of_the_record_and_not_of_the_host(client, newsroom, settings):
    settings.ALLOWED_HOSTS = ["*"]
    factories.VerdictFactory()

    here = valid_json(client.get(address("feed_verdicts", form="json")))
    there = valid_json(client.get(address("feed_verdicts", form="json"), headers={"host": "other.example"}))

    assert here["items"][0]["id"] == there["items"][0]["id"]
    assert there["items"][0]["url"].startswith("http://other.example/")
    assert tell().origin.name("verdict", 1) != tell().origin.name("correction", 1)


@pytest.fixture(params=[0, 100], ids=["made anew", "kept"])
def keeping(request, settings):
    settings.ANSWERS_KEPT = request.param


@pytest.mark.usefixtures("keeping")
class TestNobodyIsSentWhatTheyHave:
    @pytest.mark.parametrize("form", ["atom", "json"])
    def test_by_tag(self, client, things, form):
        at = address("feed_verdicts", form=form)
        first = client.get(at)
        again = client.get(at, headers={"if-none-match": first["ETag"]})

        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        assert first["Cache-Control"] == again["Cache-Control"] == "public, no-cache"

    def test_a_new_verdict_is_new(self, client, things):
        tag = client.get(address("feed_verdicts"))["ETag"]
        factories.VerdictFactory()

        answer = client.get(address("feed_verdicts"), headers={"if-none-match": tag})

        assert len(titles(valid_atom(answer))) == 2

    def test_what_changes_nothing_of_it_is_not_new(self, client, things):
        tag = client.get(address("feed_verdicts"))["ETag"]
        factories.ArticleFactory(public=True)

        assert client.get(address("feed_verdicts"), headers={"if-none-match": tag}).status_code == 304

    def test_another_name_of_the_newsroom_is_new(self, client, things):
        tag = client.get(address("feed_verdicts"))["ETag"]
        Newsroom.current().revise(None, name="Another name")

        assert client.get(address("feed_verdicts"), headers={"if-none-match": tag}).status_code == 200

    def test_a_verdict_that_comes_to_a_topic_late_is_new(self, client, things):
        at = address("feed_topic", things["topic"].pk)
        tag = client.get(at)["ETag"]
        other = factories.ClaimFactory(rating="contradicted")
        other.set_topics(factories.some_reporter(), [things["topic"]])

        assert len(titles(valid_atom(client.get(at, headers={"if-none-match": tag})))) == 2

    def test_by_date(self, client, things, monkeypatch):
        at = address("feed_verdicts")
        assert "Last-Modified" not in client.get(at)
        monkeypatch.setattr("articles.views.feeds.DATED_AFTER", timedelta(0))
        dated = client.get(at)["Last-Modified"]

        assert client.get(at, headers={"if-modified-since": dated}).status_code == 304
        assert (
            client.get(at, headers={"if-modified-since": "Thu, 31 Dec 2099 00:00:00 GMT"}).status_code == 200
        )
        assert client.get(at, headers={"if-modified-since": "never"}).status_code == 200


def test_a_304_costs_one_statement_or_two(client, things, settings):
    settings.ANSWERS_KEPT = 100
    for at, most in ((address("feed_verdicts"), 1), (address("feed_claim", things["claim"].pk), 2)):
        tag = client.get(at)["ETag"]
        with CaptureQueriesContext(connection) as asked:
            assert client.get(at, headers={"if-none-match": tag}).status_code == 304
        assert len(asked) <= most


def test_head_and_nothing_else(client, things):
    answer = client.head(address("feed_verdicts"))

    assert (answer.status_code, answer.content) == (200, b"")
    assert client.post(address("feed_verdicts")).status_code == 405


def test_who_is_signed_in_gets_what_everybody_gets(client, things, reporter):
    before = client.get(address("feed_verdicts"))
    client.force_login(reporter)

    answer = client.get(address("feed_verdicts"))

    assert answer.content == before.content
    assert "private" not in answer["Cache-Control"]


def test_feeds_are_listed_in_words(read, things):
    links = {link.attributes["href"] for link in read(reverse("feeds")).main.all("a")}

    assert {address(name, form=form) for name in LISTED for form in ("atom", "json")} <= links


def test_a_page_names_its_feeds_and_its_one_address(client, things):
    page = Page(client.get(reverse("feeds"), {"utm_source": "x"}).content.decode())

    assert page.one("link", rel="canonical").attributes["href"] == "http://testserver/feeds/"
    named = {link.attributes["href"] for link in page.all("link", rel="alternate")}
    assert f"http://testserver{address('feed_verdicts')}" in named
    assert Article.objects.count() == 1


class TestOfManyClaims:
    """A topic with very many claims: the newest verdicts are asked whether they are on one of them."""

    @pytest.fixture
    def topic(self, newsroom, monkeypatch):
        monkeypatch.setattr(following, "LOOKED_FOR", 0)
        monkeypatch.setattr(following, "ENTRIES", 2)
        topic, editor = factories.TopicFactory(), factories.some_editor()
        about = {"topics": [topic]}
        survivor, merged, beside = (
            factories.ClaimFactory(rating="supported", **has) for has in ({}, about, {})
        )
        kept, into_it = (factories.ClaimFactory(rating="supported", **has) for has in (about, {}))
        for one, other in ((merged, survivor), (beside, survivor), (into_it, kept)):
            one.merge_into(other, editor)
        factories.ClaimFactory(rating="supported")
        factories.ClaimFactory(rating="supported", **about)
        count_anew(10)
        topic.refresh_from_db()
        return topic

    def test_the_same_verdicts_either_way(self, topic):
        found = set(following.verdicts_on(topic))
        assert len(found) == 6
        assert set(following.asked_of_each(topic)) == found

    @pytest.mark.parametrize("asked", [0, 1, 3, 100])
    def test_the_same_pages_however_far_it_is_looked(self, topic, asked, monkeypatch):
        monkeypatch.setattr(following, "ASKED", asked)
        after, pages = None, []
        while True:
            page = following.page_of(topic, after)
            with monkeypatch.context() as plainly:
                plainly.setattr(following, "asked_of_each", lambda row: None)
                assert page == following.page_of(topic, after)
            pages.append(page)
            after = page[1]
            if after is None:
                break
        assert [len(rows) for rows, _ in pages] == [2, 2, 2]

    def test_a_topic_of_few_or_of_nobody_knows_how_many_is_looked_up(self, topic, monkeypatch):
        monkeypatch.setattr(following, "LOOKED_FOR", 1_000)
        assert following.asked_of_each(topic) is None
        monkeypatch.setattr(following, "LOOKED_FOR", 0)
        topic.claims_shown = None
        assert following.asked_of_each(topic) is None
        assert following.asked_of_each(factories.ClaimFactory()) is None
