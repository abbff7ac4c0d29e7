"""`claims:search`: which claims it finds, in which order, in which words."""

from __future__ import annotations

import pytest

from api.google import questions, reviews
from articles.models import Newsroom, Verdict
from articles.models.ledger import act
from tests import factories
from tests.api.google.conftest import Google
from tests.query_counts import assert_same_queries

BRIDGE = "The bridge across the river cost four million dollars."
SITE = {"reviewPublisherSiteFilter": "testserver"}


def checked(statement: str = BRIDGE, **facts):
    return factories.ClaimFactory(**{"statement": statement, "rating": "contradicted", **facts})


def test_a_checked_claim_as_google_writes_it(google):
    claimant = factories.ClaimantFactory(name="The Bridge Board")
    claim = checked(
        asserted_earliest="2024-02-27", asserted_latest="2024-02-27", rating=None, language="en-GB"
    )
    factories.VerdictFactory(claim=claim, rating="contradicted", at="2024-03-05T12:30:15")
    article = factories.ArticleFactory(public=True)
    factories.AppearanceFactory(
        claim=claim, article_version=article.current_version, attributions=[{"claimant": claimant}]
    )
    assert google.json(query="bridge") == {
        "claims": [
            {
                "text": BRIDGE,
                "claimant": "The Bridge Board",
                "claimDate": "2024-02-27T00:00:00Z",
                "claimReview": [
                    {
                        "publisher": {"name": "The Example Desk", "site": "testserver"},
                        "url": f"http://testserver{claim.get_absolute_url()}",
                        "title": f"Contradicted: {BRIDGE}",
                        "reviewDate": "2024-03-05T12:30:15Z",
                        "textualRating": "Contradicted",
                        "languageCode": "en-GB",
                    }
                ],
            }
        ]
    }


def test_what_is_unknown_is_left_out(google):
    checked(asserted_earliest="2024-02-01", asserted_latest="2024-02-29")
    (claim,) = google.json(query="bridge")["claims"]
    assert set(claim) == {"text", "claimReview"}, "a month is no day, and nobody is named"


def test_the_answer_to_nothing_is_empty(google):
    assert google.json(query="bridge") == {}
    assert google.json(query="-") == {}
    assert google.json(**SITE) == {}


@pytest.mark.parametrize("query", [{"query": "bridge"}, SITE], ids=["by words", "newest"])
def test_only_what_readers_see_today(google, editor, query):
    checked("The bridge was opened.")
    factories.ClaimFactory(statement="The bridge is not checked.")
    drafted = factories.ClaimFactory(statement="The bridge has a draft.")
    factories.VerdictDraftFactory(claim=drafted, state="submitted")
    factories.ClaimFactory(statement="The bridge is dismissed.", status="dismissed")
    withdrawn = checked("The bridge was withdrawn.")
    Verdict.objects.get(claim=withdrawn).withdraw(editor, "It was wrong.")
    assert google.texts(**query) == ["The bridge was opened."]
    google.client.force_login(editor)
    assert google.texts(**query) == ["The bridge was opened."], "who is signed in sees what readers see"


def test_a_corrected_verdict_is_the_one_that_counts(google):
    claim = checked(rating="supported")
    factories.VerdictFactory(claim=claim, rating="contradicted", correction_kind="affects_rating")
    (found,) = google.json(query="bridge")["claims"]
    assert [one["textualRating"] for one in found["claimReview"]] == ["Contradicted"]


@pytest.mark.parametrize("query", [{"query": "bridge"}, SITE], ids=["by words", "newest"])
def test_merged_claims_are_one(google, editor, query):
    survivor = checked(
        "The bridge cost four million.", asserted_earliest="2024-01-02", asserted_latest="2024-01-02"
    )
    checked("The bridge was dear.", rating="supported", merged_into=survivor, asserted_earliest="2023-05-05")
    twin = factories.ClaimFactory()
    factories.AppearanceFactory(
        claim=twin,
        article_version=factories.ArticleFactory(public=True).current_version,
        attributions=[{"claimant": factories.ClaimantFactory(name="The Board")}],
    )
    twin.merge_into(survivor, editor)
    (found,) = google.json(**query)["claims"]
    assert found["text"] == "The bridge cost four million."
    assert found["claimDate"] == "2024-01-02T00:00:00Z"
    assert found["claimant"] == "The Board", "the words of what was merged into it are its own"
    (review,) = found["claimReview"]
    assert review["textualRating"] == "Supported", "the last one of either series counts"
    assert review["url"].endswith(survivor.get_absolute_url())
    if "query" in query:
        assert google.texts(query="dear") == ["The bridge cost four million."]


