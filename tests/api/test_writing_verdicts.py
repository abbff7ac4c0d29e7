"""A verdict from the first draft to the withdrawal, as programs say it; and the desk's queues."""

from __future__ import annotations

import pytest

from articles.importing.text import read_text
from articles.models import AnchorProposal, Appearance, Article, Claim, Job, ReviewTask, Suggestion, Verdict
from tests import factories
from tests.api.conftest import Api, as_problem
from tests.api.writer import Writer


@pytest.fixture
def writer(reporter, newsroom):
    return Writer(reporter)


@pytest.fixture
def publisher(editor, newsroom):
    return Writer(editor)


def codes(problem):
    return {one["code"] for one in problem["errors"]}


def test_the_whole_life_of_a_verdict(writer, publisher):
    claim = factories.ClaimFactory()
    evidence = factories.EvidenceFactory(claim=claim)
    draft = writer.made("drafts/", {"claim": claim.pk, "rating": "supported", "summary": "It is so."})
    assert draft["author"]["id"] == writer.user.pk and draft["state"] == "writing"
    path = f"drafts/{draft['id']}/"
    changed = writer.patch(path, {"reasoning": "The order says so [1].", "evidence": [evidence.pk]}).json()
    assert [one["evidence"]["id"] for one in changed["evidence"]] == [evidence.pk]
    assert changed["summary"] == "It is so."
    assert writer.done(f"{path}submit/")["state"] == "submitted"
    assert publisher.get(f"{path}obstacles/").json() == {"obstacles": []}
    verdict = publisher.made(f"{path}publish/")
    assert verdict["claim"]["id"] == claim.pk and verdict["rating"]["slug"] == "supported"
    assert Api().json(f"claims/{claim.pk}/")["current_verdict"]["id"] == verdict["id"]
    withdrawal = publisher.made(f"verdicts/{verdict['id']}/withdraw/", {"note": "The order was reversed."})
    assert withdrawal["kind"] == "withdrawal" and withdrawal["supersedes_id"] == verdict["id"]
    assert Api().json(f"claims/{claim.pk}/")["current_verdict"] is None


def test_what_stands_in_the_way_is_told_with_its_codes(writer, publisher):
    draft = publisher.made("drafts/", {"claim": factories.ClaimFactory().pk})
    problem = publisher.problem(409, f"drafts/{draft['id']}/publish/")
    assert problem["code"] == "not_publishable"
    assert {"not_submitted", "self_approval", "no_rating"} <= codes(problem)
    assert all(one["pointer"].startswith("#/") for one in problem["errors"])
    told = publisher.get(f"drafts/{draft['id']}/obstacles/").json()["obstacles"]
    assert {one["code"] for one in told} == codes(problem)


def test_a_reporter_publishes_nothing(writer, publisher):
    draft = factories.VerdictDraftFactory(state="submitted")
    assert writer.problem(403, f"drafts/{draft.pk}/publish/")["code"] == "not_allowed"
    assert not Verdict.objects.exists()


def test_publishing_a_draft_that_has_changed_since(writer, publisher, editor):
    draft = factories.VerdictDraftFactory(state="submitted", author=writer.user)
    seen = f'"verdictdraft-{draft.pk}-r{draft.revision}"'
    draft.revise(factories.some_editor(), summary="Other words.")
    answer = publisher.post(f"drafts/{draft.pk}/publish/", If_Match=seen)
    assert answer.status_code == 412 and answer.json()["current"]["summary"] == "Other words."
    assert not Verdict.objects.exists()


def test_a_publication_sent_twice_is_one(writer, publisher):
    draft = factories.VerdictDraftFactory(state="submitted", author=writer.user)
    first, second = (publisher.post(f"drafts/{draft.pk}/publish/", Idempotency_Key="p-1") for _ in range(2))
    assert first.status_code == second.status_code == 201 and first.json() == second.json()
    assert Verdict.objects.count() == 1


