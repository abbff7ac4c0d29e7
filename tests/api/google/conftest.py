"""What tests of the Google-compatible door share: one who asks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

SEARCH = "/v1alpha1/claims:search"


class Google:
    """Asks `claims:search`; `json` fails where the answer is a refusal, `error` where it is none."""

    def __init__(self) -> None:
        self.client = Client()

    def get(self, **query: Any) -> Any:
        return self.client.get(SEARCH, query)

    def json(self, **query: Any) -> dict[str, Any]:
        return as_json(self.get(**query))

    def texts(self, **query: Any) -> list[str]:
        return [claim["text"] for claim in self.json(**query).get("claims", [])]

    def pages(self, **query: Any) -> Iterator[list[str]]:
        """Yield the texts of each page, to the last one."""
        while True:
            body = self.json(**query)
            yield [claim["text"] for claim in body.get("claims", [])]
            if "nextPageToken" not in body:
                return
            query["pageToken"] = body["nextPageToken"]

    def error(self, **query: Any) -> dict[str, Any]:
        return as_error(400, "INVALID_ARGUMENT", self.get(**query))


def as_json(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content.decode()[:500]
    assert answer["Content-Type"] == "application/json; charset=UTF-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    body: dict[str, Any] = answer.json()
    assert set(body) <= {"claims", "nextPageToken"}
    return body


def as_error(code: int, status: str, answer: Any) -> dict[str, Any]:
    """Return what stands under `error`, having looked at its shape."""
    assert answer.status_code == code, answer.content.decode()[:500]
    assert answer["Content-Type"] == "application/json; charset=UTF-8"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Access-Control-Allow-Origin"] == "*"
    (name,) = body = answer.json()
    assert name == "error"
    error: dict[str, Any] = body["error"]
    assert {"code", "message", "status"} <= set(error) <= {"code", "message", "status", "details"}
    assert (error["code"], error["status"]) == (code, status) and error["message"]
    return error


@pytest.fixture
def google(db: None) -> Google:
    return Google()