def test_of_many_matches_merged_claims_are_one_too(google, monkeypatch):
    survivor = factories.ClaimFactory(statement="The bridge cost four million.")
    checked("The bridge was dear.", merged_into=survivor)
    monkeypatch.setattr(reviews, "AT_ONCE", 0)
    assert google.texts(query="bridge") == ["The bridge cost four million."]


def test_who_says_it_is_the_innermost_that_has_a_name(google):
    paper, board = factories.ClaimantFactory(name="The Paper"), factories.ClaimantFactory(name="The Board")
    group = factories.ClaimantFactory(name="two people briefed on it", kind="group")
    claim = checked()
    factories.AppearanceFactory(
        claim=claim,
        article_version=factories.ArticleFactory(public=True).current_version,
        attributions=[
            {"claimant": paper}, {"claimant": factories.ClaimantFactory(name="Board", merged_into=board)},
            {"claimant": group}, {"described_as": "Somebody"},
        ],
    )  # fmt: skip
    assert google.json(query="bridge")["claims"][0]["claimant"] == "The Board"


def test_words_in_articles_that_are_not_public_name_nobody(google):
    claim = checked()
    factories.AppearanceFactory(
        claim=claim,
        article_version=factories.ArticleFactory().current_version,
        attributions=[{"claimant": factories.ClaimantFactory()}],
    )
    assert "claimant" not in google.json(query="bridge")["claims"][0]


def test_words_that_a_newer_text_has_no_more_name_nobody(google):
    version = factories.ArticleFactory(public=True).current_version
    claim = checked()
    attributions = [{"claimant": factories.ClaimantFactory()}]
    factories.AppearanceFactory(claim=claim, article_version=version, attributions=attributions)
    assert "claimant" in google.json(query="bridge")["claims"][0]
    factories.ArticleVersionFactory(article=version.article, text="Nothing of it is left.")
    assert "claimant" not in google.json(query="bridge")["claims"][0]


def test_best_first_by_words_and_newest_first_without(google):
    checked("The tower is old. The tower is tall, and there is a bridge beside it, for whoever likes one.")
    checked("A bridge is a bridge.")
    checked("Something else.")
    assert [text[:8] for text in google.texts(query="bridge")] == ["A bridge", "The towe"]
    assert [text[:8] for text in google.texts(**SITE)] == ["Somethin", "A bridge", "The towe"]


def test_some_of_the_words_do_where_no_checked_claim_has_all(google):
    factories.ClaimFactory(statement="The bridge cost four million euros.")
    checked("The bridge cost seven million dollars.")
    checked("The tower stands.")
    assert google.texts(query="bridge cost four million euros") == ["The bridge cost seven million dollars."]
    checked("The bridge cost four million euros in the end.")
    assert google.texts(query="bridge cost four million euros") == [
        "The bridge cost four million euros in the end."
    ]


def test_a_colon_is_no_operator(google):
    checked("The rating: false alarms are rare.")
    assert google.texts(query="rating:false") == ["The rating: false alarms are rare."]


def test_language_is_told_without_its_region(google):
    for tag in ("en", "en-US", "es-MX", "sr-Latn-RS", "sr-Cyrl", "eng"):
        checked(f"The bridge in {tag}", language=tag)

    def languages(code):
        claims = google.json(query="bridge", languageCode=code).get("claims", [])
        return sorted(one["claimReview"][0]["languageCode"] for one in claims)

    assert languages("en-GB") == languages("EN") == ["en", "en-US"]
    assert languages("es") == ["es-MX"]
    assert languages("sr-Latn") == ["sr-Latn-RS"]
    assert languages("sr") == ["sr-Cyrl", "sr-Latn-RS"]
    assert languages("fr") == []


