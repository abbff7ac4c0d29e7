"""Details: what each noun says of itself in full, and how little it costs to learn that nothing is new."""

from __future__ import annotations

import json

import pytest

from articles.dates import DateRange
from articles.models import Claim, Newsroom
from articles.models.dated import date_fields
from tests import factories
from tests.api.conftest import NOUNS

SENTENCE = factories.SENTENCE[1:]


# Articles


def test_an_article_with_its_claims(api):
    facts = date_fields("published", DateRange.parse("2024-10-31/2024-11-03", "The archive says so."))
    article = factories.ArticleFactory(
        public=True, publisher="The Blog", url="https://example.org/post", **facts
    )
    factories.CopyFactory(article=article, kind="cross_post", publisher="Another")
    claim = factories.ClaimFactory(rating="supported")
    group = factories.ClaimantFactory(kind="group", name="two people briefed on the plan")
    factories.AppearanceFactory(
        claim=claim,
        article_version=article.current_version,
        attributions=[
            {"described_as": "The post", "note": "It reports."},
            {
                "claimant": group,
                "words": "two people briefed on the plan",
                "start": factories.TEXT.index("two people"),
            },
        ],
    )
    body = api.json(f"articles/{article.pk}/")
    assert body["published"] == {
        "edtf": "2024-10-31/2024-11-03",
        "earliest": "2024-10-31",
        "latest": "2024-11-03",
        "basis": "The archive says so.",
    }
    assert (body["byline"], body["publisher"], body["claim_count"], body["checked_count"]) == (
        None,
        "The Blog",
        1,
        1,
    )
    assert body["page_url"] == f"http://testserver{article.get_absolute_url()}"
    text = body["version"]["text"]
    assert text == factories.TEXT and body["version"]["length"] == len(text)
    assert [one["number"] for one in body["versions"]] == [1]
    assert body["copies"][0]["kind"] == "cross_post" and body["copies"][0]["published"]["edtf"] is None
    (made,) = body["claims"]
    assert text[made["start"] : made["end"]] == made["exact"] == SENTENCE
    assert text[: made["start"]].endswith(made["prefix"]) and text[made["end"] :].startswith(made["suffix"])
    assert made["claim"]["id"] == claim.pk and made["claim"]["rating"]["slug"] == "supported"
    post, people = made["attributions"]
    assert (post["claimant"], post["described_as"], post["words"], post["start"]) == (
        None,
        "The post",
        None,
        None,
    )
    assert (
        people["claimant"]["name"] == group.name and text[people["start"] : people["end"]] == people["words"]
    )


def test_offsets_count_code_points(api):
    text = "\U0001f600\U0001f600 Ein Satz: 𝔅ridge!\n"
    article = factories.ArticleFactory(public=True, text=text)
    factories.AppearanceFactory(article_version=article.current_version, words="𝔅ridge")
    body = api.json(f"articles/{article.pk}/")
    (made,) = body["claims"]
    assert (made["start"], made["end"]) == (13, 19)
    assert body["version"]["text"][made["start"] : made["end"]] == "𝔅ridge"
    assert body["version"]["length"] == len(text)


@pytest.mark.parametrize(
    ("rights", "text", "around"), [("full", True, True), ("excerpt", False, True), ("none", False, False)]
)
def test_texts_are_shown_as_rights_allow(api, desk, rights, text, around):
    article = factories.ArticleFactory(public=True, rights=rights)
    appearance = factories.AppearanceFactory(article_version=article.current_version)
    for who in (api, desk):
        body = who.json(f"articles/{article.pk}/")
        assert (body["version"]["text"] is not None) is text
        for quoted in (body["claims"][0], who.json(f"claims/{appearance.claim_id}/")["appearances"][0]):
            assert quoted["exact"] == SENTENCE
            assert (quoted["prefix"] is not None) is around and (quoted["suffix"] is not None) is around
        assert ("Officials opened the bridge" in json.dumps(body)) is text


