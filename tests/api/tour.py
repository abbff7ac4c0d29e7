"""Every operation of the API once, in an order that makes sense, on a small record about a bridge.

`take` calls back for each answer; whoever takes the tour looks at it: whether the schema promised it, or what it
teaches. Ids are those of the rows that were made on the way.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.test import Client

from tests import factories as f

STORY = "A bridge and its bill\n\nThe bridge cost four million dollars, two officials said.\n"
ORDER = "The court finds that the bridge cost 4.1 million dollars, paid over two years."
JSON = {"application/json", "application/problem+json"}
SCOPES = ["drafts", "write", "publish", "import"]

#: (operation, request body or None, status, answer)
Look = Callable[[str, Any, int, Any], None]


class Guide:
    """Asks one operation by its id, as a person with a key."""

    def __init__(self, document: dict[str, Any], look: Look) -> None:
        self.look = look
        self.where = {
            operation["operationId"]: (method.upper(), path)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }
        self.reporter = f.UserFactory(username="rita", display_name="Rita Reporter", role="reporter")
        self.editor = f.UserFactory(username="eda", display_name="Eda Editor", role="editor")
        self.clients = {
            user: Client(
                headers={
                    "Authorization": f"Bearer {f.ApiKeyFactory(owner=user, name='Tour', scopes=SCOPES).token}"
                }
            )
            for user in (self.reporter, self.editor)
        }
        self.stranger = Client()

    def __call__(
        self, operation: str, *, by: Any = "", status: int = 0, body: Any = None, query: Any = None,
        headers: dict[str, str] | None = None, **words: Any,
    ) -> Any:  # fmt: skip
        method, path = self.where[operation]
        asker = self.clients[self.editor] if by == "" else self.clients.get(by, self.stranger)
        address = path.format(**words)
        if method == "GET":
            answer = asker.get(address, query, headers=headers)
        else:
            sent = dict(headers or {})
            if method in ("PATCH", "DELETE") and "If-Match" not in sent and "{derivation}" not in path:
                sent["If-Match"] = asker.get(address)["ETag"]
            answer = asker.generic(
                method,
                address,
                "" if body is None else json.dumps(body),
                content_type="application/json",
                headers={name: value for name, value in sent.items() if value},
            )
        allowed = [status] if status else [200, 201, 202, 204]
        said = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code in allowed, f"{operation}: {answer.status_code} {said[:600]!r}"
        as_json = answer.get("Content-Type", "").split(";")[0] in JSON and said
        found = json.loads(said) if as_json else said.decode()
        self.look(operation, body, answer.status_code, found)
        return found


def take(t: Guide) -> None:
    """Take the tour."""
    rita, stranger = t.reporter, None
    f.newsroom()
    t("contents", by=stranger)
    t("me")
    t("usage")
    # An article comes in, and what could be checked in it.
    handed = t("imports_create", body={"text": STORY, "name": "bridge"}, by=rita)["files"][0]
    article = handed["article"]
    t("articles_update", id=article, body={"title": "A bridge and its bill", "publisher": "The River Blog",
      "url": "https://blog.example/bridge", "published": {"edtf": "2024-10-25", "basis": "date line"}})  # fmt: skip
    t("articles_open_to_readers", id=article)
    t("articles_copies", id=article, body={"kind": "cross_post", "url": "https://copy.example/bridge"})
    version = t("articles_retrieve", id=article)["version"]["id"]
    suggestion = f.SuggestionFactory(
        article_version=f.ArticleFactory().current_version, words="Officials opened the bridge on Friday."
    ).pk
    t("suggestions_list")
    t("suggestions_retrieve", id=suggestion)
    t("suggestions_dismiss", id=suggestion)
    t("suggestions_reopen", id=suggestion)
    t("suggestions_accept", id=suggestion, body={"statement": "The bridge was opened on a Friday."})
    # A claim, where it is made, and who makes it.
    topic = t("topics_create", body={"name": "Bridges", "description": "What crosses the river."})["id"]
    t("topics_update", id=topic, body={"description": "All that crosses the river."})
    roads = {"create": [{"name": "Roads"}], "update": []}
    t("topics_bulk", body=roads)
    t("topics_list", by=stranger)
    t("topics_retrieve", id=topic)
    claim = t("claims_create", by=rita, headers={"Idempotency-Key": "bridge-1"}, body={
        "statement": "The bridge of Rivertown cost four million dollars.", "kind": "quantity", "language": "en",
        "asserted": {"edtf": "2024-10-25", "basis": "the post's date"}, "topics": [topic]})["id"]  # fmt: skip
    t("claims_update", id=claim, body={"language": "en-GB"})
    other, twin = (
        one["id"]
        for one in t(
            "claims_bulk",
            body={
                "create": [
                    {"statement": "The bridge of Rivertown was dear."},
                    {"statement": "Rivertown's bridge cost four million."},
                ]
            },
        )["created"]
    )
    t("claims_start_checking", id=claim)
    assignment = t("claims_assign", id=claim, body={"to": rita.pk})["id"]
    t("assignments_list")
    t("assignments_retrieve", id=assignment)
    t("assignments_delete", id=assignment)
    t("people_list")
    t("people_retrieve", id=rita.pk)
    t("claims_declare_not_checkable", id=other, body={"reason": "What is dear is a matter of taste."})
    t("claims_reopen", id=other)
    t("claims_merge", id=twin, body={"into": claim})
    t("claims_unmerge", id=twin)
    t("claims_dismiss", id=twin, body={"reason": "It was put on record twice."})
    officials = {"name": "two officials", "kind": "group", "description": "Unnamed in the post."}
    claimant = t("claimants_create", body=officials)["id"]
    t("claimants_update", id=claimant, body={"description": "The post does not name them."})
    pair = t(
        "claimants_bulk",
        body={
            "create": [
                {"name": "Rivertown Council", "kind": "organisation"},
                {"name": "The Council", "kind": "organisation"},
            ]
        },
    )["created"]
    t("claimants_merge", id=pair[1]["id"], body={"into": pair[0]["id"]})
    t("claimants_unmerge", id=pair[1]["id"])
    t("claimants_list", by=stranger, status=200)
    t("claimants_retrieve", id=claimant)
    appearance = t("appearances_create", body={
        "claim": claim, "article_version": version, "exact": "The bridge cost four million dollars, two officials said",
        "attributions": [{"claimant": claimant, "words": "two officials"}]})["id"]  # fmt: skip
    t("appearances_list", by=stranger)
    t("appearances_retrieve", id=appearance)
    relation = t("relations_create", body={"first": other, "second": claim, "kind": "updates"})["id"]
    t("relations_list")
    t("relations_retrieve", id=relation)
    t("relations_delete", id=relation)
    # What bears on it.
    source = t("sources_create", body={
        "kind": "court_filing", "title": "Order in Doe v. Rivertown", "court": "District Court of Rivertown",
        "docket_number": "1:24-cv-17", "url": "https://court.example/17/order",
        "published": {"edtf": "2024-09", "basis": "month on the stamp"}})["id"]  # fmt: skip
    t("sources_update", id=source, body={"judge": "A. Judge"})
    several = t(
        "sources_bulk",
        body={
            "create": [
                {"kind": "news_report", "title": "Bridge sum upheld", "publisher": "The River Post"},
                {
                    "kind": "news_report",
                    "title": "Bridge sum upheld, says court",
                    "publisher": "The River Post",
                },
            ]
        },
    )["created"]
    report, again = (one["id"] for one in several)
    t("sources_merge", id=again, body={"into": report})
    t("sources_unmerge", id=again)
    derivation = t("sources_derivations", id=report, body={"origin": source, "basis": "stated"})["id"]
    t("sources_take_derivation_back", id=report, derivation=derivation)
    t("sources_open_to_readers", id=report)
    order = t("sources_versions_create", source=source, body={
        "text": ORDER, "copy_quality": "primary", "retrieved_at": "2024-11-01T10:00:00Z",
        "effective_from": "2024-09-01", "seen_as": "the order as the court published it"})["id"]  # fmt: skip
    evidence = t("evidence_create", body={
        "claim": claim, "source_version": order, "stance": "supports", "posture": "found", "locator": "page 3",
        "passage": "the bridge cost 4.1 million dollars"})["id"]  # fmt: skip
    t("evidence_update", id=evidence, body={"note": "The sum found by the court."})
    t("evidence_open_to_readers", id=evidence)
    passing = {
        "claim": claim,
        "source_version": order,
        "stance": "context",
        "note": "What was paid, and when.",
    }
    passed = t("evidence_bulk", body={"create": [passing]})["created"][0]["id"]
    t("evidence_delete", id=passed)
    t("evidence_list", by=stranger)
    t("evidence_retrieve", id=evidence)
    t("sources_versions_list", source=source)
    t("sources_versions_retrieve", source=source, number=1)
    t("sources_as_of_retrieve", source=source, day="2024-10-01", by=stranger)
    # What was done to find out.
    step = t("research_steps_create", body={
        "claim": claim, "question": "The invoice for the bridge.", "place": "The city archive, reading room",
        "outcome": "not_found", "done_on": "2024-11-02"})["id"]  # fmt: skip
    t("research_steps_update", id=step, body={"note": "The year 2022 is missing."})
    t("research_steps_open_to_readers", id=step)
    t("research_steps_list", by=stranger)
    t("research_steps_retrieve", id=step, by=stranger)
    t("research_steps_close_to_readers", id=step)
    ask = {"claim": claim, "addressee": "The press office", "question": "What did it cost?", "channel": "e_mail",
           "asked_at": "2024-11-01T09:00:00Z"}  # fmt: skip
    contacts = [t("contacts_create", body=ask)["id"] for _ in range(3)]
    t("contacts_update", id=contacts[0], body={"deadline": "2024-11-05T09:00:00Z"})
    t("contacts_record_reply", id=contacts[0], body={"reply": "Four million."})
    t("contacts_record_decline", id=contacts[1], body={})
    t("contacts_update", id=contacts[2], body={"deadline": "2024-11-02T09:00:00Z"})
    t("contacts_record_no_reply", id=contacts[2])
    t("contacts_open_to_readers", id=contacts[0])
    t("contacts_list", by=stranger)
    t("contacts_retrieve", id=contacts[0], by=stranger)
    t("contacts_close_to_readers", id=contacts[0])
    # The verdict, by one who writes and one who decides.
    draft = t("drafts_create", by=rita, body={
        "claim": claim, "rating": "mostly_supported",
        "summary": "The court found a slightly higher sum."})["id"]  # fmt: skip
    t("drafts_update", id=draft, by=rita, body={
        "reasoning": "The order finds 4.1 million [1], which rounds to four.", "evidence": [evidence]})  # fmt: skip
    t("drafts_submit", id=draft, by=rita)
    t("drafts_hand_back", id=draft, body={"note": "Say which order."})
    t("drafts_submit", id=draft, by=rita)
    t("drafts_list")
    t("drafts_retrieve", id=draft)
    t("drafts_obstacles", id=draft)
    verdict = t("drafts_publish", id=draft)["id"]
    second = t("drafts_create", by=rita, body={
        "claim": claim, "rating": "supported", "summary": "The record bears the claim out, rounded.",
        "reasoning": "The order finds 4.1 million [1].", "evidence": [evidence], "valid_from": "2024-09-01",
        "correction_kind": "affects_rating", "correction_note": "The claim is about a round sum."})["id"]  # fmt: skip
    t("drafts_submit", id=second, by=rita)
    verdict = t("drafts_publish", id=second)["id"]
    t("drafts_drop", id=t("drafts_create", by=rita, body={"claim": other})["id"], by=rita)
    t("evidence_replace", id=evidence, body={"locator": "page 4"})
    # What readers see.
    t("articles_list", by=stranger)
    t("articles_retrieve", id=article, by=stranger)
    t("articles_versions_list", article=article, by=stranger)
    t("articles_versions_retrieve", article=article, number=1, by=stranger)
    t("claims_list", by=stranger, query={"checked": "true", "count": "true"})
    t("claims_retrieve", id=claim, by=stranger, query={"as_of": "2999-01-01", "held_on": "2024-10-01"})
    t("sources_list", by=stranger)
    t("sources_retrieve", id=source, by=stranger)
    t("verdicts_list", by=stranger)
    t("verdicts_retrieve", id=verdict, by=stranger)
    t("corrections_list", by=stranger)
    t("corrections_retrieve", id=t("corrections_list", by=stranger)["results"][0]["id"], by=stranger)
    t("ratings_list", by=stranger)
    t("changes_list", by=stranger, query={"limit": 5})
    texts = ["Two officials said the bridge cost four million dollars.", "The moon is full tonight."]
    t("claims_match", by=stranger, body={"texts": texts, "limit": 3})
    t("lookup", by=stranger, query={"url": "https://blog.example/bridge"})
    t("lookup_many", by=stranger, body={"urls": ["https://blog.example/bridge"]})
    t("schema", by=stranger)
    for operation in sorted(t.where):
        if "_export_" in operation:
            t(operation)
    t("verdicts_withdraw", id=verdict, body={"note": "The order was reversed."})
    newer = STORY.replace("two officials", "officials")
    words = "The bridge cost four million dollars, officials said"
    t("appearances_re_anchor", id=appearance, body={
        "article_version": t("articles_versions_create", article=article, body={"text": newer})["id"],
        "start": newer.index(words), "end": newer.index(words) + len(words)})  # fmt: skip
    t("articles_close_to_readers", id=article)
    desk_work(t)
    refused(t, claim, source)


def desk_work(t: Guide) -> None:
    """Whatever waits at the desk."""
    task = f.ReviewTaskFactory(article_version=f.ArticleVersionFactory()).pk
    t("review_tasks_list")
    t("review_tasks_retrieve", id=task)
    t("review_tasks_update", id=task, body={"note": "The text was changed."})
    t("review_tasks_close", id=task, body={"outcome": "The verdict stands."})
    f.AnchorProposalFactory()
    one = f.AnchorProposalFactory()
    t("anchor_proposals_list")
    t("anchor_proposals_retrieve", id=one.pk)
    t("anchor_proposals_dismiss", id=one.pk)
    accepted = f.AnchorProposalFactory()
    t("anchor_proposals_accept", id=accepted.pk, body={})
    arrivals = [f.ArrivalFactory() for _ in range(4)]
    t("arrivals_list")
    t("arrivals_retrieve", id=arrivals[0].pk)
    t("arrivals_set_aside", id=arrivals[0].pk)
    t("arrivals_note_copy", id=arrivals[1].pk, body={"publisher": "Another blog"})
    t("arrivals_file_as_version", id=arrivals[2].pk)
    t("arrivals_file_as_article", id=arrivals[3].pk)
    job = f.JobFactory().pk
    t("jobs_list")
    t("jobs_retrieve", id=job)
    t("jobs_cancel", id=job)
    t("jobs_retry", id=job)


def refused(t: Guide, claim: int, source: int) -> None:
    """What is answered where the answer is no."""
    t("claims_list", status=400, query={"ratting": "supported"})
    t("claims_create", status=400, body={"statment": "x"})
    t("claims_create", by=None, status=401, body={"statement": "x"})
    t("drafts_list", by=None, status=401)
    t("claims_retrieve", status=404, id=10**9)
    t("claims_list", status=406, headers={"Accept": "text/html"})
    t("claims_update", id=claim, status=428, headers={"If-Match": ""}, body={"kind": "fact"})
    t(
        "claims_update",
        id=claim,
        status=412,
        headers={"If-Match": f'"claim-{claim}-r0"'},
        body={"kind": "fact"},
    )
    t("claims_bulk", status=422, body={"create": [{"statement": ""}]})
    t("claims_unmerge", id=claim, status=409)
    t("changes_list", status=409, query={"after": 10**9})
    t("sources_as_of_retrieve", source=source, day="2999-01-01", status=416)
