"""Has this been checked already? A batch of texts by POST, which only reads."""

from __future__ import annotations

from typing import Any

import pytest

from api import limits
from articles.models import AnsweredRequest, Scope
from articles.models.ledger import act
from tests import factories as f
from tests.api.conftest import Api, as_problem
from tests.api.test_keys import bearer
from tests.api.test_limits import START
from tests.matching.faked import Faked, faked, found, reason
from tests.query_counts import queries_of

POOL = "The pool in the park holds 300 litres."


@pytest.fixture
def fake(monkeypatch) -> Faked:
    return faked(monkeypatch)


def post(api: Api, body: Any, path: str = "claims/match/", **more: Any) -> Any:
    return api.client.post(f"/api/v1/{path}", body, content_type="application/json", **more)


def asked(api: Api, *texts: str, **more: Any) -> list[dict[str, Any]]:
    answer = post(api, {"texts": list(texts), **more})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_each_text_in_order_with_what_is_on_record(api, fake):
    checked = f.ClaimFactory(statement="The park's pool takes 300 litres.", rating="supported")
    waiting = f.ClaimFactory(statement="The pool does not hold 300 litres.")
    fake.says[POOL] = [found(checked), found(waiting, "opposite", 0.123456, reason("negation", "not"))]
    one, two, again = asked(api, POOL, "The moon is full.", POOL)
    assert (one["text"], one["already_checked"], one["notes"]) == (POOL, True, [])
    assert two == {"text": "The moon is full.", "already_checked": False, "matches": [], "notes": []}
    assert again == one
    first, second = one["matches"]
    assert set(first) == {"claim", "score", "relation", "reasons", "verdict"}
    assert first["claim"]["id"] == checked.pk and first["claim"]["statement"] == checked.statement
    assert first["claim"]["api_url"] == f"http://testserver/api/v1/claims/{checked.pk}/"
    assert first["claim"]["page_url"] == f"http://testserver{checked.get_absolute_url()}"
    assert first["verdict"]["rating"]["slug"] == "supported" and first["verdict"]["rating"]["labels"]["en"]
    assert first["verdict"]["page_url"] == f"http://testserver{checked.current_verdict.get_absolute_url()}"
    assert first["reasons"] == [
        {"code": "shared_numbers", "words": ["300"], "sentence": reason().sentence}
    ]  # fmt: skip
    assert (second["relation"], second["score"], second["verdict"]) == ("opposite", 0.1235, None)


def test_what_is_asked_for_is_handed_on(api, desk, fake, reporter):
    asked(api, POOL)
    asked(desk, POOL, limit=20, checked_only=True)
    (_texts, usual), (texts, other) = fake.calls
    assert (usual["limit"], usual["checked_only"]) == (5, False) and not usual["user"].is_authenticated
    assert (texts, other["limit"], other["checked_only"], other["user"]) == ([POOL], 20, True, reporter)


def test_what_is_hidden_from_who_asks_is_not_shown(api, desk, fake):
    """Even if the core named it: the row is read as who asks may see it."""
    hidden = f.ClaimFactory(status="dismissed", status_reason="Not for us.")
    fake.says[POOL] = [found(hidden)]
    assert asked(api, POOL)[0]["matches"] == []
    assert asked(desk, POOL)[0]["matches"][0]["claim"]["id"] == hidden.pk


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "required", "#/texts"),
        ({"texts": []}, "min_length", "#/texts"),
        ({"texts": "one"}, "not_a_list", "#/texts"),
        ({"texts": ["x"] * 101}, "max_length", "#/texts"),
        ({"texts": ["x", "y" * 5_001]}, "max_length", "#/texts/1"),
        ({"texts": ["x", 5]}, "not_a_text", "#/texts/1"),
        ({"texts": ["x", "a\0b"]}, "null_characters_not_allowed", "#/texts/1"),
        ({"texts": ["x", None]}, "null", "#/texts/1"),
        ({"texts": ["x"], "limit": 0}, "min_value", "#/limit"),
        ({"texts": ["x"], "limit": 21}, "max_value", "#/limit"),
        ({"texts": ["x"], "limit": "5"}, "not_a_number", "#/limit"),
        ({"texts": ["x"], "checked_only": "yes"}, "invalid", "#/checked_only"),
        ({"texts": ["x"], "checked": True}, "unknown_field", "#/checked"),
        (["x"], "not_an_object", None),
    ],
    ids=str,
)
def test_a_body_that_cannot_be_read(api, fake, body, code, pointer):
    (wrong,) = as_problem(400, post(api, body))["errors"]
    assert (wrong["code"], wrong["pointer"]) == (code, pointer)
    assert not fake.calls