def test_handing_back_and_dropping(writer, publisher):
    draft = factories.VerdictDraftFactory(state="submitted", author=writer.user)
    path = f"drafts/{draft.pk}/"
    assert writer.problem(403, f"{path}hand-back/", {"note": "x"})["code"] == "not_allowed"
    back = publisher.done(f"{path}hand-back/", {"note": "Say where the sum comes from."})
    assert (back["state"], back["hand_back_note"]) == ("writing", "Say where the sum comes from.")
    assert publisher.problem(409, f"{path}hand-back/", {"note": "x"})["code"] == "not_submitted"
    assert writer.done(f"{path}drop/")["state"] == "dropped"
    assert writer.problem(409, f"{path}submit/")["code"] == "draft_closed"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"rating": "suported"}, "#/rating"),
        ({"evidence": [10**9]}, "#/evidence"),
        ({"valid_from": "2024-02-30"}, "#/valid_from"),
        ({"correction_kind": "tipo"}, "#/correction_kind"),
        ({"state": "published"}, "#/state"),
        ({"author": 1}, "#/author"),
    ],
)
def test_what_a_draft_does_not_take(writer, change, pointer):
    draft = factories.VerdictDraftFactory(author=writer.user, state="writing")
    problem = as_problem(400, writer.patch(f"drafts/{draft.pk}/", change))
    assert [one["pointer"] for one in problem["errors"]] == [pointer]


def test_evidence_on_another_claim_is_refused(writer):
    draft = factories.VerdictDraftFactory(author=writer.user, state="writing")
    answer = writer.patch(f"drafts/{draft.pk}/", {"evidence": [factories.EvidenceFactory().pk]})
    assert as_problem(409, answer)["code"] == "evidence_of_other_claim"


def test_null_empties_what_a_draft_says(writer):
    draft = factories.VerdictDraftFactory(
        author=writer.user, state="writing", summary="Words.", valid_from="2024-01-01"
    )
    emptied = {"rating": None, "summary": None, "valid_from": None, "correction_kind": None, "evidence": []}
    changed = writer.patch(f"drafts/{draft.pk}/", emptied).json()
    assert (
        changed["rating"] is changed["summary"] is changed["valid_from"] is changed["correction_kind"] is None
    )
    assert changed["evidence"] == []


def test_a_claim_has_one_open_draft(writer):
    draft = factories.VerdictDraftFactory(author=writer.user, state="writing")
    problem = writer.problem(409, "drafts/", {"claim": draft.claim.pk})
    assert problem["code"] == "draft_open" and f"number {draft.pk}" in problem["detail"]


def test_who_handed_a_draft_in_is_told_why_it_rests(writer):
    draft = factories.VerdictDraftFactory(state="submitted", author=writer.user)
    problem = as_problem(403, writer.patch(f"drafts/{draft.pk}/", {"summary": "Other words."}))
    assert "waits for a second editor" in problem["detail"]


def test_a_stranger_meets_no_draft(writer):
    draft = factories.VerdictDraftFactory()
    for path in (f"drafts/{draft.pk}/", f"drafts/{draft.pk}/obstacles/"):
        assert as_problem(404, Api().get(path))
    assert as_problem(401, Api().get("drafts/"))


# Suggestions and quotations


def test_a_suggestion_becomes_a_claim(writer):
    suggestion = factories.SuggestionFactory()
    claim = writer.made(
        f"suggestions/{suggestion.pk}/accept/", {"statement": "The bridge cost four million dollars."}
    )
    assert claim["statement"] == "The bridge cost four million dollars." and claim["origin"] == "suggestion"
    assert Claim.objects.get(pk=claim["id"]).appearances.count() == 1
    assert writer.problem(409, f"suggestions/{suggestion.pk}/accept/")["code"] == "decided"


def test_a_suggestion_is_dismissed_and_taken_back(writer):
    suggestion = factories.SuggestionFactory()
    assert writer.done(f"suggestions/{suggestion.pk}/dismiss/")["state"] == "dismissed"
    assert writer.problem(409, f"suggestions/{suggestion.pk}/accept/")["code"] == "decided"
    assert writer.done(f"suggestions/{suggestion.pk}/reopen/")["state"] == "open"


def test_a_place_has_two_ends(writer):
    suggestion = factories.SuggestionFactory()
    problem = writer.problem(400, f"suggestions/{suggestion.pk}/accept/", {"start": 1})
    assert problem["errors"][0]["pointer"] == "#/end"
    answer = writer.post(f"suggestions/{suggestion.pk}/accept/", {"start": 0, "end": 10**6})
    assert as_problem(400, answer) and Suggestion.objects.get().state == "open"


def moved():
    """A quotation that did not carry over to the second version of its text."""
    article = factories.ArticleFactory(public=True)
    first = article.current_version
    appearance = factories.AppearanceFactory(article_version=first)
    text = first.text.replace(appearance.exact, "The bridge was dear")
    version = article.add_version(None, read_text(text.encode()))
    return appearance, version


