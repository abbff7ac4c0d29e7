"""The desk's own nouns: their rows, why they are closed to others, what narrows their lists, what an answer costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from articles.models import Job, Suggestion
from tests import factories as f
from tests.api.conftest import Api, as_problem
from tests.query_counts import FEW, MANY, queries_of

NOUNS = ("drafts", "review-tasks", "suggestions", "anchor-proposals", "arrivals", "jobs")
#: What a list and a detail cost at most, beside the session and the account.
BUDGETS = {
    "drafts": (1, 2),  # drafts; what they rest on
    "review-tasks": (1, 1),
    "suggestions": (2, 1),  # suggestions; how many are hidden
    "anchor-proposals": (1, 1),
    "arrivals": (1, 1),
    "jobs": (1, 1),
}
SIGNED_IN = 2


def fill() -> dict[str, Any]:
    """Make one row of each noun; return them by their nouns."""
    version = f.ArticleVersionFactory()
    return {
        "drafts": f.VerdictDraftFactory(state="submitted"),
        "review-tasks": f.ReviewTaskFactory(article_version=version),
        "suggestions": f.SuggestionFactory(),
        "anchor-proposals": f.AnchorProposalFactory(),
        "arrivals": f.ArrivalFactory(),
        "jobs": f.JobFactory(),
    }


@pytest.fixture
def key(editor):
    """Return a client that acts for an editor with these scopes."""

    def key(*scopes: str) -> APIClient:
        client = APIClient()
        client.force_authenticate(user=editor.limited(scopes))
        return client

    return key


class TestClosed:
    @pytest.mark.parametrize("noun", NOUNS)
    def test_strangers_are_told_how_lists_are_opened(self, api, noun):
        fill()
        answer = api.get(f"{noun}/")
        found = as_problem(401, answer)
        assert found["code"] == "not_authenticated" and "scope drafts" in found["detail"]
        assert "Bearer" in answer["WWW-Authenticate"]

    def test_and_of_rows_nothing(self, api):
        for noun, row in fill().items():
            assert api.problem(404, f"{noun}/{row.pk}/") == api.problem(404, f"{noun}/987654/")

    @pytest.mark.parametrize("scopes", [(), ("import",)])
    def test_keys_without_the_scope(self, key, scopes):
        rows, client = fill(), key(*scopes)
        for noun in set(NOUNS) - {"jobs"}:
            found = as_problem(403, client.get(f"/api/v1/{noun}/"))
            assert found["code"] == "missing_scope" and "drafts" in found["detail"]
            as_problem(404, client.get(f"/api/v1/{noun}/{rows[noun].pk}/"))

    def test_jobs_of_keys_that_hand_in(self, key, editor):
        as_problem(403, key().get("/api/v1/jobs/"))
        mine, _other = f.JobFactory(asked_by=editor), f.JobFactory()
        found = key("import").get("/api/v1/jobs/").json()["results"]
        assert [row["id"] for row in found] == [mine.pk]

    @pytest.mark.parametrize("scope", ["drafts", "write", "publish"])
    def test_keys_with_one(self, key, scope):
        client = key(scope)
        for noun, row in fill().items():
            assert row.pk in [one["id"] for one in client.get(f"/api/v1/{noun}/").json()["results"]]
            assert client.get(f"/api/v1/{noun}/{row.pk}/").json()["id"] == row.pk

    @pytest.mark.parametrize("role", ["reporter", "editor"])
    def test_the_desk(self, db, role):
        desk = Api(f.somebody(role))
        for noun, row in fill().items():
            listed = next(one for one in desk.rows(f"{noun}/") if one["id"] == row.pk)
            full = desk.json(f"{noun}/{row.pk}/")
            assert listed.keys() <= full.keys() and listed["api_url"] == full["api_url"]
            assert "" not in full.values(), noun

    def test_details_have_strong_tags(self, desk):
        for noun, row in fill().items():
            tag = desk.get(f"{noun}/{row.pk}/")["ETag"]
            assert tag.startswith(f'"{row._meta.model_name}-{row.pk}-r{getattr(row, "revision", 0)}.')


class TestRows:
    def test_draft(self, desk):
        draft = f.VerdictDraftFactory(state="submitted")
        row, full = next(iter(desk.rows("drafts/"))), desk.json(f"drafts/{draft.pk}/")
        assert "reasoning" not in row and full["reasoning"] == draft.reasoning
        assert full["author"]["display_name"] == draft.author.display_name
        assert set(full["author"]) == {"id", "display_name", "role"}
        assert [one["position"] for one in full["evidence"]] == [1]
        assert full["evidence"][0]["evidence"]["id"] == draft.evidence.get().pk
        assert full["rating"]["slug"] == draft.rating.slug and full["revision"] == draft.revision

    def test_review(self, desk):
        task = f.ReviewTaskFactory(closed=True)
        row = desk.json(f"review-tasks/{task.pk}/")
        assert (row["is_open"], row["outcome"]) == (False, "Still so.")
        assert row["closed_by"]["display_name"] == task.closed_by.display_name

    def test_suggestion(self, desk):
        suggestion = f.SuggestionFactory()
        row = desk.json(f"suggestions/{suggestion.pk}/")
        assert row["exact"] == suggestion.exact and row["score"] == suggestion.score
        assert row["chain"] == suggestion.chain and row["reasons"] == suggestion.reasons
        assert row["article_version"]["article"]["id"] == suggestion.article_version.article_id

    def test_proposal(self, desk):
        proposal = f.AnchorProposalFactory()
        listed, full = (
            next(iter(desk.rows("anchor-proposals/"))),
            desk.json(f"anchor-proposals/{proposal.pk}/"),
        )
        assert full["sentence"] == proposal.sentence and full["appearance"]["claim"]["id"]
        assert [one["words"] for one in full["candidates"]] == [words for *_, words in proposal.places]
        assert [
            [one["start"], one["end"], one["similarity"]] for one in listed["candidates"]
        ] == proposal.candidates

    def test_arrival(self, desk):
        arrival = f.ArrivalFactory()
        listed, full = next(iter(desk.rows("arrivals/"))), desk.json(f"arrivals/{arrival.pk}/")
        assert "text" not in listed and full["text"] == arrival.text
        assert full["original"]["sha256"] == arrival.original.sha256
        assert full["resembles"]["id"] == arrival.resembles_id and full["article_version"] is None

    def test_job(self, desk):
        job = f.JobFactory()
        now = timezone.now()
        held = Job.objects.take("a worker", now, now - now + timezone.timedelta(minutes=1))
        held.report(3, 40)
        assert desk.json(f"jobs/{job.pk}/")["progress"] == {"done": 3, "of": 40}
        held.fail("Traceback\n  somewhere\nValueError: a wet page", "ValueError", now)
        row = desk.json(f"jobs/{job.pk}/")
        assert (row["state"], row["attempts"]) == ("waiting", 1)
        assert row["last_error"] == "ValueError: a wet page" and row["result"] is None
        assert not {"token", "arguments", "errors", "worker"} & row.keys()


class TestFilters:
    @pytest.mark.parametrize("noun", NOUNS)
    def test_unknown_parameters_are_named(self, desk, noun):
        found = desk.problem(400, f"{noun}/", {"clame": "1"})
        assert found["errors"][0]["parameter"] == "clame"

    def test_by_columns(self, desk, editor):
        rows = fill()
        proposal, arrival, task = rows["anchor-proposals"], rows["arrivals"], rows["review-tasks"]
        suggestion = rows["suggestions"]
        found = {
            "drafts": [
                {"state": "submitted"}, {"claim": rows["drafts"].claim_id}, {"author": rows["drafts"].author_id},
                {"handed_back": "false"}, {"submitted_after": "2000-01-01"}, {"updated_after": "2000-01-01"},
            ],
            "review-tasks": [
                {"open": "true"}, {"claim": task.claim_id}, {"reason": "text_changed"},
                {"article": task.article_version.article_id}, {"opened_after": "2000-01-01"},
            ],
            "suggestions": [
                {"state": "open"}, {"queued": "true"}, {"article_version": suggestion.article_version_id},
                {"article": suggestion.article_version.article_id}, {"kind": suggestion.kind},
            ],
            "anchor-proposals": [
                {"state": "open"}, {"kind": proposal.kind}, {"claim": proposal.appearance.claim_id},
                {"article": proposal.article_version.article_id}, {"appearance": proposal.appearance_id},
                {"article_version": proposal.article_version_id}, {"proposed_after": "2000-01-01"},
            ],
            "arrivals": [
                {"state": "held"}, {"name": arrival.name}, {"sha256": arrival.original.sha256},
                {"article": arrival.resembles_id}, {"media": arrival.original.media}, {"handed_in_after": "2000-01-01"},
            ],
            "jobs": [{"state": "waiting"}, {"queue": "default"}, {"task": rows["jobs"].task},
                     {"enqueued_after": "2000-01-01"}],
        }  # fmt: skip
        for noun, queries in found.items():
            for query in queries:
                assert rows[noun].pk in desk.ids(f"{noun}/", query), (noun, query)
        none = {
            "drafts": [{"state": "writing"}, {"claim": 987654}, {"author": 987654}, {"handed_back": "true"},
                       {"publishable": "true"}],
            "review-tasks": [{"open": "false"}, {"claim": 987654}, {"article": 987654}, {"closed_by": 987654},
                             {"closed_after": "2000-01-01"}],
            "suggestions": [{"state": "accepted"}, {"queued": "false"}, {"article": 987654}, {"claim": 987654},
                            {"decided_by": 987654}],
            "anchor-proposals": [{"state": "dismissed"}, {"claim": 987654}, {"article": 987654}],
            "arrivals": [{"state": "filed"}, {"name": "another"}, {"article": 987654}, {"by": 987654}],
            "jobs": [{"state": "dead"}, {"queue": "another"}, {"finished_after": "2000-01-01"}],
        }  # fmt: skip
        for noun, queries in none.items():
            for query in queries:
                assert desk.ids(f"{noun}/", query) == [], (noun, query)

    def test_what_one_may_publish(self, editor):
        draft = f.VerdictDraftFactory(state="submitted")
        f.VerdictDraftFactory(author=editor, state="submitted")
        assert Api(editor).ids("drafts/", {"publishable": "true"}) == [draft.pk]

    def test_decided_suggestions_are_hidden_and_told_of(self, desk):
        waiting = f.SuggestionFactory()
        dismissed, accepted = f.SuggestionFactory(state="dismissed"), f.SuggestionFactory(state="accepted")
        found = desk.json("suggestions/")
        assert [row["id"] for row in found["results"]] == [waiting.pk]
        assert found["hidden"]["decided"]["count"] == 2
        assert len(desk.ids("suggestions/", {"include": "decided"})) == 3
        assert desk.ids("suggestions/", {"state": "dismissed"}) == [dismissed.pk]
        assert desk.ids("suggestions/", {"claim": accepted.claim_id}) == [accepted.pk]
        assert desk.json(f"suggestions/{accepted.pk}/")["claim"]["id"] == accepted.claim_id

    @pytest.mark.parametrize("size", [1, 2, 25])
    def test_suggestions_by_what_they_are_worth(self, desk, size):
        scores = [0.25, 0.9, 0.333333, 0.9, 0.5, 0.999999]
        for score in scores:
            row = f.SuggestionFactory()
            Suggestion.objects.filter(pk=row.pk).update(score=score)
        found = [row["score"] for row in desk.rows("suggestions/", {"ordering": "-score", "page_size": size})]
        assert found == sorted(scores, reverse=True)

    @pytest.mark.parametrize(
        ("noun", "ordering"),
        [
            ("drafts", "updated_at"), ("drafts", "submitted_at"), ("review-tasks", "opened_at"),
            ("review-tasks", "closed_at"), ("anchor-proposals", "proposed_at"), ("arrivals", "at"),
            ("jobs", "run_after"), ("jobs", "finished_at"),
        ],
    )  # fmt: skip
    def test_orders(self, desk, noun, ordering):
        made = [fill()[noun].pk for _ in range(3)]
        for sign in ("", "-"):
            found = desk.ids(f"{noun}/", {"ordering": f"{sign}{ordering}", "page_size": 1})
            assert set(made) <= set(found) and len(found) == len(set(found))


def test_budgets(desk):
    counts: dict[str, list[list[str]]] = {}
    rows: dict[str, Any] = {}

    def count() -> None:
        for noun, row in rows.items():
            for path in (f"{noun}/", f"{noun}/{row.pk}/"):
                queries_of(lambda path=path: desk.get(path))
                counts.setdefault(path, []).append(queries_of(lambda path=path: desk.get(path)))

    for _ in range(FEW):
        rows.update(fill())
    count()
    for _ in range(MANY - FEW):
        fill()
    count()
    for path, (few, many) in counts.items():
        noun, _, detail = path.rstrip("/").partition("/")
        most = BUDGETS[noun][bool(detail)]
        assert most <= 3 and len(few) == len(many) <= most + SIGNED_IN, f"{path}:\n" + "\n".join(many)
