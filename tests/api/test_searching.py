"""`q`: words as a filter of lists, ranked or not, with every other filter, and without a row twice."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from api import searching
from articles.models import Claim
from articles.search.ranking import Counted
from tests import factories, hostile
from tests.query_counts import queries_of

SEARCHED = ("claims", "articles", "sources")


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch):
    """Every test counts its own words: another one's are gone."""
    for module in ("sqlite", "postgres"):
        monkeypatch.setattr(f"articles.search.{module}.counted", Counted())


def test_words_find_rows_best_first(api):
    weak = factories.ClaimFactory(statement="The ferry is slow and old and of no use to anybody in the town.")
    strong = factories.ClaimFactory(statement="The ferry, the ferry.")
    factories.ClaimFactory(statement="The bridge is long.")
    page = api.json("claims/", {"q": "ferry"})
    assert [row["id"] for row in page["results"]] == [strong.pk, weak.pk]
    assert page["applied_filters"] == {"q": "ferry"} and page["notes"] == [] and page["hidden"] == {}
    assert api.ids("claims/", {"q": "ferry", "ordering": "-id"}) == [strong.pk, weak.pk]
    assert api.ids("claims/", {"q": "ferry", "ordering": "id"}) == [weak.pk, strong.pk]
    assert api.ids("claims/", {"q": "ferry slow"}) == [weak.pk]
    assert api.ids("claims/", {"q": "ferry -slow"}) == [strong.pk]
    assert api.ids("claims/", {"q": "ferry airport"}) == []


def test_any_of_the_words_of_a_passage(api):
    ferry = factories.ClaimFactory(statement="The ferry is slow.")
    bridge = factories.ClaimFactory(statement="The bridge is long and the ferry sank.")
    passage = "Somebody said: bridge OR “ferry” -long"
    assert api.ids("claims/", {"q": passage, "match": "any"}) == [bridge.pk, ferry.pk]


def test_words_go_with_every_filter(api):
    legal = factories.ClaimFactory(statement="The ferry is lawful.", kind="legal", rating="contradicted")
    factories.ClaimFactory(statement="The ferry is lawful.")
    query = {"q": "ferry", "kind": "legal", "class": "false", "count": "true"}
    page = api.json("claims/", query)
    assert [row["id"] for row in page["results"]] == [legal.pk]
    assert page["total"] == {"count": 1, "exact": True}


def test_articles_and_sources(api):
    article = factories.ArticleFactory(public=True, title="The ferry")
    source = factories.SourceFactory(public=True, title="Minutes on the ferry")
    assert api.ids("articles/", {"q": "ferry"}) == [article.pk]
    assert api.ids("sources/", {"q": "ferry"}) == [source.pk]
    for noun in ("verdicts", "ratings"):
        assert api.problem(400, f"{noun}/", {"q": "ferry"})["errors"][0]["code"] == "unknown_parameter"


def test_a_merged_claim_is_found_through_its_survivor(api):
    survivor = factories.ClaimFactory(statement="The boat is slow.")
    factories.ClaimFactory(statement="The ferry is slow.", merged_into=survivor)
    page = api.json("claims/", {"q": "ferry"})
    assert [row["id"] for row in page["results"]] == [survivor.pk] and page["hidden"] == {}


def test_nobody_finds_what_they_may_not_see(api, desk):
    hidden = factories.ClaimFactory(statement="The ferry is slow.", status="dismissed")
    article = factories.ArticleFactory(title="The ferry")
    shut = factories.ArticleFactory(public=True, rights="none", title="A boat", text="The tugboat sank.")
    assert api.ids("articles/", {"q": "boat"}) == [shut.pk] and api.ids("articles/", {"q": "tugboat"}) == []
    assert desk.ids("articles/", {"q": "tugboat"}) == [shut.pk]
    for path, row in (("claims/", hidden), ("articles/", article)):
        page = api.json(path, {"q": "ferry", "count": "true"})
        assert page["results"] == [] and page["total"]["count"] == 0 and page["notes"] == []
        assert desk.ids(path, {"q": "ferry"}) == [row.pk]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_pages_by_relevance(api, size):
    made = [factories.ClaimFactory(statement=f"The ferry {'is slow ' * number}.").pk for number in range(6)]
    found = api.ids("claims/", {"q": "ferry", "page_size": size})
    assert found == made


