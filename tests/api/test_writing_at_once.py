"""Programs that write at the same moment, each in a process of its own, as the workers of a server are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from articles.models import ApiKey, Claim
from tests import factories

pytestmark = pytest.mark.slow


@pytest.fixture
def token(committed_database: Any) -> str:
    editor = factories.UserFactory(role="editor")
    return ApiKey.issue(editor, editor, "test", ["publish"], None)[1]


def answers(database: Any, token: str, requests: list[tuple[str, str, Any, dict[str, str]]]) -> list[Any]:
    processes = [
        database.start("ask_api", method, path, token, json.dumps(body), json.dumps(headers))
        for method, path, body, headers in requests
    ]
    return [json.loads(said) for said in database.at_once(processes)]


def test_two_scripts_change_one_claim(committed_database, token):
    claim = factories.ClaimFactory(statement="Before.")
    seen = {"If-Match": f'"claim-{claim.pk}-r{claim.revision}"'}
    path = f"/api/v1/claims/{claim.pk}/"
    got = answers(
        committed_database,
        token,
        [("PATCH", path, {"statement": f"Script {number}."}, seen) for number in range(2)],
    )
    assert sorted(status for status, _ in got) == [200, 412]
    winner = next(body for status, body in got if status == 200)
    loser = next(body for status, body in got if status == 412)
    claim.refresh_from_db()
    assert claim.statement == winner["statement"] == loser["current"]["statement"]
    assert claim.revision == 2


def test_one_request_sent_three_times_at_once(committed_database, token):
    named = {"Idempotency-Key": "b7a1"}
    got = answers(committed_database, token, [("POST", "/api/v1/claims/", {"statement": "Once."}, named)] * 3)
    assert [status for status, _ in got] == [201, 201, 201]
    assert got[0][1] == got[1][1] == got[2][1]
    assert Claim.objects.count() == 1


def test_a_refused_twin_does_not_keep_the_other_from_its_answer(committed_database, token):
    """The same name with two bodies at once: one is carried out, the other told that the name is taken."""
    named = {"Idempotency-Key": "b7a1"}
    got = answers(
        committed_database,
        token,
        [("POST", "/api/v1/claims/", {"statement": f"Number {number}."}, named) for number in range(2)],
    )
    assert sorted(status for status, _ in got) == [201, 422]
    assert Claim.objects.count() == 1
