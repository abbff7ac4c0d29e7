"""What all writing has in common, tried with claims: strict bodies, states that were seen, names of requests, bulk."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from articles.models import AnsweredRequest, Change, Claim, Redaction
from tests import factories
from tests.api.conftest import Api, as_problem
from tests.api.writer import Writer


@pytest.fixture
def writer(reporter):
    return Writer(reporter)


@pytest.fixture
def publisher(editor):
    return Writer(editor)


def codes(problem):
    return [(one["code"], one["pointer"]) for one in problem["errors"]]


# Bodies


def test_a_claim_is_put_on_record(writer):
    topic = factories.TopicFactory()
    made = writer.made(
        "claims/",
        {
            "statement": "The bridge opened in 1990.", "kind": "fact", "language": "en-GB", "topics": [topic.pk],
            "asserted": {"edtf": "2024-10", "basis": "the month on the page"},
        },
    )  # fmt: skip
    claim = Claim.objects.get(pk=made["id"])
    assert claim.statement == "The bridge opened in 1990." and claim.origin == "api"
    assert claim.created_by == writer.user and list(claim.topics.all()) == [topic]
    assert made["asserted"] == {
        "edtf": "2024-10", "earliest": "2024-10-01", "latest": "2024-10-31", "basis": "the month on the page",
    }  # fmt: skip
    assert Api().json(f"claims/{claim.pk}/")["statement"] == claim.statement


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "required", "#/statement"),
        ({"statement": ""}, "blank", "#/statement"),
        ({"statement": None}, "null", "#/statement"),
        ({"statement": 12}, "not_a_text", "#/statement"),
        ({"statement": True}, "not_a_text", "#/statement"),
        ({"statement": ["x"]}, "not_a_text", "#/statement"),
        ({"statement": "x" * 5001}, "max_length", "#/statement"),
        ({"statement": "a\x00b"}, "null_characters_not_allowed", "#/statement"),
        ({"statement": "x", "sttus": "open"}, "unknown_field", "#/sttus"),
        ({"statement": "x", "status": "dismissed"}, "unknown_field", "#/status"),
        ({"statement": "x", "revision": 7}, "unknown_field", "#/revision"),
        ({"statement": "x", "created_by": 1}, "unknown_field", "#/created_by"),
        ({"statement": "x", "kind": "quantitty"}, "invalid_choice", "#/kind"),
        ({"statement": "x", "language": "english-foo-bar-!!"}, "not_a_language", "#/language"),
        ({"statement": "x", "language": ""}, "blank", "#/language"),
        ({"statement": "x", "topics": [999]}, "does_not_exist", "#/topics"),
        ({"statement": "x", "topics": ["1"]}, "not_a_number", "#/topics/0"),
        ({"statement": "x", "topics": 1}, "not_a_list", "#/topics"),
        ({"statement": "x", "asserted": "2024"}, None, "#/asserted"),
        ({"statement": "x", "asserted": {"edtf": "2024-13"}}, "not_a_date", "#/asserted"),
        ({"statement": "x", "asserted": {"edtf": "2024", "earliest": "2023-01-01"}}, "both", "#/asserted"),
        ({"statement": "x", "asserted": {"earliest": "2024-02-01", "latest": "2024-01-01"}},
         "not_a_date", "#/asserted"),
        ({"statement": "x", "asserted": {"earliest": "01.02.2024"}}, "not_a_day", "#/asserted/earliest"),
        ({"statement": "x", "asserted": {"year": 2024}}, "unknown_field", "#/asserted/year"),
        ([], None, None),
        ([1], None, None),
        ("text", None, None),
        (7, None, None),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_its_place(writer, body, code, pointer):
    # A text that is a body itself, not one that is sent as it is.
    problem = writer.problem(400, "claims/", json.dumps(body))
    assert pointer in [one["pointer"] for one in problem["errors"]] or pointer is None, problem
    assert code is None or (code, pointer) in codes(problem), problem
    assert not Claim.objects.exists()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "no_json"),
        (b'{"statement": "x", "statement": "y"}', "key_twice"),
        (b'{"statement": NaN}', "no_json"),
        (b'{"statement": 1e999}', "number_too_large"),
        (b'{"statement": ' + b"9" * 5000 + b"}", "number_too_large"),
        (b'{"statement": "\xff"}', "not_utf8"),
        (b'{"statement": "\\ud800"}', "half_character"),
        (b'{"\\udc00": "x"}', "half_character"),
        (b"[" * 100_000, "too_deep"),
        (b"[" * 60 + b"]" * 60, "too_deep"),
        (b'\xef\xbb\xbf{"statement": "x"}', "no_json"),
        (b"\xff\xfe{\x00}\x00", "not_utf8"),
    ],
)
def test_what_is_no_plain_json_is_refused(writer, raw, code):
    assert writer.problem(400, "claims/", raw)["code"] == code


def test_a_body_too_large_and_one_of_another_type(writer):
    assert writer.problem(413, "claims/", b'"' + b"x" * 6_000_000 + b'"')["code"] == "body_too_large"
    answer = writer.client.post("/api/v1/claims/", "<a/>", content_type="application/xml")
    assert as_problem(415, answer)["code"] == "unsupported_media_type"
    answer = writer.client.post("/api/v1/claims/", {"statement": "x"})
    assert as_problem(415, answer)


def test_the_sentence_by_itself_says_where(writer):
    assert writer.problem(400, "claims/", {"statement": None})["detail"].startswith("statement: ")
    asserted = {"statement": "x", "asserted": {"earliest": "01.02.2024"}}
    assert writer.problem(400, "claims/", asserted)["detail"].startswith("asserted/earliest: ")


def test_what_is_not_read_here_is_told_what_is(writer):
    answer = writer.client.post("/api/v1/claims/", "<a/>", content_type="application/xml")
    assert "Send application/json" in as_problem(415, answer)["detail"]
    problem = as_problem(405, writer.send("PUT", "claims/", {}))
    assert problem["detail"] == "PUT means nothing here; there is GET, HEAD, OPTIONS, POST."
    problem = as_problem(406, writer.client.get("/api/v1/claims/", headers={"Accept": "text/html"}))
    assert "JSON" in problem["detail"]


def test_an_unknown_field_names_the_nearest(writer):
    (one,) = writer.problem(400, "claims/", {"statement": "x", "langauge": "en"})["errors"]
    assert "Did you mean language?" in one["detail"]


def test_not_every_mistake_of_a_thousand_is_told(writer):
    problem = writer.problem(400, "claims/", {"statement": "x"} | {f"sttus{n}": 0 for n in range(1000)})
    assert len(problem["errors"]) == 20


def test_nothing_is_looked_at_in_a_list_that_is_too_long(writer, monkeypatch):
    looked_at = []
    monkeypatch.setattr("api.writing.bodies.Whole.run_validation", lambda self, data: looked_at.append(data))
    problem = writer.problem(400, "claims/", {"statement": "x", "topics": list(range(101))})
    assert codes(problem) == [("max_length", "#/topics")] and not looked_at


# States that were seen


def test_a_change_names_the_state_it_is_a_change_of(writer):
    claim = factories.ClaimFactory(statement="Before.")
    answer = writer.patch(f"claims/{claim.pk}/", {"statement": "After."})
    assert answer.status_code == 200 and answer.json()["statement"] == "After."
    assert answer["ETag"].startswith(f'"claim-{claim.pk}-r2.')
    claim.refresh_from_db()
    assert claim.statement == "After." and claim.revision == 2


def test_without_a_state_nothing_is_changed(writer):
    claim = factories.ClaimFactory(statement="Before.")
    for seen in ("", "*"):
        problem = as_problem(428, writer.patch(f"claims/{claim.pk}/", {"statement": "After."}, seen))
        assert problem["code"] == "precondition_required"
    claim.refresh_from_db()
    assert claim.statement == "Before."


def test_an_old_state_is_told_what_it_is_now(writer):
    claim = factories.ClaimFactory(statement="Before.")
    seen = writer.get(f"claims/{claim.pk}/")["ETag"]
    claim.revise(factories.some_editor(), statement="Meanwhile.")
    answer = writer.patch(f"claims/{claim.pk}/", {"statement": "Mine."}, seen)
    assert answer.status_code == 412 and answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "stale" and answer.json()["current"]["statement"] == "Meanwhile."
    # What it is now is enough to try again with.
    assert writer.patch(f"claims/{claim.pk}/", {"statement": "Mine."}, answer["ETag"]).status_code == 200


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ('"claim-{pk}-r1"', 200),
        ('"claim-{pk}-r1.anything"', 200),
        ('"other", "claim-{pk}-r1"', 200),
        ('W/"claim-{pk}-r1"', 412),
        ('"claim-{pk}-r2"', 412),
        ('"claim-{pk}-r11"', 412),
        ('"source-{pk}-r1"', 412),
        ("claim-{pk}-r1", 400),
        ("1", 400),
        ('"claim', 400),
        ('"' + "x" * 3000 + '"', 400),
    ],
)
def test_which_tags_say_a_state(writer, tag, status):
    claim = factories.ClaimFactory(statement="Before.")
    answer = writer.patch(f"claims/{claim.pk}/", {"statement": "After."}, tag.format(pk=claim.pk))
    assert answer.status_code == status, answer.content


def test_evidence_that_comes_does_not_make_the_state_of_a_claim_an_old_one(writer):
    claim = factories.ClaimFactory()
    seen = writer.get(f"claims/{claim.pk}/")["ETag"]
    factories.EvidenceFactory(claim=claim)
    now = writer.get(f"claims/{claim.pk}/")["ETag"]
    assert now != seen
    assert writer.patch(f"claims/{claim.pk}/", {"kind": "fact", "language": "de"}, seen).status_code == 200


def test_of_what_counts_no_revision_the_whole_tag_is_compared(writer, editor):
    """An assignment that was given to somebody else meanwhile is not in the state that was seen."""
    claim = factories.ClaimFactory()
    path = f"assignments/{writer.done(f'claims/{claim.pk}/assign/', {'to': writer.user.pk})['id']}/"
    seen = writer.get(path)["ETag"]
    writer.done(f"claims/{claim.pk}/assign/", {"to": editor.pk})
    for tag in (seen, seen.partition(".")[0] + '"'):
        answer = writer.send("DELETE", path, If_Match=tag)
        assert answer.status_code == 412 and answer.json()["current"]["assignee"]["id"] == editor.pk
    assert writer.send("DELETE", path, If_Match=answer["ETag"]).status_code == 204


@pytest.mark.parametrize(
    ("method", "verb"), [("DELETE", ""), ("POST", "open-to-readers/")], ids=["taken back", "opened"]
)
def test_a_state_is_compared_once_nobody_else_can_act(publisher, method, verb, django_assert_max_num_queries):
    """Compared before the lock, it could be another one by the time the verb writes."""
    evidence = factories.EvidenceFactory()
    path = f"evidence/{evidence.pk}/{verb}"
    with django_assert_max_num_queries(80) as asked:
        answer = publisher.send(method, path, If_Match=f'"evidence-{evidence.pk}-r1"')
    assert answer.status_code in (200, 204)
    statements = [one["sql"] for one in asked.captured_queries]
    lock = next(number for number, one in enumerate(statements) if "articles_ledgerhead" in one)
    question = [number for number, one in enumerate(statements) if 'FROM "articles_evidence"' in one]
    assert question and min(question) > lock


def test_who_has_the_newest_is_told_so(writer):
    claim = factories.ClaimFactory()
    seen = writer.get(f"claims/{claim.pk}/")["ETag"]
    assert (
        writer.client.get(f"/api/v1/claims/{claim.pk}/", headers={"If-None-Match": seen}).status_code == 304
    )


def test_a_patch_changes_what_it_names(writer):
    claim = factories.ClaimFactory(
        statement="Before.", language="en", asserted_earliest="2024-01-01", asserted_latest="2024-01-31",
        asserted_basis="a guess", topics=[factories.TopicFactory()],
    )  # fmt: skip
    answer = writer.patch(f"claims/{claim.pk}/", {"asserted": None})
    assert answer.json()["asserted"] == {"edtf": None, "earliest": None, "latest": None, "basis": None}
    assert answer.json()["statement"] == "Before." and len(answer.json()["topics"]) == 1
    other = factories.TopicFactory()
    answer = writer.patch(f"claims/{claim.pk}/", {"topics": [other.pk], "statement": "After."})
    assert [one["id"] for one in answer.json()["topics"]] == [other.pk]
    assert answer.json()["statement"] == "After."
    problem = as_problem(400, writer.patch(f"claims/{claim.pk}/", {}))
    assert problem["errors"][0]["code"] == "nothing_to_change"


def test_what_was_read_may_be_sent_back(writer):
    claim = factories.ClaimFactory(asserted_earliest="2024-01-01", asserted_latest="2024-01-31")
    read = writer.get(f"claims/{claim.pk}/").json()
    given = {name: read[name] for name in ("statement", "kind", "language", "asserted")}
    answer = writer.patch(f"claims/{claim.pk}/", given)
    assert answer.status_code == 200 and answer.json()["revision"] == claim.revision


def test_only_what_is_visible_is_changed(writer, publisher):
    claim = factories.ClaimFactory()
    assert as_problem(404, writer.patch("claims/99999/", {"statement": "x"}, '"claim-99999-r1"'))
    merged = factories.ClaimFactory(merged_into=claim)
    answer = writer.patch(f"claims/{merged.pk}/", {"statement": "x"})
    assert as_problem(403, answer)["code"] == "not_allowed"


# Verbs


def test_verbs_answer_with_the_row(writer, publisher):
    claim = factories.ClaimFactory()
    assert writer.done(f"claims/{claim.pk}/start-checking/")["status"] == "checking"
    assert writer.done(f"claims/{claim.pk}/reopen/")["status"] == "open"
    put_aside = writer.done(f"claims/{claim.pk}/declare-not-checkable/", {"reason": "An opinion."})
    assert (put_aside["status"], put_aside["status_reason"]) == ("not_checkable", "An opinion.")
    assert (
        publisher.done(f"claims/{claim.pk}/dismiss/", {"reason": "Nobody said it."})["status"] == "dismissed"
    )
    assert as_problem(404, Api().get(f"claims/{claim.pk}/"))


def test_a_reporter_is_told_that_only_an_editor_may(writer):
    claim = factories.ClaimFactory()
    problem = writer.problem(403, f"claims/{claim.pk}/dismiss/", {"reason": "x"})
    assert problem["code"] == "not_allowed" and "Only an editor" in problem["detail"]


def test_a_rule_that_stands_in_the_way_is_a_conflict(publisher):
    claim = factories.ClaimFactory(rating="supported")
    problem = publisher.problem(409, f"claims/{claim.pk}/dismiss/", {"reason": "x"})
    assert problem["code"] == "has_verdicts"


def test_merging_and_back(publisher):
    claim, survivor = factories.ClaimFactory(), factories.ClaimFactory()
    merged = publisher.done(f"claims/{claim.pk}/merge/", {"into": survivor.pk})
    assert merged["merged_into"]["id"] == survivor.pk
    assert publisher.done(f"claims/{claim.pk}/unmerge/")["merged_into"] is None
    assert (
        publisher.problem(409, f"claims/{claim.pk}/merge/", {"into": claim.pk})["code"] == "merge_into_itself"
    )


def test_a_verb_compares_a_state_that_is_sent(writer):
    claim = factories.ClaimFactory()
    answer = writer.post(f"claims/{claim.pk}/start-checking/", If_Match=f'"claim-{claim.pk}-r9"')
    assert answer.status_code == 412
    claim.refresh_from_db()
    assert claim.status == "open"


def test_a_verb_takes_no_word_that_it_does_not_know(writer):
    claim = factories.ClaimFactory()
    problem = writer.problem(400, f"claims/{claim.pk}/start-checking/", {"reason": "x"})
    assert codes(problem) == [("unknown_field", "#/reason")]


def test_nobody_writes_without_saying_who_they_are(db):
    claim = factories.ClaimFactory()
    stranger = Api().client
    for method, path in (("post", "claims/"), ("patch", f"claims/{claim.pk}/"), ("post", "claims/bulk/")):
        answer = getattr(stranger, method)(f"/api/v1/{path}", "{}", content_type="application/json")
        assert answer.status_code in (401, 403), (method, path)
        assert "WWW-Authenticate" in answer.headers


def test_what_is_not_there_is_no_method(writer):
    claim = factories.ClaimFactory()
    for method in ("PUT", "DELETE"):
        assert as_problem(405, writer.send(method, f"claims/{claim.pk}/", {}))["code"] == "method_not_allowed"
    assert as_problem(405, writer.send("GET", f"claims/{claim.pk}/dismiss/"))


# Names of requests


def test_a_request_that_names_itself_is_carried_out_once(writer):
    answers = [writer.post("claims/", {"statement": "Once."}, Idempotency_Key="a-1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert answers[1]["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in answers[0]
    assert answers[0]["Location"] == answers[2]["Location"] and answers[0]["ETag"] == answers[2]["ETag"]
    assert Claim.objects.count() == 1


def test_a_name_belongs_to_one_request_of_one_sender(writer, publisher):
    writer.made("claims/", {"statement": "Once."}, Idempotency_Key="a-1")
    problem = writer.problem(422, "claims/", {"statement": "Another."}, Idempotency_Key="a-1")
    assert problem["code"] == "idempotency_key_reused"
    publisher.made("claims/", {"statement": "Another."}, Idempotency_Key="a-1")
    claim, other = Claim.objects.all()
    writer.done(f"claims/{claim.pk}/start-checking/", {}, Idempotency_Key="a-2")
    assert writer.problem(422, f"claims/{other.pk}/start-checking/", {}, Idempotency_Key="a-2")


def test_a_refused_request_leaves_its_name_free(writer):
    assert writer.problem(400, "claims/", {"statement": ""}, Idempotency_Key="a-1")
    writer.made("claims/", {"statement": "Mended."}, Idempotency_Key="a-1")


@pytest.mark.parametrize("name", ["", " ", "x" * 256, "é", "a\tb"])
def test_a_name_that_is_none(writer, name):
    assert writer.problem(400, "claims/", {"statement": "x"}, Idempotency_Key=name)["code"] == "malformed_key"
    assert not Claim.objects.exists()


def test_a_redaction_erases_what_was_answered(writer, administrator):
    factories.newsroom()
    writer.made("claims/", {"statement": "The secret word is Rumpelstilz."}, Idempotency_Key="a-1")
    Redaction.everywhere(administrator, "Rumpelstilz", "A private matter.")
    assert "Rumpelstilz" not in AnsweredRequest.objects.get().answer
    again = {"statement": "The secret word is Rumpelstilz."}
    assert writer.problem(409, "claims/", again, Idempotency_Key="a-1")["code"] == "answer_erased"
    assert Claim.objects.count() == 1


def test_answers_are_forgotten_after_two_days(writer):
    from articles.tasks import forget_answered_requests

    writer.made("claims/", {"statement": "Once."}, Idempotency_Key="a-1")
    assert forget_answered_requests.call() == 0
    with time_machine.travel(timezone.now() + timedelta(days=2, minutes=1)):
        assert forget_answered_requests.call() == 1


# Many at once


def test_many_rows_are_one_act(writer):
    claim = factories.ClaimFactory(statement="Old.")
    before = Change.objects.latest("seq").seq
    body = {
        "create": [{"statement": f"Number {number}."} for number in range(3)],
        "update": [{"id": claim.pk, "revision": claim.revision, "statement": "New."}],
    }
    answer = writer.done("claims/bulk/", body)
    assert [Claim.objects.get(pk=one["id"]).statement for one in answer["created"]] == [
        "Number 0.", "Number 1.", "Number 2.",
    ]  # fmt: skip
    (changed,) = answer["updated"]
    assert changed["revision"] == 2 and changed["state"] == f"claim-{claim.pk}-r2"
    (entry,) = Change.objects.filter(seq__gt=before)
    assert entry.verb == "bulk" and entry.rows == 4


def test_one_bad_row_and_nothing_is_written(writer):
    mine, stale = factories.ClaimFactory(statement="Mine."), factories.ClaimFactory()
    merged = factories.ClaimFactory(merged_into=mine)
    body = {
        "create": [{"statement": "Good."}, {"statement": ""}, {"statemnt": "x"}, 7],
        "update": [
            {"id": mine.pk, "revision": mine.revision, "statement": "Good too."},
            {"id": stale.pk, "revision": 99, "statement": "Stale."},
            {"id": 99999, "revision": 1, "statement": "Nowhere."},
            {"id": merged.pk, "revision": merged.revision, "statement": "Merged."},
            {"id": mine.pk, "statement": "Which?"},
            {"id": mine.pk, "revision": 1},
            None,
            [1],
        ],
    }
    before = Claim.objects.count()
    problem = writer.problem(422, "claims/bulk/", body)
    assert problem["code"] == "bulk_refused" and problem["detail"].startswith(
        "Nothing was written: 10 rows were"
    )
    found = codes(problem)
    for expected in (
        ("blank", "#/create/1/statement"), ("unknown_field", "#/create/2/statemnt"),
        ("required", "#/create/2/statement"), ("not_an_object", "#/create/3"), ("stale", "#/update/1"),
        ("not_found", "#/update/2"), ("not_allowed", "#/update/3"), ("required", "#/update/4/revision"),
        ("nothing_to_change", "#/update/5"), ("null", "#/update/6"), ("not_an_object", "#/update/7"),
    ):  # fmt: skip
        assert expected in found, (expected, found)
    assert Claim.objects.count() == before
    mine.refresh_from_db()
    assert mine.statement == "Mine."


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"create": {}},
        {"create": []},
        {"rows": []},
        {"create": [{}] * 501},
        {"create": 1, "update": []},
    ],
)
def test_what_is_no_bulk(writer, body):
    writer.problem(400, "claims/bulk/", body)


def test_where_not_all_can_be_told_one_mistake_of_each_row_is(writer):
    row = {f"sttus{n}": 0 for n in range(20)}
    problem = writer.problem(422, "claims/bulk/", {"create": [row] * 400})
    assert {one["pointer"].split("/")[2] for one in problem["errors"]} == {str(n) for n in range(400)}


def test_five_hundred_rows(writer):
    answer = writer.done("claims/bulk/", {"create": [{"statement": f"Number {n}."} for n in range(500)]})
    assert len(answer["created"]) == Claim.objects.count() == 500


# Assignments


def test_a_claim_is_assigned(writer, editor):
    claim = factories.ClaimFactory()
    before = Change.objects.count()
    given = writer.done(f"claims/{claim.pk}/assign/", {"to": editor.pk})
    assert given["assignee"]["id"] == editor.pk and given["claim"]["id"] == claim.pk
    assert claim.assignment.assignee == editor
    given = writer.done(f"claims/{claim.pk}/assign/", {"to": writer.user.pk})
    assert given["assignee"]["id"] == writer.user.pk
    assert Change.objects.count() == before, "readers are not told"
