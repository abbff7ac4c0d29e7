"""Who is answered by a replica, and that nobody notices when it fails or is behind."""

from __future__ import annotations

import gzip

import pytest
from django.db import connections

from articles.models import Claim, LedgerHead
from tests import factories as f
from tests.api.test_keys import bearer
from tests.pages.everything import DECLINED, everything
from tests.replicas.conftest import ALIAS

BEFORE, AFTER = "The bridge was finished in 2021.", "The bridge was finished in 2022."


@pytest.fixture
def claim(behind):
    """A claim that was reworded, and beside it one that the replica has not heard of."""
    f.newsroom()
    claim = f.ClaimFactory(statement=BEFORE)
    behind.keep()
    claim.revise(f.some_editor(), statement=AFTER)
    f.ClaimFactory(statement="The bridge has two lanes.")
    return claim


def of(claim):
    return f"/api/v1/claims/{claim.pk}/"


def statement(answer):
    assert answer.status_code == 200, answer.content.decode()[:400]
    return answer.json()["statement"]


def test_a_reader_is_answered_by_the_replica(claim, reader):
    assert statement(reader.get(of(claim))) == BEFORE
    assert BEFORE in reader.get("/claims/").content.decode()
    assert reader.head(of(claim)).status_code == 200


def test_afterwards_the_default_database_is_the_primary_again(claim, reader):
    before = connections["default"]
    reader.get(of(claim))
    assert connections["default"] is before is not connections[ALIAS]


def test_who_is_signed_in_reads_the_primary(claim, reader):
    reader.force_login(f.some_editor())
    assert statement(reader.get(of(claim))) == AFTER


def test_who_holds_a_key_reads_the_primary(claim, reader):
    assert statement(reader.get(of(claim), **bearer(f.ApiKeyFactory()))) == AFTER


def test_who_writes_and_who_signs_in_is_with_the_primary(claim, reader, behind):
    behind.lead_to({**connections["default"].settings_dict, "NAME": "/nowhere/at/all"})
    assert reader.post("/check/", {"text": AFTER}).status_code < 500
    assert reader.get("/desk/login/", follow=True).status_code == 200
    assert behind.doubted == []


def test_who_looks_at_what_they_sent_reads_the_primary(behind, reader):
    f.newsroom()
    behind.keep()
    sent = f.SubmissionFactory(token=DECLINED, text="Is the bridge safe?")
    behind.turn = ALIAS
    page = reader.get(f"/submissions/{sent.token}/")
    assert page.status_code == 200 and "Is the bridge safe?" in page.content.decode()


def test_what_the_replica_does_not_know_yet_the_primary_does(claim, reader):
    new = Claim.objects.latest("pk")
    assert statement(reader.get(of(new))) == "The bridge has two lanes."
    assert reader.get(of(new).replace(str(new.pk), "999999")).status_code == 404


def test_nobody_is_sent_to_and_fro_between_an_old_and_a_new_address(claim, reader, behind):
    old, new = f"/claims/{claim.pk}/the-bridge-was-finished-in-2021/", claim.get_absolute_url()
    assert reader.get(old).status_code == 200, "the replica knows no other"
    assert reader.get(new).status_code == 200
    behind.turn = None
    assert reader.get(old).headers["Location"] == new


def test_an_export_comes_from_the_primary_as_a_whole(claim, reader):
    answer = reader.get("/api/v1/claims/export.ndjson")
    assert AFTER in (said := b"".join(answer.streaming_content).decode()) and BEFORE not in said


def test_who_is_asked_twice_is_counted_once(claim, reader, settings, tmp_path):
    settings.DATA_DIRECTORY, settings.API_LIMITS_ANONYMOUS = tmp_path, 10
    assert "r=9;" in reader.get("/api/v1/claims/export.ndjson")["RateLimit"]
    assert "r=8;" in reader.get("/api/v1/claims/999999/")["RateLimit"]
    assert "r=7;" in reader.get("/api/v1/claims/?kind=fact")["RateLimit"]


