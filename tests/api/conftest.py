"""What tests of the API share: a reader and somebody of the desk, each with a client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from articles.models import User

NOUNS = ("articles", "claims", "sources", "verdicts")
PROBLEM = {"type", "title", "status", "detail", "code", "errors"}


class Api:
    """Asks the API; `json` fails where the answer is a refusal, `problem` where it is none."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str, query: dict[str, Any] | None = None, **more: Any) -> Any:
        address = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        return self.client.get(address, query, **more)

    def json(self, path: str, query: dict[str, Any] | None = None, **more: Any) -> Any:
        answer = self.get(path, query, **more)
        assert answer.status_code == 200, answer.content.decode()[:500]
        assert answer["Content-Type"] == "application/json; charset=utf-8"
        return answer.json()

    def ids(self, path: str, query: dict[str, Any] | None = None) -> list[int]:
        return [row["id"] for row in self.rows(path, query)]

    def rows(self, path: str, query: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        """Yield all rows of a list, page by page."""
        page = self.json(path, query)
        yield from page["results"]
        while page["next"]:
            page = self.json(page["next"].removeprefix("http://testserver"))
            yield from page["results"]

    def problem(
        self, status: int, path: str, query: dict[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        return as_problem(status, self.get(path, query, **more))


def as_problem(status: int, answer: Any) -> dict[str, Any]:
    """Return the body of a refusal, having looked at its shape."""
    assert answer.status_code == status, answer.content.decode()[:500]
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    body = answer.json()
    assert set(body) == PROBLEM and body["status"] == status and body["detail"] and body["code"]
    for one in body["errors"]:
        assert set(one) == {"code", "detail", "parameter", "pointer"} and one["code"] and one["detail"]
    return body


@pytest.fixture
def api(db: None) -> Api:
    """A reader: nobody signed in."""
    return Api()


@pytest.fixture
def desk(reporter: User) -> Api:
    """Somebody signed in at the desk."""
    return Api(reporter)
