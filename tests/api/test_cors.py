"""Pages of other sites: all may read what everybody may read; with a key only those this house has named."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories as f
from tests.api.test_keys import bearer
from tests.test_repository import KEY, settings_with

NAMED, OTHER = "https://tools.example", "https://elsewhere.example"


@pytest.fixture(autouse=True)
def named(settings):
    settings.API_CORS_ORIGINS = [NAMED]
    return settings


def preflight(api: Any, origin: str, method: str = "PATCH", path: str = "claims/1/", **more: Any) -> Any:
    asked = {"HTTP_ORIGIN": origin, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": method}
    return api.client.options(f"/api/v1/{path}", **asked, **more)


def words(answer: Any, name: str) -> set[str]:
    return {word.strip().lower() for word in answer[name].split(",")}


def test_a_named_site_is_told_what_it_may(api):
    answer = preflight(api, NAMED)
    assert answer.status_code == 204 and answer["Access-Control-Allow-Origin"] == NAMED
    assert {"authorization", "if-match", "idempotency-key", "content-type"} <= words(
        answer, "Access-Control-Allow-Headers"
    )
    assert {"post", "patch", "delete", "get"} <= words(answer, "Access-Control-Allow-Methods")
    assert "origin" in words(answer, "Vary")


@pytest.mark.parametrize(
    "origin",
    [
        OTHER, "null", "https://tools.example.evil.example", "http://tools.example", NAMED + "/", NAMED + ":8443",
        NAMED.upper(), f"{NAMED}\x00", "*", "",
    ],
)  # fmt: skip
def test_others_may_only_read(api, origin):
    answer = preflight(api, origin)
    assert answer.status_code == 204 and answer["Access-Control-Allow-Origin"] == "*"
    assert words(answer, "Access-Control-Allow-Methods") == {"get", "head", "options"}
    assert words(answer, "Access-Control-Allow-Headers") == {
        "accept", "if-none-match", "ledger-at-least",
    }  # fmt: skip
    assert "origin" in words(answer, "Vary")
    key = f.ApiKeyFactory()
    answer = api.get("claims/", HTTP_ORIGIN=origin, **bearer(key))
    assert answer.status_code == 200 and "Access-Control-Allow-Origin" not in answer
    assert "origin" in words(answer, "Vary")


@pytest.mark.parametrize("path", ["claims/", "me/", "claims/999/", "claims/?nonsense=1"])
def test_answers_to_a_key_go_back_to_a_named_site(api, path):
    answer = api.get(path, HTTP_ORIGIN=NAMED, **bearer(f.ApiKeyFactory()))
    assert answer["Access-Control-Allow-Origin"] == NAMED
    assert {"origin", "authorization", "cookie"} <= words(answer, "Vary")
    exposed = {"etag", "link", "location", "ratelimit", "retry-after", "deprecation", "sunset"}
    assert exposed <= words(answer, "Access-Control-Expose-Headers")


def test_a_refused_key_is_told_to_a_named_site(api):
    answer = api.get("claims/", HTTP_ORIGIN=NAMED, HTTP_AUTHORIZATION="Bearer x")
    assert answer.status_code == 401 and answer["Access-Control-Allow-Origin"] == NAMED


def test_writing(api):
    given = {"content_type": "application/json", **bearer(f.ApiKeyFactory())}
    answer = api.client.post("/api/v1/imports/", {}, HTTP_ORIGIN=NAMED, **given)
    assert answer.status_code == 400 and answer["Access-Control-Allow-Origin"] == NAMED
    answer = api.client.post("/api/v1/imports/", {}, HTTP_ORIGIN=OTHER, **given)
    assert answer.status_code == 400 and "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize("origin", [NAMED, OTHER])
def test_what_everybody_may_read_is_the_same_for_all_sites(api, origin):
    claim = f.ClaimFactory()
    for path in ("claims/", f"claims/{claim.pk}/"):
        answer = api.get(path, HTTP_ORIGIN=origin)
        assert answer["Access-Control-Allow-Origin"] == "*" and "origin" not in words(answer, "Vary")
        # A shared cache must not hand it to who sends a key.
        assert "authorization" in words(answer, "Vary")


@pytest.mark.parametrize("origin", [NAMED, OTHER])
def test_answers_to_the_desks_cookie_go_to_no_site(desk, origin):
    answer = desk.get("claims/", HTTP_ORIGIN=origin)
    assert answer.status_code == 200 and "Access-Control-Allow-Origin" not in answer
    answer = desk.client.post("/api/v1/imports/", {}, content_type="application/json", HTTP_ORIGIN=origin)
    assert answer.status_code == 400 and "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize("origin", [NAMED, OTHER])
def test_credentials_are_never_allowed(api, desk, origin):
    key = f.ApiKeyFactory()
    for answer in (
        preflight(api, origin), preflight(api, origin, "GET"), api.get("claims/", HTTP_ORIGIN=origin),
        api.get("claims/", HTTP_ORIGIN=origin, **bearer(key)), desk.get("claims/", HTTP_ORIGIN=origin),
    ):  # fmt: skip
        assert "Access-Control-Allow-Credentials" not in answer


def test_where_no_site_is_named(api, named):
    named.API_CORS_ORIGINS = []
    answer = preflight(api, NAMED)
    assert "authorization" not in words(answer, "Access-Control-Allow-Headers")
    assert "origin" not in words(answer, "Vary")
    answer = api.get("claims/", HTTP_ORIGIN=NAMED, **bearer(f.ApiKeyFactory()))
    assert "Access-Control-Allow-Origin" not in answer and "origin" not in words(answer, "Vary")


@pytest.mark.parametrize(
    "said", ["*", "null", "tools.example", "https://tools.example/", "https://Tools.example"]
)
def test_a_slip_in_the_setting_is_told(tmp_path, said):
    done = settings_with(tmp_path, "1", SECRET_KEY=KEY, API_CORS_ORIGINS=said)
    assert f"API_CORS_ORIGINS holds {said!r}: write each site as a browser does" in done.stderr
