"""Every answer is what the description promises, key by key; the examples it shows are such answers."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import time_machine

from api.describing import EXAMPLES, shape_of
from tests.api.test_schema import COMMITTED, validate_body
from tests.api.tour import Guide, take

OPERATIONS = {
    operation["operationId"]: operation
    for methods in COMMITTED["paths"].values()
    for operation in methods.values()
}
#: Not shown: it is the file itself.
WITHOUT_EXAMPLE = {"schema"}


def schema_of(operation: str, status: int) -> tuple[str, Any]:
    """Return (media type, schema) of an answer; ("", None) where none is promised."""
    answer = OPERATIONS[operation]["responses"][str(status)]
    if "$ref" in answer:
        answer = COMMITTED["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    for media, content in answer.get("content", {}).items():
        return media, content["schema"]
    return "", None


class Record:
    """What was answered on the tour: looked at, and kept for the examples."""

    def __init__(self) -> None:
        self.visited: set[str] = set()
        self.wrong: list[str] = []
        self.examples: dict[str, Any] = {}

    def look(self, operation: str, sent: Any, status: int, answer: Any) -> None:
        self.visited.add(operation)
        if str(status) not in OPERATIONS[operation]["responses"]:
            self.wrong.append(f"{operation}: {status} is not promised")
            return
        _media, schema = schema_of(operation, status)
        if sent is not None and status < 300:
            body = OPERATIONS[operation]["requestBody"]["content"]["application/json"]["schema"]
            self.wrong += [f"{operation}, body: {one}" for one in validate_body(body, sent)]
            self.examples.setdefault(shape_of(body), sent)
        if schema is None:
            return
        if operation not in WITHOUT_EXAMPLE:
            self.wrong += [f"{operation} {status}: {one}" for one in validate_body(schema, answer)]
        name = shape_of(schema)
        if name and status != 412:
            # A list that shows a row teaches more than an empty one.
            known = self.examples.get(name)
            if known is None or (known.get("results") == [] and answer.get("results")):
                self.examples[name] = answer


@pytest.fixture
def record(db: None) -> Record:
    found = Record()
    with time_machine.travel("2024-11-20T08:30:00Z", tick=False):
        take(Guide(COMMITTED, found.look))
    return found


def test_every_answer_is_what_was_promised_and_every_body_was_taken(record):
    """Red? What the API answers and what `docs/openapi.json` says are two things: mend one of them.

    With EXAMPLES=write in the environment the examples are written anew from what was answered.
    """
    if os.environ.get("EXAMPLES") == "write":
        shown = {name: shorter(value) for name, value in sorted(record.examples.items()) if name}
        EXAMPLES.write_text(json.dumps(shown, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert record.wrong == []
    assert set(OPERATIONS) - record.visited == set()


def shorter(value: Any) -> Any:
    """Return an answer with at most two rows of each list, and without what is random."""
    if isinstance(value, dict):
        return {key: shorter(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shorter(inner) for inner in value[:2]]
    if isinstance(value, str) and value.startswith("http://testserver"):
        return value.replace("http://testserver", "https://factcheck.example")
    return value


def test_examples_are_what_they_are_examples_of():
    components = COMMITTED["components"]
    for name, example in components["examples"].items():
        schema = {"$ref": f"#/components/schemas/{name}"}
        assert validate_body(schema, example["value"]) == [], name


def test_a_missing_an_extra_and_a_wrong_key_are_noticed():
    schema = {"$ref": "#/components/schemas/ClaimDetail"}
    body = COMMITTED["components"]["examples"]["ClaimDetail"]["value"]
    assert validate_body(schema, body) == []
    for wrong in (
        {**body, "extra": 1},
        {**body, "kind": "x"},
        {key: body[key] for key in body if key != "origin"},
    ):
        assert validate_body(schema, wrong), wrong
    inner = {**body, "asserted": {**body["asserted"], "extra": 1}}
    assert validate_body({"anyOf": [schema, {"$ref": "#/components/schemas/Chosen"}]}, inner)


def test_whatever_has_a_shape_has_an_example():
    """Red? Add it to `tests.api.tour`, and write the examples anew (see above)."""
    missing = set()
    for operation in OPERATIONS.values():
        for body in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media in body.get("content", {}).values():
                if shape_of(media["schema"]) and "examples" not in media:
                    missing.add(shape_of(media["schema"]))
    assert missing == set()
