"""What was checked on this page? Look-up by the address of a web page."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models.ledger import act
from articles.web_addresses import same_address
from tests import factories
from tests.api.conftest import Api, as_problem
from tests.query_counts import MANY, assert_same_queries

PAGE = "https://paper.example/bridge?id=7"


def looked_up(api: Api, url: str = PAGE) -> dict[str, Any]:
    return api.json("lookup/", {"url": url})


def ids(found: dict[str, Any]) -> tuple[list[int], list[int]]:
    return [one["id"] for one in found["articles"]], [one["id"] for one in found["sources"]]


def article_with(claim: Any, **facts: Any) -> Any:
    article = factories.ArticleFactory(**{"public": True, "url": PAGE, **facts})
    factories.AppearanceFactory(claim=claim, article_version=article.current_version)
    return article


def test_an_article_with_its_claims_and_what_was_found(api):
    claim = factories.ClaimFactory(rating="contradicted")
    article = article_with(claim)
    open_claim = factories.ClaimFactory()
    factories.AppearanceFactory(
        claim=open_claim,
        article_version=article.current_version,
        words="Officials opened the bridge on Friday.",
    )
    found = looked_up(api)
    assert (found["url"], found["normalised"], found["sources"]) == (PAGE, "paper.example/bridge?id=7", [])
    (shown,) = found["articles"]
    assert set(shown) == {
        "id", "title", "publisher", "language", "published", "api_url", "page_url", "claims",
    }  # fmt: skip
    assert (shown["id"], shown["title"]) == (article.pk, article.title)
    assert shown["page_url"] == f"http://testserver{article.get_absolute_url()}"
    assert [(one["id"], one["rating"] and one["rating"]["slug"]) for one in shown["claims"]] == [
        (claim.pk, "contradicted"), (open_claim.pk, None),
    ]  # fmt: skip


def test_a_page_that_nobody_has_looked_at(api):
    assert looked_up(api) == {
        "url": PAGE, "normalised": "paper.example/bridge?id=7", "articles": [], "sources": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "spelt",
    [
        "http://paper.example/bridge?id=7",
        "https://www.paper.example/bridge?id=7",
        "HTTPS://WWW.Paper.Example:443/bridge?id=7",
        "https://paper.example/bridge/?id=7",
        "https://m.paper.example/bridge?id=7#comments",
        "https://paper.example/bridge?utm_source=x&id=7&fbclid=y&gclid=z",
        "https://web.archive.org/web/20240101000000/https://paper.example/bridge?id=7",
    ],
)
def test_other_spellings_of_the_address(api, spelt):
    article = article_with(factories.ClaimFactory())
    assert ids(looked_up(api, spelt)) == ([article.pk], [])


@pytest.mark.parametrize(
    ("on_record", "asked"),
    [
        ("http://www.paper.example/bridge/", "https://paper.example/bridge"),
        ("https://paper.example/br%C3%BCcke", "https://paper.example/brücke"),
        ("https://paper.example/brücke", "https://paper.example/br%c3%bccke"),
        ("https://paper.example/?b=2&a=1", "https://www.paper.example?b=2&a=1"),
        ("https://paper.example/?a=1&b=2", "https://www.paper.example?b=2&a=1"),
        ("https://paper.example/?a=1&b=x/y", "https://paper.example/?b=x/y&a=1"),
        ("https://paper.example/?q=a+b", "https://paper.example/?q=a%20b"),
        ("https://paper.example/?q=a%2Fb", "https://paper.example/?q=a/b"),
        ("https://paper.example", "http://paper.example/"),
        ("https://twitter.com/board/status/5", "https://x.com/board/status/5?si=x"),
        ("https://paper.example/x?utm_source=rss", "https://paper.example/x?utm_source=rss"),
        ("https://paper.example/x?utm_source=rss&id=7&fbclid=y", "https://paper.example/x?id=7"),
        ("https://paper.example/x?utm_source=rss", "https://paper.example/x?utm_source=mail"),
        ("https://paper.example/x#comments", "https://paper.example/x"),
        ("https://mobile.paper.example:443//x/", "https://paper.example/x"),
        ("https://web.archive.org/web/2024/http://paper.example/x", "https://paper.example/x"),
        ("https://paper.example/%62r%C3%BC/", "https://paper.example/brü"),
    ],
)
def test_other_spellings_on_record(api, on_record, asked):
    article = article_with(factories.ClaimFactory(), url=on_record)
    assert same_address(on_record) == same_address(asked)
    factories.CopyFactory(article=factories.ArticleFactory(url=""), url=on_record)
    copied = factories.CopyFactory(article=factories.ArticleFactory(url="", public=True), url=on_record)
    source = factories.SourceFactory(url=on_record, public=True)
    assert ids(looked_up(api, asked)) == ([article.pk, copied.article_id], [source.pk])


@pytest.mark.parametrize(
    "other",
    ["https://paper.example/bridge?id=8", "https://paper.example/bridge", "https://paper.example/Bridge?id=7",
     "https://blog.paper.example/bridge?id=7"],
)  # fmt: skip
def test_another_page(api, other):
    article_with(factories.ClaimFactory())
    assert ids(looked_up(api, other)) == ([], [])


def test_a_copy_leads_to_its_article(api):
    article = article_with(factories.ClaimFactory(), url="")
    factories.CopyFactory(article=article, url=PAGE)
    factories.CopyFactory(article=article, url=PAGE.replace("https", "http"))
    assert ids(looked_up(api)) == ([article.pk], [])


def test_a_source_with_the_claims_it_bears_on(api):
    claim = factories.ClaimFactory(rating="supported")
    source = factories.SourceFactory(url=PAGE)
    version = factories.SourceVersionFactory(source=source)
    for _ in range(2):
        factories.EvidenceFactory(claim=claim, source_version=version, public=True)
    factories.EvidenceFactory(claim=factories.ClaimFactory(), source_version=version)
    found = looked_up(api)
    assert ids(found) == ([], [source.pk])
    assert [(one["id"], one["rating"]["slug"]) for one in found["sources"][0]["claims"]] == [
        (claim.pk, "supported")
    ]


def test_merged_rows_are_found_as_what_they_turned_out_to_be(api, editor):
    survivor, merged = factories.ClaimFactory(rating="supported"), factories.ClaimFactory()
    article = article_with(merged)
    kept = factories.SourceFactory(public=True)
    source = factories.SourceFactory(url=PAGE, public=True)
    version = factories.SourceVersionFactory(source=source)
    factories.EvidenceFactory(claim=merged, source_version=version, public=True)
    merged.merge_into(survivor, editor)
    source.merge_into(kept, editor)
    found = looked_up(api)
    assert ids(found) == ([article.pk], [kept.pk])
    for one in (*found["articles"], *found["sources"]):
        assert [claim["id"] for claim in one["claims"]] == [survivor.pk]


def test_readers_find_what_they_may_see_and_the_desk_the_rest(api, desk):
    claim = factories.ClaimFactory(status="dismissed")
    public = article_with(factories.ClaimFactory())
    factories.AppearanceFactory(claim=claim, article_version=public.current_version)
    closed = article_with(factories.ClaimFactory(), public=False)
    factories.CopyFactory(article=closed, url=PAGE)
    source = factories.SourceFactory(url=PAGE)
    found = looked_up(api)
    assert ids(found) == ([public.pk], [])
    assert claim.pk not in [one["id"] for one in found["articles"][0]["claims"]]
    found = looked_up(desk)
    assert ids(found) == ([public.pk, closed.pk], [source.pk])
    assert claim.pk in [one["id"] for one in found["articles"][0]["claims"]]


def test_words_that_a_newer_text_has_no_more_do_not_count(api):
    article = article_with(factories.ClaimFactory())
    factories.ArticleVersionFactory(article=article, text="Nothing of it is left.")
    assert looked_up(api)["articles"][0]["claims"] == []


@pytest.mark.parametrize("url", ["", "paper.example/bridge", "ftp://paper.example/", "https://", "https://a b/", "https://u:p@paper.example/",
                                 "https://paper.example/" + "x" * 2000])  # fmt: skip
def test_what_is_no_address(api, url):
    (wrong,) = api.problem(400, "lookup/", {"url": url})["errors"]
    assert (wrong["code"], wrong["parameter"]) == ("malformed_parameter", "url")


def test_an_address_is_needed(api):
    (wrong,) = api.problem(400, "lookup/")["errors"]
    assert (wrong["code"], wrong["parameter"]) == ("missing_parameter", "url")
    (wrong,) = api.problem(400, "lookup/", {"url": PAGE, "uri": PAGE})["errors"]
    assert wrong["code"] == "unknown_parameter"


# Several at once


def post(api: Api, body: Any, path: str = "lookup/") -> Any:
    return api.client.post(f"/api/v1/{path}", body, content_type="application/json")


def test_several_pages_in_the_order_they_were_asked_for(api):
    one, two = (
        article_with(factories.ClaimFactory()),
        article_with(factories.ClaimFactory(), url="https://two.example/"),
    )
    urls = ["http://two.example", PAGE, "https://none.example/", PAGE]
    answer = post(api, {"urls": urls})
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [result["url"] for result in results] == urls
    assert [ids(result)[0] for result in results] == [[two.pk], [one.pk], [], [one.pk]]
    assert results[1] == looked_up(api)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/urls"),
        ({"urls": []}, "#/urls"),
        ({"urls": [PAGE] * 21}, "#/urls"),
        ({"urls": [PAGE, "nothing"]}, "#/urls/1"),
        ({"urls": [PAGE, 5]}, "#/urls/1"),
        ({"urls": [PAGE], "url": PAGE}, "#/url"),
        ([PAGE], None),
    ],
    ids=str,
)
def test_a_body_that_cannot_be_read(api, body, pointer):
    (wrong,) = as_problem(400, post(api, body))["errors"]
    assert wrong["pointer"] == pointer


def test_a_post_has_no_parameters(api):
    as_problem(400, post(api, {"urls": [PAGE]}, f"lookup/?url={PAGE}"))


def test_three_statements_for_whatever_is_found(api):
    def grow(count: int) -> None:
        with act(None, "grow", None):
            for _ in range(count):
                claim = factories.ClaimFactory(rating="supported")
                article_with(claim)
                version = factories.SourceVersionFactory(source=factories.SourceFactory(url=PAGE))
                factories.EvidenceFactory(claim=claim, source_version=version, public=True)
                factories.ClaimFactory(merged_into=claim)

    def fetch() -> Any:
        return post(api, {"urls": [PAGE, *(f"https://two.example/{n}" for n in range(19))]})

    assert_same_queries(grow, fetch, at_most=3)
    assert len(fetch().json()["results"][0]["sources"]) == MANY
