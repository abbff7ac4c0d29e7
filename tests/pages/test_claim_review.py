"""A verdict as ClaimReview: what is known, nothing else, and never more than one element of the page."""

from __future__ import annotations

import json

import pytest

from articles.templatetags.verdict import as_script
from tests import factories, hostile


def review(page):
    """Return what the page says of itself to programs; None where it says nothing."""
    scripts = page.all("script")
    assert len(scripts) <= 1
    return json.loads(scripts[0].text) if scripts else None


@pytest.fixture
def claim(newsroom):
    return factories.ClaimFactory(statement="The bridge cost four million dollars.")


def test_a_verdict_as_programs_read_it(read, newsroom):
    newsroom.revise(None, url="https://desk.example/", licence_url="https://licence.example/by")
    claim = factories.ClaimFactory(
        statement="The bridge cost four million dollars.",
        asserted_earliest="2024-01-05",
        asserted_latest="2024-01-05",
    )
    article = factories.ArticleFactory(public=True, title="The bill", url="https://news.example/bill")
    factories.AppearanceFactory(
        claim=claim,
        article_version=article.current_version,
        attributions=[
            {"claimant": factories.ClaimantFactory(name="The paper", kind="organisation")},
            {"claimant": factories.ClaimantFactory(name="two people briefed", kind="group")},
        ],
    )
    factories.VerdictFactory(claim=claim, at="2024-01-10", summary="The minutes say so.")

    found = review(read(claim.get_absolute_url()))

    base = "http://testserver"
    assert found == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "@id": f"{base}/claims/{claim.pk}/v/1/",
        "url": base + claim.get_absolute_url(),
        "claimReviewed": "The bridge cost four million dollars.",
        "datePublished": "2024-01-10T12:00:00Z",
        "inLanguage": "en",
        "license": "https://licence.example/by",
        "author": {"@type": "Organization", "name": "The Example Desk", "url": "https://desk.example/"},
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": 5,
            "worstRating": 1,
            "bestRating": 5,
            "alternateName": "Supported",
            "ratingExplanation": "The minutes say so.",
        },
        "itemReviewed": {
            "@type": "Claim",
            "text": "The bridge cost four million dollars.",
            "inLanguage": "en",
            "author": {"@type": "Organization", "name": "The paper"},
            "datePublished": "2024-01-05",
            "firstAppearance": {
                "@type": "CreativeWork",
                "name": "The bill",
                "url": "https://news.example/bill",
                "inLanguage": "en",
            },
        },
    }


def test_what_is_unknown_is_absent(read, claim):
    factories.VerdictFactory(claim=claim)

    found = review(read(claim.get_absolute_url()))

    assert set(found["itemReviewed"]) == {"@type", "text", "inLanguage"}
    assert set(found["author"]) == {"@type", "name"}
    assert "license" not in found


def test_a_rating_off_the_scale_has_a_word_and_no_number(read, claim):
    factories.VerdictFactory(claim=claim, rating="not_established")

    rating = review(read(claim.get_absolute_url()))["reviewRating"]

    assert rating["alternateName"] == "Not established"
    assert not {"ratingValue", "bestRating", "worstRating"} & set(rating)


def test_of_several_places_the_first_is_named_only_where_it_is_known(read, claim):
    factories.VerdictFactory(claim=claim)
    days = [{"published_earliest": "2024-02-02", "published_latest": "2024-02-02"}, {}]
    for number, dated in enumerate(days):
        article = factories.ArticleFactory(public=True, url=f"https://news.example/{number}", **dated)
        factories.AppearanceFactory(claim=claim, article_version=article.current_version)

    item = review(read(claim.get_absolute_url()))["itemReviewed"]
    assert "firstAppearance" not in item
    assert {one["url"] for one in item["appearance"]} == {"https://news.example/0", "https://news.example/1"}

    article.revise(None, published_earliest="2024-02-01", published_latest="2024-02-01")
    item = review(read(claim.get_absolute_url()))["itemReviewed"]
    assert item["firstAppearance"]["url"] == "https://news.example/1"
    assert [one["url"] for one in item["appearance"]] == ["https://news.example/0"]


def test_only_the_current_verdict_is_a_review(read, claim):
    first, second = factories.make_series(
        claim, [("verdict", "supported", "2024-01-10"), ("affects_rating", "contradicted", "2024-02-01")]
    )

    assert review(read(claim.get_absolute_url())) == review(read(second.get_absolute_url()))
    assert review(read(first.get_absolute_url())) is None
    assert review(read(f"{claim.get_absolute_url()}?as_of=2024-01-15")) is None


def test_a_claim_without_a_verdict_or_with_a_withdrawn_one_has_none(read, claim):
    assert review(read(claim.get_absolute_url())) is None

    first, withdrawal = factories.make_series(
        claim, [("verdict", "supported", "2024-01-10"), ("withdrawal", "2024-03-01")]
    )

    for thing in (claim, first, withdrawal):
        assert review(read(thing.get_absolute_url())) is None


@pytest.mark.parametrize("text", hostile.each(hostile.TEXTS))
def test_no_text_breaks_out_of_the_element(text):
    written = str(as_script({"text": text, text: [text]}))

    inside = written.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set("<>&\u2028\u2029") & set(inside)
    assert json.loads(inside) == {"text": text, text: [text]}
