"""Lists: their envelope, what they are narrowed by, and that paging loses and doubles nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.dates import DateRange
from articles.models import Appearance, Claim
from articles.models.dated import date_fields
from tests import factories
from tests.api.conftest import NOUNS, Api


def dated(edtf: str) -> dict:
    return date_fields("published", DateRange.parse(edtf, "A test says so."))


# The envelope


@pytest.mark.parametrize("noun", [*NOUNS, "ratings"])
def test_an_empty_list(api, noun):
    assert api.json(f"{noun}/") == {"results": [], "next": None, "applied_filters": {}}


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


@pytest.mark.parametrize("size", [1, 2, 3, 4, 100])
@pytest.mark.parametrize("ordering", ["id", "-id"])
def test_every_page_size_walks_the_whole_list(api, ordering, size):
    made = [factories.ClaimFactory().pk for _ in range(4)]
    found = api.ids("claims/", {"ordering": ordering, "page_size": size})
    assert found == (made if ordering == "id" else made[::-1])


@pytest.mark.parametrize("size", [1, 2, 25])
def test_rows_without_a_date_come_last_either_way(api, size):
    dates = ["2024-10", "2023", None, "2024-10-31", None, "../2020", "2021/.."]
    for given_date in dates:
        factories.ArticleFactory(public=True, **(dated(given_date) if given_date else {}))
    for ordering, reverse in (("published", False), ("-published", True)):
        rows = list(api.rows("articles/", {"ordering": ordering, "page_size": size}))
        latest = [row["published"]["latest"] for row in rows]
        known = [day for day in latest if day]
        assert known == sorted(known, reverse=reverse) and latest[len(known) :] == [None] * 3
        assert len({row["id"] for row in rows}) == len(dates)


def test_sources_by_title_and_verdicts_by_time(api):
    for title in ("b", "a", "b", "c"):
        factories.SourceFactory(title=title, public=True)
    titles = [row["title"] for row in api.rows("sources/", {"ordering": "title", "page_size": 1})]
    assert titles == ["a", "b", "b", "c"]
    for at in ("2024-01-02", "2024-01-01", "2024-01-02"):
        factories.VerdictFactory(at=at)
    days = [
        row["published_at"][:10]
        for row in api.rows("verdicts/", {"ordering": "-published_at", "page_size": 1})
    ]
    assert days == ["2024-01-02", "2024-01-02", "2024-01-01"]


# Cursors


def cursor_of(api: Api, query: dict) -> str:
    from urllib.parse import parse_qs, urlsplit

    return parse_qs(urlsplit(api.json("claims/", {"page_size": 1, **query})["next"]).query)["cursor"][0]


def test_a_cursor_holds_for_what_it_was_made_for(api, desk):
    for _ in range(3):
        factories.ClaimFactory(kind="legal")
    cursor = cursor_of(api, {"kind": "legal"})
    assert api.get("claims/", {"kind": "legal", "cursor": cursor, "page_size": 2}).status_code == 200
    refused = [
        (api, "claims/", {"cursor": cursor}),
        (api, "claims/", {"cursor": cursor, "kind": "fact"}),
        (api, "claims/", {"cursor": cursor, "kind": "legal", "ordering": "id"}),
        (api, "articles/", {"cursor": cursor}),
        (desk, "claims/", {"cursor": cursor, "kind": "legal"}),
    ]
    for who, path, query in refused:
        problem = who.problem(400, path, query)
        assert [(one["code"], one["parameter"]) for one in problem["errors"]] == [
            ("invalid_cursor", "cursor")
        ]


def test_a_cursor_that_is_none_of_ours_is_refused(api):
    for _ in range(2):
        factories.ClaimFactory()
    ours = cursor_of(api, {})
    forged = [
        "cD0x", "x", ":::", "9", "é", "\U0001f600", ours[:-1], ours + "A", ours.swapcase(), "a" * 4000,
        signing.dumps({"after": 1, "of": "x"}), signing.dumps([1], salt="elsewhere"),
    ]  # fmt: skip
    for cursor in forged:
        assert api.problem(400, "claims/", {"cursor": cursor})["errors"][0]["code"] == "invalid_cursor", (
            cursor
        )
    assert api.problem(400, "claims/", {"cursor": "a" * 4001})["errors"][0]["code"] == "malformed_parameter"


def test_a_cursor_ages(api):
    for _ in range(2):
        factories.ClaimFactory()
    cursor = cursor_of(api, {})
    with time_machine.travel(timezone.now() + timedelta(days=365), tick=False):
        assert "too old" in api.problem(400, "claims/", {"cursor": cursor})["detail"]


class Walking(TestCase):
    """While a script walks a list, others insert and dismiss: what was there all along is told once."""

    @given(
        size=st.integers(1, 4),
        ordering=st.sampled_from(["id", "-id"]),
        meanwhile=st.lists(
            st.sampled_from(["insert", "dismiss a seen one", "dismiss an unseen one"]), max_size=6
        ),
    )
    @hypothesis_settings(max_examples=25)
    def test_no_row_is_lost_or_doubled(self, size, ordering, meanwhile):
        api = Api()
        there = [factories.ClaimFactory() for _ in range(6)]
        gone: set[int] = set()
        seen: list[int] = []
        steps = iter(meanwhile)
        page = api.json("claims/", {"page_size": size, "ordering": ordering})
        while True:
            seen += [row["id"] for row in page["results"]]
            step = next(steps, None)
            if step == "insert":
                factories.ClaimFactory()
            elif step:
                wanted = step == "dismiss a seen one"
                left = [one for one in there if (one.pk in seen) is wanted and one.pk not in gone]
                if left:
                    Claim.objects.get(pk=left[0].pk).dismiss(factories.some_editor(), "A test.")
                    gone.add(left[0].pk)
            if not page["next"]:
                break
            page = api.json(page["next"].removeprefix("http://testserver"))
        assert len(seen) == len(set(seen))
        assert {one.pk for one in there} - gone <= set(seen)
        assert seen == sorted(seen, reverse=ordering == "-id")


# Filters


def test_claims_by_status_and_kind(api):
    made = {
        status: factories.ClaimFactory(status=status).pk for status in ("open", "checking", "not_checkable")
    }
    legal = factories.ClaimFactory(kind="legal").pk
    assert api.ids("claims/", {"status": "checking"}) == [made["checking"]]
    assert api.ids("claims/", {"status": "checking,not_checkable", "ordering": "id"}) == [
        made["checking"],
        made["not_checkable"],
    ]
    assert api.ids("claims/", {"kind": "legal,opinion"}) == [legal]


def test_checked_splits_the_claims_in_two(api):
    checked = factories.ClaimFactory(rating="supported")
    withdrawn = factories.ClaimFactory()
    factories.make_series(withdrawn, [("verdict", "supported"), ("withdrawal",)])
    open_one = factories.ClaimFactory()
    opinion = factories.ClaimFactory(status="not_checkable")
    survivor = factories.ClaimFactory()
    merged = factories.ClaimFactory(rating="contradicted", merged_into=survivor)
    yes, no = ({*api.ids("claims/", {"checked": word})} for word in ("true", "false"))
    assert yes == {checked.pk, survivor.pk, merged.pk}
    assert no == {withdrawn.pk, open_one.pk, opinion.pk}
    for row in api.rows("claims/"):
        assert (row["current_verdict"] is not None) == (row["id"] in yes)


def test_claims_by_the_rating_of_their_current_verdict(api):
    was = factories.ClaimFactory()
    factories.make_series(was, [("verdict", "supported"), ("affects_rating", "contradicted")])
    is_so = factories.ClaimFactory(rating="supported")
    survivor = factories.ClaimFactory()
    merged = factories.ClaimFactory(rating="supported", merged_into=survivor)
    assert {*api.ids("claims/", {"rating": "supported"})} == {is_so.pk, survivor.pk, merged.pk}
    assert api.ids("claims/", {"rating": "contradicted,not_established"}) == [was.pk]
    assert "Did you mean supported?" in api.problem(400, "claims/", {"rating": "suported"})["detail"]


def test_claims_by_what_they_are_tied_to(api):
    topic = factories.TopicFactory()
    article = factories.ArticleFactory(public=True)
    claimant = factories.ClaimantFactory()
    former = factories.ClaimantFactory(merged_into=claimant)
    claim = factories.ClaimFactory(topics=[topic], language="en-GB")
    factories.AppearanceFactory(
        claim=claim, article_version=article.current_version, attributions=[{"claimant": former}]
    )
    evidence = factories.EvidenceFactory(claim=claim, public=True)
    factories.ClaimFactory(language="de")
    for name, value in {
        "topic": topic.pk,
        "article": article.pk,
        "claimant": claimant.pk,
        "source": evidence.source_version.source_id,
        "language": "en",
    }.items():
        assert api.ids("claims/", {name: value}) == [claim.pk], name
    assert api.ids("claims/", {"language": "EN-gb"}) == [claim.pk]
    assert api.ids("claims/", {"topic": topic.pk + 1000}) == []


def test_sources(api):
    case = factories.SourceFactory(
        kind="court_case", court="District Court", docket_number="1:22-cv-1", public=True, **dated("2022-10")
    )
    report = factories.SourceFactory(
        publisher="The Paper", url="https://example.org/report", public=True, **dated("2024-01-01/..")
    )
    evidence = factories.EvidenceFactory(public=True)
    for query, found in [
        ({"kind": "court_case,court_filing"}, case),
        ({"court": "District Court"}, case),
        ({"docket_number": "1:22-cv-1"}, case),
        ({"published_before": "2022-10-01"}, case),
        ({"publisher": "The Paper"}, report),
        ({"url": "https://example.org/report"}, report),
        ({"published_after": "2022-11-01"}, report),
        ({"claim": evidence.claim_id}, evidence.source_version.source),
    ]:
        assert api.ids("sources/", query) == [found.pk], query
    assert api.ids("sources/", {"publisher": "the paper"}) == []


def test_articles(api):
    article = factories.ArticleFactory(
        public=True,
        publisher="The Blog",
        url="https://example.org/post",
        language="en-US",
        **dated("2024-10-25"),
    )
    factories.CopyFactory(article=article, url="https://example.net/copy")
    factories.ArticleFactory(public=True, language="fr")
    for query in [
        {"publisher": "The Blog"},
        {"url": "https://example.org/post"},
        {"url": "https://example.net/copy"},
        {"language": "en"},
        {"published_after": "2024-10-25", "published_before": "2024-10-25"},
    ]:
        assert api.ids("articles/", query) == [article.pk], query
    assert api.ids("articles/", {"published_after": "2024-10-26"}) == []
    assert api.ids("articles/", {"published_before": "2024-10-24"}) == []


def test_verdicts(api):
    claim = factories.ClaimFactory()
    first, second = factories.make_series(
        claim,
        [("verdict", "supported", "2024-01-10T23:30"), ("affects_rating", "contradicted", "2024-02-01")],
    )
    other = factories.VerdictFactory(rating="not_established", at="2024-03-01")
    for query, found in [
        ({"claim": claim.pk}, [first, second]),
        ({"rating": "supported,not_established"}, [first, other]),
        ({"current": "true"}, [second, other]),
        ({"current": "false"}, [first]),
        ({"published_before": "2024-01-10"}, [first]),
        ({"published_before": "2024-01-10T23:00:00Z"}, []),
        ({"published_before": "2024-01-10T23:30:00+00:00"}, [first]),
        ({"published_after": "2024-02-01", "published_before": "2024-02-01"}, [second]),
        ({"published_after": "2024-02-01T13:00:00+01:00"}, [second, other]),
    ]:
        assert api.ids("verdicts/", {**query, "ordering": "id"}) == [one.pk for one in found], query
    withdrawal = other.withdraw(factories.some_editor(), "A test.")
    assert api.ids("verdicts/", {"kind": "withdrawal"}) == [withdrawal.pk]
    assert api.ids("verdicts/", {"current": "true"}) == [second.pk]


def test_verdicts_of_a_merged_claim_are_one_series_with_its_survivor(api):
    survivor = factories.ClaimFactory()
    merged = factories.ClaimFactory()
    old = factories.VerdictFactory(claim=merged)
    new = factories.VerdictFactory(claim=survivor, rating="contradicted")
    merged.merge_into(survivor, factories.some_editor())
    assert api.ids("verdicts/", {"claim": survivor.pk, "ordering": "id"}) == [old.pk, new.pk]
    assert api.ids("verdicts/", {"current": "true"}) == [new.pk]
    detail = api.json(f"claims/{survivor.pk}/")
    assert [(one["id"], one["is_current"]) for one in detail["verdicts"]] == [(old.pk, False), (new.pk, True)]
    assert detail["current_verdict"]["id"] == new.pk
    # Whichever was published last counts, also when it was published on the merged claim.
    late = factories.ClaimFactory()
    last = factories.VerdictFactory(claim=late)
    late.merge_into(survivor, factories.some_editor())
    assert api.ids("verdicts/", {"current": "true"}) == [last.pk]
    assert api.json(f"claims/{survivor.pk}/")["current_verdict"]["id"] == last.pk
    (row,) = (row for row in api.rows("claims/") if row["id"] == survivor.pk)
    assert row["current_verdict"]["id"] == last.pk


def test_of_two_merged_claims_the_later_verdict_counts(api):
    survivor = factories.ClaimFactory()
    merged = [factories.ClaimFactory(rating="supported") for _ in range(2)]
    for claim in merged:
        claim.merge_into(survivor, factories.some_editor())
    last = merged[1].verdicts.get()
    assert api.ids("verdicts/", {"current": "true"}) == [last.pk]
    (row,) = (row for row in api.rows("claims/") if row["id"] == survivor.pk)
    assert row["current_verdict"] == api.json(f"claims/{survivor.pk}/")["current_verdict"]
    assert row["current_verdict"]["id"] == last.pk


def test_ratings_of_every_scale(api):
    factories.newsroom()
    factories.RatingFactory(slug="not_established", retired=True)
    old = api.ids("ratings/", {"ordering": "id"})
    factories.RatingScaleFactory(
        name="Two words",
        ratings=[
            {
                "slug": slug,
                "machine_class": word,
                "rank": rank,
                "labels": {"en": slug},
                "definitions": {"en": slug},
            }
            for slug, word, rank in (("right", "true", 2), ("wrong", "false", 1))
        ],
    )
    current = list(api.rows("ratings/", {"current": "true", "ordering": "id"}))
    assert [row["slug"] for row in current] == ["right", "wrong"]
    assert current[0]["scale"]["number"] == 2 and current[0]["class"] == "true"
    assert api.ids("ratings/", {"current": "false", "ordering": "id"}) == old
    assert api.ids("ratings/", {"scale": "1", "ordering": "id"}) == old


def test_filters_do_not_double_rows(api):
    claim = factories.ClaimFactory()
    article = factories.ArticleFactory(public=True)
    for words in ("Officials opened", "Others doubt"):
        factories.AppearanceFactory(claim=claim, article_version=article.current_version, words=words)
    assert Appearance.objects.filter(claim=claim).count() == 2
    assert api.ids("claims/", {"article": article.pk}) == [claim.pk]
