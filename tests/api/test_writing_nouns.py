"""What each noun takes from programs: the same questions asked of all of them, by a table of what they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.test import Client

from articles.models import (
    Appearance,
    Article,
    Claimant,
    ClaimRelation,
    Contact,
    Evidence,
    ResearchStep,
    Source,
    Topic,
)
from tests import factories as f
from tests.api.conftest import Api, as_problem
from tests.api.writer import Writer
from tests.hostile import TEXTS, UNSTORABLE, URLS

LATER = 10**17


class Noun(NamedTuple):
    """`body` makes what is sent to the list; `texts` are the columns of words, with the most that they hold."""

    path: str
    model: Any
    body: Callable[[], dict[str, Any]] | None
    factory: Any
    texts: dict[str, int | None]
    change: dict[str, Any] | None = None
    ids: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    has_bulk: bool = False
    url: str = ""


def _evidence() -> dict[str, Any]:
    return {
        "claim": f.ClaimFactory().pk, "source_version": f.SourceVersionFactory().pk, "stance": "supports",
        "passage": "The council paid four million dollars for the bridge.", "locator": "p. 3", "posture": None,
        "note": "What was paid.",
    }  # fmt: skip


NOUNS = [
    Noun(
        "topics", Topic, lambda: {"name": "Bridges", "description": "All of them."}, f.TopicFactory,
        {"name": 100, "description": None}, {"description": "Some of them."}, has_bulk=True,
    ),
    Noun(
        "claimants", Claimant,
        lambda: {"name": "The council", "kind": "organisation", "description": None, "url": "https://council.example/"},
        f.ClaimantFactory, {"name": 300, "description": None}, {"name": "The town council", "url": None},
        words=("kind",), has_bulk=True, url="url",
    ),
    Noun(
        "relations", ClaimRelation,
        lambda: {"first": f.ClaimFactory().pk, "kind": "updates", "second": f.ClaimFactory().pk},
        f.ClaimRelationFactory, {}, ids=("first", "second"), words=("kind",),
    ),
    Noun(
        "appearances", Appearance,
        lambda: {
            "claim": f.ClaimFactory().pk, "article_version": f.ArticleVersionFactory().pk, "start": 0, "end": 8,
            "attributions": [{"claimant": f.ClaimantFactory().pk}],
        },
        f.AppearanceFactory, {}, ids=("claim", "article_version"),
    ),
    Noun(
        "evidence", Evidence, _evidence, f.EvidenceFactory, {"passage": None, "locator": 300, "note": None},
        {"stance": "refutes", "locator": None}, ids=("claim", "source_version"), words=("stance", "posture"),
        has_bulk=True,
    ),
    Noun(
        "research-steps", ResearchStep,
        lambda: {
            "claim": f.ClaimFactory().pk, "question": "The invoice.", "place": "The archive", "outcome": "found",
            "note": None, "done_on": "2024-01-10", "evidence": None,
        },
        f.ResearchStepFactory, {"question": None, "place": 500, "note": None},
        {"outcome": "no_access", "done_on": None}, ids=("claim", "evidence"), words=("outcome",),
    ),
    Noun(
        "contacts", Contact,
        lambda: {
            "claim": f.ClaimFactory().pk, "claimant": None, "addressee": "The press office", "channel": "e_mail",
            "question": "What did it cost?", "reach": "press@council.example", "asked_at": "2024-01-10T10:00:00Z",
            "deadline": "2024-01-12T12:00:00+02:00",
        },
        f.ContactFactory, {"addressee": 300, "question": None, "reach": 500}, {"channel": "letter", "deadline": None},
        ids=("claim", "claimant"), words=("channel",),
    ),
    Noun(
        "sources", Source,
        lambda: {
            "kind": "court_filing", "title": "An order", "publisher": None, "url": "https://court.example/1",
            "court": "District", "docket_number": "1:24-cv-1", "part_of": f.SourceFactory(kind="court_case").pk,
            "published": {"edtf": "2024-10", "basis": "its stamp"},
        },
        lambda: f.SourceFactory(kind="book"),
        {"title": 500, "publisher": 300, "people": 500, "description": None},
        {"kind": "film", "published": {"edtf": "2023"}}, ids=("part_of",), words=("kind",), has_bulk=True, url="url",
    ),
    Noun(
        "articles", Article, None, f.ArticleFactory,
        {"title": 500, "byline": 300, "publisher": 300, "rights_note": 500},
        {"title": "Another title", "language": "es-MX", "rights": "excerpt", "published": {"edtf": "2024-10-25"}},
        words=("rights",), url="url",
    ),
]  # fmt: skip
ADDED = [noun for noun in NOUNS if noun.body]
CHANGED = [noun for noun in NOUNS if noun.change]


def each_of(nouns: list[Noun]) -> Any:
    return pytest.mark.parametrize("noun", nouns, ids=[noun.path for noun in nouns])


@pytest.fixture
def writer(reporter):
    return Writer(reporter)


def places(problem: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["code"], one["pointer"]) for one in problem["errors"]]


def row_of(noun: Noun) -> Any:
    row = noun.factory()
    row.refresh_from_db()
    return row


# Adding


@each_of(ADDED)
def test_it_is_put_on_record(writer, noun):
    made = writer.made(f"{noun.path}/", noun.body())
    assert noun.model.objects.get(pk=made["id"])
    assert writer.get(f"{noun.path}/{made['id']}/").json() == made


@each_of(ADDED)
def test_every_field_is_taken(writer, noun):
    """What is answered is what was sent, as far as the answer has a field of that name."""
    body = noun.body()
    made = writer.made(f"{noun.path}/", body)
    for name, sent in body.items():
        if name in (*noun.ids, "first", "second", "attributions"):
            found = made[name]["id"] if isinstance(made.get(name), dict) else sent
        elif name in ("published", "deadline", "asked_at"):
            continue
        else:
            found = made.get(name, sent)
        assert found == sent, name


@each_of(ADDED)
def test_an_empty_body_names_all_that_is_needed(writer, noun):
    problem = writer.problem(400, f"{noun.path}/", {})
    assert {code for code, _ in places(problem)} == {"required"}


@each_of(NOUNS)
def test_unknown_fields_are_refused(writer, noun):
    if noun.body:
        for name in ("visibility", "created_by", "revision", "public_seq", "merged_into", "id"):
            problem = writer.problem(400, f"{noun.path}/", {**noun.body(), name: 1})
            assert places(problem) == [("unknown_field", f"#/{name}")]
    if noun.change:
        problem = as_problem(400, writer.patch(f"{noun.path}/{row_of(noun).pk}/", {"visibility": "public"}))
        assert places(problem) == [("unknown_field", "#/visibility")]


@each_of(ADDED)
def test_other_types_are_refused_with_their_place(writer, noun):
    body = noun.body()
    for name in body:
        for wrong in (True, 1.5, {"a": 1}, [["x"]]):
            problem = writer.problem(400, f"{noun.path}/", {**body, name: wrong})
            assert all(place.startswith(f"#/{name}") for _, place in places(problem)), (name, wrong, problem)


@each_of([noun for noun in NOUNS if noun.ids])
def test_ids_that_are_not_there(writer, noun):
    body = noun.body()
    for name in noun.ids:
        problem = writer.problem(400, f"{noun.path}/", {**body, name: LATER})
        assert places(problem) == [("does_not_exist", f"#/{name}")]
        for wrong in ("1", 0, -1, 10**18):
            problem = writer.problem(400, f"{noun.path}/", {**body, name: wrong})
            assert places(problem) == [("not_an_id", f"#/{name}")]


@each_of([noun for noun in NOUNS if noun.words and noun.body])
def test_other_words_are_refused(writer, noun):
    body = noun.body()
    for name in noun.words:
        problem = writer.problem(400, f"{noun.path}/", {**body, name: "nonsense"})
        assert places(problem) == [("invalid_choice", f"#/{name}")]


@each_of(NOUNS)
def test_nobody_writes_without_saying_who_they_are(db, noun):
    row, stranger = row_of(noun), Api().client
    tries = [("post", f"{noun.path}/")] * bool(noun.body)
    tries += [("patch", f"{noun.path}/{row.pk}/")] * bool(noun.change)
    tries += [("post", f"{noun.path}/bulk/")] * noun.has_bulk
    for method, path in tries:
        answer = getattr(stranger, method)(f"/api/v1/{path}", "{}", content_type="application/json")
        assert as_problem(401, answer)["code"] == "not_authenticated", (method, path)


# Changing


@each_of(CHANGED)
def test_it_is_changed(writer, noun):
    row = row_of(noun)
    answer = writer.patch(f"{noun.path}/{row.pk}/", noun.change)
    assert answer.status_code == 200, answer.content
    assert answer["ETag"].startswith(f'"{noun.model._meta.model_name}-{row.pk}-r{row.revision + 1}.')
    for name, sent in noun.change.items():
        found = answer.json().get(name)
        assert (found["edtf"] if name == "published" else found) == (
            sent["edtf"] if name == "published" else sent
        )
    assert writer.get(f"{noun.path}/{row.pk}/").json() == answer.json()


@each_of(CHANGED)
def test_a_change_names_the_state_it_is_a_change_of(writer, noun):
    row = row_of(noun)
    path = f"{noun.path}/{row.pk}/"
    seen = writer.get(path)["ETag"]
    for missing in ("", "*"):
        problem = as_problem(428, writer.patch(path, noun.change, missing))
        assert problem["code"] == "precondition_required"
    assert writer.patch(path, noun.change).status_code == 200
    answer = writer.patch(path, noun.change, seen)
    assert answer.status_code == 412 and answer.json()["code"] == "stale"
    assert answer.json()["current"] == writer.get(path).json()


@each_of(CHANGED)
def test_nothing_to_change_and_nothing_there(writer, noun):
    row = row_of(noun)
    problem = as_problem(400, writer.patch(f"{noun.path}/{row.pk}/", {}))
    assert places(problem) == [("nothing_to_change", None)]
    assert as_problem(404, writer.patch(f"{noun.path}/{LATER}/", noun.change, '"x-1-r1"'))


# Texts


@each_of([noun for noun in CHANGED if noun.texts])
def test_texts_are_kept_to_the_letter(writer, noun):
    """All columns of words at once; a text that is nothing but space is none where one is needed.

    Each noun takes a third of the texts, since all of them are read by the same field.
    """
    row = row_of(noun)
    for hostile in TEXTS[NOUNS.index(noun) % 3 :: 3]:
        sent = {name: hostile.value[:most] for name, most in noun.texts.items()}
        row.refresh_from_db()
        seen = f'"{noun.model._meta.model_name}-{row.pk}-r{row.revision}"'
        answer = writer.patch(f"{noun.path}/{row.pk}/", sent, seen)
        if hostile.value.strip():
            assert answer.status_code == 200, (hostile.name, answer.content)
            row.refresh_from_db()
            assert {name: getattr(row, name) for name in sent} == sent, hostile.name
        else:
            assert answer.status_code in (200, 400), hostile.name


@each_of([noun for noun in CHANGED if noun.texts])
def test_texts_that_nothing_can_hold_and_too_long_ones(writer, noun):
    row = row_of(noun)
    path = f"{noun.path}/{row.pk}/"
    for name, most in noun.texts.items():
        for hostile in UNSTORABLE:
            problem = as_problem(400, writer.patch(path, {name: hostile.value}))
            half = "surrogate" in hostile.name
            assert problem["code"] == "half_character" if half else places(problem)[0][1] == f"#/{name}"
        if most:
            problem = as_problem(400, writer.patch(path, {name: "x" * (most + 1)}))
            assert places(problem) == [("max_length", f"#/{name}")]


@each_of([noun for noun in CHANGED if noun.url])
def test_addresses(writer, noun):
    row = row_of(noun)
    path = f"{noun.path}/{row.pk}/"
    for hostile in [*(one.value for one in URLS), "ftp://files.example/", "gopher://a.example/"]:
        problem = as_problem(400, writer.patch(path, {noun.url: hostile}))
        assert {place for _, place in places(problem)} == {f"#/{noun.url}"}, hostile
    assert writer.patch(path, {noun.url: "https://paper.example/a?b=1#c"}).status_code == 200
    assert writer.patch(path, {noun.url: None}).json()[noun.url] is None


# Bulk


@each_of([noun for noun in NOUNS if noun.has_bulk])
def test_many_at_once_or_none(writer, noun):
    row = row_of(noun)
    update = {"id": row.pk, "revision": row.revision, **noun.change}
    bad = {**noun.body(), "nonsense": 1}
    before = noun.model.objects.count()
    problem = writer.problem(422, f"{noun.path}/bulk/", {"create": [noun.body(), bad], "update": [update]})
    assert places(problem) == [("unknown_field", "#/create/1/nonsense")]
    assert noun.model.objects.filter(pk=row.pk, revision=row.revision).exists()
    good = noun.body()
    before = noun.model.objects.count()
    done = writer.done(f"{noun.path}/bulk/", {"create": [good], "update": [update]})
    assert noun.model.objects.count() == before + 1
    assert done["updated"][0]["revision"] == row.revision + 1
    created = done["created"][0]
    assert writer.get(created["api_url"].removeprefix("http://testserver")).status_code == 200


# Verbs: who may, and what each leaves behind

HIDDEN, SHOWN, APART = ("visibility", "desk"), ("visibility", "public"), ("merged_into", None)


def _merged(factory: Any) -> Any:
    return lambda: factory(merged_into=factory())


def _opened(factory: Any) -> Any:
    return lambda: factory(public=True)


def _settled(state: str) -> Any:
    return lambda: f.ContactFactory(reply_state=state)


VERBS = [
    # noun, verb, what it is said of, body, whether a reporter may, what the answer says then
    ("claimants", "merge", f.ClaimantFactory, lambda: {"into": f.ClaimantFactory().pk}, False, None),
    ("claimants", "unmerge", _merged(f.ClaimantFactory), dict, False, APART),
    ("evidence", "open-to-readers", f.EvidenceFactory, dict, False, SHOWN),
    ("research-steps", "open-to-readers", f.ResearchStepFactory, dict, False, SHOWN),
    ("research-steps", "close-to-readers", _opened(f.ResearchStepFactory), dict, False, HIDDEN),
    ("contacts", "open-to-readers", f.ContactFactory, dict, False, SHOWN),
    ("contacts", "close-to-readers", _opened(f.ContactFactory), dict, False, HIDDEN),
    ("contacts", "record-reply", f.ContactFactory, lambda: {"reply": "Four."}, True, ("reply", "Four.")),
    ("contacts", "record-decline", f.ContactFactory, dict, True, ("reply_state", "declined")),
    ("contacts", "record-no-reply", f.ContactFactory, dict, True, ("reply_state", "no_reply")),
    ("articles", "open-to-readers", f.ArticleFactory, dict, False, SHOWN),
    ("articles", "close-to-readers", _opened(f.ArticleFactory), dict, False, HIDDEN),
    ("sources", "open-to-readers", f.SourceFactory, dict, False, SHOWN),
    ("sources", "merge", f.SourceFactory, lambda: {"into": f.SourceFactory().pk}, False, None),
    ("sources", "unmerge", _merged(f.SourceFactory), dict, False, APART),
]  # fmt: skip


@pytest.mark.parametrize("verb", VERBS, ids=[f"{verb[0]}/{verb[1]}" for verb in VERBS])
def test_verbs(writer, editor, verb):
    noun, name, make, body, open_to_reporters, says = verb
    row, given = make(), body()
    path = f"{noun}/{row.pk}/{name}/"
    if not open_to_reporters:
        problem = writer.problem(403, path, given)
        assert problem["code"] == "not_allowed" and "Only an editor" in problem["detail"]
    problem = Writer(editor).problem(400, path, {**given, "nonsense": 1})
    assert places(problem) == [("unknown_field", "#/nonsense")]
    seen = f'"{row._meta.model_name}-{row.pk}-r99"'
    assert Writer(editor).post(path, given, If_Match=seen).json()["code"] == "stale"
    assert as_problem(404, Writer(editor).post(f"{noun}/{LATER}/{name}/", given))
    done = (writer if open_to_reporters else Writer(editor)).done(path, given)
    assert done == writer.get(f"{noun}/{row.pk}/").json()
    if says:
        assert done[says[0]] == says[1]
    elif name == "merge":
        assert done["merged_into"]["id"] == given["into"]


def test_keys_need_the_scope_that_a_verb_asks_for(editor):
    """What only editors decide needs a key that may publish, also where its owner is one."""
    token = f.ApiKeyFactory(owner=editor, scopes=["write"]).token
    told, headers = 0, {"Authorization": f"Bearer {token}"}
    for noun, name, make, body, open_to_reporters, _ in VERBS:
        row, given = make(), body()
        path = f"/api/v1/{noun}/{row.pk}/{name}/"
        answer = Client().post(path, given, content_type="application/json", headers=headers)
        if open_to_reporters:
            assert answer.status_code == 200, path
        else:
            assert as_problem(403, answer)["code"] == "missing_scope", path
            told += 1
    assert told == 12


@pytest.mark.parametrize(
    ("noun", "verb", "make", "body", "code"),
    [
        ("claimants", "merge", lambda: f.ClaimantFactory(kind="group"),
         lambda: {"into": f.ClaimantFactory().pk}, "group"),
        ("claimants", "unmerge", f.ClaimantFactory, dict, "not_merged"),
        ("evidence", "replace", lambda: _replaced(), lambda: {"note": "x"}, "replaced"),
        ("contacts", "record-reply", _settled("declined"), lambda: {"reply": "x"}, "settled"),
        ("contacts", "record-reply", f.ContactFactory, lambda: {"reply": "  "}, "no_reply_text"),
        ("contacts", "record-decline", f.ContactFactory, lambda: {"replied_at": "2999-01-01T00:00:00Z"}, "in_future"),
        ("contacts", "record-no-reply", lambda: f.ContactFactory(deadline=None), dict, "no_deadline"),
        ("contacts", "record-no-reply", lambda: f.ContactFactory(deadline="2999-01-01"), dict, "too_early"),
        ("contacts", "record-no-reply", _settled("replied"), dict, "settled"),
    ],
)  # fmt: skip
def test_rules_that_stand_in_the_way(editor, noun, verb, make, body, code):
    assert Writer(editor).problem(409, f"{noun}/{make().pk}/{verb}/", body())["code"] == code


def _replaced() -> Evidence:
    evidence = f.EvidenceFactory()
    evidence.replace(f.some_reporter(), note="Another.")
    return evidence


def test_a_topic_is_there_once(writer):
    first = writer.made("topics/", {"name": "Bridges", "description": "All of them."})
    again = writer.done("topics/", {"name": "Bridges", "description": "Some of them."})
    assert again == first and Topic.objects.count() == 1
    other = writer.made("topics/", {"name": "Rivers"})
    problem = as_problem(400, writer.patch(f"topics/{other['id']}/", {"name": "Bridges"}))
    assert [place for _, place in places(problem)] == ["#/name"]


def test_a_relation_is_there_once_and_is_taken_back(writer):
    first, second = f.ClaimFactory(), f.ClaimFactory()
    body = {"first": first.pk, "kind": "updates", "second": second.pk}
    made = writer.made("relations/", body)
    assert (made["first"]["id"], made["kind"], made["second"]["id"]) == (first.pk, "updates", second.pk)
    assert writer.done("relations/", body) == made
    turned = {"first": second.pk, "kind": "updates", "second": first.pk}
    assert writer.problem(409, "relations/", turned)["code"] == "other_way_round"
    assert writer.problem(409, "relations/", {**body, "second": first.pk})["code"] == "self"
    path = f"relations/{made['id']}/"
    assert as_problem(405, writer.patch(path, {"kind": "same"}, ""))
    gone = writer.send("DELETE", path)
    assert gone.status_code == 204 and gone.content == b""
    assert not ClaimRelation.objects.exists() and as_problem(404, writer.send("DELETE", path))


def test_a_relation_of_a_merged_claim_is_not_for_taking(writer):
    merged = f.ClaimFactory(merged_into=f.ClaimFactory())
    body = {"first": merged.pk, "kind": "updates", "second": f.ClaimFactory().pk}
    assert writer.problem(403, "relations/", body)["code"] == "not_allowed"