def test_the_rating_is_told_in_the_language_asked_for(google, administrator):
    claim = checked(language="de")

    def label(**more):
        return google.json(query="bridge", **more)["claims"][0]["claimReview"][0]["textualRating"]

    assert label() == "Contradicted"
    rating = claim.verdicts.get().rating
    rating.revise(administrator, labels={"en": "Contradicted", "de": "Widerlegt"})
    assert label() == label(languageCode="de-AT") == "Widerlegt"
    checked("The bridge again.", language="en-US")
    rating.revise(administrator, labels={"en": "Contradicted", "en-GB": "Refuted", "en-US": "False"})
    assert label(languageCode="en-GB") == "Refuted"
    assert label(languageCode="en") == "Contradicted"


@pytest.mark.parametrize("name", ["testserver", "www.TestServer", "http://testserver:8000/x", "testserver."])
def test_our_own_site_has_everything(google, name):
    checked()
    assert google.texts(reviewPublisherSiteFilter=name) == [BRIDGE]
    assert google.texts(query="bridge", reviewPublisherSiteFilter=name) == [BRIDGE]


@pytest.mark.parametrize("name", ["other.example", "testserver.example", "http://[", "«»", "a b"])
def test_another_site_has_nothing_here(google, name, django_assert_num_queries):
    checked()
    with django_assert_num_queries(0):
        assert google.json(query="bridge", reviewPublisherSiteFilter=name) == {}


def test_age_is_that_of_the_claim_or_the_review_whichever_is_newer(google):
    from django.utils import timezone

    today = timezone.now().date()
    old = checked("The bridge, long ago.", rating=None)
    factories.VerdictFactory(claim=old, at="2020-01-10")
    said = factories.ClaimFactory(
        statement="The bridge, said now.", asserted_earliest=today, asserted_latest=today
    )
    factories.VerdictFactory(claim=said, at="2020-01-10")
    checked("The bridge, checked now.", asserted_earliest="2020-01-01", asserted_latest="2020-01-01")
    recent = ["The bridge, checked now.", "The bridge, said now."]
    assert sorted(google.texts(query="bridge", maxAgeDays=30)) == recent
    assert sorted(google.texts(**SITE, maxAgeDays=30)) == recent
    assert len(google.texts(query="bridge", maxAgeDays=20000)) == 3
    assert len(google.texts(query="bridge", maxAgeDays=0)) == 3
    assert len(google.texts(query="bridge", maxAgeDays=2**31 - 1)) == 3


# Pages


@pytest.fixture
def seven(google: Google) -> list[str]:
    with act(None, "grow", None):
        return [checked(f"The bridge number {number} is new.").statement for number in range(7)]


@pytest.mark.parametrize("query", [{"query": "bridge new"}, {"query": "bridge old"}, SITE], ids=str)
def test_pages_end_and_hold_each_claim_once(google, seven, query):
    pages = list(google.pages(**query, pageSize=3))
    assert [len(page) for page in pages] == [3, 3, 1]
    assert sorted(text for page in pages for text in page) == seven
    assert len(list(google.pages(**query, pageSize=7))) == 1, "a page that is just full is the last one"


@pytest.mark.parametrize("query", [{"query": "bridge new"}, SITE], ids=["by words", "newest"])
def test_what_is_published_between_pages_moves_nothing(google, seven, query):
    pages = google.pages(**query, pageSize=3)
    texts = next(pages)
    checked("The bridge, a new bridge: new.")
    texts += [text for page in pages for text in page]
    assert sorted(set(texts) & set(seven)) == seven and len(texts) == len(set(texts))


