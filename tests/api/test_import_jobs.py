"""Handing in what takes long: the answer is a job, which says how far it is and what became of each file."""

from __future__ import annotations

import io
import time
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from api.views import imports
from articles import tasks
from articles.models import Article, Claim, Job, Upload
from articles.work.worker import Worker
from tests import factories as f
from tests.api.conftest import Api, as_problem


def bundle(count: int) -> SimpleUploadedFile:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number in range(count):
            # Different enough that none is taken for a copy of another.
            words = " ".join(f"{chr(97 + number) * 3}{place}" for place in range(60))
            archive.writestr(f"{number}.txt", f"The bridge cost {number} million dollars. {words}.\n")
    return SimpleUploadedFile("texts.zip", held.getvalue(), "application/zip")


@pytest.fixture
def desk_client(reporter):
    client = Client()
    client.force_login(reporter)
    return client


def hand_in(client: Client, file: SimpleUploadedFile, **headers: str):
    return client.post("/api/v1/imports/", {"file": file}, headers=headers)


def test_who_would_rather_not_wait_gets_a_job(desk_client, reporter):
    answer = hand_in(desk_client, bundle(3), Prefer="respond-async, wait=1")
    assert answer.status_code == 202 and answer["Preference-Applied"] == "respond-async"
    assert answer.json() == {"files": [], "job": answer["Location"]}
    assert not Article.objects.exists() and Upload.objects.get().by == reporter
    job = desk_client.get(answer["Location"]).json()
    assert job["state"] == "waiting" and job["progress"] is None
    assert Worker().run(drain=True) == 1
    job = desk_client.get(answer["Location"]).json()
    assert job["state"] == "done" and job["progress"] == {"done": 3, "of": 3}
    assert [one["fate"] for one in job["result"]["files"]] == ["new", "new", "new"]
    assert Article.objects.count() == 3 and not Upload.objects.exists()


def test_a_large_file_is_never_waited_for(desk_client, monkeypatch):
    monkeypatch.setattr(imports, "AT_ONCE", 100)
    assert hand_in(desk_client, bundle(1)).status_code == 202
    monkeypatch.setattr(imports, "MAX_UPLOAD", 200)
    problem = as_problem(400, hand_in(desk_client, bundle(1)))
    assert problem["errors"][0]["pointer"] == "#/file" and "at most 200 are taken" in problem["detail"]


def test_what_cannot_be_imported_is_told_by_the_job(desk_client):
    answer = hand_in(desk_client, SimpleUploadedFile("x.bin", b"\x00\x01\x02"), Prefer="respond-async")
    Worker().run(drain=True)
    job = desk_client.get(answer["Location"]).json()
    assert job["state"] == "done"
    (one,) = job["result"]["files"]
    assert one["fate"] == "refused" and one["refused"]


def test_tried_again_it_finishes_what_is_left(desk_client, monkeypatch):
    """A worker that is killed in the middle leaves whole articles; the next try adds the others."""
    from articles.importing import batch

    filed, count = batch.file_text, []

    def dies(by, arrived):
        count.append(1)
        if len(count) == 2:
            raise SystemExit
        return filed(by, arrived)

    answer = hand_in(desk_client, bundle(3), Prefer="respond-async")
    monkeypatch.setattr(batch, "file_text", dies)
    with pytest.raises(SystemExit):
        Worker().run(drain=True)
    assert Article.objects.count() == 1
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    monkeypatch.setattr(batch, "file_text", filed)
    Worker().run(drain=True)
    job = desk_client.get(answer["Location"]).json()
    assert [one["fate"] for one in job["result"]["files"]] == ["known", "new", "new"]
    assert Article.objects.count() == 3


def test_a_try_that_takes_too_long_refuses_no_file(desk_client, monkeypatch):
    """Its time ends in the middle of some file; that is no fault of the file's, and the next try takes it."""
    from articles.importing import batch

    filed = batch.file_text

    def slow(by, arrived):
        time.sleep(5)
        return filed(by, arrived)

    hand_in(desk_client, bundle(1), Prefer="respond-async")
    monkeypatch.setattr(batch, "file_text", slow)
    monkeypatch.setattr(tasks, "import_upload", replace(tasks.import_upload, limit=timedelta(seconds=0.5)))
    Worker().run(drain=True)
    job = Job.objects.get()
    assert job.state == "waiting" and "It took longer" in job.last_error
    assert Upload.objects.exists() and not Article.objects.exists()