def test_an_empty_text_spoils_no_batch(api, fake):
    assert [one["text"] for one in asked(api, "", " ", POOL)] == ["", " ", POOL]


def test_an_address_holds_no_parameters_and_nothing_is_got(api, fake):
    as_problem(400, post(api, {"texts": [POOL]}, "claims/match/?limit=2"))
    assert "POST" in as_problem(405, api.get("claims/match/"))["detail"]


def test_no_key_is_needed_and_one_without_scopes_will_do(api, fake):
    assert asked(api, POOL)
    assert post(api, {"texts": [POOL]}, **bearer(f.ApiKeyFactory(scopes=[]))).status_code == 200


def test_nothing_is_kept_of_it_and_no_tag_is_given(api, fake):
    headers = bearer(f.ApiKeyFactory(scopes=[Scope.WRITE]))
    for _ in range(2):
        answer = post(api, {"texts": [POOL]}, HTTP_IDEMPOTENCY_KEY="a-name", **headers)
        assert "ETag" not in answer and "Idempotency-Replayed" not in answer
    assert len(fake.calls) == 2 and not AnsweredRequest.objects.exists()


class TestCounting:
    @pytest.fixture(autouse=True)
    def limited(self, settings, tmp_path, monkeypatch):
        settings.DATA_DIRECTORY = tmp_path
        settings.API_LIMITS_ANONYMOUS, settings.API_LIMITS_READ, settings.API_LIMITS_WRITE = 10, 30, 1
        monkeypatch.setattr(limits.time, "time", lambda: START + 20)

    def left(self, answer: Any) -> str:
        return answer["RateLimit"].split(";")[1]

    def test_each_text_counts_as_a_request_to_read(self, api, fake):
        assert self.left(post(api, {"texts": ["x"]})) == "r=9"
        assert self.left(post(api, {"texts": ["x"] * 6})) == "r=3"
        refused = post(api, {"texts": ["x"] * 4})
        as_problem(429, refused)
        assert int(refused["Retry-After"]) >= 1 and len(fake.calls) == 2
        # What was refused cost one; a smaller one still goes.
        assert self.left(post(api, {"texts": ["x"] * 2})) == "r=0"

    def test_who_may_ask_less_than_the_batch_holds_spends_all(self, api, fake):
        assert self.left(post(api, {"texts": ["x"] * 100})) == "r=0"
        as_problem(429, post(api, {"texts": ["x"]}))

    def test_a_key_reads(self, api, fake):
        headers = bearer(f.ApiKeyFactory(scopes=[]))
        for left in ("r=28", "r=26"):
            answer = post(api, {"texts": ["x", "y"]}, **headers)
            assert answer["RateLimit"].startswith('"read"') and self.left(answer) == left

    def test_what_cannot_be_read_costs_one(self, api, fake):
        post(api, {"texts": ["x"] * 101})
        assert self.left(post(api, {"texts": ["x"]})) == "r=8"


def test_a_hundred_texts_cost_the_queries_of_one(api, fake):
    with act(None, "grow", None):
        claims = [f.ClaimFactory(rating="supported") for _ in range(12)]
    texts = [f"Statement {number}." for number in range(100)]
    for number, text in enumerate(texts):
        fake.says[text] = [found(claims[(number + step) % 12]) for step in range(5)]

    def count(many: int) -> int:
        queries_of(lambda: post(api, {"texts": texts[:many]}))
        return len(queries_of(lambda: post(api, {"texts": texts[:many]})))

    assert count(1) == count(100) <= 4
