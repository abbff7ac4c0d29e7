"""Google's own client library against a server of ours: only its endpoint is another one."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.conf import settings
from django.db import connections

from articles.models.ledger import act
from tests import factories

pytestmark = pytest.mark.slow
discovery = pytest.importorskip("googleapiclient.discovery")


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def endpoint(committed_database) -> Iterator[str]:
    """A server on a port of this machine, over a record with 23 checked bridges and much that nobody may see."""
    from factcheck.wsgi import application

    with act(None, "grow", None):
        for number in range(23):
            factories.ClaimFactory(statement=f"Bridge {number} was costly.", rating="contradicted")
        factories.VerdictDraftFactory(claim=factories.ClaimFactory(statement="A bridge in a draft."))
        factories.ClaimFactory(statement="A bridge that was dismissed.", status="dismissed")
        factories.ClaimFactory(statement="A bridge that is open.")
    withdrawn = factories.ClaimFactory(statement="A bridge that was withdrawn.", rating="supported")
    withdrawn.verdicts.get().withdraw(factories.some_editor(), "It was wrong.")

    server = make_server("127.0.0.1", 0, application, handler_class=Quiet)

    def serve() -> None:
        try:
            server.serve_forever(poll_interval=0.05)
        finally:
            connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def claims(endpoint):
    options = {"api_endpoint": endpoint}
    with discovery.build("factchecktools", "v1alpha1", developerKey="k", client_options=options) as service:
        yield service.claims()


def test_it_finds_a_published_verdict(claims, endpoint):
    (claim,) = claims.search(query="bridge 17 costly", languageCode="en-US").execute()["claims"]
    (review,) = claim.pop("claimReview")
    assert claim == {"text": "Bridge 17 was costly."}
    assert review["textualRating"] == "Contradicted"
    assert review["publisher"] == {"name": "The Example Desk", "site": "127.0.0.1"}
    assert review["url"].startswith(f"{endpoint}/claims/")


@pytest.mark.parametrize("asked", [{"query": "bridge"}, {"reviewPublisherSiteFilter": "127.0.0.1"}], ids=str)
def test_it_pages_to_the_end_and_meets_nothing_else(claims, asked):
    texts, sizes, token = [], [], None
    while True:
        page = claims.search(**asked, pageToken=token).execute()
        texts += [claim["text"] for claim in page["claims"]]
        sizes.append(len(page["claims"]))
        token = page.get("nextPageToken")
        if not token:
            break
    assert sizes == [10, 10, 3]
    assert sorted(texts) == sorted(f"Bridge {number} was costly." for number in range(23))


def test_it_sends_what_is_too_long_as_a_post(claims):
    request = claims.search(query="The bridge was costly, they say. " * 100)
    assert len(request.uri) > 2048
    assert len(request.execute()["claims"]) == 10
    assert request.method == "POST"


def test_it_finds_nothing(claims):
    assert claims.search(query="aqueduct").execute() == {}
    assert claims.search(reviewPublisherSiteFilter="other.example").execute() == {}


def test_it_understands_why_not(claims, endpoint):
    from googleapiclient.errors import HttpError

    with pytest.raises(HttpError) as trouble:
        claims.search(languageCode="en").execute()
    assert trouble.value.status_code == 400
    assert trouble.value.reason == "query is required unless reviewPublisherSiteFilter is given."
    assert trouble.value.error_details[0]["fieldViolations"][0]["field"] == "query"
    with pytest.raises(HttpError) as trouble:
        claims.imageSearch(imageUri="https://images.example/1.png").execute()
    assert trouble.value.status_code == 501 and "does not search by image" in trouble.value.reason


def test_the_example_of_the_documentation_runs(endpoint, capsys):
    text = (settings.BASE_DIR / "docs" / "google.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert "https://facts.example" in example
    example = example.replace("https://facts.example", endpoint).replace('"pageSize": 50', '"pageSize": 5')
    exec(compile(example, "docs/google.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 23
    assert lines[0].startswith("Contradicted - Bridge ")