def with_manifest() -> SimpleUploadedFile:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("bridge.txt", "The bridge cost four million.\n")
        archive.writestr(
            "bridge.yaml",
            "manifest: 1\nid: bridge\narticle: {title: The bridge}\nclaims:\n- key: cost\n  kind: fact\n"
            "  statement: The bridge cost four million.\n  quote: The bridge cost four million.\n",
        )
    return SimpleUploadedFile("bridge.zip", held.getvalue(), "application/zip")


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(("scopes", "claims"), [(["import"], 0), (["drafts", "import"], 0), (["write"], 1)])
def test_a_manifest_takes_the_scope_write(db, scopes, claims, wait):
    """What it says becomes claims that readers see; a key that only hands in articles must not make those."""
    headers = {"Authorization": f"Bearer {f.ApiKeyFactory(scopes=scopes).token}"}
    answer = hand_in(Client(), with_manifest(), **headers, **({} if wait else {"Prefer": "respond-async"}))
    assert answer.status_code == (202 if not wait else 201 if claims else 400)
    Worker().run(drain=True)
    assert Claim.objects.count() == claims and Article.objects.count() == claims
    if wait and not claims:
        [error] = as_problem(400, answer)["errors"]
        assert "bridge.yaml: A manifest is the desk's work" in error["detail"]


def test_strangers_hand_in_nothing(db):
    answer = hand_in(Api().client, bundle(1), Prefer="respond-async")
    assert answer.status_code == 401 and not Upload.objects.exists()


def test_a_named_request_makes_one_job(desk_client):
    for _ in range(2):
        hand_in(desk_client, bundle(1), Prefer="respond-async", **{"Idempotency-Key": "one"})
    assert Job.objects.count() == 1


def test_uploads_that_nobody_fetched_are_forgotten(desk_client):
    from articles.tasks import forget_uploads

    hand_in(desk_client, bundle(1), Prefer="respond-async")
    assert forget_uploads.call() == 0
    Upload.objects.update(at=timezone.now() - timedelta(days=7, minutes=1))
    assert forget_uploads.call() == 1


@pytest.mark.parametrize("wait", [True, False])
def test_a_key_that_only_hands_in_learns_nothing_of_other_articles(desk_client, wait):
    """A file name that somebody guesses must not tell the title or the words of what stays at the desk."""
    first = SimpleUploadedFile(
        "guess.txt", b"Of herons and lamps\n\nThe heron of Rivertown ate twelve lamps on Monday.\n"
    )
    hand_in(desk_client, first)
    article = Article.objects.get()
    article.revise(None, title="Of herons and lamps")
    f.AppearanceFactory(article_version=article.current_version, words="ate twelve lamps")
    headers = {"Authorization": f"Bearer {f.ApiKeyFactory(scopes=['import']).token}"}
    second = SimpleUploadedFile(
        "guess.txt", b"Of herons and lamps\n\nThe heron of Rivertown ate twelve pears on Monday.\n"
    )
    client = Client()
    answer = hand_in(client, second, **headers, **({} if wait else {"Prefer": "respond-async"}))
    Worker().run(drain=True)
    told = answer if wait else client.get(answer["Location"], headers=headers)
    assert told.status_code in (200, 201, 202)
    assert "guess.txt" in told.content.decode() and "heron" not in told.content.decode()


@pytest.mark.parametrize("headers", [{}, {"Prefer": "respond-async"}])
def test_a_text_of_nothing(desk_client, headers):
    answer = desk_client.post(
        "/api/v1/imports/", {"text": " \n"}, content_type="application/json", headers=headers
    )
    assert as_problem(400, answer)["detail"] == "text: The text is empty."


def test_texts_without_a_name_are_not_taken_for_one_another(desk_client):
    for text in ("A bridge of Rivertown.", "Quite another matter, of lamps."):
        answer = desk_client.post("/api/v1/imports/", {"text": text}, content_type="application/json")
        (file,) = answer.json()["files"]
        assert file["file"].startswith("pasted-") and file["fate"] == "new" and not file["notes"]
