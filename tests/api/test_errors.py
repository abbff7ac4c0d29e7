"""Whatever is wrong with a request, the answer is a 4xx of one shape, and says what, where and what to do."""

from __future__ import annotations

import json
import logging

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404
from django.test import Client
from rest_framework import serializers

from api.errors import body_for
from articles.models import Claim
from articles.publishing import Obstacle
from articles.refusals import NotAllowed, NotPublishable, Refused, Stale
from tests import factories, hostile
from tests.api.conftest import NOUNS, as_problem

LISTS = [f"{noun}/" for noun in (*NOUNS, "ratings")]
ALL = ["", "schema/", *LISTS, *(f"{noun}/1/" for noun in NOUNS)]
IDS = {"claims": ("topic", "claimant", "article", "source"), "sources": ("claim",), "verdicts": ("claim",)}


def parameters_of(problem: dict) -> list[tuple[str, str]]:
    return [(one["code"], one["parameter"]) for one in problem["errors"]]


# Parameters


@pytest.mark.parametrize("path", ALL)
def test_an_unknown_parameter_is_named(api, path):
    problem = api.problem(400, path, {"nonsense": "1"})
    assert parameters_of(problem) == [("unknown_parameter", "nonsense")]


def test_a_misspelt_parameter_is_put_right(api):
    problem = api.problem(400, "claims/", {"ratting": "supported", "statuss": "open"})
    assert parameters_of(problem) == [("unknown_parameter", "ratting"), ("unknown_parameter", "statuss")]
    assert "Did you mean rating?" in problem["detail"] and "(1 more under errors.)" in problem["detail"]
    assert "Did you mean status?" in problem["errors"][1]["detail"]
    assert "There is none at all." in api.problem(400, "schema/", {"fields": "title"})["detail"]