def test_a_newer_text_takes_the_words_along(api):
    article = factories.ArticleFactory(public=True)
    claim = factories.AppearanceFactory(article_version=article.current_version).claim
    lost = factories.AppearanceFactory(
        article_version=article.current_version, words="Officials opened the bridge"
    ).claim
    newer = "A correction\n\n" + factories.TEXT.replace("Officials opened", "The mayor opened")
    factories.ArticleVersionFactory(article=article, text=newer)
    (carried,) = api.json(f"claims/{claim.pk}/")["appearances"]
    assert carried["article_version"]["number"] == 2 and carried["article_version"]["is_current"] is True
    (left,) = api.json(f"claims/{lost.pk}/")["appearances"]
    assert left["article_version"]["number"] == 1 and left["article_version"]["is_current"] is False
    body = api.json(f"articles/{article.pk}/")
    assert body["version"]["text"] == newer
    assert [one["claim"]["id"] for one in body["claims"]] == [claim.pk]


# Claims


def test_a_claim_in_full(api):
    topic = factories.TopicFactory(name="Bridges")
    claim = factories.ClaimFactory(topics=[topic], kind="quantity")
    article = factories.ArticleFactory(public=True)
    factories.AppearanceFactory(claim=claim, article_version=article.current_version)
    case = factories.SourceFactory(kind="court_case", court="District Court", docket_number="1:22-cv-1")
    version = factories.SourceVersionFactory(
        source=case, seen_as="the order", retrieved_at="2024-11-01T10:00Z"
    )
    evidence = factories.EvidenceFactory(
        claim=claim, source_version=version, locator="page 3", posture="found"
    )
    verdict = factories.VerdictFactory(
        claim=claim, evidence=[evidence], at="2024-11-05", valid_from="2024-01-01"
    )
    reports = factories.ClaimFactory()
    factories.ClaimRelationFactory(first=reports, kind="reports", second=claim)
    opposite = factories.ClaimFactory()
    factories.ClaimRelationFactory(first=claim, kind="opposite", second=opposite)
    body = api.json(f"claims/{claim.pk}/")
    assert body["topics"] == [{"id": topic.pk, "name": "Bridges"}]
    assert (body["status"], body["status_reason"], body["origin"]) == ("open", None, "editor")
    assert body["current_verdict"] == body["verdicts"][0]
    assert body["current_verdict"]["rating"] == {
        "slug": "supported",
        "labels": {"en": "Supported"},
        "class": "true",
        "rank": 5,
        "scale": 1,
    }
    assert body["current_verdict"]["published_at"] == "2024-11-05T12:00:00Z"
    assert (body["current_verdict"]["valid_from"], body["current_verdict"]["valid_to"]) == (
        "2024-01-01",
        None,
    )
    assert body["current_verdict"]["api_url"] == f"http://testserver/api/v1/verdicts/{verdict.pk}/"
    (shown,) = body["evidence"]
    assert (shown["stance"], shown["posture"], shown["locator"]) == ("supports", "found", "page 3")
    assert shown["passage_state"] == "verified"
    assert version.text[shown["start"] : shown["end"]] == shown["passage"]
    assert shown["source"]["docket_number"] == "1:22-cv-1"
    assert shown["version"]["sha256"] == version.sha256 and shown["version"]["seen_as"] == "the order"
    relations = {
        (one["kind"], one["direction"], one["words"], one["claim"]["id"]) for one in body["relations"]
    }
    assert relations == {
        ("reports", "incoming", "is reported in", reports.pk),
        ("opposite", "mutual", "says the opposite of", opposite.pk),
    }
    assert api.json(f"claims/{reports.pk}/")["relations"][0]["direction"] == "outgoing"
    assert body["as_of"] is None and body["held_on"] is None and body["merged_into"] is None
    assert body["revision"] == Claim.objects.get(pk=claim.pk).revision and body["public_seq"]


