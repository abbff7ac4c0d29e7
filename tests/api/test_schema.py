"""The schema says what the API does; the committed file and the page for people say what the schema does."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator, FormatChecker

from articles.models import Claim, Verdict
from tests import factories
from tests.api.conftest import NOUNS, Api

DOCS = Path(__file__).resolve().parents[2] / "docs"
COMMITTED = json.loads((DOCS / "openapi.json").read_text(encoding="utf-8"))
PAGE = (DOCS / "api.md").read_text(encoding="utf-8")
#: "GET /api/v1/claims/" → the text of its section.
SECTIONS = dict(re.findall(r"^## GET (\S+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
IMPORTS = "/api/v1/imports/"
#: The addresses that are read.
READ = sorted(set(COMMITTED["paths"]) - {IMPORTS})
#: What every list has, which the page says once.
PAGING = {"page_size", "cursor"}


def strict(schema: Any) -> Any:
    """Return a schema that refuses keys it does not name: an answer must not say more than was promised."""
    if isinstance(schema, list):
        return [strict(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    done = {key: strict(inner) for key, inner in schema.items()}
    if "properties" in done:
        done.setdefault("additionalProperties", False)
    return done


def validate(operation: str, status: str, body: Any, method: str = "get") -> None:
    """Fail where an answer is not what the committed schema promises, key by key."""
    content = COMMITTED["paths"][operation][method]["responses"][status]["content"]
    (schema,) = (one["schema"] for one in content.values())
    whole = {**strict(schema), "components": strict(COMMITTED["components"])}
    errors = list(Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(body))
    assert not errors, "\n".join(f"{one.json_path}: {one.message[:300]}" for one in errors)


def test_the_committed_schema_is_the_code_s(tmp_path):
    """Red? Run `manage.py spectacular --format openapi-json --file docs/openapi.json` and read the difference."""
    made = tmp_path / "openapi.json"
    call_command(
        "spectacular",
        format="openapi-json",
        file=str(made),
        validate=True,
        fail_on_warn=True,
        stderr=StringIO(),
    )
    assert json.loads(made.read_text(encoding="utf-8")) == COMMITTED


def test_the_schema_is_served_and_is_the_committed_one(api):
    assert api.json("schema/") == COMMITTED
    assert COMMITTED["openapi"].startswith("3.1")


def test_one_address_writes_and_all_others_read():
    methods = {path: set(one) - {"parameters"} for path, one in COMMITTED["paths"].items()}
    assert methods.pop(IMPORTS) == {"post"}
    assert all(one == {"get"} for one in methods.values())


@pytest.fixture
def answers(api: Api) -> dict[str, Any]:
    """One rich answer for each address of the schema."""
    claim = factories.ClaimFactory(topics=[factories.TopicFactory()])
    article = factories.ArticleFactory(public=True)
    factories.CopyFactory(article=article)
    chain = [
        {"claimant": factories.ClaimantFactory()},
        {"described_as": "Somebody", "words": "cost", "start": None},
    ]
    factories.AppearanceFactory(claim=claim, article_version=article.current_version, attributions=chain)
    origin, book = factories.SourceFactory(), factories.SourceFactory(kind="book")
    source = factories.SourceFactory(kind="court_case", derived_from=[origin], part_of=book)
    evidence = factories.EvidenceFactory(
        claim=claim, source_version=factories.SourceVersionFactory(source=source)
    )
    factories.VerdictFactory(claim=claim, evidence=[evidence])
    factories.VerdictFactory(
        claim=claim, evidence=[evidence], rating="contradicted", correction_kind="affects_rating"
    )
    factories.ClaimRelationFactory(first=claim)
    factories.ClaimFactory(merged_into=claim)
    withdrawn = factories.VerdictFactory()
    withdrawn.withdraw(factories.some_editor(), "A test.")
    ids = {"articles": article.pk, "claims": claim.pk, "sources": source.pk}
    ids["verdicts"] = Verdict.objects.filter(claim=claim).latest("pk").pk
    found = {"/api/v1/": api.json(""), "/api/v1/ratings/": api.json("ratings/", {"page_size": 2})}
    for noun in NOUNS:
        found[f"/api/v1/{noun}/"] = api.json(f"{noun}/", {"page_size": 2})
        query = {"as_of": "2999-01-01", "held_on": "2024-01-01"} if noun == "claims" else {}
        found[f"/api/v1/{noun}/{{id}}/"] = api.json(f"{noun}/{ids[noun]}/", query)
    return found


def test_answers_are_what_the_schema_promises(api, answers):
    assert set(answers) == set(READ) - {"/api/v1/schema/"}
    for operation, body in answers.items():
        validate(operation, "200", body)
    for path in ("claims/", "verdicts/", "sources/"):
        for row in api.rows(path):
            validate(f"/api/v1/{path}{{id}}/", "200", api.json(f"{path}{row['id']}/"))


def test_a_missing_or_extra_key_would_be_noticed(answers):
    body = answers["/api/v1/claims/{id}/"]
    for wrong in (
        {**body, "extra": 1},
        {key: body[key] for key in body if key != "origin"},
        {**body, "kind": "x"},
    ):
        with pytest.raises(AssertionError):
            validate("/api/v1/claims/{id}/", "200", wrong)


def test_refusals_are_what_the_schema_promises(api):
    for noun in NOUNS:
        validate(f"/api/v1/{noun}/", "400", api.problem(400, f"{noun}/", {"nonsense": "1"}))
        validate(f"/api/v1/{noun}/", "401", api.problem(401, f"{noun}/", HTTP_AUTHORIZATION="Token x"))
        validate(f"/api/v1/{noun}/", "406", api.problem(406, f"{noun}/", HTTP_ACCEPT="text/html"))
        validate(f"/api/v1/{noun}/{{id}}/", "404", api.problem(404, f"{noun}/9/"))


# The page


def test_every_address_has_its_section():
    assert set(SECTIONS) == set(READ)


@pytest.mark.parametrize("path", READ)
def test_every_parameter_is_told(path):
    described = {
        one["name"]: one
        for one in COMMITTED["paths"][path]["get"].get("parameters", [])
        if one["in"] == "query"
    }
    told = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", SECTIONS[path], re.MULTILINE))
    assert set(told) == set(described) - PAGING
    assert set(described) >= PAGING or not PAGING & set(described)
    for name in told:
        schema = described[name]["schema"]
        for word in schema.get("enum") or schema.get("items", {}).get("enum") or []:
            assert f"`{word}`" in told[name], (name, word)


def test_handing_in_is_told_field_by_field_and_its_example_is_true():
    _, _, section = PAGE.partition(f"\n## POST {IMPORTS}\n")
    fields = COMMITTED["components"]["schemas"]["HandedIn"]["properties"]
    assert set(re.findall(r"^\| `(\w+)` \| ", section, re.MULTILINE)) == set(fields)
    (answer,) = re.findall(r"^```json\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    validate(IMPORTS, "201", json.loads(answer), "post")
    fates = COMMITTED["components"]["schemas"]["OutcomeShape"]["properties"]["fate"]["enum"]
    assert [fate for fate in fates if f"`{fate}`" not in section] == []


def test_what_every_list_has_is_told_once():
    general = PAGE.split("\n## GET ")[0]
    assert set(re.findall(r"^\| `(\w+)` \| ", general, re.MULTILINE)) == PAGING


@pytest.mark.parametrize("path", [path for path in READ if path != "/api/v1/schema/"])
def test_every_address_has_one_request_and_one_true_answer(path):
    (request,) = re.findall(r"^curl 'https://factcheck\.example(.*)'$", SECTIONS[path], re.MULTILINE)
    (answer,) = re.findall(r"^```json\n(.*?)^```$", SECTIONS[path], re.MULTILINE | re.DOTALL)
    assert re.fullmatch(path.replace("{id}", r"\d+"), urlsplit(request).path)
    known = {one["name"] for one in COMMITTED["paths"][path]["get"].get("parameters", [])}
    assert set(parse_qs(urlsplit(request).query)) <= known
    body = json.loads(answer)
    assert body.get("results", True), "an example shows at least one row"
    validate(path, "200", body)


def test_the_requests_of_the_page_are_understood(api):
    factories.newsroom()
    for request in re.findall(r"^curl 'https://factcheck\.example(.*)'$", PAGE, re.MULTILINE):
        expected = 400 if "ratting" in request else 404 if re.search(r"/\d+/", request) else 200
        assert api.get(request).status_code == expected, request


def test_the_refusal_of_the_page_is_a_true_one(api):
    (told,) = re.findall(r"### Refusals.*?^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert json.loads(told) == api.problem(400, "claims/", {"ratting": "supported"})


def test_no_claim_without_a_page(api):
    claim = Claim.objects.get(pk=factories.ClaimFactory().pk)
    page = api.json(f"claims/{claim.pk}/")["page_url"]
    assert api.client.get(urlsplit(page).path).status_code == 200
