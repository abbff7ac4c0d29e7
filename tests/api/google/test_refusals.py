"""What cannot be answered, in Google's words: at the view, before it, and at methods that are not here."""

from __future__ import annotations

import pytest
from django.core import signing
from rest_framework.throttling import BaseThrottle

from api.google.questions import SALT
from api.google.views import Search
from tests import factories
from tests.api.google.conftest import SEARCH, as_error, as_json

OURS = "api.google.middleware.AnswersInGooglesShape"


@pytest.fixture
def in_front(settings):
    """The middleware in its place, whether the settings name it or not."""
    if OURS not in settings.MIDDLEWARE:
        first, *more = settings.MIDDLEWARE
        settings.MIDDLEWARE = [first, OURS, *more]


def test_a_search_says_what_it_looks_for(google):
    error = google.error()
    assert error["message"] == "query is required unless reviewPublisherSiteFilter is given."
    assert error["details"] == [
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": "query", "description": error["message"]}],
        }
    ]
    google.error(query=" ")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("pagesize", "1", "Unknown name “pagesize”"),
        ("pageSize", "ten", "Invalid value at 'pageSize' (TYPE_INT32), “ten”"),
        ("pageSize", "-1", "from 0"),
        ("offset", "1.0", "TYPE_INT32"),
        ("offset", "٣", "TYPE_INT32"),
        ("maxAgeDays", str(2**31), "TYPE_INT32"),
        ("maxAgeDays", "9" * 5000, "TYPE_INT32"),
        ("languageCode", "en_US", "a language tag"),
        ("pageToken", "CAo", "none of ours"),
        ("alt", "proto", "the one format here is json"),
        ("alt", "media", "the one format here is json"),
        ("prettyPrint", "maybe", "true or false"),
        ("fields", "claims(text", "a bracket is not closed"),
        ("fields", "claims/rating", "“rating” cannot stand there"),
    ],
)
def test_what_cannot_be_read_is_named(google, name, value, said):
    error = google.error(query="bridge", **{name: value})
    assert said in error["message"]
    (violation,) = error["details"][0]["fieldViolations"]
    assert violation["field"] == name


def test_all_that_is_wrong_is_said_at_once(google):
    error = google.error(pageSize="x", offset="y", zoom="1")
    assert len(error["details"][0]["fieldViolations"]) == 4, "and there is no query"


def test_given_twice(google):
    assert "2 times" in google.error(query=["bridge", "tower"])["message"]


def test_what_every_method_of_google_takes_changes_nothing(google):
    factories.ClaimFactory(rating="supported")
    system = {
        "$.xgafv": "2", "access_token": "a", "alt": "json", "callback": "f", "key": "k", "oauth_token": "o",
        "prettyPrint": "false", "quotaUser": "q", "uploadType": "media", "upload_protocol": "raw",
    }  # fmt: skip
    assert google.json(query="bridge", **system) == google.json(query="bridge") != {}
    answer = google.client.get(
        SEARCH, {"query": "bridge"}, HTTP_AUTHORIZATION="Bearer ya29.x", HTTP_ACCEPT="text/x"
    )
    assert as_json(answer) == google.json(query="bridge")


def test_pretty_or_not(google):
    factories.ClaimFactory(rating="supported")
    assert b'{\n  "claims": [\n' in google.get(query="bridge").content
    assert b'{"claims":[{"text":' in google.get(query="bridge", prettyPrint="false").content


@pytest.mark.parametrize("change", [{"query": "bridges"}, {"languageCode": "en"}, {"maxAgeDays": 9}], ids=str)
def test_a_token_belongs_to_its_search(google, change):
    for _ in range(2):
        factories.ClaimFactory(rating="supported")
    asked = {"query": "bridge", "pageSize": 1}
    token = google.json(**asked)["nextPageToken"]
    assert google.texts(**asked, pageToken=token)
    assert google.texts(query="bridge", pageSize=2, pageToken=token), "pages may change their size"
    assert "another search" in google.error(**{**asked, **change}, pageToken=token)["message"]
    assert "none of ours" in google.error(**asked, pageToken=token[:-1])["message"]
    assert "none of ours" in google.error(**asked, pageToken=signing.dumps(["x"], salt="else"))["message"]


def test_a_token_does_not_last_for_ever(google, monkeypatch):
    token = signing.dumps(["x", 1, 0, False], salt=SALT)
    monkeypatch.setattr("api.google.questions.LONGEST_LIFE", -1)
    assert "too old" in google.error(query="bridge", pageToken=token)["message"]