def test_what_readers_saw_and_what_holds(api):
    claim = factories.ClaimFactory()
    first, second = factories.make_series(
        claim,
        [
            ("verdict", "supported", "2024-01-10", "2020-01-01", "2023-12-31"),
            ("update", "contradicted", "2024-02-10", "2024-01-01"),
        ],
    )
    withdrawal = factories.make_series(claim, [("withdrawal", "2024-03-10")])[0]

    def as_of(when: str) -> tuple:
        body = api.json(f"claims/{claim.pk}/", {"as_of": when})
        verdict = body["as_of"]["verdict"]
        assert body["held_on"] is None
        return body["as_of"]["asked"], verdict and verdict["id"]

    assert as_of("2024-01-09") == ("2024-01-09", None)
    # A day counts to its end; a moment is a moment.
    assert as_of("2024-01-10") == ("2024-01-10", first.pk)
    assert as_of("2024-01-10T11:59:59Z") == ("2024-01-10T11:59:59Z", None)
    assert as_of("2024-01-10T13:00:00+01:00") == ("2024-01-10T12:00:00Z", first.pk)
    assert as_of("2024-02-10") == ("2024-02-10", second.pk)
    assert as_of("2024-03-10") == ("2024-03-10", None)

    def held_on(day: str) -> int | None:
        body = api.json(f"claims/{claim.pk}/", {"held_on": day, "as_of": "2024-01-10"})
        assert body["held_on"]["asked"] == day and body["as_of"]["verdict"]["id"] == first.pk
        return body["held_on"]["verdict"] and body["held_on"]["verdict"]["id"]

    assert held_on("2021-06-01") == first.pk
    assert held_on("2024-06-01") is None
    assert held_on("2019-06-01") is None
    series = api.json(f"claims/{claim.pk}/")["verdicts"]
    assert [(one["id"], one["kind"], one["supersedes_id"]) for one in series] == [
        (first.pk, "verdict", None),
        (second.pk, "verdict", first.pk),
        (withdrawal.pk, "withdrawal", second.pk),
    ]
    assert series[2]["rating"] is None and not any(one["is_current"] for one in series)


def test_a_merged_claim_leads_to_its_survivor_which_reads_the_union(api):
    survivor = factories.ClaimFactory()
    evidence = factories.EvidenceFactory(public=True)
    merged = evidence.claim
    article = factories.ArticleFactory(public=True)
    factories.AppearanceFactory(claim=merged, article_version=article.current_version)
    merged.merge_into(survivor, factories.some_editor())
    body = api.json(f"claims/{merged.pk}/")
    assert body["status"] == "merged" and body["merged_into"]["id"] == survivor.pk
    body = api.json(f"claims/{survivor.pk}/")
    assert [one["id"] for one in body["merged_claims"]] == [merged.pk]
    assert [one["id"] for one in body["evidence"]] == [evidence.pk]
    assert len(body["appearances"]) == 1


# Sources


def test_a_source_in_full(api):
    origin = factories.SourceFactory(kind="anonymous_source", described_as="two officials")
    book = factories.SourceFactory(kind="book")
    source = factories.SourceFactory(
        kind="court_filing", court="District Court", judge="A judge", derived_from=[origin], part_of=book
    )
    part = factories.SourceFactory(part_of=source, public=True)
    version = factories.SourceVersionFactory(
        source=source, effective_from="2024-01-01", copy_quality="mirror"
    )
    factories.SourceVersionFactory(source=source, text="Not to be shown. At all.", rights="excerpt")
    evidence = factories.EvidenceFactory(source_version=version, public=True)
    body = api.json(f"sources/{source.pk}/")
    assert (body["court"], body["judge"], body["platform"], body["claim_count"]) == (
        "District Court",
        "A judge",
        None,
        1,
    )
    assert body["part_of"]["id"] == book.pk and [one["id"] for one in body["parts"]] == [part.pk]
    assert [(one["basis"], one["source"]["described_as"]) for one in body["origins"]] == [
        ("stated", "two officials")
    ]
    assert [one["source"]["id"] for one in api.json(f"sources/{origin.pk}/")["derivatives"]] == [source.pk]
    first, second = body["versions"]
    assert (first["text"], first["copy_quality"], first["effective_from"]) == (
        version.text,
        "mirror",
        "2024-01-01",
    )
    assert second["text"] is None and second["sha256"]
    assert [(one["id"], one["version_number"], one["claim"]["id"]) for one in body["evidence"]] == [
        (evidence.pk, 1, evidence.claim_id)
    ]


# Verdicts


