"""The schema says what the API does; the committed file and the page for people say what the schema does."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openapi_pydantic
import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from api import rows
from api.describing import as_committed, operations
from api.errors import CONTENT_TYPE
from api.manual import as_markdown, read
from api.schema import whole_schema
from articles.models import Claim
from tests import factories

DOCS = Path(__file__).resolve().parents[2] / "docs"
COMMITTED = json.loads((DOCS / "openapi.json").read_text(encoding="utf-8"))


def strict(schema: Any) -> Any:
    """Return a schema that refuses keys it does not name: an answer must not say more than was promised."""
    if isinstance(schema, list):
        return [strict(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    done = {key: strict(inner) for key, inner in schema.items()}
    if "properties" in done:
        done.setdefault("additionalProperties", False)
    if "anyOf" in done and schema["anyOf"][-1:] == [{"$ref": "#/components/schemas/Chosen"}]:
        return done["anyOf"][0]
    return done


STRICT = strict(COMMITTED["components"])


def validate_body(schema: Any, body: Any) -> list[str]:
    """Return where a body is not what a schema of the committed document promises, key by key."""
    # Without `fields` nothing is left out.
    whole = {**strict(schema.get("anyOf", [schema])[0]), "components": STRICT}
    errors = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(body)
    return [f"{one.json_path}: {one.message[:300]}" for one in errors]


def test_the_committed_files_are_the_code_s(tmp_path):
    """Red? Run `manage.py describe_api` and read the difference."""
    assert (DOCS / "openapi.json").read_text(encoding="utf-8") == as_committed(whole_schema())
    assert (DOCS / "api-reference.md").read_text(encoding="utf-8") == as_markdown(read(COMMITTED))
    assert (DOCS / "changes.md").read_text(encoding="utf-8") == rows.as_markdown()


def test_the_generator_has_nothing_to_complain_of(tmp_path):
    where = str(tmp_path / "openapi.json")
    call_command(
        "spectacular", format="openapi-json", file=where, validate=True, fail_on_warn=True, stderr=StringIO()
    )


def test_the_schema_is_served_and_is_the_committed_one(api):
    answer = api.get("schema/")
    assert answer.json() == COMMITTED and answer["Cache-Control"] == "public, no-cache"
    again = api.get("schema/", HTTP_IF_NONE_MATCH=answer["ETag"])
    assert again.status_code == 304 and again.content == b""


class TestValidity:
    def test_of_the_specification_s_own_schema(self):
        assert list(OpenAPIV31SpecValidator(COMMITTED).iter_errors()) == []

    def test_of_a_model_of_the_specification(self):
        assert openapi_pydantic.parse_obj(COMMITTED).openapi.startswith("3.1")

    def test_nothing_is_left_of_the_version_before(self):
        text = json.dumps(COMMITTED)
        for word in ('"nullable"', '"exclusiveMinimum": true', "{format}", '"example":', "x-spec"):
            assert word not in text, word


class TestCompleteness:
    @pytest.mark.parametrize(("path", "method", "operation"), list(operations(COMMITTED)))
    def test_every_operation_says_what_it_is(self, path, method, operation):
        assert operation["summary"] and operation["description"] and operation["security"]
        assert len(operation["tags"]) == 1
        for one in operation.get("parameters", []):
            assert pointed_at(one)["description"], one
        for status, answer in operation["responses"].items():
            told = pointed_at(answer)
            assert told["description"], status
            assert status < "400" or CONTENT_TYPE in told["content"]
        assert {"400", "401", "429"} <= set(operation["responses"])

    def test_every_noun_is_told(self):
        told = {one["name"]: one["description"] for one in COMMITTED["tags"]}
        used = {tag for _path, _method, one in operations(COMMITTED) for tag in one["tags"]}
        assert set(told) == used and all(told.values())

    def test_names_of_operations_are_good_for_code_and_stay(self):
        """They are methods of clients that others have generated: rename none within v1."""
        names = [one["operationId"] for _path, _method, one in operations(COMMITTED)]
        assert len(set(names)) == len(names) and all(re.fullmatch("[a-z]+(_[a-z]+)*", one) for one in names)
        pinned = (Path(__file__).parent / "operations.txt").read_text(encoding="utf-8").split()
        assert set(pinned) - set(names) == set()
        assert set(names) - set(pinned) == set(), "new ones: add them to operations.txt"

    def test_what_needs_a_key_says_so(self):
        needs = {one["operationId"]: one["security"] for _path, _method, one in operations(COMMITTED)}
        assert needs["claims_list"][0] == {} and needs["claims_create"][0] == {"key": ["write"]}
        assert needs["drafts_publish"][0] == {"key": ["publish"]} and needs["drafts_list"][0] == {
            "key": ["drafts"]
        }
        assert needs["imports_create"][0] == {"key": ["import"]}

    def test_changes_of_rows_need_the_state_that_was_seen(self):
        for _path, method, one in operations(COMMITTED):
            found = {
                each["name"]: each
                for each in map(pointed_at, one.get("parameters", []))
                if each["in"] == "header"
            }
            if method == "patch":
                assert found["If-Match"]["required"] and "428" in one["responses"]
            if method == "post" and "key" in one["security"][0]:
                assert "Idempotency-Key" in found


def pointed_at(one: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference into the document."""
    found: Any = COMMITTED
    for part in one.get("$ref", "").removeprefix("#/").split("/") if "$ref" in one else ():
        found = found[part]
    return found if "$ref" in one else one


def test_no_claim_without_a_page(api):
    claim = Claim.objects.get(pk=factories.ClaimFactory().pk)
    page = api.json(f"claims/{claim.pk}/")["page_url"]
    assert api.client.get(urlsplit(page).path).status_code == 200
