"""The file of a version of a source: who may have it, and with which headers."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories
from tests.pictures import png

pytestmark = pytest.mark.django_db


def shot(rights="full", public=True, **facts):
    source = factories.SourceFactory(public=public)
    return factories.SourceVersionFactory(
        source=source, rights=rights,
        **{"text": None, "content": png(), "ending": "120x40.png", "seen_as": "A sign.", **facts},
    )  # fmt: skip


def of_desk():
    client = Client()
    client.force_login(factories.somebody("reporter"))
    return client


def test_a_picture_for_readers(client):
    version = shot()
    answer = client.get(version.file_address)
    assert b"".join(answer.streaming_content) == png()
    assert answer["Content-Type"] == "image/png" and answer["X-Content-Type-Options"] == "nosniff"
    assert (
        "sandbox" in answer["Content-Security-Policy"]
        and "script-src" not in answer["Content-Security-Policy"]
    )
    assert "attachment" not in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "public, no-cache"
    again = client.get(version.file_address, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304 and not again.content


@pytest.mark.parametrize(("ending", "kind"), [("html", "text/html"), ("pdf", "application/pdf")])
def test_all_else_is_saved_not_opened(client, ending, kind):
    version = shot(content=b"<script>alert(1)</script>", ending=ending)
    answer = client.get(version.file_address)
    assert answer["Content-Type"] == kind and answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("rights", ["none", "excerpt"])
def test_only_where_the_rights_are_full(client, rights):
    version = shot(rights)
    assert client.get(version.file_address).status_code == 404
    page = client.get(version.source.get_absolute_url(), follow=True).content.decode()
    assert version.file_address not in page
    answer = of_desk().get(version.file_address)
    assert answer.status_code == 200 and "private" in answer["Cache-Control"]


def test_not_of_a_source_that_readers_do_not_see(client):
    version = shot(public=False)
    assert client.get(version.file_address).status_code == 404
    assert of_desk().get(version.file_address).status_code == 200


def test_on_the_page_of_the_source_in_words_too(client):
    version = shot()
    page = client.get(version.source.get_absolute_url()).content.decode()
    assert f'src="{version.file_address}" alt="A sign." width="120" height="40"' in page


def test_not_once_words_were_taken_out_of_it(client, django_capture_on_commit_callbacks):
    version = shot(content=b"The mayor Ada Quill said so.", ending="txt", text="The mayor Ada Quill said so.")
    assert client.get(version.file_address).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        factories.RedactionFactory(words="Ada Quill")
    assert client.get(version.file_address).status_code == 404
    assert of_desk().get(version.file_address).status_code == 404
    assert version.file_address not in client.get(version.source.get_absolute_url()).content.decode()


@pytest.mark.parametrize("number", [2, 0, 10**12])
def test_nothing_there(client, number):
    version = shot()
    assert client.get(f"/sources/{version.source_id}/versions/{number}/file").status_code == 404


def test_a_version_without_a_file(client):
    version = factories.SourceVersionFactory(source=factories.SourceFactory(public=True))
    assert version.file_address == ""
    assert client.get(f"/sources/{version.source_id}/versions/1/file").status_code == 404