def test_a_verdict_in_full(api):
    claim = factories.ClaimFactory()
    evidence = [
        factories.EvidenceFactory(claim=claim),
        factories.EvidenceFactory(claim=claim, stance="context"),
    ]
    first = factories.VerdictFactory(claim=claim, evidence=evidence[:1])
    second = factories.VerdictFactory(
        claim=claim, evidence=evidence, rating="contradicted", correction_kind="affects_rating",
        correction_note="We misread it.",
    )  # fmt: skip
    body = api.json(f"verdicts/{second.pk}/")
    assert (body["number"], body["supersedes_id"], body["superseded_by_id"], body["is_current"]) == (
        2,
        first.pk,
        None,
        True,
    )
    assert body["correction"]["kind"] == "affects_rating" and body["correction"]["note"] == "We misread it."
    assert "Rating: Supported" in body["correction"]["before"]
    assert (body["author"], body["approver"], body["self_approved"]) == (
        "Some Reporter",
        "Some Editor",
        False,
    )
    assert [(one["position"], one["evidence"]["id"]) for one in body["citations"]] == [
        (1, evidence[0].pk),
        (2, evidence[1].pk),
    ]
    assert body["reasoning"].endswith("[2].") and body["as_published"] == second.as_published
    body = api.json(f"verdicts/{first.pk}/")
    assert (body["superseded_by_id"], body["is_current"], body["correction"]) == (second.pk, False, None)
    row = next(api.rows("verdicts/"))
    assert "reasoning" not in row and "as_published" not in row


def test_people_are_named_by_the_names_readers_know(api, reporter):
    factories.VerdictFactory(author=reporter)
    body = api.get("verdicts/").content.decode()
    assert reporter.display_name in body and reporter.username not in body.replace(reporter.display_name, "")


# Caching


@pytest.fixture
def one_of_each(db) -> dict[str, int]:
    claim = factories.ClaimFactory()
    article = factories.ArticleFactory(public=True)
    factories.AppearanceFactory(claim=claim, article_version=article.current_version)
    evidence = factories.EvidenceFactory(claim=claim, cited=True)
    return {
        "articles": article.pk,
        "claims": claim.pk,
        "sources": evidence.source_version.source_id,
        "verdicts": claim.verdicts.get().pk,
    }


@pytest.mark.parametrize("noun", NOUNS)
def test_who_has_it_already_is_told_so_in_one_query(api, one_of_each, noun, django_assert_num_queries):
    path = f"{noun}/{one_of_each[noun]}/"
    first = api.get(path)
    tag = first["ETag"]
    assert tag.startswith(f'W/"{noun.removesuffix("s")}-')
    for given in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        with django_assert_num_queries(1):
            again = api.get(path, HTTP_IF_NONE_MATCH=given)
        assert again.status_code == 304 and again.content == b"" and again["ETag"] == tag
        assert again["Cache-Control"] == first["Cache-Control"]
    for given in ('"other"', "nonsense", "", "\xff", 'W/"' + "x" * 10_000 + '"'):
        assert api.get(path, HTTP_IF_NONE_MATCH=given).status_code == 200


@pytest.mark.parametrize("noun", NOUNS)
def test_a_new_verdict_makes_every_page_about_it_new(api, one_of_each, noun):
    path = f"{noun}/{one_of_each[noun]}/"
    tag = api.get(path)["ETag"]
    claim = Claim.objects.get(pk=one_of_each["claims"])
    factories.VerdictFactory(claim=claim, evidence=[claim.evidence.first()], rating="contradicted")
    again = api.get(path, HTTP_IF_NONE_MATCH=tag)
    assert again.status_code == 200 and again["ETag"] != tag


def test_what_is_named_elsewhere_makes_its_pages_new(api, one_of_each, administrator):
    claim = Claim.objects.get(pk=one_of_each["claims"])
    topic = factories.TopicFactory(name="Old name")
    claim.set_topics(None, [topic])
    tag = api.get(f"claims/{claim.pk}/")["ETag"]
    topic.revise(None, name="New name")
    assert "New name" in api.get(f"claims/{claim.pk}/", HTTP_IF_NONE_MATCH=tag).content.decode()
    for noun in ("claims", "verdicts"):
        path = f"{noun}/{one_of_each[noun]}/"
        tag = api.get(path)["ETag"]
        rating = claim.verdicts.get().rating
        rating.revise(administrator, labels={**rating.labels, noun: "Word"})
        assert "Word" in api.get(path, HTTP_IF_NONE_MATCH=tag).content.decode()


