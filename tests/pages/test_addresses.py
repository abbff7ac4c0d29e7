"""One address per thing; what cannot be read is answered with a sentence; strangers leave no trace."""

from __future__ import annotations

import pytest
from django.urls import reverse

from articles.models import Claim
from tests import factories, hostile

LISTS = ["claims", "articles", "sources", "corrections"]


@pytest.fixture
def things(newsroom):
    """One of everything that has a page, all of it open to readers."""
    article = factories.ArticleFactory(public=True)
    claim = factories.ClaimFactory(rating="supported")
    claimant = factories.ClaimantFactory()
    factories.AppearanceFactory(
        claim=claim, article_version=article.current_version, attributions=[{"claimant": claimant}]
    )
    source = claim.evidence.first().source_version.source
    return {"article": article, "claim": claim, "claimant": claimant, "source": source}


@pytest.mark.parametrize("name", ["home", "methodology", *LISTS])
def test_it_answers_on_an_empty_record(client, db, name):
    response = client.get(reverse(name))

    assert response.status_code == 200


@pytest.mark.parametrize("name", ["article", "claim", "claimant", "source"])
def test_the_number_alone_and_a_wrong_slug_lead_to_the_one_address(client, things, name):
    thing = things[name]

    for address in (reverse(name, args=[thing.pk]), reverse(name, args=[thing.pk, "something-else"])):
        response = client.get(address, {"as_of": "2024-01-01"})
        assert response.status_code == 301
        assert response["Location"] == f"{thing.get_absolute_url()}?as_of=2024-01-01"
    assert client.get(thing.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("name", ["article", "claim", "claimant", "source"])
@pytest.mark.parametrize("number", ["999999", str(2**63), "9" * 30])
def test_what_is_not_there_is_404(client, newsroom, name, number):
    response = client.get(f"/{name}s/{number}/")

    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


@pytest.mark.parametrize(
    "path", ["/claims/١/", "/claims/-1/", "/claims/1e3/", "/claims/%2e%2e/desk", "/claims/one/"]
)
def test_odd_addresses_are_404(client, newsroom, path):
    assert client.get(path, follow=True).status_code == 404


def test_a_merged_claim_leads_to_its_survivor_for_now(client, newsroom):
    survivor = factories.ClaimFactory()
    merged = factories.ClaimFactory(merged_into=survivor)

    response = client.get(reverse("claim", args=[merged.pk]))

    assert response.status_code == 302
    assert response["Location"] == survivor.get_absolute_url()


@pytest.mark.parametrize("name", ["claimant", "source"])
def test_merged_sources_and_claimants_lead_to_their_survivors(client, things, name):
    factory = {"claimant": factories.ClaimantFactory, "source": factories.SourceFactory}[name]
    merged = factory(merged_into=things[name], **({"public": True} if name == "source" else {}))
    if name == "claimant":
        factories.AttributionFactory(
            claimant=merged, appearance={"article_version": things["article"].current_version}
        )

    response = client.get(reverse(name, args=[merged.pk]))

    assert (response.status_code, response["Location"]) == (302, things[name].get_absolute_url())


@pytest.mark.parametrize("name", LISTS)
def test_a_list_refuses_a_parameter_it_does_not_know_by_name(client, newsroom, name):
    response = client.get(reverse(name), {"frobnicate": "1"})

    assert response.status_code == 400
    assert "This page knows no parameter “frobnicate”" in response.content.decode()


@pytest.mark.parametrize("name", [*LISTS, "home"])
def test_what_networks_hang_on_an_address_is_passed_over(client, newsroom, name):
    response = client.get(reverse(name), {"utm_source": "x", "fbclid": "y"})

    assert response.status_code == 200


def test_the_page_of_one_thing_passes_over_what_it_does_not_know(client, things):
    for thing in things.values():
        assert client.get(thing.get_absolute_url(), {"ref": "a-friend"}).status_code == 200


@pytest.mark.parametrize("number", hostile.each(hostile.NUMBERS))
@pytest.mark.parametrize("parameter", ["after", "topic", "claimant", "article"])
def test_a_malformed_number_is_refused_by_name(client, newsroom, parameter, number):
    response = client.get(reverse("claims"), {parameter: number})

    if not number:
        assert response.status_code == 200
        return
    assert response.status_code == 400
    assert f"{parameter} is " in response.content.decode()


@pytest.mark.parametrize("text", hostile.each(hostile.TEXTS, hostile.LONG))
@pytest.mark.parametrize("parameter", ["status", "kind", "after"])
def test_a_hostile_value_is_refused_and_inert(client, newsroom, parameter, text):
    response = client.get(reverse("claims"), {parameter: text})

    assert response.status_code == 400
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("query", ["status=open&status=checked", "kind=fact&kind=legal", "after=1&after=2"])
def test_a_parameter_given_twice_is_refused(client, newsroom, query):
    response = client.get(f"{reverse('claims')}?{query}")

    assert response.status_code == 400
    assert "given 2 times" in response.content.decode()


@pytest.mark.parametrize("name", ["articles", "sources"])
def test_paging_after_a_row_that_is_not_there_says_so(client, newsroom, name):
    response = client.get(reverse(name), {"after": "999999"})

    assert response.status_code == 400
    assert "of that number" in response.content.decode()


def test_paging_after_a_number_too_high_for_any_row_shows_the_first_page(client, things):
    assert client.get(reverse("claims"), {"after": "9" * 18}).status_code == 200


@pytest.mark.parametrize("parameter", ["as_of", "held_on"])
@pytest.mark.parametrize("value", hostile.each(one for one in hostile.DATES if one.name != "nul"))
def test_a_malformed_day_is_refused_by_name(client, things, parameter, value):
    response = client.get(things["claim"].get_absolute_url(), {parameter: value})

    assert response.status_code == 400
    assert f"{parameter} is " in response.content.decode()


def test_a_day_to_come_is_refused(client, things):
    response = client.get(things["claim"].get_absolute_url(), {"as_of": "9999-12-31"})

    assert response.status_code == 400
    assert "that day is still to come" in response.content.decode()


def test_two_questions_at_once_are_refused(client, things):
    response = client.get(
        things["claim"].get_absolute_url(), {"as_of": "2024-01-01", "held_on": "2024-01-01"}
    )

    assert response.status_code == 400
    assert "Ask one of them" in response.content.decode()


@pytest.mark.parametrize("address", ["/healthz", "/healthz/"])
def test_healthz_asks_the_database_nothing(client, address):
    # No `db`: a query would fail.
    response = client.get(address)

    assert response.content == b"ok\n"
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def test_head_is_answered_like_get_without_the_page(client, things):
    response = client.head(things["claim"].get_absolute_url())

    assert (response.status_code, response.content) == (200, b"")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_is_written_at_a_readers_page(client, things, method):
    assert getattr(client, method)(reverse("claims")).status_code == 405


def test_strangers_get_no_cookie_and_pages_that_caches_may_share(client, things):
    for address in [
        *map(reverse, ["home", *LISTS, "methodology"]),
        *(one.get_absolute_url() for one in things.values()),
    ]:
        response = client.get(address)
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert "private" not in response.get("Cache-Control", "")


def test_the_desk_gets_pages_that_no_cache_shares(client, things, reporter):
    client.force_login(reporter)

    response = client.get(things["claim"].get_absolute_url())

    assert "private" in response["Cache-Control"]
    assert "Cookie" in response["Vary"]


def test_a_forged_session_is_a_strangers(client, newsroom):
    hidden = factories.ArticleFactory()
    client.cookies["sessionid"] = "forged"

    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_the_error_page_needs_no_database(client, db, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Claim.objects.all().__class__, "visible_to", broken)
    client.raise_request_exception = False

    response = client.get(reverse("claims"))

    assert response.status_code == 500
    assert "The mistake is ours" in response.content.decode()


def test_error_templates_render_without_any_context(django_assert_num_queries, db):
    from django.template.loader import get_template

    with django_assert_num_queries(0):
        for name in ("500.html", "403_csrf.html"):
            assert "<h1>" in get_template(name).render()
    for name in ("400.html", "403.html", "404.html", "405.html"):
        assert "<h1>" in get_template(name).render()