def test_a_quotation_is_anchored_by_its_proposal(writer):
    appearance, version = moved()
    proposal = AnchorProposal.objects.get(appearance=appearance)
    at = version.text.index("The bridge was dear")
    placed = writer.made(f"anchor-proposals/{proposal.pk}/accept/", {"start": at, "end": at + 19})
    assert placed["exact"] == "The bridge was dear"
    assert writer.problem(409, f"anchor-proposals/{proposal.pk}/dismiss/")["code"] == "decided"


def test_a_quotation_is_anchored_anew(writer):
    appearance, version = moved()
    at = version.text.index("The bridge was dear")
    body = {"article_version": version.pk, "start": at, "end": at + 19}
    placed = writer.made(f"appearances/{appearance.pk}/re-anchor/", body)
    assert placed["exact"] == "The bridge was dear"
    assert AnchorProposal.objects.get().state == "accepted", "what was asked is answered"
    assert Appearance.objects.get(pk=placed["id"]).carried_from == appearance
    assert writer.problem(409, f"appearances/{appearance.pk}/re-anchor/", body)["code"] == "carried_on"


def test_a_dismissed_proposal_does_not_stand_in_the_way(writer):
    appearance, version = moved()
    AnchorProposal.objects.get().dismiss(factories.some_editor())
    at = version.text.index("The bridge was dear")
    body = {"article_version": version.pk, "start": at, "end": at + 19}
    assert writer.made(f"appearances/{appearance.pk}/re-anchor/", body)["exact"] == "The bridge was dear"


def test_a_quotation_is_anchored_in_its_own_article(writer):
    appearance, version = moved()
    other = factories.ArticleVersionFactory()
    for one, start, end in ((other, 0, 3), (appearance.article_version, 0, 3), (version, 0, 10**6)):
        body = {"article_version": one.pk, "start": start, "end": end}
        assert as_problem(400, writer.post(f"appearances/{appearance.pk}/re-anchor/", body))


# Work


def test_a_review_is_closed(writer):
    task = factories.ReviewTaskFactory()
    path = f"review-tasks/{task.pk}/"
    assert writer.patch(path, {"note": "Look at the sum."}).json()["note"] == "Look at the sum."
    closed = writer.done(f"{path}close/", {"outcome": "It still holds."})
    assert closed["outcome"] == "It still holds." and closed["closed_by"]["id"] == writer.user.pk
    assert writer.problem(409, f"{path}close/", {"outcome": "x"})["code"] == "closed"
    assert not ReviewTask.objects.open().exists()


def test_held_files(writer):
    arrival = factories.ArrivalFactory()
    article = arrival.resembles
    noted = writer.done(f"arrivals/{arrival.pk}/note-copy/", {"publisher": "Another Blog", "url": None})
    assert noted["id"] == article.pk and "Another Blog" in [one["publisher"] for one in noted["copies"]]
    assert writer.problem(409, f"arrivals/{arrival.pk}/set-aside/")["code"] == "decided"
    assert writer.done(f"arrivals/{factories.ArrivalFactory().pk}/set-aside/")["state"] == "set_aside"
    before = Article.objects.count()
    filed = writer.made(f"arrivals/{factories.ArrivalFactory().pk}/file-as-article/")
    assert Article.objects.filter(pk=filed["id"]).exists() and Article.objects.count() > before


def test_jobs_are_tried_again_and_cancelled(writer, publisher):
    waiting, dead = Job.objects.create(task="a.b"), Job.objects.create(task="a.b", state="dead")
    assert writer.problem(403, f"jobs/{waiting.pk}/cancel/")["code"] == "not_allowed"
    assert publisher.done(f"jobs/{waiting.pk}/cancel/")["state"] == "cancelled"
    assert publisher.done(f"jobs/{dead.pk}/retry/")["state"] == "waiting"
    assert publisher.problem(409, f"jobs/{dead.pk}/retry/")["code"] == "job_state"


def test_an_assignment_is_taken_back(writer):
    claim = factories.ClaimFactory()
    given = writer.done(f"claims/{claim.pk}/assign/", {"to": writer.user.pk})
    mine = writer.get(f"assignments/?assignee={writer.user.pk}").json()["results"]
    assert [one["claim"]["id"] for one in mine] == [claim.pk]
    assert writer.send("DELETE", f"assignments/{given['id']}/").status_code == 204
    assert writer.get("assignments/").json()["results"] == []
    assert as_problem(401, Api().get("assignments/")) and as_problem(401, Api().get("people/"))