# --- A replica that fails ---


@pytest.mark.parametrize(
    "path", ["/", "/claims/", "/api/v1/claims/", "/api/v1/articles/", "/feeds/verdicts.atom"]
)
def test_one_that_cannot_be_reached_keeps_nobody_from_an_answer(claim, reader, behind, path):
    gone = {"NAME": "/nowhere/at/all"} if connections["default"].vendor == "sqlite" else {"NAME": "gone"}
    behind.lead_to({**connections["default"].settings_dict, **gone})
    assert reader.get(path).status_code == 200
    assert behind.doubted == [ALIAS]


@pytest.mark.parametrize("kept", [0, 100])
def test_one_on_which_a_statement_fails_is_not_left_out(claim, reader, behind, settings, kept):
    settings.ANSWERS_KEPT = kept
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("ALTER TABLE articles_claim RENAME COLUMN statement TO said")
    assert statement(reader.get(of(claim))) == AFTER
    assert AFTER in reader.get("/claims/").content.decode()
    assert behind.doubted == []


def test_one_whose_connection_is_cut_in_the_middle(claim, reader, behind):
    if connections["default"].vendor == "sqlite":
        pytest.skip("An SQLite connection cannot be cut by others.")
    assert statement(reader.get(of(claim))) == BEFORE
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [behind.made]
        )
    # The statements of kept answers open a new connection by themselves.
    assert statement(reader.get(of(claim))) in (BEFORE, AFTER)
    assert reader.get("/claims/").status_code == 200


# --- What is kept for readers ---


@pytest.mark.parametrize(
    "path",
    ["claim", "/api/v1/claims/{}/", "/api/v1/claims/", "/api/v1/claims/?kind=fact", "/feeds/verdicts.atom", "/claims/",
     "/claims/{}/feed.json", "/sitemap.xml"],
)  # fmt: skip
def test_no_answer_of_one_state_is_kept_for_another(behind, reader, settings, path, forget):
    """Whoever answers, the answer is the one that this database would give alone, and so is its tag."""
    settings.ANSWERS_KEPT = 100
    f.newsroom()
    claim = f.ClaimFactory(statement=BEFORE, rating="supported")
    behind.keep()
    editor = f.some_editor()
    # Words of which the address says the same.
    claim.revise(editor, statement=BEFORE.replace(".", "!"))
    f.VerdictFactory(
        claim=claim, rating="contradicted", correction_kind="affects_rating", correction_note="Late."
    )
    f.ClaimFactory(rating="supported")
    path = claim.get_absolute_url() if path == "claim" else path.format(claim.pk)

    def ask(turn, **more):
        behind.turn = turn
        answer = reader.get(path, **more)
        return answer.status_code, body(answer), answer.get("ETag")

    alone = {}
    for turn in (ALIAS, None):
        forget()
        alone[turn] = ask(turn)
        assert alone[turn][0] == 200
    if path != "/sitemap.xml":
        assert alone[ALIAS][1] != alone[None][1]
    forget()
    for turn in (ALIAS, None, ALIAS, ALIAS, None, None, ALIAS):
        assert ask(turn) == alone[turn]
    tags = {turn: answer[2] for turn, answer in alone.items()}
    if tags[None]:
        for had in (ALIAS, None):
            for turn in (ALIAS, None):
                status, _, tag = ask(turn, HTTP_IF_NONE_MATCH=tags[had])
                assert (status, tag) == (304 if tags[had] == tags[turn] else 200, tags[turn])


def body(answer):
    content = answer.content
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


@pytest.fixture
def forget():
    from django.core.cache import caches

    from api.views.claims import LIST

    def forget():
        for name in ("answers", "rows"):
            caches[name].clear()
        LIST.forget()

    return forget


# --- Positions ---


def test_who_says_nothing_of_positions_is_told_none(claim, reader):
    assert "Ledger-Position" not in reader.get(of(claim))


