"""Two web servers, as on two machines: whichever answers, the answer is that of the record as it stands."""

from __future__ import annotations

import json
from urllib.request import Request, urlopen

import pytest

from tests import factories as f
from tests.api.served import served
from tests.api.test_keys import bearer

pytestmark = pytest.mark.slow


def ask(address: str, path: str, **headers: str) -> bytes:
    with urlopen(
        Request(f"{address}{path}", headers={"Host": "localhost", **headers}), timeout=120
    ) as answer:
        return answer.read()


def test_both_say_the_same_after_each_act(committed_database):
    f.newsroom()
    editor = f.some_editor()
    claim = f.ClaimFactory(statement="The bridge was finished in 2021.", rating="supported")
    topic = f.TopicFactory(name="Bridges")
    key = {"Authorization": bearer(f.ApiKeyFactory(owner=editor, scopes=["publish"]))["HTTP_AUTHORIZATION"]}
    acts = [
        lambda: claim.revise(editor, statement="The bridge was finished in 2021!"),
        lambda: f.VerdictFactory(
            claim=claim, rating="contradicted", correction_kind="affects_rating", correction_note="Late."
        ),
        lambda: f.ClaimFactory(statement="The bridge has two lanes.", topics=[topic]),
        lambda: topic.revise(editor, name="Bridges and tunnels"),
        lambda: f.newsroom().revise(None, name="Another Desk"),
    ]
    paths = [
        claim.get_absolute_url(), f"/api/v1/claims/{claim.pk}/", "/api/v1/claims/", "/api/v1/claims/?kind=fact",
        f"/api/v1/claims/?topic={topic.pk}", "/claims/", "/topics/", "/", "/feeds/verdicts.atom", "/corrections/",
    ]  # fmt: skip
    with served(committed_database) as one, served(committed_database) as other:
        before: dict[str, bytes] = {}
        for act in [lambda: None, *acts]:
            act()
            for path in paths:
                said = [ask(server, path) for server in (one, other, other, one)]
                assert len(set(said)) == 1, path
            # Through one server, and read from the other at once.
            sent = json.dumps({"statement": f"Claim {len(before)}."}).encode()
            asked = Request(
                f"{one}/api/v1/claims/",
                sent,
                {"Content-Type": "application/json", "Host": "localhost", **key},
            )
            with urlopen(asked, timeout=120) as made:
                pk = json.load(made)["id"]
            assert json.loads(ask(other, f"/api/v1/claims/{pk}/"))["id"] == pk
            now = {path: ask(one, path) for path in paths}
            assert now != before
            before = now
