"""Static files as production sends them: named by their content, compressed beforehand, kept for good."""

from __future__ import annotations

import gzip
import http.client
import json
import re
from importlib.util import find_spec
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from articles.models import Claim
from tests import factories as f
from tests.browser.test_lighthouse import in_production

# Below this Django and WhiteNoise leave a file as it is: it would not become smaller.
HASHED = re.compile(r"\.[0-9a-f]{12}\.(css|js|svg|txt|py|json|html|png|ico|webmanifest)$")


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The folder that `collectstatic` fills, and what it calls each file."""
    from django.test import override_settings

    folder = tmp_path_factory.mktemp("static")
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    from django.conf import settings

    storages = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    with override_settings(STATIC_ROOT=folder, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder, json.loads((folder / "staticfiles.json").read_text())["paths"]


def test_brotli_is_there():
    """Without the package WhiteNoise says nothing and leaves it out."""
    assert find_spec("brotli") is not None


def test_each_file_of_ours_is_hashed_and_compressed_both_ways(collected):
    folder, paths = collected
    ours = [
        name for name in paths if name.startswith(("articles/", "desk/")) and name.endswith((".css", ".js"))
    ]
    assert len(ours) > 10
    import brotli

    for name in ours:
        hashed = folder / paths[name]
        assert HASHED.search(paths[name]), name
        content = hashed.read_bytes()
        for ending, unpacked in ((".gz", gzip.decompress), (".br", brotli.decompress)):
            packed = hashed.with_name(hashed.name + ending)
            if not packed.exists():
                # It would not be worth it.
                assert len(content) < 500, name
                continue
            assert unpacked(packed.read_bytes()) == content and packed.stat().st_size < 0.95 * len(content)
    together = {
        ending: sum(
            len((folder / f"{paths[name]}{ending}").read_bytes())
            for name in ours
            if len((folder / paths[name]).read_bytes()) > 2000
        )
        for ending in ("", ".gz", ".br")
    }
    assert together[".br"] < together[".gz"] < together[""] / 2


def ask(site: str, path: str, coding: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    try:
        connection.request("GET", path, headers={"Accept-Encoding": coding})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


@pytest.mark.slow
def test_what_a_real_server_sends(committed_database, tmp_path):
    import brotli

    page = f.ClaimFactory(rating="supported").get_absolute_url()
    assert Claim.objects.count() == 1
    with in_production(committed_database, tmp_path / "static") as site:
        _, written = ask(site, page, "identity")
        [path] = re.findall(r'href="(/static/articles/pages\.[^"]+\.css)"', written.decode())
        plain, content = ask(site, path, "identity")
        for coding, unpacked in (("br", brotli.decompress), ("gzip", gzip.decompress)):
            for accepted in (coding, f"deflate, {coding};q=0.8"):
                answer, packed = ask(site, path, accepted)
                assert answer.getheader("Content-Encoding") == coding
                assert unpacked(packed) == content and len(packed) < len(content) / 2
                assert int(answer.getheader("Content-Length")) == len(packed)
                assert "Accept-Encoding" in answer.getheader("Vary")
        assert ask(site, path, "gzip, br")[0].getheader("Content-Encoding") == "br"
        for answer in (plain, ask(site, path, "br")[0]):
            told = answer.getheader("Cache-Control")
            assert "immutable" in told and "public" in told and "max-age=315360000" in told
            assert "Accept-Encoding" in answer.getheader("Vary") and not answer.getheader("Set-Cookie")
        # By its plain name it may change with a release.
        assert "immutable" not in ask(site, "/static/articles/pages.css", "br")[0].getheader("Cache-Control")
