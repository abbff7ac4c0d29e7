"""The smaller nouns of the public record: their rows, who sees which, what narrows their lists, what answers cost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from articles.models import Claim, Claimant, Evidence, ResearchStep, Topic
from tests import factories as f
from tests.api.conftest import Api
from tests.query_counts import FEW, MANY, queries_of

MARK = "HIDDENWORD"
#: Each public noun with the most statements its list and its detail cost a reader.
BUDGETS = {
    "appearances": (2, 3),  # appearances; who says it; for a detail first the state
    "relations": (1, 2),
    "claimants": (3, 2),  # claimants; whom they turned out to be; how many are hidden
    "topics": (1, 1),
    "evidence": (1, 2),
    "corrections": (2, 3),  # corrections; their verdicts
    "research-steps": (2, 3),  # steps; the evidence they led to
    "contacts": (2, 2),  # contacts; who was asked
}


def fill() -> dict[str, Any]:
    """Make one row of each noun that readers see; return the row by its noun."""
    claim = f.ClaimFactory(topics=[f.TopicFactory()])
    article = f.ArticleFactory(public=True, rights="full")
    claimant = f.ClaimantFactory()
    f.ClaimantFactory(merged_into=claimant)
    said = f.AppearanceFactory(
        claim=claim, article_version=article.current_version,
        attributions=[{"claimant": claimant}, {"described_as": "a clerk"}],
    )  # fmt: skip
    evidence = f.EvidenceFactory(claim=claim, public=True)
    f.VerdictFactory(claim=claim, evidence=[evidence])
    corrected = f.VerdictFactory(
        claim=claim, evidence=[evidence], rating="contradicted", correction_kind="affects_rating"
    )
    return {
        "appearances": said,
        "relations": f.ClaimRelationFactory(first=claim, second=f.ClaimFactory()),
        "claimants": claimant,
        "topics": claim.topics.get(),
        "evidence": Evidence.objects.get(pk=evidence.pk),
        "corrections": corrected.correction,
        "research-steps": f.ResearchStepFactory(
            claim=claim, public=True, outcome="found", evidence=Evidence.objects.get(pk=evidence.pk)
        ),
        "contacts": f.ContactFactory(claim=claim, public=True, claimant=claimant, reply_state="replied"),
    }


def hide() -> dict[str, Any]:
    """Make one row of each noun that readers do not see, for the reason each noun has."""
    dismissed = f.ClaimFactory(topics=[f.TopicFactory(name=MARK)])
    nobody = f.ClaimantFactory(name=MARK)
    said = f.AppearanceFactory(
        claim=dismissed, article_version=f.ArticleFactory(public=True).current_version,
        attributions=[{"claimant": nobody, "note": MARK}],
    )  # fmt: skip
    relation = f.ClaimRelationFactory(first=dismissed, second=f.ClaimFactory())
    claim = f.ClaimFactory()
    rows = {
        "appearances": said,
        "relations": relation,
        "claimants": nobody,
        "topics": dismissed.topics.get(),
        "evidence": f.EvidenceFactory(claim=claim, note=MARK),
        "research-steps": f.ResearchStepFactory(claim=claim, question=MARK),
        "contacts": f.ContactFactory(claim=claim, question=MARK),
    }
    dismissed.dismiss(None, MARK)
    return rows


class TestRows:
    def test_each_noun_has_a_list_and_a_detail(self, api):
        for noun, row in fill().items():
            listed = next(one for one in api.rows(f"{noun}/") if one["id"] == row.pk)
            assert listed == api.json(f"{noun}/{row.pk}/"), noun
            assert listed["api_url"] == f"http://testserver/api/v1/{noun}/{row.pk}/"
            assert "" not in listed.values(), noun
            if hasattr(row, "revision"):
                row.refresh_from_db()
                assert listed["revision"] == row.revision

    def test_what_they_say(self, api):
        rows = fill()
        got = {noun: api.json(f"{noun}/{row.pk}/") for noun, row in rows.items()}
        claim = rows["evidence"].claim_id
        said = got["appearances"]
        assert said["exact"] == rows["appearances"].exact and said["prefix"] and said["is_current"]
        assert [one["position"] for one in said["attributions"]] == [1, 2]
        assert said["attributions"][0]["claimant"]["id"] == rows["claimants"].pk
        assert said["article_version"]["article"]["id"] == rows["appearances"].article_version.article_id
        assert got["relations"]["first"]["id"] == claim and got["relations"]["words"]
        assert got["claimants"]["claim_count"] == got["topics"]["claim_count"] == 1
        assert got["evidence"]["claim"]["id"] == claim
        assert got["evidence"]["is_cited"] and not got["evidence"]["is_replaced"]
        assert got["corrections"]["verdict"]["is_current"] and got["corrections"]["claim"]["id"] == claim
        assert got["research-steps"]["evidence"]["id"] == rows["evidence"].pk
        assert got["contacts"]["reply"] == "Four million dollars."
        assert got["contacts"]["claimant"]["id"] == rows["claimants"].pk

    def test_words_around_a_quotation_where_rights_allow(self, api):
        article = f.ArticleFactory(public=True, rights="none")
        said = f.AppearanceFactory(article_version=article.current_version)
        got = api.json(f"appearances/{said.pk}/")
        assert got["exact"] and got["prefix"] is None and got["suffix"] is None

    def test_tags_of_details(self, api):
        for noun, row in fill().items():
            answer = api.get(f"{noun}/{row.pk}/")
            again = api.get(f"{noun}/{row.pk}/", HTTP_IF_NONE_MATCH=answer["ETag"])
            assert answer["ETag"].startswith('W/"') and again.status_code == 304, noun

    def test_tags_change_with_what_is_shown(self, api):
        rows = fill()
        before = {noun: api.get(f"{noun}/{row.pk}/")["ETag"] for noun, row in rows.items()}
        Claim.objects.get(pk=rows["evidence"].claim_id).revise(None, statement="Worded anew.")
        Claimant.objects.get(pk=rows["claimants"].pk).revise(None, name="Named anew")
        Topic.objects.get(pk=rows["topics"].pk).revise(None, name="Called anew")
        for noun, row in rows.items():
            assert api.get(f"{noun}/{row.pk}/")["ETag"] != before[noun], noun


class TestVisibility:
    def test_strangers_meet_nothing_hidden(self, api):
        fill()
        for noun, row in hide().items():
            assert row.pk not in api.ids(f"{noun}/"), noun
            assert api.problem(404, f"{noun}/{row.pk}/")["code"] == "not_found"
            assert MARK not in api.get(f"{noun}/").content.decode()

    @pytest.mark.parametrize("role", ["reporter", "editor"])
    def test_the_desk_meets_all(self, db, role):
        rows, desk = hide(), Api(f.somebody(role))
        for noun, row in rows.items():
            assert row.pk in desk.ids(f"{noun}/"), noun
            assert desk.json(f"{noun}/{row.pk}/")["id"] == row.pk

    def test_a_key_without_drafts_reads_as_a_stranger(self, db, editor):
        from rest_framework.test import APIClient

        rows, client = hide(), APIClient()
        client.force_authenticate(user=editor.limited(["import"]))
        for noun, row in rows.items():
            assert client.get(f"/api/v1/{noun}/{row.pk}/").status_code == 404, noun

    def test_addresses_of_contacts_are_the_desk_s(self, api, desk):
        contact = f.ContactFactory(public=True, reach="press@council.example")
        assert "council.example" not in api.get("contacts/").content.decode()
        assert api.json(f"contacts/{contact.pk}/")["reach"] is None
        assert desk.json(f"contacts/{contact.pk}/")["reach"] == "press@council.example"

    def test_nested_rows_that_are_hidden_are_null(self, api, desk):
        contact = f.ContactFactory(public=True, claimant=f.ClaimantFactory(name=MARK))
        evidence = f.EvidenceFactory(public=True)
        step = f.ResearchStepFactory(
            claim=evidence.claim, public=True, outcome="found", evidence=Evidence.objects.get(pk=evidence.pk)
        )
        # Opened, and then moved to a source that nobody has opened.
        moved = Evidence.objects.get(pk=evidence.pk)
        moved.revise(None, source_version=f.SourceVersionFactory(), passage="", note=MARK)
        assert api.json(f"contacts/{contact.pk}/")["claimant"] is None
        assert api.json(f"research-steps/{step.pk}/")["evidence"] is None
        assert desk.json(f"contacts/{contact.pk}/")["claimant"]["name"] == MARK
        assert desk.json(f"research-steps/{step.pk}/")["evidence"]["note"] == MARK
        assert api.ids("contacts/", {"claimant": contact.claimant_id}) == []


class TestFilters:
    @pytest.mark.parametrize("noun", BUDGETS)
    def test_unknown_parameters_are_named(self, api, noun):
        found = api.problem(400, f"{noun}/", {"clame": "1"})
        assert found["errors"][0]["code"] == "unknown_parameter"
        assert found["errors"][0]["parameter"] == "clame"

    def test_by_claim_and_what_was_merged_into_it(self, api):
        rows, others = fill(), fill()
        for noun in BUDGETS.keys() - {"topics"}:
            mine = rows[noun].pk
            found = api.ids(f"{noun}/", {"claim": rows["evidence"].claim_id})
            assert mine in found and others[noun].pk not in found, noun
        survivor = f.ClaimFactory()
        Claim.objects.get(pk=rows["evidence"].claim_id).merge_into(survivor, None)
        for noun in BUDGETS.keys() - {"topics", "relations"}:
            assert rows[noun].pk in api.ids(f"{noun}/", {"claim": survivor.pk}), noun

    def test_by_columns(self, api, desk):
        rows = fill()
        article = rows["appearances"].article_version.article_id
        version = rows["evidence"].source_version
        asked = {
            "appearances": [
                {"article": article}, {"claimant": rows["claimants"].pk}, {"current": "true"},
                {"carried": "false"}, {"article_version": rows["appearances"].article_version_id},
            ],
            "relations": [{"kind": rows["relations"].kind}],
            "claimants": [{"kind": "person,organisation,account,group"}, {"article": article},
                          {"name": rows["claimants"].name}],
            "topics": [{"name": rows["topics"].name}, {"claim": rows["evidence"].claim_id}],
            "evidence": [
                {"stance": "supports"}, {"source": version.source_id}, {"source_version": version.pk},
                {"verdict": rows["corrections"].verdict_id}, {"replaced": "false"}, {"cited": "true"},
                {"passage_state": "verified"}, {"source_kind": version.source.kind}, {"visibility": "public"},
            ],
            "corrections": [
                {"kind": "affects_rating"}, {"verdict": rows["corrections"].verdict_id},
                {"published_after": "2000-01-01"},
            ],
            "research-steps": [{"outcome": "found"}, {"visibility": "public"}],
            "contacts": [
                {"reply_state": "replied"}, {"channel": "e_mail"}, {"overdue": "false"}, {"deadline": "true"},
                {"claimant": rows["claimants"].pk}, {"asked_before": "2024-01-10"}, {"asked_after": "2024-01-10"},
            ],
        }  # fmt: skip
        for noun, filters in asked.items():
            for query in filters:
                assert rows[noun].pk in api.ids(f"{noun}/", query), (noun, query)
        none = {
            "appearances": [{"current": "false"}, {"carried": "true"}, {"claimant": 987654}],
            "relations": [{"kind": "opposite"}, {"claim": 987654}],
            "claimants": [{"name": "Nobody"}, {"article": 987654}],
            "topics": [{"name": "Nothing"}],
            "evidence": [
                {"stance": "refutes"}, {"source": 987654}, {"verdict": 987654}, {"replaced": "true"},
                {"cited": "false"}, {"passage_state": "none"}, {"posture": "alleged"}, {"visibility": "desk"},
            ],
            "corrections": [{"kind": "typo"}, {"published_before": "2000-01-01"}],
            "research-steps": [{"outcome": "no_access"}, {"done_after": "2000-01-01"}, {"visibility": "desk"}],
            "contacts": [
                {"reply_state": "waiting"}, {"channel": "letter"}, {"overdue": "true"}, {"deadline": "false"},
                {"asked_before": "2024-01-09"}, {"replied_before": "2024-01-09"},
            ],
        }  # fmt: skip
        for noun, filters in none.items():
            for query in filters:
                assert api.ids(f"{noun}/", query) == [], (noun, query)

    def test_overdue(self, desk):
        late, early = f.ContactFactory(), f.ContactFactory(deadline="2999-01-01")
        assert desk.ids("contacts/", {"overdue": "true"}) == [late.pk]
        assert desk.ids("contacts/", {"overdue": "false"}) == [early.pk]

    def test_days_of_research(self, api):
        step = f.ResearchStepFactory(public=True, done_on=date(2024, 1, 10))
        f.ResearchStepFactory(public=True)
        for query in ({"done_after": "2024-01-10"}, {"done_before": "2024-01-10"}):
            assert api.ids("research-steps/", query) == [step.pk]
        assert api.ids("research-steps/", {"done_after": "2024-01-11"}) == []

    def test_evidence_that_was_replaced(self, api):
        first = f.EvidenceFactory(public=True)
        second = Evidence.objects.get(pk=first.pk).replace(f.some_reporter(), note="Better said.")
        assert api.ids("evidence/", {"replaced": "false"}) == [second.pk]
        assert api.json(f"evidence/{second.pk}/")["replaces_id"] == first.pk

    def test_merged_claimants_are_told_of(self, api):
        rows = fill()
        merged = f.ClaimantFactory()
        f.AppearanceFactory(
            article_version=f.ArticleFactory(public=True).current_version, attributions=[{"claimant": merged}]
        )
        merged.merge_into(Claimant.objects.get(pk=rows["claimants"].pk), f.some_editor())
        found = api.json("claimants/")
        assert found["hidden"]["merged"]["count"] == 1
        assert merged.pk not in [row["id"] for row in found["results"]]
        shown = {row["id"]: row for row in api.rows("claimants/", {"include": "merged"})}
        assert shown[merged.pk]["merged_into"]["id"] == rows["claimants"].pk

    @pytest.mark.parametrize(
        ("noun", "ordering"),
        [
            ("claimants", "name"), ("topics", "name"), ("corrections", "published_at"),
            ("research-steps", "done_on"), ("contacts", "asked_at"), ("contacts", "deadline"),
        ],
    )  # fmt: skip
    def test_orders(self, api, noun, ordering):
        made = [fill()[noun].pk for _ in range(3)]
        if noun == "research-steps":
            ResearchStep.objects.filter(pk=made[0]).update(done_on=date(2024, 1, 1))
        for sign in ("", "-"):
            found = api.ids(f"{noun}/", {"ordering": f"{sign}{ordering}", "page_size": 1})
            assert sorted(found) == sorted(made), (noun, sign)


class TestBudgets:
    """An answer costs at most three statements, however many rows it has."""

    def test_lists_and_details(self, db):
        api, counts = Api(), {}

        def count() -> None:
            for noun, row in rows.items():
                for path in (f"{noun}/", f"{noun}/{row.pk}/"):
                    queries_of(lambda path=path: api.get(path))
                    counts.setdefault(path, []).append(queries_of(lambda path=path: api.get(path)))

        for _ in range(FEW):
            rows = fill()
        count()
        for _ in range(MANY - FEW):
            fill()
        count()
        for path, (few, many) in counts.items():
            noun, _, detail = path.rstrip("/").partition("/")
            most = BUDGETS[noun][bool(detail)]
            assert len(few) == len(many) <= most <= 3, f"{path}:\n" + "\n".join(many)


class TestVersionsOfArticles:
    @pytest.fixture
    def article(self, db):
        article = f.ArticleFactory(public=True, rights="full")
        f.BlockFactory(article_version=article.current_version)
        f.ArticleVersionFactory(article=article, text="Another text.\n")
        return article

    def test_list(self, api, article):
        rows = list(api.rows(f"articles/{article.pk}/versions/", {"ordering": "number"}))
        assert [row["number"] for row in rows] == [1, 2]
        assert [row["is_current"] for row in rows] == [False, True]
        assert all("text" not in row and row["length"] for row in rows)
        assert rows[0]["api_url"] == f"http://testserver/api/v1/articles/{article.pk}/versions/1/"

    def test_detail_with_blocks(self, api, article):
        got = api.json(f"articles/{article.pk}/versions/1/")
        version = article.versions.get(number=1)
        assert got["text"] == version.text and got["article_id"] == article.pk
        block = version.blocks.get()
        assert got["blocks"] == [{"role": block.role, "start": block.start, "end": block.end}]

    def test_text_where_rights_allow(self, api, article):
        answer = api.get(f"articles/{article.pk}/versions/1/")
        article.refresh_from_db()
        article.revise(None, rights="excerpt")
        again = api.get(f"articles/{article.pk}/versions/1/", HTTP_IF_NONE_MATCH=answer["ETag"])
        assert again.status_code == 200 and again.json()["text"] is None and again.json()["length"]

    def test_who_has_it_is_told_so(self, api, article):
        tag = api.get(f"articles/{article.pk}/versions/1/")["ETag"]
        assert api.get(f"articles/{article.pk}/versions/1/", HTTP_IF_NONE_MATCH=tag).status_code == 304

    @pytest.mark.parametrize("path", ["versions/3/", "versions/999999999999/", "versions/0/", "versions/x/"])
    def test_what_is_not_there(self, api, article, path):
        api.problem(404, f"articles/{article.pk}/{path}")

    def test_hidden(self, api, desk):
        article = f.ArticleFactory()
        for path in ("versions/", "versions/1/"):
            api.problem(404, f"articles/{article.pk}/{path}")
            desk.json(f"articles/{article.pk}/{path}")

    def test_budget(self, api, article):
        assert len(queries_of(lambda: api.get(f"articles/{article.pk}/versions/"))) == 2
        assert len(queries_of(lambda: api.get(f"articles/{article.pk}/versions/1/"))) == 2


class TestVersionsOfSources:
    @pytest.fixture
    def source(self, db):
        source = f.SourceFactory(kind="platform_rule", public=True)
        for text, since, until in (
            ("No lions.", date(2023, 1, 1), date(2023, 12, 31)),
            ("No tigers.", date(2024, 1, 1), None),
        ):
            f.SourceVersionFactory(
                source=source, text=text, rights="full", effective_from=since, effective_to=until
            )
        return source

    def test_list_and_detail(self, api, source):
        rows = list(api.rows(f"sources/{source.pk}/versions/", {"ordering": "number"}))
        assert [row["number"] for row in rows] == [1, 2] and "text" not in rows[0]
        got = api.json(f"sources/{source.pk}/versions/2/")
        assert got["text"] == "No tigers." and got["source_id"] == source.pk
        assert got["api_url"] == rows[1]["api_url"]

    @pytest.mark.parametrize(
        ("day", "text"),
        [("2023-01-01", "No lions."), ("2023-12-31", "No lions."), ("2024-01-01", "No tigers.")],
    )
    def test_as_of(self, api, source, day, text):
        assert api.json(f"sources/{source.pk}/as-of/{day}/")["text"] == text

    def test_as_of_today(self, api, source):
        assert api.json(f"sources/{source.pk}/as-of/{timezone.now().date()}/")["number"] == 2

    def test_none(self, api, source):
        found = api.problem(404, f"sources/{source.pk}/as-of/2022-12-31/")
        assert found["code"] == "none_in_force" and "2022-12-31" in found["detail"]

    def test_several(self, api, source):
        f.SourceVersionFactory(source=source, text="A copy.", effective_from=date(2024, 1, 1))
        found = api.problem(404, f"sources/{source.pk}/as-of/2024-02-01/")
        assert found["code"] == "several_in_force" and "2, 3" in found["detail"]

    def test_a_day_to_come(self, api, source):
        day = timezone.now().date() + timedelta(days=1)
        assert api.problem(416, f"sources/{source.pk}/as-of/{day}/")["code"] == "day_to_come"

    @pytest.mark.parametrize("day", ["2024-02-30", "yesterday", "2024"])
    def test_no_day(self, api, source, day):
        found = api.problem(400, f"sources/{source.pk}/as-of/{day}/")
        assert found["errors"][0]["parameter"] == "day"

    def test_hidden(self, api, desk):
        source = f.SourceFactory()
        f.SourceVersionFactory(source=source)
        for path in ("versions/", "versions/1/", "as-of/2024-01-01/"):
            assert api.problem(404, f"sources/{source.pk}/{path}")["code"] == "not_found"
            desk.json(f"sources/{source.pk}/{path}")

    def test_budget(self, api, source):
        for path in ("versions/", "versions/1/", "as-of/2024-01-01/"):
            assert len(queries_of(lambda path=path: api.get(f"sources/{source.pk}/{path}"))) <= 2