def test_of_several_values_the_wrong_one_is_named(api):
    assert "of “opn”: it must be one of" in api.problem(400, "claims/", {"status": "checking,opn"})["detail"]
    assert "of “x”: it must be an id" in api.problem(400, "claims/", {"ids": "1,x"})["detail"]
    assert "there is no such day" in api.problem(400, "claims/", {"asserted_after": "2024-13-45"})["detail"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("name", ["page_size", "ordering", "cursor"])
def test_a_parameter_given_twice_is_refused(api, path, name):
    problem = as_problem(400, api.get(f"{path}?{name}=1&{name}=1"))
    assert parameters_of(problem) == [("repeated_parameter", name)]


def test_several_values_go_by_commas(api):
    problem = as_problem(400, api.get("claims/?status=open&status=checking"))
    assert "Separate several values by commas" in problem["detail"]


@pytest.mark.parametrize("value", hostile.each(hostile.NUMBERS, hostile.QUERIES))
def test_ids_are_plain_digits(api, value):
    for noun, names in IDS.items():
        for name in names:
            answer = api.get(f"{noun}/", {name: value})
            assert parameters_of(as_problem(400, answer)) == [("malformed_parameter", name)]


@pytest.mark.parametrize("value", [*hostile.each(hostile.NUMBERS), "101", "1000000000"])
def test_page_sizes(api, value):
    assert parameters_of(api.problem(400, "claims/", {"page_size": value})) == [
        ("malformed_parameter", "page_size")
    ]


@pytest.mark.parametrize("value", ["password", "?", "-", "id,-id", "claimant__name", "--id", "", "ID"])
def test_orderings_are_a_list(api, value):
    assert parameters_of(api.problem(400, "claims/", {"ordering": value})) == [
        ("malformed_parameter", "ordering")
    ]


@pytest.mark.parametrize(
    "value",
    [
        *hostile.each([one for one in hostile.DATES if one.name != "nul"]),
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0999-12-31", "2024-01-01T00:00:00",
        "2024-01-01T24:00:00Z", "2024-01-01T00:00:00 02:00", "2024-01-01T00:00:00+99:00", "20240101", "2024-W01-1",
        "2024-01-01T00:00:00.1234567Z", "now", "",
    ],
)  # fmt: skip
def test_dates_that_are_none(api, value):
    claim = factories.ClaimFactory()
    for path, name in [
        ("verdicts/", "published_after"),
        ("verdicts/", "published_before"),
        ("articles/", "published_after"),
        ("sources/", "published_before"),
        (f"claims/{claim.pk}/", "as_of"),
        (f"claims/{claim.pk}/", "held_on"),
    ]:
        answer = api.get(path, {name: value})
        if (value == "2024-10-25T12:00:00Z" and name == "as_of") or (
            path == "verdicts/" and value.endswith("12:00:00Z")
        ):
            assert answer.status_code == 200
        else:
            assert parameters_of(as_problem(400, answer)) == [("malformed_parameter", name)], (path, name)


def test_a_plus_that_became_a_space_is_explained(api):
    problem = as_problem(400, api.get("verdicts/?published_after=2024-01-01T00:00:00+02:00"))
    assert "%2B" in problem["detail"]


@pytest.mark.parametrize(
    "value", ["1000-01-01", "9999-12-31", "1000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"]
)
def test_the_ends_of_time(api, value):
    factories.VerdictFactory()
    for name in ("published_after", "published_before"):
        assert api.get("verdicts/", {name: value}).status_code == 200


@pytest.mark.parametrize("value", hostile.each(hostile.TEXTS, hostile.LONG, hostile.QUERIES, hostile.URLS))
def test_no_text_breaks_a_filter(api, value):
    for path, name in [
        ("claims/", "status"), ("claims/", "rating"), ("claims/", "checked"), ("claims/", "language"),
        ("claims/", "ordering"), ("claims/", "cursor"), ("articles/", "url"), ("articles/", "publisher"),
        ("sources/", "court"), ("sources/", "docket_number"), ("verdicts/", "published_after"), ("claims/", value),
    ]:  # fmt: skip
        answer = api.get(path, {name: value})
        assert answer.status_code in (200, 400), (path, name)
        if answer.status_code == 400:
            as_problem(400, answer)


# Addresses and requests


@pytest.mark.parametrize(
    "path", ["nothing/", "claims/0/", "claims/abc/", "claims/1/nothing/", "claims/%2e%2e/desk/"]
)
def test_what_is_not_there(api, path):
    as_problem(404, api.get(path))


@pytest.mark.parametrize("value", hostile.each(hostile.NUMBERS))
def test_details_of_no_number(api, value):
    if not value:
        return
    answer = api.get(f"claims/{value}/")
    assert answer.status_code in (404, 400)
    as_problem(answer.status_code, answer)


def test_an_address_without_its_last_slash_leads_there(api):
    answer = api.get("claims")
    assert answer.status_code == 301 and answer["Location"] == "/api/v1/claims/"


@pytest.mark.parametrize(
    "path", ["claims/?status=%00", "claims/%00/", "claims/?%00=1", "verdicts/?cursor=a%00b"]
)
def test_nul(api, path):
    assert "control character" in as_problem(400, api.get(path))["detail"]


@pytest.mark.parametrize("count", [1001, 2500])
def test_a_thousand_parameters(api, count):
    answer = api.get("claims/?" + "&".join(f"p{number}=1" for number in range(count)))
    assert len(as_problem(400, answer)["errors"]) <= 20


@pytest.mark.parametrize("path", ["", "schema/", "verdicts/", "verdicts/1/", "ratings/", "corrections/"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_what_is_only_read(api, desk, path, method):
    factories.ClaimFactory(rating="supported")
    for who in (api, desk):
        answer = getattr(who.client, method)(f"/api/v1/{path}", {"a": 1}, content_type="application/json")
        assert as_problem(405, answer)["code"] == "method_not_allowed"
        assert answer["Allow"] == "GET, HEAD, OPTIONS"
    answer = api.client.post(f"/api/v1/{path}", HTTP_X_HTTP_METHOD_OVERRIDE="GET")
    as_problem(405, answer)


@pytest.mark.parametrize("body", hostile.each(hostile.JSON_BODIES))
def test_no_body_breaks_anything(api, desk, body):
    factories.ClaimFactory()
    data = body.encode("utf-8", "surrogatepass")
    for path in ALL:
        answer = api.client.post(f"/api/v1/{path}", data, content_type="application/json")
        as_problem(answer.status_code, answer)
        assert answer.status_code in (401, 405)
        answer = api.client.generic("GET", f"/api/v1/{path}", data, content_type="application/json")
        assert answer.status_code in (200, 404)
    for path in ("claims/", "claims/bulk/", "claims/1/dismiss/", "imports/", "drafts/", "sources/"):
        answer = desk.client.post(f"/api/v1/{path}", data, content_type="application/json")
        assert answer.status_code in (400, 403, 404), (path, answer.status_code)
        as_problem(answer.status_code, answer)


@pytest.mark.parametrize("method", ["TRACE", "PURGE", "PROPFIND"])
def test_odd_methods(api, method):
    answer = api.client.generic(method, "/api/v1/claims/")
    as_problem(405, answer)


def test_a_session_that_is_none(api):
    api.client.cookies["sessionid"] = "nonsense"
    assert api.get("claims/").status_code == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png", "nonsense", "a/b/c;;;q=,"])
def test_only_json_is_spoken(api, accept):
    as_problem(406, api.get("claims/", HTTP_ACCEPT=accept))


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_browsers_and_programs_get_json(api, accept):
    api.json("claims/", HTTP_ACCEPT=accept)


def test_an_evil_host(api):
    as_problem(400, api.get("claims/", HTTP_HOST="evil.example"))


def test_a_bug_is_a_plain_500(api, monkeypatch, caplog):
    def broken(*_):
        raise ZeroDivisionError("a secret of the machine")

    monkeypatch.setattr(Claim.objects.all().__class__, "visible_to", broken)
    caplog.set_level(logging.CRITICAL, "django.request")
    answer = Client(raise_request_exception=False).get("/api/v1/claims/")
    assert as_problem(500, answer)["code"] == "server_error"
    assert "secret" not in answer.content.decode()


def test_pages_keep_their_own_refusals(client, db):
    assert client.get("/nowhere").headers["Content-Type"].startswith("text/html")


# What the rules' own words become


class Shape(serializers.Serializer):
    title = serializers.CharField()
    rows = serializers.ListField(child=serializers.IntegerField())


def invalid(data: dict) -> serializers.ValidationError:
    try:
        Shape(data=data).is_valid(raise_exception=True)
    except serializers.ValidationError as trouble:
        return trouble
    raise AssertionError("was valid")


@pytest.mark.parametrize(
    ("trouble", "status", "code", "pointers"),
    [
        (Refused("No.", "merged"), 409, "merged", []),
        (NotAllowed("Not you."), 403, "not_allowed", []),
        (Stale("Too late.", None), 412, "stale", []),
        (NotPublishable([Obstacle("no_rating", "Choose.", "rating")]), 409, "not_publishable", ["#/rating"]),
        (ModelValidationError({"title": "Too long.", "__all__": ["A", "B"]}), 400, "invalid", ["#/title", None, None]),
        (ModelValidationError("Alone."), 400, "invalid", [None]),
        (Http404(), 404, "not_found", []),
        (PermissionDenied(), 403, "not_allowed", []),
        (RequestDataTooBig(), 413, "body_too_large", []),
        (SuspiciousOperation(), 400, "bad_request", []),
        (RecursionError(), 400, "too_deep", []),
        (invalid({"rows": [1, "x"]}), 400, "invalid", ["#/title", "#/rows/1"]),
        (serializers.ValidationError("Alone."), 400, "invalid", [None]),
    ],
)  # fmt: skip
def test_exceptions_as_problems(trouble, status, code, pointers):
    body = body_for(trouble)
    assert (body["status"], body["code"]) == (status, code)
    assert [one["pointer"] for one in body["errors"]] == pointers
    assert body["detail"] and json.dumps(body)


def test_a_constraint_of_a_model_speaks(db):
    with pytest.raises(ModelValidationError) as refusal:
        Claim.add(None, "")
    body = body_for(refusal.value)
    assert body["status"] == 400 and "statement" in json.dumps(body)


def test_bugs_are_nobody_s_problem():
    assert body_for(ZeroDivisionError()) is None