def test_the_position_is_that_of_the_database_that_answered(claim, reader, behind):
    told = reader.get(of(claim), HTTP_LEDGER_AT_LEAST="0")
    assert statement(told) == BEFORE
    here = LedgerHead.objects.get().seq
    there = LedgerHead.objects.using(ALIAS).get().seq
    assert there < here
    assert told["Ledger-Position"] == str(there)
    behind.turn = None
    assert reader.get(of(claim), HTTP_LEDGER_AT_LEAST="0")["Ledger-Position"] == str(here)
    assert reader.get(of(claim), HTTP_LEDGER_AT_LEAST=str(here)).status_code == 200
    kept = reader.get(of(claim), HTTP_LEDGER_AT_LEAST="0")["ETag"]
    again = reader.get(of(claim), HTTP_LEDGER_AT_LEAST="0", HTTP_IF_NONE_MATCH=kept)
    assert (again.status_code, again["Ledger-Position"]) == (304, str(here))


def test_who_writes_is_told_where_what_they_wrote_stands(claim, reader):
    key = f.ApiKeyFactory(owner=f.some_editor(), scopes=["publish"])
    made = reader.post(
        "/api/v1/claims/", {"statement": "The bridge is red."}, content_type="application/json",
        HTTP_LEDGER_AT_LEAST="0", **bearer(key),
    )  # fmt: skip
    assert made.status_code == 201, made.content
    assert made["Ledger-Position"] == str(LedgerHead.objects.get().seq)
    assert Claim.objects.get(pk=made.json()["id"]).public_seq <= int(made["Ledger-Position"])


def test_an_entry_that_nobody_wrote_is_refused_by_the_primary(claim, reader, behind):
    behind.turn = None
    head = LedgerHead.objects.get().seq
    for path in (of(claim), "/api/v1/claims/"):
        answer = reader.get(path, HTTP_LEDGER_AT_LEAST=str(head + 1))
        assert answer.status_code == 412
        assert answer["Retry-After"] == "1" and answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "beyond_head" and f"ends with entry {head}" in answer.json()["detail"]


@pytest.mark.parametrize("asked", ["x", "-1", "", "1" * 19, "1.0", "٣"])
def test_what_is_no_position_is_refused(claim, reader, asked):
    answer = reader.get(of(claim), HTTP_LEDGER_AT_LEAST=asked)
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_request" and "number of an entry" in answer.json()["detail"]


def test_the_change_feed_is_never_answered_by_who_has_less_than_its_reader(
    claim, reader, behind, monkeypatch
):
    from articles.replicas import Replicas

    asked = []
    monkeypatch.setattr(Replicas, "choose", lambda self, position=0: asked.append(position))
    assert reader.get("/api/v1/changes/?after=3").status_code == 200
    assert reader.get("/api/v1/changes/").status_code == 200
    assert reader.get("/api/v1/changes/?after=3", HTTP_LEDGER_AT_LEAST="4").status_code == 200
    assert reader.get("/api/v1/changes/?after=x").status_code == 400
    assert asked == [3, 0, 4, 0]


# --- What a replica is asked ---


def test_no_page_for_readers_writes(behind, reader, monkeypatch):
    """A replica takes nothing in: whatever wrote would be asked twice each time."""
    record = everything()
    connection = connections["default"]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("SET default_transaction_read_only = on")
    behind.lead_to(connection.settings_dict)
    connections[ALIAS] = connection
    behind.turn = None
    paths = [*record.addresses(), "/sitemap.xml", "/feeds/verdicts.atom", "/record/entries.json", "/api/v1/",
             "/api/v1/claims/", "/api/v1/sources/", "/api/v1/changes/", "/fairness.csv", "/api/v1/claims/?q=bridge",
             "/v1alpha1/claims:search?query=bridge"]  # fmt: skip
    for path in paths:
        if not path.startswith("/submissions/"):
            assert reader.get(path).status_code < 400, path
