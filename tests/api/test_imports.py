"""Handing in articles through the API: who may, what comes of it, and every way in which it is refused."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from articles.importing.files import handed_in
from articles.models import Arrival, Article, Suggestion
from tests import hostile
from tests.api.conftest import Api, as_problem

ADDRESS = "/api/v1/imports/"
TEXT = "The bridge of Example cost 3.5 million crowns, said two people briefed on it.\n\nIt opened in March 2024.\n"


def hand_in(api: Api, **given: Any) -> Any:
    return api.client.post(ADDRESS, given)


def paste(api: Api, **given: Any) -> Any:
    return api.client.post(ADDRESS, given, content_type="application/json")


def file(name: str = "bridge.txt", data: bytes = TEXT.encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def one(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.content.decode()[:500]
    assert (
        answer["Content-Type"] == "application/json; charset=utf-8" and answer["Cache-Control"] == "no-store"
    )
    [outcome] = answer.json()["files"]
    return outcome


def test_a_file_becomes_an_article_at_the_desk(desk: Api, reporter) -> None:
    outcome = one(hand_in(desk, file=file()), 201)
    article = Article.objects.get()
    assert (outcome["fate"], outcome["article"], outcome["file"]) == ("new", article.pk, "bridge.txt")
    assert outcome["created"]["suggestions"] == Suggestion.objects.count() == 2
    assert not article.is_public and article.created_by == reporter


def test_a_pasted_text_too(desk: Api) -> None:
    assert one(paste(desk, text=TEXT, name="The bridge"), 201)["file"] == "The bridge"
    assert one(paste(desk, text=TEXT, name="The bridge"), 200)["fate"] == "known"
    newer = one(paste(desk, text=TEXT.replace("3.5", "8.5"), name="The bridge"), 201)
    assert newer["fate"] == "version" and Article.objects.get().versions.count() == 2


def test_what_resembles_another_text_is_held(desk: Api) -> None:
    one(paste(desk, text=TEXT, name="one"), 201)
    held = one(paste(desk, text=TEXT.upper(), name="two"), 202)
    assert held["fate"] == "held" and Arrival.objects.get(pk=held["arrival"]).is_held


def test_a_zip_file_brings_many(desk: Api) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", TEXT)
        archive.writestr("empty.txt", "")
    answer = hand_in(desk, file=file("both.zip", packed.getvalue()))
    assert answer.status_code == 201
    fates = {each["file"]: (each["fate"], len(each["refused"])) for each in answer.json()["files"]}
    assert fates == {"both.zip/a.txt": ("new", 0), "both.zip/empty.txt": ("refused", 1)}


def test_mojibake_is_told_and_mended_on_request(desk: Api) -> None:
    told = one(paste(desk, text="It wasnâ€™t the bridge of Example.", name="a"), 201)
    assert any("UTF-8" in note for note in told["notes"])
    one(paste(desk, text="It wasnâ€™t the other bridge of Example.", name="b", repair=True), 201)
    texts = [article.current_version.text for article in Article.objects.order_by("pk")]
    assert texts == ["It wasnâ€™t the bridge of Example.", "It wasn’t the other bridge of Example."]


class TestRefused:
    def test_readers(self, api: Api) -> None:
        for answer in (hand_in(api, file=file()), paste(api, text=TEXT)):
            assert as_problem(401, answer)["code"] == "not_authenticated"
        assert not Article.objects.exists()

    def test_keys_since_there_are_none(self, desk: Api) -> None:
        answer = desk.client.post(ADDRESS, {"file": file()}, HTTP_AUTHORIZATION="Bearer abc")
        as_problem(401, answer)

    def test_a_page_of_another_site_that_sends_our_cookie(self, reporter) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(reporter)
        as_problem(403, client.post(ADDRESS, {"file": file()}))
        assert not Article.objects.exists()

    def test_somebody_who_works_here_no_more(self, desk: Api, reporter, administrator) -> None:
        reporter.deactivate(administrator)
        as_problem(401, hand_in(desk, file=file()))

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [(b"", "empty"), (b"\x7fELF\x02\x01\x01" + bytes(60), "program"), (b"a\x81\x8d", "charset")],
    )
    def test_files_that_hold_no_text(self, desk: Api, data: bytes, sentence: str) -> None:
        problem = as_problem(400, hand_in(desk, file=file(data=data)))
        assert problem["code"] in ("refused_file", "invalid") and sentence in problem["detail"]
        assert problem["errors"][0]["pointer"] == "#/file" and not Article.objects.exists()

    @pytest.mark.parametrize("given", [{}, {"text": TEXT, "file": "x"}, {"name": "only"}, {"text": " \n"}])
    def test_both_or_none(self, desk: Api, given: dict[str, str]) -> None:
        as_problem(400, paste(desk, **given))

    def test_too_much_at_once(self, desk: Api, monkeypatch) -> None:
        monkeypatch.setattr(handed_in, "MAX_UPLOAD", 10)
        assert "at most 10" in as_problem(400, hand_in(desk, file=file()))["detail"]

    def test_too_many_at_once(self, desk: Api, monkeypatch) -> None:
        monkeypatch.setattr(handed_in, "MAX_FILES", 1)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name in "ab":
                archive.writestr(f"{name}.txt", f"{name} {TEXT}")
        assert "at most 1" in as_problem(400, hand_in(desk, file=file("x.zip", packed.getvalue())))["detail"]
        assert not Article.objects.exists()

    @pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
    def test_other_methods(self, desk: Api, method: str) -> None:
        as_problem(405, getattr(desk.client, method)(ADDRESS))

    @pytest.mark.parametrize("body", hostile.each(hostile.JSON_BODIES))
    def test_hostile_bodies(self, desk: Api, body: str) -> None:
        data = body.encode("utf-8", "surrogatepass")
        answer = desk.client.post(ADDRESS, data, content_type="application/json")
        assert answer.status_code in (201, 400), answer.content[:300]
        if answer.status_code == 400:
            as_problem(400, answer)

    @pytest.mark.parametrize(
        "name", ["../../etc/passwd.txt", "C:\\temp\\a.txt", "a\x00b.txt", "x" * 400 + ".txt", ".txt", "CON"]
    )
    def test_names_lead_nowhere(self, desk: Api, name: str) -> None:
        answer = hand_in(desk, file=file(name))
        assert answer.status_code in (201, 400)
        assert not any("/" in arrival.name or "\\" in arrival.name for arrival in Arrival.objects.all())


def test_the_schema_promises_what_it_answers(desk: Api) -> None:
    from tests.api.test_schema import COMMITTED

    post = COMMITTED["paths"][ADDRESS]["post"]
    assert set(post["requestBody"]["content"]) == {"multipart/form-data", "application/json"}
    assert {"200", "201", "202", "400", "401", "403", "413", "415"} <= set(post["responses"])
    outcome = one(hand_in(desk, file=file()), 201)
    shape = COMMITTED["components"]["schemas"]["OutcomeShape"]["properties"]
    assert set(shape) == set(json.loads(json.dumps(outcome)))