def test_pages_by_relevance_while_others_write(api):
    """New rows change what every word weighs; still each old one is told once."""
    made = {factories.ClaimFactory(statement=f"The ferry {'is slow ' * number}.").pk for number in range(6)}
    page, seen = api.json("claims/", {"q": "ferry slow OR old", "match": "any", "page_size": 2}), []
    while True:
        seen += [row["id"] for row in page["results"]]
        if not page["next"]:
            break
        if len(seen) < 9:
            factories.ClaimFactory(statement="Slow and slow and slow again.")
            factories.ClaimFactory(statement="Ferry, ferry, ferry.")
        Claim.objects.get(pk=min(made)).revise(
            factories.some_editor(), statement=f"A slow ferry {len(seen)}."
        )
        page = api.json(page["next"].removeprefix("http://testserver"))
        assert len(seen) < 60
    assert made <= set(seen) and len(seen) == len(set(seen))


def test_depth_is_bounded_and_that_is_said(api, monkeypatch):
    for module in ("api.searching", "api.pagination"):
        monkeypatch.setattr(f"{module}.DEEPEST", 3)
    made = [factories.ClaimFactory(statement="The ferry is slow.").pk for _ in range(5)]
    page = api.json("claims/", {"q": "ferry", "page_size": 2})
    assert page["notes"] == ["By relevance only the 3 best are listed; with another ordering there are more."]
    assert api.ids("claims/", {"q": "ferry", "page_size": 2}) == made[:1:-1]
    assert api.ids("claims/", {"q": "ferry", "ordering": "id", "page_size": 2}) == made
    monkeypatch.setattr("api.searching.LOOKED_THROUGH", 4)
    page = api.json("claims/", {"q": "ferry", "ordering": "id"})
    assert len(page["results"]) == 4 and page["notes"] == [
        "More have these words; the 4 best were looked through."
    ]


def test_ids_are_packed_into_a_cursor(api):
    for ids in (
        [],
        [1],
        list(range(1, 501)),
        [7, 10**17, 10**17 + 1],
        [3 * 2**20 + 977 * n for n in range(500)],
    ):
        packed = searching.pack(reversed(ids))
        assert searching.unpack(packed) == ids
    assert len(packed) < 3000
    for _ in range(2):
        factories.ClaimFactory(statement="The ferry is slow.")
    query = {"q": "ferry", "page_size": 1}
    cursor = parse_qs(urlsplit(api.json("claims/", query)["next"]).query)["cursor"][0]
    for other in ({"q": "ferries"}, {"q": "ferry", "match": "any"}, {"q": "ferry", "ordering": "id"}, {}):
        problem = api.problem(400, "claims/", {**other, "cursor": cursor})
        assert problem["errors"][0]["code"] == "invalid_cursor"


def test_what_says_how_q_is_read_needs_q(api):
    for name, value in (("match", "any"), ("ordering", "relevance")):
        problem = api.problem(400, "claims/", {name: value})
        assert problem["errors"][0]["parameter"] == name and "give q too" in problem["detail"]


@pytest.mark.parametrize(
    ("condition", "parameter"),
    [
        ("rating:false", "rating"),
        ("before:2024-01-01", "asserted_before"),
        ('claimant:"Jane Roe"', "claimant"),
    ],
)
def test_conditions_are_parameters_here(api, condition, parameter):
    problem = api.problem(400, "claims/", {"q": f"ferry {condition}"})
    assert problem["errors"][0]["parameter"] == "q" and f"parameter: {parameter}." in problem["detail"]


def test_nothing_to_look_for_is_said(api):
    factories.ClaimFactory()
    for q in ("?!", "-ferry", '""'):
        page = api.json("claims/", {"q": q})
        assert page["results"] == [] and page["notes"], q


@pytest.mark.parametrize("text", hostile.each(hostile.TEXTS, hostile.LONG, hostile.QUERIES))
def test_hostile_words(api, text):
    factories.ClaimFactory()
    for match in ("all", "any"):
        answer = api.get("claims/", {"q": text, "match": match})
        assert answer.status_code in (200, 400), answer.content
        if answer.status_code == 200 and (following := answer.json()["next"]):
            assert api.get(following.removeprefix("http://testserver")).status_code == 200


def test_what_it_costs(api):
    """One statement ranks, one sieves, one loads; the words were counted by the first request of the minute."""
    for _ in range(3):
        factories.ClaimFactory(statement="The ferry is slow.")
    for query in ("q=ferry", "q=ferry&class=false", "q=ferry&ordering=id", "q=slow+ferry&match=any"):
        api.get(f"claims/?{query}")
        queries = queries_of(lambda query=query: api.get(f"claims/?{query}"))
        assert len(queries) <= 3, "\n".join(queries)
