"""Evidence, research steps and contacts as programs write them, beyond what all nouns have in common."""

from __future__ import annotations

from typing import Any

import pytest

from articles.models import Evidence
from tests import factories as f
from tests.api.conftest import as_problem
from tests.api.test_writing_nouns import NOUNS, places
from tests.api.writer import Writer


@pytest.fixture
def writer(reporter):
    return Writer(reporter)


def _body_of(path: str) -> dict[str, Any]:
    noun = next(noun for noun in NOUNS if noun.path == path)
    assert noun.body is not None
    return noun.body()


def evidence_body() -> dict[str, Any]:
    return _body_of("evidence")


def contact_body() -> dict[str, Any]:
    return _body_of("contacts")


# Evidence


def test_a_passage_is_looked_up(writer):
    body = evidence_body()
    assert (
        writer.made("evidence/", {**body, "passage": "Nobody stored it."})["passage_state"] == "transcribed"
    )
    version = f.SourceVersionFactory(text="One. The bridge cost four. Two.")
    made = writer.made(
        "evidence/", {**body, "source_version": version.pk, "passage": "The bridge cost four."}
    )
    assert (made["passage_state"], made["start"], made["end"]) == ("verified", 5, 26)
    answer = writer.patch(f"evidence/{made['id']}/", {"passage": None, "note": "It says what it cost."})
    assert (answer.json()["passage_state"], answer.json()["start"]) == ("none", None)


def test_evidence_says_something_and_only_courts_have_postures(writer):
    body = {**evidence_body(), "passage": None}
    problem = writer.problem(400, "evidence/", {**body, "note": None})
    assert "Give the source's words" in problem["detail"]
    assert places(writer.problem(400, "evidence/", {**body, "posture": "found"}))[0][1] == "#/posture"


def test_cited_evidence_is_replaced_and_not_changed(writer):
    evidence = f.EvidenceFactory(cited=True)
    path = f"evidence/{evidence.pk}/"
    assert as_problem(409, writer.patch(path, {"note": "x"}))["code"] == "cited"
    tag = writer.get(path)["ETag"]
    assert as_problem(409, writer.send("DELETE", path, If_Match=tag))["code"] == "cited"
    assert places(writer.problem(400, f"{path}replace/", {})) == [("nothing_to_change", None)]
    made = writer.made(f"{path}replace/", {"note": "In our words."})
    assert (made["replaces_id"], made["note"], made["passage"]) == (
        evidence.pk,
        "In our words.",
        evidence.passage,
    )
    assert writer.get(path).json()["is_replaced"]


def test_evidence_is_taken_back(writer):
    evidence = f.EvidenceFactory()
    path = f"evidence/{evidence.pk}/"
    assert as_problem(428, writer.send("DELETE", path))
    draft = f.VerdictDraftFactory(claim=evidence.claim, evidence=[evidence])
    tag = writer.get(path)["ETag"]
    assert as_problem(409, writer.send("DELETE", path, If_Match=tag))["code"] == "in_draft"
    draft.drop(f.some_reporter())
    draft.delete()
    stale = writer.send("DELETE", path, If_Match=f'"evidence-{evidence.pk}-r9"')
    assert stale.status_code == 412 and stale.json()["current"]["id"] == evidence.pk
    assert writer.send("DELETE", path, If_Match=tag).status_code == 204
    assert not Evidence.objects.exists()


# Research and contacts


def test_a_step_led_to_evidence_on_its_own_claim(writer):
    step, evidence = f.ResearchStepFactory(outcome="found"), f.EvidenceFactory()
    path = f"research-steps/{step.pk}/"
    problem = as_problem(400, writer.patch(path, {"evidence": evidence.pk}))
    assert [place for _, place in places(problem)] == ["#/evidence"]
    own = f.EvidenceFactory(claim=step.claim)
    assert writer.patch(path, {"evidence": own.pk}).json()["evidence"]["id"] == own.pk
    assert writer.patch(path, {"evidence": None}).json()["evidence"] is None


@pytest.mark.parametrize(
    "moment", ["2024-01-10", "2024-01-10T10:00:00", "yesterday", "", 1704880800, "0001-01-01T00:00:00+14:00"]
)
def test_moments_name_their_offset(writer, moment):
    body = contact_body()
    problem = writer.problem(400, "contacts/", {**body, "asked_at": moment})
    assert places(problem) == [("not_a_moment", "#/asked_at")]


def test_moments_are_told_in_utc(writer):
    body = contact_body()
    assert writer.made("contacts/", body)["deadline"] == "2024-01-12T10:00:00Z"
    told = {"reply": "Four.", "replied_at": "2024-01-11T09:00:00+01:00"}
    replied = writer.done(f"contacts/{f.ContactFactory().pk}/record-reply/", told)
    assert (replied["reply_state"], replied["replied_at"]) == ("replied", "2024-01-11T08:00:00Z")
    problem = writer.problem(400, "contacts/", {**body, "claimant": None, "addressee": None})
    assert "Say who was asked" in problem["detail"]
