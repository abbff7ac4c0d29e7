"""Lists: their envelope, what they hide and what they count."""

from __future__ import annotations

import pytest

from articles.models import Claim
from tests import factories
from tests.api.conftest import NOUNS
from tests.query_counts import queries_of

# The envelope


@pytest.mark.parametrize("noun", [*NOUNS, "ratings"])
def test_an_empty_list(api, noun):
    nothing = {"count": 0, "exact": True}
    hides = {"claims": "merged", "sources": "merged", "ratings": "retired"}.get(noun)
    assert api.json(f"{noun}/") == {
        "results": [],
        "next": None,
        "applied_filters": {},
        "hidden": {hides: {**nothing, "shown_by": f"include={hides}"}} if hides else {},
        "total": None,
        "missing": None,
        "notes": [],
    }
    assert api.json(f"{noun}/", {"count": "true"})["total"] == nothing


def test_a_list_says_how_it_understood_its_filters(api):
    found = api.json(
        "claims/", {"status": "open,checking", "checked": "false", "article": "7", "page_size": "5"}
    )
    assert found["applied_filters"] == {"status": ["checking", "open"], "checked": False, "article": 7}


def test_the_next_page_keeps_what_was_asked(api):
    for _ in range(3):
        factories.ClaimFactory(kind="quantity")
    page = api.json("claims/", {"kind": "quantity", "page_size": 2, "ordering": "id"})
    assert len(page["results"]) == 2
    assert page["next"].startswith(
        "http://testserver/api/v1/claims/?kind=quantity&page_size=2&ordering=id&cursor="
    )
    following = api.json(page["next"].removeprefix("http://testserver"))
    assert [row["id"] for row in following["results"]] == [Claim.objects.order_by("id").last().pk]
    assert following["next"] is None and following["applied_filters"] == {"kind": ["quantity"]}


# Rows by their ids, what is hidden, what is counted


def test_rows_by_their_ids(api):
    merged = factories.ClaimFactory(status="merged")
    dismissed = factories.ClaimFactory(status="dismissed")
    claims = [factories.ClaimFactory(kind="legal") for _ in range(3)]
    wanted = [claims[0].pk, merged.pk, dismissed.pk, 999_999, claims[2].pk]
    page = api.json("claims/", {"ids": ",".join(map(str, wanted))})
    assert [row["id"] for row in page["results"]] == [claims[2].pk, claims[0].pk, merged.pk]
    assert page["missing"] == sorted([dismissed.pk, 999_999])
    assert page["hidden"] == {} and page["applied_filters"] == {"ids": sorted(wanted)}
    # Filters go on narrowing; a page may be smaller than what was asked for.
    page = api.json("claims/", {"ids": f"{merged.pk},{claims[0].pk}", "kind": "legal"})
    assert page["missing"] == [merged.pk]
    page = api.json("claims/", {"ids": ",".join(map(str, wanted)), "page_size": 1})
    assert len(page["results"]) == 1 and page["missing"] == sorted([dismissed.pk, 999_999])
    following = api.json(page["next"].removeprefix("http://testserver"))
    assert following["missing"] is None and following["results"]


def test_a_hundred_ids_are_one_page_and_more_are_refused(api):
    ids = ",".join(str(number) for number in range(1, 101))
    assert len(api.json("claims/", {"ids": ids})["missing"]) == 100
    problem = api.problem(400, "claims/", {"ids": f"{ids},101"})
    assert "at most 100 ids" in problem["detail"]
    for bad in ("", "1,", "a", "1;2", "0", "1,-2", "１"):
        assert api.problem(400, "claims/", {"ids": bad})["errors"][0]["parameter"] == "ids"


def test_what_is_hidden_is_said_and_how_to_see_it(api, desk):
    survivor = factories.ClaimFactory(kind="legal")
    for kind in ("legal", "fact"):
        factories.ClaimFactory(kind=kind, merged_into=survivor)
    factories.ClaimFactory(status="dismissed", kind="legal")
    page = api.json("claims/", {"kind": "legal"})
    assert [row["id"] for row in page["results"]] == [survivor.pk]
    assert page["hidden"] == {"merged": {"count": 1, "exact": True, "shown_by": "include=merged"}}
    shown = api.json("claims/", {"kind": "legal", "include": "merged"})
    assert len(shown["results"]) == 2 and shown["hidden"] == {}
    assert shown["applied_filters"] == {"kind": ["legal"], "include": ["merged"]}
    assert api.json("claims/", {"status": "open,merged"})["hidden"] == {}
    assert len(api.ids("claims/", {"status": "open,merged"})) == 3
    assert desk.json("claims/")["hidden"]["merged"]["count"] == 2
    source = factories.SourceFactory(public=True)
    factories.SourceFactory(public=True, merged_into=source)
    assert api.ids("sources/") == [source.pk] and len(api.ids("sources/", {"include": "merged"})) == 2
    assert "There are:" in api.problem(400, "articles/", {"include": "merged"})["detail"]


def test_what_is_hidden_is_counted_on_the_first_page_alone(api):
    for _ in range(3):
        factories.ClaimFactory(status="merged")
    page = api.json("claims/", {"page_size": 1})
    assert page["hidden"]["merged"]["count"] == 3
    assert api.json(page["next"].removeprefix("http://testserver"))["hidden"] is None


def test_the_whole_list_is_counted_where_that_is_asked(api, monkeypatch):
    for kind in ("legal", "legal", "legal", "fact"):
        factories.ClaimFactory(kind=kind)
    factories.ClaimFactory(status="merged")
    query = {"kind": "legal", "count": "true", "page_size": 1}
    page = api.json("claims/", query)
    assert page["total"] == {"count": 3, "exact": True} and "count" not in page["applied_filters"]
    assert api.json("claims/", {"kind": "legal", "count": "false"})["total"] is None
    # Who follows the links does not pay for it again, unless they ask.
    following = page["next"].removeprefix("http://testserver")
    assert "count=" not in following and api.json(following)["total"] is None
    assert api.json(f"{following}&count=true")["total"] == {"count": 3, "exact": True}
    monkeypatch.setattr("api.counting.MOST_COUNTED", 2)
    monkeypatch.setattr("api.counting.MOST_HIDDEN", 0)
    page = api.json("claims/", query)
    assert page["total"] == {"count": 2, "exact": False}
    assert api.json("claims/")["hidden"]["merged"] == {
        "count": 0, "exact": False, "shown_by": "include=merged"
    }  # fmt: skip


def test_a_list_costs_three_statements_at_most(api):
    survivor = factories.ClaimFactory(rating="supported")
    factories.ClaimFactory(merged_into=survivor)
    for query in ("", "?count=true", "?rating=supported&count=true", "?class=true", f"?ids={survivor.pk}"):
        api.get(f"claims/{query}")
        queries = queries_of(lambda query=query: api.get(f"claims/{query}"))
        assert len(queries) <= 3, "\n".join(queries)


def test_the_next_page_is_also_a_link_header(api):
    for _ in range(2):
        factories.ClaimFactory()
    answer = api.get("claims/", {"page_size": 1})
    assert answer["Link"] == f'<{answer.json()["next"]}>; rel="next"'
    assert not api.get("claims/").has_header("Link")