# Posted, because the address would be too long.


def test_a_long_search_is_posted(google):
    factories.ClaimFactory(rating="supported")
    form = f"query=bridge+{'water+' * 700}&pageSize=5"
    posted = {"content_type": "application/x-www-form-urlencoded", "HTTP_X_HTTP_METHOD_OVERRIDE": "GET"}
    assert as_json(google.client.post(SEARCH, form, **posted))["claims"]
    as_error(404, "NOT_FOUND", google.client.post(SEARCH, form, content_type=posted["content_type"]))
    as_error(400, "INVALID_ARGUMENT", google.client.post(f"{SEARCH}?query=bridge", form, **posted))
    as_error(400, "INVALID_ARGUMENT", google.client.post(SEARCH, "query=a%00b", **posted))
    as_error(
        400, "INVALID_ARGUMENT", google.client.post(SEARCH, "&".join("abc" for _ in range(3000)), **posted)
    )
    for kind in (
        "application/json",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded; charset=latin-1",
    ):
        answer = google.client.post(SEARCH, "{}", **{**posted, "content_type": kind})
        as_error(400, "INVALID_ARGUMENT", answer)


def test_a_post_that_is_too_large_is_not_read(google, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    posted = {"content_type": "application/x-www-form-urlencoded", "HTTP_X_HTTP_METHOD_OVERRIDE": "GET"}
    as_error(400, "INVALID_ARGUMENT", google.client.post(SEARCH, f"query={'a' * 200}", **posted))


# Methods and addresses


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_not_there(google, method):
    as_error(404, "NOT_FOUND", getattr(google.client, method)(SEARCH, HTTP_X_HTTP_METHOD_OVERRIDE="GET"))


def test_a_head_is_a_get_without_its_body(google):
    answer = google.client.head(SEARCH, {"query": "bridge"})
    assert answer.status_code == 200 and not answer.content


def test_pages_of_other_sites_may_ask(google):
    answer = google.client.options(
        SEARCH, HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST", HTTP_ORIGIN="https://a.example"
    )
    assert answer.status_code == 204 and "X-HTTP-Method-Override" in answer["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "claims:imageSearch?imageUri=x"), ("get", "pages"), ("post", "pages"), ("get", "pages/1"),
     ("put", "pages/1"), ("delete", "pages/1")],
)  # fmt: skip
def test_what_this_server_has_not_is_said_so(client, method, path):
    error = as_error(501, "UNIMPLEMENTED", getattr(client, method)(f"/v1alpha1/{path}"))
    assert error["message"].startswith("This server")


@pytest.mark.parametrize("path", ["", "claims", "claims:search/", "x/y"])
def test_there_is_nothing_else(client, path):
    as_error(404, "NOT_FOUND", client.get(f"/v1alpha1/{path}"))


# Before a view, or because one broke


def test_a_control_character(google, in_front):
    error = as_error(400, "INVALID_ARGUMENT", google.client.get(f"{SEARCH}?query=a%00b"))
    assert "control character" in error["message"]
    assert google.client.get("/claims/?x=%00")["Content-Type"].startswith("text/plain"), (
        "only below /v1alpha1/"
    )


def test_a_host_that_is_none_of_ours(google, in_front):
    as_error(
        400, "INVALID_ARGUMENT", google.client.get(SEARCH, {"query": "bridge"}, HTTP_HOST="other.example")
    )


def test_a_bug_is_an_internal_error(google, in_front, monkeypatch):
    def broken(*args):
        raise RuntimeError

    monkeypatch.setattr("api.google.views.found", broken)
    google.client.raise_request_exception = False
    error = as_error(500, "INTERNAL", google.client.get(SEARCH, {"query": "bridge"}))
    assert "try again" in error["message"]


def test_what_is_left_of_the_budget(google, in_front, settings):
    settings.API_LIMITS_ANONYMOUS = 1000
    assert google.get(query="bridge")["RateLimit-Policy"] == '"read";q=1000;w=60'


def test_too_many(google, monkeypatch):
    class Never(BaseThrottle):
        def allow_request(self, request, view):
            return False

        def wait(self):
            return 7.2

    monkeypatch.setattr(Search, "throttle_classes", [Never])
    answer = google.get(query="bridge")
    as_error(429, "RESOURCE_EXHAUSTED", answer)
    assert answer["Retry-After"] == "8"
