"""Writes to the API as somebody, through the door's own session or with a key's scopes."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from tests.api.conftest import as_problem


class Writer:
    """Somebody of the desk who writes; `made` and `done` fail where the answer is a refusal."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.client = Client()
        self.client.force_login(user)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = body if isinstance(body, (bytes, str)) else json.dumps({} if body is None else body)
        address = path if path.startswith("/") else f"/api/v1/{path}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, address, given, content_type="application/json", headers=named)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def made(self, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        answer = self.post(path, body, **headers)
        assert answer.status_code == 201, answer.content.decode()[:800]
        assert answer["Location"].startswith("http://testserver/api/v1/")
        assert answer["ETag"].startswith('"') and answer["Cache-Control"] == "private, no-store"
        found: dict[str, Any] = answer.json()
        return found

    def done(self, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        answer = self.post(path, body, **headers)
        assert answer.status_code == 200, answer.content.decode()[:800]
        found: dict[str, Any] = answer.json()
        return found

    def get(self, path: str) -> Any:
        return self.client.get(path if path.startswith("/") else f"/api/v1/{path}")

    def patch(self, path: str, body: Any, seen: str | None = None, **headers: str) -> Any:
        """PATCH with the tag that the row's detail has now, or the one that is given; "" sends none."""
        tag = self.get(path)["ETag"] if seen is None else seen
        return self.send("PATCH", path, body, **({"If_Match": tag} if tag else {}), **headers)

    def problem(self, status: int, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
        return as_problem(status, self.post(path, body, **headers))
