"""What lists are narrowed by, and what readers saw at another time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api.parameters import end_of, read_day
from api.urls import router
from articles.dates import DateRange
from articles.models import Appearance, Claim
from articles.models.dated import date_fields
from tests import factories
from tests.query_counts import queries_of


def dated(edtf: str) -> dict:
    return date_fields("published", DateRange.parse(edtf, "A test says so."))


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
    yes, no = ({*api.ids("claims/", {"checked": word, "include": "merged"})} for word in ("true", "false"))
    assert yes == {checked.pk, survivor.pk, merged.pk}
    assert no == {withdrawn.pk, open_one.pk, opinion.pk}
    for row in api.rows("claims/", {"include": "merged"}):
        assert (row["current_verdict"] is not None) == (row["id"] in yes)


def test_claims_by_the_rating_of_their_current_verdict(api):
    was = factories.ClaimFactory()
    factories.make_series(was, [("verdict", "supported"), ("affects_rating", "contradicted")])
    is_so = factories.ClaimFactory(rating="supported")
    survivor = factories.ClaimFactory()
    merged = factories.ClaimFactory(rating="supported", merged_into=survivor)
    assert {*api.ids("claims/", {"rating": "supported"})} == {is_so.pk, survivor.pk}
    assert {*api.ids("claims/", {"rating": "supported", "status": "merged"})} == {merged.pk}
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
    old = api.ids("ratings/", {"ordering": "id", "include": "retired"})
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
    assert api.ids("ratings/", {"scale": "1", "ordering": "id"}) == old[:-1]
    listed = api.json("ratings/")
    assert listed["hidden"] == {"retired": {"count": 1, "exact": True, "shown_by": "include=retired"}}


def test_filters_do_not_double_rows(api):
    claim = factories.ClaimFactory()
    article = factories.ArticleFactory(public=True)
    for words in ("Officials opened", "Others doubt"):
        factories.AppearanceFactory(claim=claim, article_version=article.current_version, words=words)
    assert Appearance.objects.filter(claim=claim).count() == 2
    assert api.ids("claims/", {"article": article.pk}) == [claim.pk]


# Every filter, on a record in which one row of each noun is found by it and another is not


@pytest.fixture
def pair(db):
    """For each noun (rows that the filters of `FOUND` find, others that they do not), and ids by name."""
    topic, claimant = factories.TopicFactory(), factories.ClaimantFactory()
    former = factories.ClaimantFactory(merged_into=claimant)
    article = factories.ArticleFactory(
        public=True, publisher="The Blog", url="https://blog.example/post", language="en-US", rights="full",
        at="2024-03-01", **dated("2024-10-25"),
    )  # fmt: skip
    factories.CopyFactory(article=article, url="https://copy.example/post")
    claim = factories.ClaimFactory(
        topics=[topic], kind="quantity", language="en-GB", origin="manifest", at="2024-03-01",
        **date_fields("asserted", DateRange.parse("2024-05")),
    )  # fmt: skip
    other_claim = factories.ClaimFactory(language="de", at="2020-01-01")
    factories.AppearanceFactory(
        claim=claim, article_version=article.current_version, attributions=[{"claimant": former}]
    )
    factories.ClaimRelationFactory(first=claim, second=(related := factories.ClaimFactory(at="2020-01-01")))
    whole, origin = (factories.SourceFactory(kind=kind, public=True) for kind in ("book", "dataset"))
    case = factories.SourceFactory(
        kind="court_case", court="District Court", docket_number="1:22-cv-1", citation="1 F. 2", publisher="Paper",
        url="https://court.example/1", part_of=whole, derived_from=[origin], **dated("2022-10"),
    )  # fmt: skip
    evidence = factories.EvidenceFactory(
        claim=claim, source_version=factories.SourceVersionFactory(source=case), stance="refutes"
    )
    first = factories.VerdictFactory(
        claim=claim, rating="supported", evidence=[evidence], at="2024-05-01", valid_from="2020-01-01"
    )
    verdict = factories.VerdictFactory(
        claim=claim, rating="contradicted", evidence=[evidence], at="2024-06-01", correction_kind="affects_rating",
        valid_from="2021-01-01", valid_to="2021-12-31",
    )  # fmt: skip
    old = factories.VerdictFactory(claim=other_claim, at="2023-01-01", valid_to="2019-12-31")
    old.withdraw(factories.some_editor(), "A test.", at=datetime(2023, 2, 1, tzinfo=UTC))
    claim.refresh_from_db()
    claim.start_checking(factories.some_editor())
    post = factories.SourceFactory(kind="social_post", platform="A platform", account="somebody", public=True)
    law = factories.SourceFactory(kind="statute", jurisdiction="A state", public=True)
    merged = {
        "claims": factories.ClaimFactory(merged_into=claim, at="2020-01-01"),
        "sources": factories.SourceFactory(public=True, merged_into=post),
    }
    return {
        "articles": (article, factories.ArticleFactory(public=True, language="fr", rights="none", at="2020-01-01")),
        "claims": (claim, other_claim), "sources": (case, post), "verdicts": (verdict, old), "law": law,
        "topic": topic, "claimant": claimant, "related": related, "whole": whole, "origin": origin,
        "first": first, "merged": merged,
    }  # fmt: skip


#: noun → query → what it finds, besides rows that no query means. Braces name rows of `pair`.
FOUND = {
    "articles": [
        {"publisher": "The Blog"}, {"language": "en"}, {"url": "https://blog.example/post"},
        {"url": "https://copy.example/post"}, {"published_after": "2024-10-25"}, {"published_before": "2024-10-25"},
        {"created_after": "2024-03-01"}, {"created_after": "2024-01-01", "created_before": "2024-03-01"},
        {"claim": "{claims}"}, {"claimant": "{claimant}"}, {"topic": "{topic}"}, {"has": "claims,verdicts"},
        {"rights": "full"}, {"visibility": "public", "language": "en-US"}, {"ids": "{articles}"},
    ],
    "claims": [
        {"status": "checking"}, {"checked": "true"}, {"kind": "quantity,legal"}, {"rating": "contradicted"},
        {"class": "false"}, {"class": "false", "verdict_published_after": "2024-05-15"},
        {"verdict_published_after": "2024-06-01", "verdict_published_before": "2024-06-01"}, {"topic": "{topic}"},
        {"claimant": "{claimant}"}, {"article": "{articles}"}, {"publisher": "The Blog"}, {"source": "{sources}"},
        {"stance": "refutes"}, {"has": "appearances,claimants,evidence,topics,verdicts"},
        {"related_to": "{related}"}, {"language": "EN-gb"}, {"origin": "manifest"}, {"asserted_after": "2024-05-31"},
        {"asserted_before": "2024-05-01"}, {"created_after": "2024-03-01", "created_before": "2024-03-01"},
        {"ids": "{claims}"}, {"changed_after": "0", "topic": "{topic}"},
    ],
    "sources": [
        {"kind": "court_case"}, {"publisher": "Paper"}, {"court": "District Court"}, {"docket_number": "1:22-cv-1"},
        {"citation": "1 F. 2"}, {"url": "https://court.example/1"}, {"claim": "{claims}"}, {"stance": "refutes"},
        {"has": "evidence,versions", "kind": "court_case"}, {"part_of": "{whole}"}, {"derived_from": "{origin}"},
        {"published_after": "2022-10-31"}, {"published_before": "2022-10-01"}, {"ids": "{sources}"},
        {"visibility": "public", "kind": "court_case"},
    ],
    "verdicts": [
        {"claim": "{claims}", "current": "true"}, {"kind": "verdict", "rating": "contradicted"},
        {"rating": "contradicted"}, {"class": "false"}, {"current": "true"}, {"as_of": "2024-06-01"},
        {"held_on": "2021-06-01"}, {"published_after": "2024-06-01"}, {"correction": "affects_rating"},
        {"published_after": "2024-05-15", "published_before": "2024-07-01"},
        {"topic": "{topic}", "class": "false"}, {"article": "{articles}", "class": "false"},
        {"source": "{sources}", "class": "false"}, {"language": "en", "class": "false"},
        {"scale": "1", "class": "false"}, {"self_approved": "false", "class": "false"}, {"ids": "{verdicts}"},
    ],
}  # fmt: skip


def test_every_filter_finds_what_it_says_and_nothing_else(api, pair):
    ids = {
        name: (one[0] if isinstance(one, tuple) else one) for name, one in pair.items() if name != "merged"
    }
    ids = {name: row.pk for name, row in ids.items()}
    wrong: list = []
    for noun, queries in FOUND.items():
        for query in queries:
            asked = {name: value.format(**ids) for name, value in query.items()}
            page = api.json(f"{noun}/", asked)
            assert set(page["applied_filters"]) == set(asked)
            if [row["id"] for row in page["results"]] != [ids[noun]]:
                wrong.append((noun, asked, page["results"]))
    assert wrong == []
    for query, found in [
        ({"platform": "A platform"}, pair["sources"][1]),
        ({"account": "somebody"}, pair["sources"][1]),
        ({"jurisdiction": "A state"}, pair["law"]),
        ({"merged_into": pair["sources"][1].pk}, pair["merged"]["sources"]),
    ]:
        assert api.ids("sources/", query) == [found.pk], query
    assert api.ids("claims/", {"merged_into": ids["claims"]}) == [pair["merged"]["claims"].pk]
    assert api.ids("verdicts/", {"as_of": "2024-05-31"}) == [pair["first"].pk]
    assert api.ids("verdicts/", {"as_of": "2023-01-15"}) == [pair["verdicts"][1].pk]
    assert api.ids("ratings/", {"class": "true", "slug": "supported"}) == api.ids(
        "ratings/", {"slug": "supported"}
    )


def test_no_filter_is_left_untried():
    tried = {noun: {name for query in queries for name in query} for noun, queries in FOUND.items()}
    tried["sources"] |= {"platform", "account", "jurisdiction", "merged_into", "changed_after", "include"}
    tried["claims"] |= {"merged_into", "include"}
    tried["articles"] |= {"changed_after"}
    for prefix, viewset, _ in router.registry:
        if prefix in tried:
            view = viewset(action="list")
            assert {one.name for one in view.narrowing()} - {"q", "match"} == tried[prefix], prefix


def test_several_stances_must_all_be_there(api):
    disputed, supported = factories.ClaimFactory(), factories.ClaimFactory()
    factories.EvidenceFactory(claim=disputed, stance="supports", public=True)
    factories.EvidenceFactory(claim=disputed, stance="refutes", public=True)
    factories.EvidenceFactory(claim=supported, stance="supports", public=True)
    factories.EvidenceFactory(claim=supported, stance="refutes")
    assert api.ids("claims/", {"stance": "supports,refutes"}) == [disputed.pk]


def test_no_relation_is_told_to_somebody_who_may_not_see_its_other_end(api, desk):
    hidden = factories.ClaimFactory(status="dismissed")
    seen = factories.ClaimFactory()
    factories.ClaimRelationFactory(first=seen, second=hidden)
    book, chapter = factories.SourceFactory(kind="book"), factories.SourceFactory(public=True)
    chapter.revise(factories.some_editor(), part_of=book)
    for path, query, row in [
        ("claims/", {"related_to": hidden.pk}, seen),
        ("sources/", {"part_of": book.pk}, chapter),
    ]:
        assert api.ids(path, query) == [] and desk.ids(path, query) == [row.pk], path


# What readers saw, and what holds


@pytest.fixture
def histories(db):
    """Claims with corrected, updated, withdrawn and merged verdicts."""
    steps = [
        [("verdict", "supported", "2024-01-01"), ("affects_rating", "contradicted", "2024-03-01")],
        [("verdict", "supported", "2024-01-15"), ("update", "contradicted", "2024-02-15")],
        [("verdict", "supported", "2024-02-01"), ("withdrawal", None, "2024-03-15")],
        [("verdict", "contradicted", "2024-04-01")],
    ]
    claims = [factories.ClaimFactory() for _ in steps]
    for claim, series in zip(claims, steps, strict=True):
        factories.make_series(claim, series)
    for merged, survivor in ((0, 1), (2, 3)):
        claims[merged].merge_into(claims[survivor], factories.some_editor())
    factories.make_series(claims[1], [("update", "supported", "2024-05-01")])
    # Of these the survivor was first, and then one that was merged into it, and then another.
    survivor, *others = (factories.ClaimFactory() for _ in range(3))
    for claim, day in zip((survivor, *others), ("2024-01-01", "2024-01-20", "2024-04-20"), strict=True):
        factories.make_series(claim, [("verdict", "supported", day)])
    for claim in others:
        claim.merge_into(survivor, factories.some_editor())
    return Claim.objects.standing()


@pytest.mark.parametrize(
    "day", ["2023-12-31", *(f"2024-0{month}-{day}" for month in range(1, 6) for day in ("01", "20"))]
)
def test_the_verdicts_readers_saw_then(api, histories, day):
    seen = [claim.as_of(end_of(read_day(day))) for claim in histories]
    expected = sorted(one.pk for one in seen if one is not None)
    assert api.ids("verdicts/", {"as_of": day, "ordering": "id"}) == expected


def test_the_verdicts_that_hold_for_a_day(api):
    survivor, merged, alone = (factories.ClaimFactory() for _ in range(3))
    factories.VerdictFactory(claim=merged, valid_from="2020-01-01", valid_to="2021-12-31")
    merged.merge_into(survivor, factories.some_editor())
    factories.VerdictFactory(claim=survivor, valid_from="2021-01-01", rating="contradicted")
    factories.VerdictFactory(claim=alone, valid_to="2020-12-31")
    factories.VerdictFactory(
        claim=alone, rating="contradicted", correction_kind="affects_rating", valid_to="2021-06-30"
    )
    for day in ("2019-06-01", "2020-06-01", "2021-03-01", "2021-09-01", "2024-01-01"):
        held = [claim.held_on(read_day(day)) for claim in Claim.objects.standing()]
        expected = sorted(one.pk for one in held if one is not None)
        assert api.ids("verdicts/", {"held_on": day, "ordering": "id"}) == expected, day
    assert api.ids("verdicts/", {"held_on": "2021-03-01"}) != []


@pytest.mark.parametrize("query", [{}, {"fields": "id"}, {"expand": "verdicts"}])
def test_a_list_of_claims_says_what_readers_saw_and_what_holds(api, histories, query):
    times = {"as_of": "2024-02-20", "held_on": "2024-02-20"}
    alone = [api.json(f"claims/{claim.pk}/", times) for claim in histories.order_by("-pk")]
    asked = {**query, **times, "page_size": 2}
    rows = list(api.rows("claims/", asked))
    assert [row["id"] for row in rows] == [one["id"] for one in alone]
    for row, one in zip(rows, alone, strict=True):
        assert row["as_of"] == one["as_of"] and row["held_on"] == one["held_on"]
        assert "current_verdict" not in row or row["current_verdict"] == one["current_verdict"]
    queries = queries_of(lambda: api.get("claims/", asked))
    assert len(queries) <= 3
    assert "as_of" not in api.json("claims/")["results"][0]
