"""The sitemap lists what readers see and nothing else, as the protocol has it; robots.txt leads to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from articles import sitemaps
from articles.models import Change
from tests import factories, hostile
from tests.query_counts import assert_same_queries

NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def valid(answer, root, item):
    """Return address → date; fails where sitemaps.org would not have the document so."""
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml; charset=utf-8")
    assert len(answer.content) <= 50 * 1024 * 1024
    document = etree.fromstring(answer.content)
    assert document.tag == NS + root
    assert 1 <= len(document) <= 50_000
    found = {}
    for one in document:
        assert one.tag == NS + item
        assert [child.tag for child in one] in ([f"{NS}loc"], [f"{NS}loc", f"{NS}lastmod"])
        place = one.findtext(f"{NS}loc")
        assert place.startswith("http://testserver/") and 12 <= len(place) <= 2048
        assert place not in found
        date = one.findtext(f"{NS}lastmod")
        found[urlsplit(place).path] = date and datetime.fromisoformat(date)
    return found


def listed(client):
    """Return address → date of everything in the sitemap."""
    found = {}
    for part in valid(client.get(reverse("sitemap")), "sitemapindex", "sitemap"):
        found |= valid(client.get(part), "urlset", "url")
    return found


@pytest.fixture
def things(newsroom):
    topic = factories.TopicFactory()
    claim = factories.ClaimFactory(rating="supported", topics=[topic])
    article = factories.ArticleFactory(public=True)
    claimant = factories.ClaimantFactory()
    factories.AppearanceFactory(
        claim=claim, article_version=article.current_version, attributions=[{"claimant": claimant}]
    )
    source = claim.evidence.first().source_version.source
    found = [topic, claim, article, claimant, source]
    for one in found:
        one.refresh_from_db()
    return found


def test_it_lists_each_thing_that_readers_see_and_when_it_changed(client, things):
    found = listed(client)

    for one in things:
        assert one.get_absolute_url() in found
        if hasattr(one, "public_seq"):
            at = Change.objects.get(seq=one.public_seq).at
            assert found[one.get_absolute_url()] == at.replace(microsecond=0)
    assert {reverse("home"), reverse("claims"), reverse("methodology"), reverse("feeds")} <= found.keys()


def test_each_address_that_it_lists_answers(client, things):
    for place in listed(client):
        assert client.get(place).status_code == 200, place


def test_an_empty_record_has_the_fixed_pages(client, newsroom):
    assert reverse("home") in listed(client)


def test_what_readers_do_not_see_is_not_in_it(client, newsroom):
    hidden = [
        factories.ArticleFactory(),
        factories.SourceFactory(),
        factories.ClaimantFactory(),
        factories.ClaimFactory(status="dismissed"),
        factories.ClaimFactory(status="merged"),
    ]
    found = listed(client)

    assert not {one.get_absolute_url() for one in hidden} & found.keys()


def test_parts_end_where_their_numbers_end(client, newsroom, monkeypatch):
    claims = [factories.ClaimFactory() for _ in range(7)]
    monkeypatch.setattr(sitemaps, "RANGE", 3)

    parts = valid(client.get(reverse("sitemap")), "sitemapindex", "sitemap")
    sizes = [len(valid(client.get(part), "urlset", "url")) for part in parts if "claims" in part]

    assert sum(sizes) == 7 and max(sizes) <= 3
    assert {one.get_absolute_url() for one in claims} <= listed(client).keys()


def test_the_index_says_when_what_readers_see_of_a_part_last_changed(client, newsroom, monkeypatch):
    monkeypatch.setattr(sitemaps, "RANGE", 3)
    # A minute passes between any two acts.
    minutes, began = count(), timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: began + timedelta(minutes=next(minutes)))
    # Numbers go on from test to test.
    first = factories.ClaimFactory()
    while first.pk % 3 != 1:
        first = factories.ClaimFactory()
    topic = factories.TopicFactory()
    _second, third, *nothing, last = [factories.ClaimFactory(topics=[topic]) for _ in range(9)]
    editor = factories.some_editor()
    for one in nothing:
        one.dismiss(editor, reason="Nobody can check that.")
    first.revise(editor, statement="Another wording of it.")
    third.dismiss(editor, reason="Nobody can check that either.")

    found = valid(client.get(reverse("sitemap")), "sitemapindex", "sitemap")

    here = (first.pk - 1) // 3
    first.refresh_from_db()
    last.refresh_from_db()
    for number, claim in ((here, first), (here + 3, last)):
        at = Change.objects.get(seq=claim.public_seq).at
        assert found[reverse("sitemap_part", args=["claims", number])] == at.replace(microsecond=0)
    # Between them are two parts of which readers see nothing.
    assert not {reverse("sitemap_part", args=["claims", here + n]) for n in (1, 2, 4)} & found.keys()
    # What has no stamp has no date.
    assert found[reverse("sitemap_part", args=["topics", (topic.pk - 1) // 3])] is None


@pytest.mark.parametrize("part", ["claims-999999", "claims-0", "widgets-0", "claims-" + "9" * 30])
def test_a_part_that_holds_nothing_is_404(client, newsroom, part):
    assert client.get(f"/sitemap-{part}.xml").status_code == 404


def test_it_answers_304(client, things):
    for name in ("sitemap", "robots"):
        tag = client.get(reverse(name))["ETag"]
        assert client.get(reverse(name), headers={"if-none-match": tag}).status_code == 304
    part = reverse("sitemap_part", args=["claims", (things[1].pk - 1) // sitemaps.RANGE])
    tag = client.get(part)["ETag"]
    assert client.get(part, headers={"if-none-match": tag}).status_code == 304
    things[1].revise(factories.some_reporter(), statement="Another wording of it.")
    assert client.get(part, headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("text", hostile.each(hostile.LETTERS, hostile.INJECTIONS))
def test_whatever_a_name_holds_it_can_be_read(client, newsroom, text):
    factories.ClaimFactory(statement=f"x {text}")

    assert listed(client)


def test_more_rows_cost_no_more_questions(client, newsroom, settings):
    settings.ANSWERS_KEPT = 0

    def grow(n):
        for _ in range(n):
            factories.ClaimFactory()

    assert_same_queries(grow, lambda: client.get(reverse("sitemap")), at_most=3)
    assert_same_queries(grow, lambda: client.get(reverse("sitemap_part", args=["claims", 0])), at_most=2)


def test_robots_are_led_to_the_sitemap_and_away_from_questions_and_forms(client, newsroom, settings):
    settings.LANGUAGES = [("en", "English"), ("es", "Español")]
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert lines[0] == "User-agent: *"
    assert {
        "Disallow: /search/",
        "Disallow: /es/search/",
        "Disallow: /submissions/",
        "Disallow: /desk/",
    } <= set(lines)
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Sitemap: http://testserver/es/sitemap.xml" in lines
    assert lines.index("Disallow: /search/") < lines.index("")