@pytest.mark.parametrize(("how_many", "remembered"), [(1, 5), (3, 5), (1, 1)])
@pytest.mark.parametrize("query", [{"query": "bridge number"}, SITE], ids=["by words", "newest"])
def test_a_page_that_ended_with_what_is_gone_goes_on_below_it(
    google, seven, editor, monkeypatch, query, how_many, remembered
):
    monkeypatch.setattr(reviews, "REMEMBERED", remembered)
    other = factories.ClaimFactory(statement="Something else.")
    pages = google.pages(**query, pageSize=3)
    first = next(pages)
    for statement in first[-how_many:]:
        verdict = Verdict.objects.get(claim__statement=statement)
        verdict.withdraw(editor, "It was wrong.")
        verdict.claim.merge_into(other, editor)
    rest = [text for page in pages for text in page]
    assert len(rest) == len(set(rest)) and not set(rest) & set(first)
    if how_many < min(remembered, len(first)) or "query" not in query:
        assert len(rest) == 4
    else:
        assert rest, "where all that was remembered of a page is gone, the next one begins by count"


@pytest.mark.parametrize("query", [{"query": "bridge new"}, {"query": "bridge old"}, SITE], ids=str)
def test_offset_begins_further_down_unless_there_is_a_token(google, seven, query):
    everything = google.texts(**query)
    assert google.texts(**query, offset=5) == everything[5:]
    assert google.texts(**query, offset=5, pageSize=1) == everything[5:6]
    assert google.json(**query, offset=7) == google.json(**query, offset=2**31 - 1) == {}
    token = google.json(**query, pageSize=3)["nextPageToken"]
    assert google.texts(**query, pageSize=3, pageToken=token, offset=99) == everything[3:6]


def test_ten_are_a_page_and_a_hundred_the_most(google, monkeypatch):
    assert questions.MOST == 100
    with act(None, "grow", None):
        for number in range(11):
            checked(f"The bridge number {number}.")
    for size in ({}, {"pageSize": ""}, {"pageSize": 0}):
        assert len(google.texts(query="bridge", **size)) == 10
    assert len(google.texts(query="bridge", pageSize=2**31 - 1)) == 11
    monkeypatch.setattr(questions, "MOST", 5)
    assert len(google.texts(query="bridge", pageSize=2**31 - 1)) == 5


def test_many_matches_are_first_looked_up_and_then_read(google, seven, monkeypatch):
    everything = google.texts(query="bridge")
    monkeypatch.setattr(reviews, "AT_ONCE", 2)
    pages = list(google.pages(query="bridge", pageSize=3))
    assert [text for page in pages for text in page] == everything


@pytest.mark.parametrize(
    ("query", "few"),
    [
        ({"query": "bridge new"}, 100),
        ({"query": "bridge new"}, 0),
        ({"query": "bridge old"}, 100),
        (SITE, 100),
    ],
    ids=["few have all words", "many have", "none has", "newest"],
)
def test_a_page_costs_three_statements_whatever_its_size(google, monkeypatch, query, few):
    monkeypatch.setattr(reviews, "FEW", few)
    monkeypatch.setattr(reviews, "AT_ONCE", 4 * few)
    article = factories.ArticleFactory(public=True)

    def grow(count: int) -> None:
        with act(None, "grow", None):
            for _ in range(count):
                claim = checked("The bridge is new.")
                factories.AppearanceFactory(
                    claim=claim, article_version=article.current_version,
                    attributions=[{"claimant": factories.ClaimantFactory()}],
                )  # fmt: skip

    assert_same_queries(grow, lambda: google.get(**query, pageSize=100), at_most=3)


@pytest.mark.parametrize("few", [100, 0], ids=["few have all words", "many have"])
def test_so_does_finding_nothing(google, monkeypatch, few):
    monkeypatch.setattr(reviews, "FEW", few)
    monkeypatch.setattr(reviews, "AT_ONCE", 4 * few)

    def grow(count: int) -> None:
        with act(None, "grow", None):
            for _ in range(count):
                factories.ClaimFactory(statement="The bridge is new.")

    # How many documents there are is counted once a minute.
    google.get(query="bridge new")
    assert_same_queries(grow, lambda: google.get(query="bridge new"), at_most=3)


def test_before_the_newsroom_has_a_name_the_publisher_is_its_site(google):
    checked()
    Newsroom.objects.update(name="")
    assert google.json(query="bridge")["claims"][0]["claimReview"][0]["publisher"] == {"site": "testserver"}