def test_a_claimant_renamed_makes_articles_new(api):
    article = factories.ArticleFactory(public=True)
    claimant = factories.ClaimantFactory(name="Old name")
    factories.AppearanceFactory(
        article_version=article.current_version, attributions=[{"claimant": claimant}]
    )
    tag = api.get(f"articles/{article.pk}/")["ETag"]
    claimant.revise(None, name="New name")
    assert "New name" in api.get(f"articles/{article.pk}/", HTTP_IF_NONE_MATCH=tag).content.decode()


def test_a_survivor_s_verdict_makes_the_merged_claim_s_verdict_new(api):
    merged = factories.ClaimFactory(rating="supported")
    survivor = factories.ClaimFactory()
    merged.merge_into(survivor, factories.some_editor())
    path = f"verdicts/{merged.verdicts.get().pk}/"
    tag = api.get(path)["ETag"]
    assert api.json(path)["is_current"] is True
    factories.VerdictFactory(claim=survivor)
    assert api.get(path, HTTP_IF_NONE_MATCH=tag).json()["is_current"] is False


# HEAD, OPTIONS and other sites' pages


@pytest.mark.parametrize("noun", NOUNS)
def test_head_is_get_without_a_body(api, one_of_each, noun):
    for path in (f"/api/v1/{noun}/", f"/api/v1/{noun}/{one_of_each[noun]}/"):
        got, head = api.client.get(path), api.client.head(path)
        assert head.status_code == 200 and head.content == b""
        assert dict(head.headers) == dict(got.headers)


def test_options_name_the_parameters(api):
    answer = api.client.options("/api/v1/claims/")
    assert answer.status_code == 200 and answer["Allow"] == "GET, HEAD, OPTIONS, POST"
    body = answer.json()
    assert {"status", "checked", "rating", "cursor", "page_size"} <= {
        one["name"] for one in body["parameters"]
    }
    detail = api.client.options("/api/v1/claims/1/").json()
    assert [one["name"] for one in detail["parameters"]] == ["as_of", "held_on", "fields", "expand"]
    assert api.client.options("/api/v1/").json()["parameters"] == []


def test_pages_of_other_sites_may_read_without_credentials(api):
    asked = {"HTTP_ORIGIN": "https://elsewhere.example", "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "GET"}
    answer = api.client.options(
        "/api/v1/claims/", **asked, HTTP_ACCESS_CONTROL_REQUEST_HEADERS="if-none-match"
    )
    assert answer.status_code == 204 and answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "authorization" not in answer["Access-Control-Allow-Headers"].lower()
    for path, status in (("claims/", 200), ("claims/?x=1", 400), ("claims/999/", 404)):
        answer = api.get(path, HTTP_ORIGIN="https://elsewhere.example")
        assert answer.status_code == status and answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer
    assert "Access-Control-Allow-Origin" not in api.client.post("/api/v1/claims/")
    assert "Access-Control-Allow-Origin" not in api.client.get("/methodology/")


def test_text_travels_as_it_is(api):
    words = "“Größe” – \U0001f600 </script> \u2028"
    claim = factories.ClaimFactory(statement=words)
    answer = api.get(f"claims/{claim.pk}/")
    assert words in answer.content.decode() or words.replace("\u2028", "\\u2028") in answer.content.decode()
    assert answer.json()["statement"] == words


def test_the_contents_say_whose_record_it_is(api):
    factories.newsroom()
    assert api.json("")["newsroom"] == {
        "name": "The Example Desk",
        "url": None,
        "licence": None,
        "licence_url": None,
        "policies": "http://testserver/methodology/",
    }
    Newsroom.current().revise(None, licence="CC BY 4.0", licence_url="https://licence.example/by")
    house = api.json("")["newsroom"]
    assert (house["licence"], house["licence_url"]) == ("CC BY 4.0", "https://licence.example/by")
