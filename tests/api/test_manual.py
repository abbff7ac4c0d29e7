"""The pages about the API: every operation, the guide made of `docs/`, and the rows of the change feed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from api import guide, rows
from api.describing import operations
from api.manual import manual
from api.templatetags.manual import asked_of, with_code
from api.titles import title
from articles.models.ledger import recorded_models
from tests.api.test_schema import COMMITTED
from tests.api.tour import Guide, take


class TestPagesForPeople:
    def test_contents_lead_to_every_operation(self, api):
        page = api.get("docs/").content.decode()
        for _path, _method, one in operations(COMMITTED):
            assert f'#{one["operationId"]}"' in page

    @pytest.mark.parametrize("noun", [one["name"] for one in COMMITTED["tags"]])
    def test_every_anchor_leads_somewhere(self, api, noun):
        answer = api.get(f"docs/{noun}/")
        page = answer.content.decode()
        assert answer.status_code == 200 and len(page) < 300_000
        places = re.findall(r' id="([^"]+)"', page)
        assert len(set(places)) == len(places)
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(places)
        assert "style=" not in page and "<script" not in page

    def test_what_there_is_not(self, api):
        assert api.get("docs/nonsense/").status_code == 404
        assert api.get("docs/guide/nonsense/").status_code == 404
        assert api.get("docs/guide/bench/").status_code == 404
        assert api.client.post("/api/v1/docs/").status_code == 405

    def test_calls_go_to_this_instance(self, api):
        page = api.get("docs/claims/").content.decode()
        assert "http://testserver/api/v1/claims/" in page and "factcheck.example" not in page

    def test_code_is_code_and_nothing_else_is_html(self):
        assert with_code("`a` < <b>") == "<code>a</code> &lt; &lt;b&gt;"
        assert with_code("`<i>`") == "<code>&lt;i&gt;</code>"
        assert asked_of("https://factcheck.example/x", "http://here") == "http://here/x"

    def test_what_must_be_sent_is_said_at_the_operation(self, api):
        page = api.get("docs/evidence/").content.decode()
        body = page.partition('id="evidence_create"')[2].partition("<h3>Call")[0]
        assert re.search(
            r"needed: <code>claim</code>, <code>source_version</code>, <code>stance</code>", body
        )


class TestGuide:
    @pytest.mark.parametrize("name", list(guide.PAGES))
    def test_every_link_leads_somewhere(self, api, name):
        address = f"docs/{guide.below(name)}"
        answer = api.get(address)
        page = answer.content.decode()
        assert answer.status_code == 200 and "<script" not in page and "style=" not in page
        assert guide.PAGES[name] in page and "factcheck.example" not in page
        text = page.partition('<article class="manual-guide">')[2].partition("</article>")[0]
        for target in re.findall(r'href="([^"]+)"', text):
            path, _, place = target.partition("#")
            if path.startswith("http"):
                continue
            there = page if not path else api.client.get(path).content.decode()
            assert not path or api.client.get(path).status_code == 200, target
            assert not place or f'id="{place}"' in there, target

    def test_places_are_named_as_on_github(self):
        assert guide.place_of("What `manage.py verify` checks") == "what-managepy-verify-checks"

    def test_tables_are_tables(self, api):
        assert '<table tabindex="0">' in api.get("docs/guide/").content.decode()

    def test_an_installation_without_docs_says_where_they_are(self, api, monkeypatch, tmp_path):
        monkeypatch.setattr(guide, "FOLDER", tmp_path)
        assert api.get("docs/guide/").status_code == 404
        page = api.get("docs/").content.decode()
        assert "docs/api.md" in page and reverse("api-docs-guide") not in page

    def test_contents_lead_to_tasks_codes_and_the_promise(self, api):
        page = api.get("docs/").content.decode()
        for place in ("by-task", "keys", "refusals", "the-promise"):
            assert f'{reverse("api-docs-guide")}#{place}"' in page


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("articles_list", "List articles"),
        ("articles_versions_list", "List versions of an article"),
        ("sources_versions_create", "Add a version of a source"),
        ("evidence_create", "Add evidence"),
        ("claims_update", "Change a claim"),
        ("appearances_re_anchor", "Re-anchor an appearance"),
        ("claims_merge", "Merge a claim"),
        ("people_retrieve", "Show a person"),
        ("imports_create", "Hand in articles"),
        ("claims_export_csv", "Export claims as CSV"),
    ],
)
def test_titles(operation, said):
    found = {one.name: one.summary for noun in manual().values() for one in noun.operations}
    assert found[operation] == said


def test_no_two_operations_of_a_noun_have_one_title():
    for noun in manual().values():
        titles = [one.summary for one in noun.operations]
        assert len(set(titles)) == len(titles), noun.name
        assert not [one for one in titles if ":" in one]


def test_a_title_of_what_nobody_thought_of():
    assert title("pulse", "", "", "") == "Pulse"


def test_rows_hold_the_columns_that_are_told(db):
    """Red? A column is new, or may be null now: run `manage.py describe_api`, or see `api.rows`."""
    take(Guide(COMMITTED, lambda *_: None))
    told, seen = rows.columns(), set()
    for model in recorded_models():
        name = model._meta.model_name
        found: Any = model._default_manager.all()
        # What only readers get is loaded with this; here are all rows, those of the desk too.
        for row in found.with_is_redacted() if hasattr(found, "with_is_redacted") else found:
            shown = row.as_shown()
            assert set(shown) == {one.name for one in told[name]}, name
            null = {key for key, value in shown.items() if value is None}
            assert null <= {one.name for one in told[name] if one.may_be_null}, name
            seen.add(name)
    assert len(seen) > 15 and "claim" in seen
