"""Files in a bucket: what is uploaded at the desk and given to readers is the same as from a folder."""

from __future__ import annotations

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from articles import models
from articles.checks import files_can_be_kept
from articles.refusals import NoFiles
from articles.work.worker import Worker
from factcheck.bucket import options
from tests import bucket as stand_in
from tests import factories
from tests.desk.test_sources import version
from tests.pages.test_source_files import shot
from tests.pictures import png

pytestmark = pytest.mark.django_db

SECRET = "a-secret-that-nobody-may-read"
TRY_AGAIN = "The place where files are kept does not answer, or refuses: nothing was saved."


@pytest.fixture
def bucket(settings):
    with stand_in.serving() as one:
        settings.FILES_URL = one.url
        stored = {"BACKEND": "articles.stored_files.Bucket", "OPTIONS": options(one.url, "desk", SECRET)}
        settings.STORAGES = {**settings.STORAGES, "default": stored}
        yield one


@pytest.fixture
def shown(bucket):
    """A version whose picture readers may have."""
    return shot()


class TestPlace:
    def test_a_file_goes_to_the_bucket_and_to_the_reader(self, bucket, shown):
        [path] = bucket.files
        assert path == f"/evidence/desk/{shown.file.name}" and bucket.files[path] == png()
        # Signed, and by the secret: not with it.
        assert all(one.startswith("AWS4-HMAC-SHA256 Credential=desk/") for one in bucket.signed)
        assert SECRET not in str(bucket.signed)
        answer = Client().get(shown.file_address)
        assert answer.getvalue() == png() and answer["Content-Type"] == "image/png"
        assert int(answer["Content-Length"]) == len(png())
        assert "inline" in answer["Content-Disposition"] and answer["ETag"] == f'"{shown.file_sha256}"'

    def test_what_is_no_picture_is_an_attachment(self, bucket, sign_in):
        source, client = factories.SourceFactory(), sign_in("reporter")
        version(client, source, upload=SimpleUploadedFile("a.txt", b"Mine."))
        answer = client.get(source.versions.get().file_address)
        assert answer.getvalue() == b"Mine." and answer["Content-Disposition"].startswith("attachment")

    def test_who_may_not_have_it_does_not_get_it(self, bucket, sign_in):
        source = factories.SourceFactory()
        version(sign_in("reporter"), source, upload=SimpleUploadedFile("a.txt", b"Mine."))
        bucket.asked.clear()
        assert Client().get(source.versions.get().file_address).status_code == 404
        assert bucket.asked == []

    def test_the_same_bytes_are_stored_once(self, bucket, sign_in):
        client = sign_in("reporter")
        for _ in range(2):
            version(client, factories.SourceFactory(), upload=SimpleUploadedFile("a.txt", b"Mine."))
        assert [method for method, _ in bucket.asked].count("PUT") == 1

    def test_a_logo(self, bucket):
        newsroom = factories.newsroom()
        newsroom.set_logo(None, png(60, 60))
        assert Client().get(newsroom.logo_address).content == png(60, 60)

    def test_a_missing_file_is_as_missing_as_in_a_folder(self, bucket, shown):
        bucket.files.clear()
        answer = Client().get(shown.file_address)
        assert answer.status_code == 404 and "There is no" in answer.content.decode()

    def test_a_redaction_takes_it_out_even_if_it_has_to_try_again(self, bucket, shown):
        bucket.refuses, bucket.methods = 503, ("DELETE",)
        shown.erase_file()
        Worker().run(drain=True)
        job = models.Job.objects.get(task__endswith=".erase_file")
        assert (job.state, job.attempts) == ("waiting", 1) and bucket.files
        bucket.refuses, job.run_after = 0, job.enqueued_at
        job.save()
        Worker().run(drain=True)
        assert not bucket.files


class TestTrouble:
    @pytest.mark.parametrize("status", [403, 500])
    @pytest.mark.parametrize("method", ["HEAD", "PUT"])
    def test_a_bucket_that_refuses(self, bucket, sign_in, caplog, status, method):
        caplog.set_level(logging.DEBUG)
        source, head = factories.SourceFactory(), models.LedgerHead.objects.get().seq
        bucket.refuses, bucket.methods = status, (method,)
        sent = {"upload": SimpleUploadedFile("a.txt", b"Mine."), "seen_as": "Still here."}
        page = version(sign_in("reporter"), source, **sent).content.decode()
        assert TRY_AGAIN in page and "Still here." in page
        assert not source.versions.exists() and not bucket.files
        assert models.LedgerHead.objects.get().seq == head
        assert "The bucket did not" in caplog.text and SECRET not in caplog.text

    def test_a_bucket_that_is_not_there(self, bucket, sign_in, settings):
        options = {**settings.STORAGES["default"]["OPTIONS"], "endpoint_url": "http://127.0.0.1:1"}
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {"BACKEND": "articles.stored_files.Bucket", "OPTIONS": options},
        }
        with pytest.raises(NoFiles):
            default_storage.exists("x")

    def test_a_logo_that_cannot_be_stored(self, bucket, client):
        factories.newsroom()
        bucket.refuses = 403
        client.force_login(factories.some_administrator())
        address = reverse("admin:articles_newsroom_logo", args=[1])
        sent = {"seen": models.Newsroom.current().revision, "picture": SimpleUploadedFile("l.png", png())}
        answer = client.post(address, sent)
        assert answer.status_code == 503 and TRY_AGAIN in answer.content.decode()
        assert models.Newsroom.current().picture is None

    @pytest.mark.parametrize("method", ["HEAD", "GET"])
    def test_a_reader_is_asked_to_come_back(self, bucket, shown, method):
        bucket.refuses, bucket.methods = 503, (method,)
        answer = Client().get(shown.file_address)
        assert answer.status_code == 503 and answer["Retry-After"] and answer["Cache-Control"] == "no-store"
        assert answer.content.startswith(b"This file cannot be fetched at the moment.")


class TestSettings:
    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            ("s3://evidence", ("evidence", "", None, None)),
            ("s3://my.bucket-1/a/b/", ("my.bucket-1", "a/b", None, None)),
            (
                "s3://evidence/x?endpoint=https://s3.example:9000&region=eu-1",
                ("evidence", "x", "https://s3.example:9000", "eu-1"),
            ),
        ],
    )
    def test_address(self, url, expected):
        found = options(url, "", "")
        names = ("bucket_name", "location", "endpoint_url", "region_name")
        assert tuple(found[name] for name in names) == expected
        assert found["access_key"] is None

    @pytest.mark.parametrize(
        "url",
        [
            "https://s3.example/evidence", "s3://", "s3://E", "s3://evidence?key=x", "s3://evidence?endpoint=s3.example",
            "s3://evidence?endpoint=https://a:b@s3.example", "s3://evidence?endpoint=https://s3.example/path",
        ],
    )  # fmt: skip
    def test_what_is_no_address(self, url):
        with pytest.raises(ImproperlyConfigured, match="s3://bucket/folder"):
            options(url, "", "")

    @pytest.mark.parametrize("known", [("desk", ""), ("", SECRET)])
    def test_half_a_key(self, known):
        with pytest.raises(ImproperlyConfigured, match="belong together") as refusal:
            options("s3://evidence", *known)
        assert SECRET not in str(refusal.value)

    def test_articles_E006(self, settings, monkeypatch):
        settings.FILES_URL = "s3://evidence"
        assert files_can_be_kept() == []
        monkeypatch.setattr("articles.checks.find_spec", lambda name: None)
        assert [one.id for one in files_can_be_kept()] == ["articles.E006"]
        settings.FILES_URL = ""
        assert files_can_be_kept() == []
