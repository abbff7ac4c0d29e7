"""What a CDN may hold, and under which keys."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from articles.cdn.shapes import SHAPES
from tests import factories as f
from tests.pages.everything import LISTS, PAGES, everything

# What a reader alone sees, or types, or what is asked each time.
NOT_HELD = {
    *("submission", "submission_received", "submission_more", "submission_withdraw", "submission_known"),
    *("submit", "report", "check", "fairness", "methodology"),
}
LONGEST, MOST_KEYS = 40, 3


@pytest.fixture(params=SHAPES)
def shape(request, settings):
    settings.CDN, settings.CDN_SECONDS = request.param, 120
    return SHAPES[request.param]


@pytest.fixture
def held(settings):
    settings.CDN, settings.CDN_SECONDS = "fastly", 120

    def keys(answer) -> list[str]:
        told = "Surrogate-Control" in answer.headers
        assert told == ("Surrogate-Key" in answer.headers)
        return answer.headers.get("Surrogate-Key", "").split()

    return keys


@pytest.mark.django_db
class TestShapes:
    def test_nothing_is_said_without_one(self):
        claim = f.ClaimFactory(rating="supported")
        answer = Client().get(claim.get_absolute_url())
        assert answer["Cache-Control"] == "public, no-cache"
        for shape in SHAPES.values():
            assert shape.keys_in not in answer.headers
        assert not {"Surrogate-Control", "CDN-Cache-Control"} & set(answer.headers)
        assert "Cache-Control" not in Client().get("/claims/").headers

    def test_keys(self, shape):
        claim = f.ClaimFactory(rating="supported")
        for address in (claim.get_absolute_url(), f"/api/v1/claims/{claim.pk}/"):
            keys = Client().get(address)[shape.keys_in].split(shape.between)
            assert keys == [f"claim-{claim.pk}", "all"]
        for address in ("/", "/claims/", "/api/v1/claims/"):
            assert Client().get(address)[shape.keys_in].split(shape.between) == ["record", "all"]

    def test_how_long(self, shape):
        answer = Client().get(f.ClaimFactory(rating="supported").get_absolute_url())
        told = {name: answer.headers[name] for name in shape.lifetime(120)}
        assert told == shape.lifetime(120)
        assert any("=120" in value for value in told.values())
        # A browser asks each time, whatever the CDN does.
        assert (
            "no-cache" in answer["Cache-Control"] or "max-age=0, must-revalidate" in answer["Cache-Control"]
        )

    def test_not_at_all_where_it_asks_each_time(self, shape, settings):
        settings.CDN_SECONDS = 0
        answer = Client().get(f.ClaimFactory(rating="supported").get_absolute_url())
        assert answer["Cache-Control"] == "public, no-cache" and shape.keys_in in answer.headers

    def test_an_answer_without_content_says_the_same(self, shape):
        page = f.ClaimFactory(rating="supported").get_absolute_url()
        whole = Client().get(page)
        again = Client().get(page, headers={"if-none-match": whole["ETag"]})
        assert again.status_code == 304
        for name in (shape.keys_in, *shape.lifetime(120)):
            assert again[name] == whole[name]


@pytest.mark.django_db
class TestWhatIsHeld:
    def test_each_page(self, held):
        record = everything()
        for name in PAGES:
            for address in record.of(name):
                answer = Client().get(address)
                keys = held(answer)
                if name in NOT_HELD or answer.status_code != 200:
                    assert keys == [], address
                    assert any(one in answer["Cache-Control"] for one in ("private", "no-cache", "no-store"))
                else:
                    assert keys[-1] == "all" and len(keys) <= MOST_KEYS, address
                    assert max(map(len, keys)) <= LONGEST

    def test_keys_are_short_whatever_the_number(self, held):
        claim = f.ClaimFactory(id=10**17, rating="supported")
        assert held(Client().get(claim.get_absolute_url())) == [f"claim-{10**17}", "all"]
        assert len(f"verdict-{10**18}") <= LONGEST

    def test_nothing_of_who_is_signed_in(self, held, reporter):
        client = Client()
        client.force_login(reporter)
        claim = f.ClaimFactory(rating="supported")
        for address in (claim.get_absolute_url(), "/", f"/api/v1/claims/{claim.pk}/", "/api/v1/claims/"):
            answer = client.get(address)
            assert held(answer) == [] and "private" in answer["Cache-Control"]

    def test_nothing_that_a_key_asked_for(self, held):
        claim = f.ClaimFactory(rating="supported")
        for address in (f"/api/v1/claims/{claim.pk}/", "/api/v1/claims/"):
            assert held(Client().get(address, headers={"authorization": "Bearer x"})) == []

    def test_nothing_that_was_refused_or_is_elsewhere(self, held):
        claim = f.ClaimFactory(rating="supported")
        for address in (
            f"/claims/{claim.pk}/",
            f"/claims/{claim.pk}/x/",
            "/claims/99/x/",
            "/claims/?kind=x",
            "/no/",
        ):
            answer = Client().get(address)
            assert answer.status_code >= 300 and held(answer) == []
        assert held(Client().post("/api/v1/claims/", {})) == []
        assert held(Client().get("/api/v1/claims/?x=1")) == []

    def test_nothing_of_what_is_asked_each_time(self, held):
        f.ClaimFactory(rating="supported")
        for address in (
            "/api/v1/changes/",
            "/fairness/",
            "/fairness.csv",
            "/methodology/",
            "/healthz",
            "/check/",
            "/submit/",
        ):
            assert held(Client().get(address)) == []

    def test_what_somebody_has_left_is_told_to_nobody_else(self, held, settings):
        settings.API_LIMITS_ANONYMOUS = 1000
        asked = Client().get("/api/v1/claims/")
        assert held(asked) == ["record", "all"] and "RateLimit" not in asked.headers
        assert "RateLimit" in Client().get("/api/v1/changes/").headers

    def test_an_answer_varies_by_who_may_see_more(self, held):
        varies = Client().get(f.ClaimFactory(rating="supported").get_absolute_url())["Vary"]
        assert {"Accept-Encoding", "Cookie", "Ledger-At-Least"} <= set(varies.split(", "))

    def test_lists_of_the_site(self, held):
        f.newsroom()
        for name in LISTS:
            if name not in NOT_HELD:
                assert held(Client().get(reverse(name))) == ["record", "all"], name
